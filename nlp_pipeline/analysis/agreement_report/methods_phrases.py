"""The sentences of a methods section, and the works that they refer to."""

from collections.abc import Mapping

from nlp_pipeline.wording import Phrases, Table

_TABLE: Table = {
    "heading": ("Intercoder agreement", "Overeenstemming tussen codeurs"),
    "references": ("References", "Literatuur"),
    "material": (
        "The material consisted of {passages} from {interviews} ({languages}), coded with "
        "the codebook {codebook} (version {version}, {codes}).",
        "Het materiaal bestond uit {passages} uit {interviews} ({languages}), gecodeerd "
        "met het codeboek {codebook} (versie {version}, {codes}).",
    ),
    "coder": (
        "{name} coded {seen} ({share}), {blind} of them without suggestions in view",
        "{name} codeerde {seen} ({share}), waarvan {blind} zonder suggesties in beeld",
    ),
    "coder_one_blind": (
        "{name} coded {seen} ({share}), without suggestions in view",
        "{name} codeerde {seen} ({share}), zonder suggesties in beeld",
    ),
    "coder_one_assisted": (
        "{name} coded {seen} ({share}), with suggestions in view",
        "{name} codeerde {seen} ({share}), met suggesties in beeld",
    ),
    "coder_unknown": (
        "{name} coded {seen} ({share})",
        "{name} codeerde {seen} ({share})",
    ),
    "blind": (
        "The figures below are of passages that were coded blind to the suggestions of the "
        "classifier.",
        "Onderstaande cijfers gaan over passages die zonder zicht op de suggesties van de "
        "classifier zijn gecodeerd.",
    ),
    "assisted": (
        "The figures below are of passages that were coded with suggestions of the classifier in "
        "view, which tends to raise agreement.",
        "Onderstaande cijfers gaan over passages die met suggesties van de classifier in beeld "
        "zijn gecodeerd, wat de overeenstemming doorgaans verhoogt.",
    ),
    "imported": (
        "The figures below are of codings from other software; whether suggestions were in view is "
        "not recorded.",
        "Onderstaande cijfers gaan over coderingen uit andere software; of er suggesties in beeld "
        "waren, is niet vastgelegd.",
    ),
    "all": (
        "The figures below are of all codings, whether or not suggestions were in view.",
        "Onderstaande cijfers gaan over alle coderingen, met of zonder suggesties in beeld.",
    ),
    "units": (
        "Passages were the unit of analysis; passages that were read and left without a code were "
        "included.",
        "Passages waren de eenheid van analyse; gelezen passages zonder code telden mee.",
    ),
    "pair_statistics": (
        "Agreement on the presence of each code was expressed as Cohen’s kappa (Cohen 1960)",
        "Overeenstemming over de aanwezigheid van elke code is uitgedrukt in Cohens kappa (Cohen "
        "1960)",
    ),
    "group_statistics": (
        "Agreement on the presence of each code was expressed as Krippendorff’s alpha for nominal "
        "data (Krippendorff 2004)",
        "Overeenstemming over de aanwezigheid van elke code is uitgedrukt in Krippendorffs alfa "
        "voor nominale data (Krippendorff 2004)",
    ),
    "set_statistics": (
        ", and agreement on the set of codes that a passage was given as Krippendorff’s alpha with "
        "MASI distance (Passonneau 2006).",
        ", en die over de verzameling codes van een passage in Krippendorffs alfa met "
        "MASI-afstand (Passonneau 2006).",
    ),
    "bca": (
        "95% confidence intervals were obtained by resampling interviews {resamples} times "
        "(bias-corrected and accelerated bootstrap; Efron 1987).",
        "95%-betrouwbaarheidsintervallen zijn verkregen door {resamples} maal interviews opnieuw "
        "te trekken (bias-corrected and accelerated bootstrap; Efron 1987).",
    ),
    "percentile": (
        "95% confidence intervals were obtained by resampling interviews {resamples} times "
        "(percentile bootstrap; Efron and Tibshirani 1993).",
        "95%-betrouwbaarheidsintervallen zijn verkregen door {resamples} maal interviews opnieuw "
        "te trekken (percentiel-bootstrap; Efron en Tibshirani 1993).",
    ),
    "bands": (
        "Kappa was interpreted after Landis and Koch (1977), alpha after Krippendorff (2004).",
        "Kappa is geduid volgens Landis en Koch (1977), alfa volgens Krippendorff (2004).",
    ),
    "people_one": (
        "On {passages} from {interviews} that {readers} had read, {name} was "
        "{figure} for {code}, the one code for which it was defined.",
        "Over {passages} uit {interviews} die {readers} hadden gelezen, was "
        "{name} {figure} voor {code}, de enige code waarvoor deze bepaald was.",
    ),
    "people_codes": (
        "On {passages} from {interviews} that {readers} had read, {name} "
        "ranged from {low} for {lowest} to {high} for {highest} (median {middle}; prevalence of "
        "the codes {rare} to {common}).",
        "Over {passages} uit {interviews} die {readers} hadden gelezen, liep "
        "{name} van {low} voor {lowest} tot {high} voor {highest} (mediaan {middle}; prevalentie "
        "van de codes {rare} tot {common}).",
    ),
    "two_readers": ("two coders", "twee codeurs"),
    "more_readers": ("at least two coders", "minstens twee codeurs"),
    "undefined": (
        "It was not defined for {codes}.",
        "Niet bepaald was deze voor {codes}.",
    ),
    "for": ("for", "voor"),
    "people_sets": (
        "Alpha of the code sets was {list}.",
        "Alfa van de codesets was {list}.",
    ),
    "model": (
        "Between the classifier ({model}) and {name}, on {passages}, kappa ranged from "
        "{low} to {high} (median {middle}).",
        "Tussen de classifier ({model}) en {name}, over {passages}, liep kappa van {low} "
        "tot {high} (mediaan {middle}).",
    ),
    "untrained": (
        "The classifier had not been trained on these codes.",
        "De classifier was niet op deze codes getraind.",
    ),
    "learned_from": (
        "The classifier had been trained on codings of {count} of these interviews, which makes "
        "its figures look better than they are.",
        "De classifier was getraind op coderingen van {count} van deze interviews, waardoor de "
        "cijfers van de classifier gunstiger lijken dan ze zijn.",
    ),
    "settled": (
        "Coders discussed passages on which they differed and reached consensus on {passages}.",
        "Codeurs bespraken passages waarover zij verschilden en kwamen over {passages} tot "
        "consensus.",
    ),
    "stretches": (
        "Whether coders marked the same stretches was not assessed, as all coded ready-made "
        "passages.",
        "Of codeurs dezelfde fragmenten markeerden is niet onderzocht, omdat allen vaste passages "
        "codeerden.",
    ),
    "boundaries": (
        "Whether coders marked the same stretches was expressed as boundary similarity (Fournier "
        "2013): {list}.",
        "Of codeurs dezelfde fragmenten markeerden is uitgedrukt in grensgelijkenis (boundary "
        "similarity; Fournier 2013): {list}.",
    ),
    "program": (
        "Figures were computed with nlp-pipeline {version}.",
        "De cijfers zijn berekend met nlp-pipeline {version}.",
    ),
}
TEXT = Phrases(_TABLE)

