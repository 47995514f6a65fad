"""The words of the report of agreement, in every language that it can be read in."""

from collections.abc import Mapping

from nlp_pipeline.wording import Phrases, Table

_TABLE: Table = {
    "title": ("How far do coders agree?", "Hoe ver zijn codeurs het eens?"),
    "what": (
        "{passages} of {interviews}, coded by {people} with the codebook {codebook}, "
        "version {version}.",
        "{passages} uit {interviews}, gecodeerd door {people} met het codeboek "
        "{codebook}, versie {version}.",
    ),
    "and_model": (
        "Also compared: the model {model}.",
        "Ook vergeleken: het model {model}.",
    ),
    "to_found": ("In short", "Kort gezegd"),
    "to_codes": ("Codes", "Codes"),
    "to_parts": ("Groups", "Groepen"),
    "to_three": ("Stretches", "Fragmenten"),
    "to_anchor": ("Suggestions", "Suggesties"),
    "to_mixed": ("Mix-ups", "Verwisseld"),
    "to_pairs": ("All figures", "Alle cijfers"),
    "to_hardest": ("Where they differ", "Waar ze verschillen"),
    "to_methods": ("For your paper", "Voor uw artikel"),
    "run": ("Run", "Run"),
    "coder": ("Coder", "Codeur"),
    "people": ("people", "mensen"),
    "everybody": ("people and the model", "mensen en het model"),
    "the_model": ("model", "model"),
    "consensus": ("consensus", "consensus"),
    "and": ("and", "en"),
    "with": ("model – {name}", "model – {name}"),
    "two": ("{one} – {other}", "{one} – {other}"),
    "differing": ("Differ", "Verschil"),
    "differing_long": (
        "{passages} on which they differ, hardest first",
        "{passages} waarover ze verschillen, moeilijkste eerst",
    ),
    "given": ("Given by each", "Door elk gegeven"),
    "prevalence": ("Prevalence", "Prevalentie"),
    "figure": ("Kappa or alpha", "Kappa of alfa"),
    "cohen_kappa": ("Cohen’s kappa", "Cohens kappa"),
    "fleiss_kappa": ("Fleiss’ kappa", "Fleiss’ kappa"),
    "krippendorff_alpha": ("Krippendorff’s alpha", "Krippendorffs alfa"),
    "alpha_masi": ("Alpha of code sets (MASI)", "Alfa van codesets (MASI)"),
    "percent_agreement": ("Agreement", "Overeenstemming"),
    "gwet_ac1": ("AC1", "AC1"),
    "pabak": ("PABAK", "PABAK"),
    "precision": ("Precision", "Precisie"),
    "recall": ("Recall", "Recall"),
    "f1": ("F1", "F1"),
    "verdict": ("In words", "In woorden"),
    "who": ("Who", "Wie"),
    "all_codes": ("All codes together", "Alle codes samen"),
    "alpha": ("Alpha", "Alfa"),
    # In short.
    "found": ("In short", "Kort gezegd"),
    "found_note": (
        "Kappa and alpha are agreement beyond chance: 0 is what chance gives, 1 is agreement on "
        "every passage. Words for kappa are those of Landis and Koch (1977), for alpha those of "
        "Krippendorff (2004). They go by the figures; look at the lower bounds before you rely "
        "on them.",
        "Kappa en alfa zijn overeenstemming boven toeval: 0 is wat toeval geeft, 1 is "
        "overeenstemming over elke passage. De woorden voor kappa zijn van Landis en Koch (1977), "
        "die voor alfa van Krippendorff (2004). Ze gaan af op de cijfers; kijk naar de ondergrens "
        "voordat u erop bouwt.",
    ),
    "goes_by": ("These figures go by {way}.", "Deze cijfers gaan over {way}."),
    "way_blind": (
        "what was coded blind, without suggestions in view",
        "wat blind is gecodeerd, zonder suggesties in beeld",
    ),
    "way_imported": (
        "codings from elsewhere, of which it is not known whether suggestions were in view",
        "coderingen van elders, waarvan niet bekend is of er suggesties in beeld waren",
    ),
    "way_assisted": (
        "what was coded with suggestions in view, which makes coders agree more",
        "wat met suggesties in beeld is gecodeerd, waardoor codeurs het vaker eens zijn",
    ),
    "way_all": ("all codings as they are now", "alle coderingen zoals ze nu zijn"),
    "people_set": (
        "{people}, on {passages} that at least two of them coded: alpha of the code sets "
        "is {alpha}, {verdict}.",
        "{people}, over {passages} die minstens twee van hen hebben gecodeerd: alfa van "
        "de codesets is {alpha}, {verdict}.",
    ),
    "pair_set": (
        "{people}, on {passages} that both coded: alpha of the code sets is {alpha}, {verdict}.",
        "{people}, over {passages} die beiden hebben gecodeerd: alfa van de codesets "
        "is {alpha}, {verdict}.",
    ),
    "at_low": (
        "{band}; at the lower bound {low_band}",
        "{band}; bij de ondergrens {low_band}",
    ),
    "people_codes": (
        "Per code, {people} have: {list}.",
        "Per code hebben {people}: {list}.",
    ),
    "group_codes": ("Per code, alpha is {list}.", "Per code is alfa {list}."),
    "group_band_codes": ("{band} for {codes}", "{band} bij {codes}"),
    "band_codes": ("{band} on {codes}", "{band} over {codes}"),
    "not_defined": ("nothing to go by on {codes}", "niets om op af te gaan bij {codes}"),
    "model_as": (
        "As far as these passages tell, the model agrees with {people} about as well as they agree "
        "with each other on {codes}: its kappa with each of them is not below the interval of "
        "theirs.",
        "Voor zover deze passages dat laten zien, is het model het met {people} ongeveer even vaak "
        "eens als zij onderling bij {codes}: de kappa met elk van hen ligt niet onder het "
        "interval van hun onderlinge kappa.",
    ),
    "model_less": (
        "It agrees with them less than they with each other on {codes}.",
        "Het is het minder met hen eens dan zij onderling bij {codes}.",
    ),
    "model_mixed": (
        "With some it agrees as they do, with others less, on {codes}.",
        "Met de een is het het even vaak eens, met de ander minder, bij {codes}.",
    ),
    "model_unknown": (
        "For {codes} there are too few passages or interviews to compare the two.",
        "Voor {codes} zijn er te weinig passages of interviews om die twee te vergelijken.",
    ),
    "model_alone": (
        "The model with {person}: alpha of the code sets is {alpha}, {verdict}.",
        "Het model met {person}: alfa van de codesets is {alpha}, {verdict}.",
    ),
    "anchored": (
        "{facet}: where suggestions were in view, alpha of {people} was {difference} higher than "
        "where they were not ({interval}).",
        "{facet}: waar suggesties in beeld waren, was alfa van {people} {difference} hoger dan "
        "waar dat niet zo was ({interval}).",
    ),
    "anchored_lower": (
        "{facet}: where suggestions were in view, alpha of {people} was {difference} lower than "
        "where they were not ({interval}).",
        "{facet}: waar suggesties in beeld waren, was alfa van {people} {difference} lager dan "
        "waar dat niet zo was ({interval}).",
    ),
    "may_be_chance": (
        "The interval holds 0, so it may be chance.",
        "Het interval bevat 0, dus dit kan toeval zijn.",
    ),
    "count_differ": ("Coders differ on {passages}.", "Codeurs verschillen over {passages}."),
    "none_differ": (
        "There are no passages on which coders differ.",
        "Er zijn geen passages waarover codeurs verschillen.",
    ),
    "model_differs": (
        "On {passages} only the model differs.",
        "Op {passages} wijkt alleen het model af.",
    ),
    "open_page": ("Open the consensus page", "Open de consensuspagina"),
    "page_elsewhere": (
        "The consensus page is written only inside the study folder, since it holds what "
        "participants said.",
        "De consensuspagina wordt alleen in de studiemap gemaakt, omdat daarin staat wat "
        "deelnemers zeiden.",
    ),
    "interval_note": (
        "Intervals (95%) come from {resamples} resamples of whole interviews, so they say how "
        "much other interviews of this kind could differ.",
        "Intervallen (95%) komen van {resamples} trekkingen van hele interviews; ze zeggen dus "
        "hoeveel andere interviews van dit soort kunnen verschillen.",
    ),
    # Sections.
    "codes": ("Agreement per code", "Overeenstemming per code"),
    "codes_note": (
        "Marks are kappa of two coders, or alpha of three and more; lines are intervals. "
        "Prevalence is the share of judgements that give the code: on a rare code a few passages "
        "decide, and the interval shows it. The last column opens the passages on which they "
        "differ.",
        "Tekens zijn kappa van twee codeurs, of alfa van drie en meer; lijnen zijn intervallen. "
        "Prevalentie is het deel van de oordelen met de code: bij een zeldzame code beslissen "
        "enkele passages, en dat laat het interval zien. De laatste kolom opent de passages "
        "waarover ze verschillen.",
    ),
    "parts": ("Parts of the material", "Delen van het materiaal"),
    "parts_note": (
        "Alpha of the code sets of a facet, per language, role and attribute. A figure on few "
        "passages says little.",
        "Alfa van de codesets van een facet, per taal, rol en kenmerk. Een cijfer over weinig "
        "passages zegt weinig.",
    ),
    "three": ("Three questions apart", "Drie vragen apart"),
    "three_note": (
        "Do coders mark the same stretches? Do they give the same codes to the same passages? And "
        "both at once, character by character, with text that nobody coded counted in?",
        "Markeren codeurs dezelfde fragmenten? Geven ze dezelfde codes aan dezelfde passages? En "
        "allebei tegelijk, teken voor teken, met ook de tekst die niemand codeerde?",
    ),
    "same_stretches": ("1. The same stretches", "1. Dezelfde fragmenten"),
    "same_codes": ("2. The same codes on passages", "2. Dezelfde codes op passages"),
    "both_at_once": ("3. Both at once", "3. Allebei tegelijk"),
    "boundary_similarity": ("Boundary similarity", "Grensgelijkenis"),
    "window_diff": ("WindowDiff (0 is best)", "WindowDiff (0 is best)"),
    "anchor": ("Blind against assisted", "Blind tegenover met suggesties"),
    "anchor_note": (
        "The anchoring effect: agreement where suggestions were in view, less agreement where they "
        "were not. Right of 0, seeing suggestions made coders agree more. Part of it may be that "
        "these are other passages.",
        "Het ankereffect: overeenstemming waar suggesties in beeld waren, min die waar dat niet zo "
        "was. Rechts van 0 werden codeurs het door de suggesties vaker eens. Een deel kan komen "
        "doordat het andere passages zijn.",
    ),
    "blind": ("Blind", "Blind"),
    "assisted": ("Assisted", "Met suggesties"),
    "imported": ("From elsewhere", "Van elders"),
    "all": ("As it is now", "Zoals het nu is"),
    "difference": ("Difference", "Verschil"),
    "whole_facet": ("{facet}, as a whole", "{facet}, als geheel"),
    "mixed": ("What is taken for what", "Wat voor wat wordt aangezien"),
    "mixed_note": (
        "In bold with a frame: passages to which both gave the code. Elsewhere the first coder "
        "gave the code of the row and not that of the column, and the second the reverse. What "
        "neither coded is not counted. Shade is the share of the row.",
        "Vet en omkaderd: passages waaraan beiden de code gaven. Elders gaf de eerste codeur de "
        "code van de rij en niet die van de kolom, en de tweede andersom. Wat geen van beiden "
        "codeerde, telt niet mee. De tint is het aandeel van de rij.",
    ),
    "more_mixed": (
        "Shown are the pairs with the most passages in common; pairs that are left out: {count}.",
        "Getoond zijn de paren met de meeste passages gemeen; weggelaten paren: {count}.",
    ),
    "rows_columns": ("{rows} ↓ {columns} →", "{rows} ↓ {columns} →"),
    "no_code": ("no code", "geen code"),
    "pairs": ("All figures per code", "Alle cijfers per code"),
    "pairs_note": (
        "Percent agreement, AC1 and PABAK are high for every rare code, whoever codes; read them "
        "with the prevalence and never alone. Precision and recall take the second coder as the "
        "reference.",
        "Percentage overeenstemming, AC1 en PABAK zijn bij elke zeldzame code hoog, wie er ook "
        "codeert; lees ze samen met de prevalentie en nooit alleen. Precisie en recall nemen de "
        "tweede codeur als maatstaf.",
    ),
    "why_not": (
        "Why a figure or interval is missing",
        "Waarom een cijfer of interval ontbreekt",
    ),
    "hardest": ("Where coders differ", "Waar codeurs verschillen"),
    "hardest_note": (
        "The hardest first: most pairs of people apart, then the model surest against them. Words "
        "of participants are only in the consensus page.",
        "De moeilijkste eerst: de meeste paren van mensen verschillen, daarna waar het model het "
        "zekerst tegen hen in gaat. Woorden van deelnemers staan alleen in de consensuspagina.",
    ),
    "more": ("and {count} more", "en nog {count}"),
    "transcript": ("Transcript", "Transcript"),
    "passage": ("Passage", "Passage"),
    "code": ("Code", "Code"),
    "gave": ("Gave it", "Gaven de code"),
    "gave_not": ("Did not", "Gaven de code niet"),
    "settled": ("Consensus", "Consensus"),
    "yes": ("applies", "wel"),
    "no": ("does not apply", "niet"),
    "nobody": ("nobody", "niemand"),
    "methods": ("For the methods section", "Voor de methodesectie"),
    "methods_note": (
        "With the figures filled in. Read it over, and add what the program cannot know: who the "
        "coders are, how they were trained, how differences were settled.",
        "Met de cijfers ingevuld. Lees het na, en vul aan wat het programma niet kan weten: wie de "
        "codeurs zijn, hoe ze zijn geoefend, hoe verschillen zijn opgelost.",
    ),
    "copy": ("Copy", "Kopieer"),
    "copied": ("Copied", "Gekopieerd"),
    "selected": (
        "The paragraph is selected: copy it with Ctrl+C or ⌘C.",
        "De alinea is geselecteerd: kopieer met Ctrl+C of ⌘C.",
    ),
    # The workbook.
    "sheet_summary": ("Summary", "Samenvatting"),
    "sheet_codes": ("Per code", "Per code"),
    "sheet_pairs": ("Pairs", "Paren"),
    "sheet_attributes": ("Attributes", "Kenmerken"),
    "sheet_disagreements": ("Disagreements", "Verschillen"),
    "way": ("Coded", "Gecodeerd"),
    "facet": ("Facet", "Facet"),
    "by": ("Divided by", "Verdeeld naar"),
    "value": ("Value", "Waarde"),
    "low": ("Lower bound", "Ondergrens"),
    "high": ("Upper bound", "Bovengrens"),
    "coded": ("With a code", "Met een code"),
    "rank": ("Rank", "Rang"),
    "passage_id": ("Passage id", "Passage-id"),
    "transcript_id": ("Transcript id", "Transcript-id"),
    "score": ("Score of the model", "Score van het model"),
    "text": ("Passage text", "Tekst van de passage"),
    "context": ("Question", "Vraag"),
    "decision_id": ("Code id", "Code-id"),
    "reason": ("Why there is none", "Waarom er geen is"),
}
PHRASES = Phrases(_TABLE)