REFERENCES: Mapping[str, str] = {
    "Cohen 1960": (
        "Cohen J. A coefficient of agreement for nominal scales. Educational and Psychological "
        "Measurement 1960;20(1):37-46."
    ),
    "Efron 1987": (
        "Efron B. Better bootstrap confidence intervals. Journal of the American Statistical "
        "Association 1987;82(397):171-185."
    ),
    "Tibshirani 1993": (
        "Efron B, Tibshirani RJ. An introduction to the bootstrap. New York: Chapman & Hall; 1993."
    ),
    "Fournier 2013": (
        "Fournier C. Evaluating text segmentation using boundary edit distance. Proceedings of "
        "ACL 2013:1702-1712."
    ),
    "Krippendorff (2004)": (
        "Krippendorff K. Content analysis: an introduction to its methodology. 2nd ed. Thousand "
        "Oaks: Sage; 2004."
    ),
    "Koch (1977)": (
        "Landis JR, Koch GG. The measurement of observer agreement for categorical data. "
        "Biometrics 1977;33(1):159-174."
    ),
    "Passonneau 2006": (
        "Passonneau R. Measuring agreement on set-valued items (MASI) for semantic and pragmatic "
        "annotation. Proceedings of LREC 2006:831-836."
    ),
}
"""By what the text has where it refers to them."""