REASONS: Mapping[str, str] = {
    "no code occurs that is not on every passage": (
        "er is geen code die op sommige passages wel en op andere niet staat"
    ),
    "no code occurs in either coding": "in geen van beide coderingen komt een code voor",
    "both coded ready-made passages, so where to cut was not theirs to choose": (
        "beiden codeerden vaste passages, dus waar te knippen was niet aan hen"
    ),
    "no passage was coded by two people": "geen passage is door twee mensen gecodeerd",
    "the texts are shorter than the window": "de teksten zijn korter dan het venster",
    "not defined for what was coded blind": "niet bepaald voor wat blind is gecodeerd",
    "not defined for what was coded with suggestions": (
        "niet bepaald voor wat met suggesties is gecodeerd"
    ),
    "not defined in either way of coding": "in geen van beide manieren van coderen bepaald",
    "one person has coded, so nothing is known of agreement between people": (
        "er heeft één persoon gecodeerd, dus over overeenstemming tussen mensen is niets bekend"
    ),
    "the model did not learn these codes; its suggestions go by their definitions": (
        "het model heeft deze codes niet geleerd; de suggesties gaan af op de definities"
    ),
    "the model has learned from {} of the {} interviews on which it is compared here, where it "
    'does better than elsewhere; go by the part "learned from: no", or certify': (
        "het model heeft geleerd van {} van de {} interviews waarop het hier wordt vergeleken, en "
        'doet het daar beter dan elders; ga af op het deel "van geleerd: nee", of op certify'
    ),
    "the model has learned from {} of the {} interviews on which it is compared here, where it "
    "does better than elsewhere; nothing is known here of other interviews": (
        "het model heeft geleerd van {} van de {} interviews waarop het hier wordt vergeleken, en "
        "doet het daar beter dan elders; over andere interviews is hier niets bekend"
    ),
    "of imported codings it is not known whether suggestions were in view": (
        "van geïmporteerde coderingen is niet bekend of er suggesties in beeld waren"
    ),
    "blind and assisted codings may be on other passages, which can differ in hardness": (
        "blinde coderingen en die met suggesties kunnen over andere passages gaan, die makkelijker "
        "of moeilijker zijn"
    ),
    "the codebook has changed since this run; run the study again for suggestions that go by it": (
        "het codeboek is na deze run gewijzigd; draai de studie opnieuw voor suggesties die erop "
        "afgaan"
    ),
    "{} decision(s) left out: they are on another version of a transcript, or on one that is not "
    "in this run": (
        "weggelaten beslissingen: {}; ze gaan over een andere versie van een transcript, of over "
        "een dat niet in deze run zit"
    ),
    "{} coding(s) left out: they touch no passage, so they are on what an interviewer says, or on "
    "no speech at all": (
        "weggelaten coderingen: {}; ze raken geen passage en gaan dus over wat een interviewer "
        "zegt, of over tekst die niemand zegt"
    ),
}
"""What is said in English elsewhere, in Dutch; numbers as blanks."""

NAMING: tuple[tuple[str, str, str], ...] = (
    (
        "the model gives no scores for ",
        ", so these are not compared with it",
        "het model geeft geen scores voor {}, dus die zijn niet met het model vergeleken",
    ),
    (
        "codings of codes that the codebook lacks, whose passages are left out for that coder: ",
        "; bring them along with nlp-pipeline codebook migrate",
        "coderingen met codes die het codeboek niet heeft, waarvan de passages voor die codeur "
        "zijn weggelaten: {}; neem ze mee met nlp-pipeline codebook migrate",
    ),
)
"""The same with names in it: what stands before them, what after, and all of it in Dutch."""
