"""The words of the report of an evaluation, in every language that it can be read in."""

from collections.abc import Mapping

from nlp_pipeline.wording import Phrases, Table

_PHRASES: Table = {
    "title": ("How good are the suggestions?", "Hoe goed zijn de suggesties?"),
    "to_found": ("In short", "Kort gezegd"),
    "to_agreement": ("Kappa", "Kappa"),
    "to_per_code": ("Codes", "Codes"),
    "to_groups": ("Groups", "Groepen"),
    "to_baselines": ("Simpler ways", "Eenvoudiger"),
    "to_reliability": ("Scores", "Scores"),
    "to_risk": ("Left to the model", "Aan het model"),
    "to_confusion": ("Mix-ups", "Verwisseld"),
    "to_hard": ("Hard cases", "Moeilijk"),
    "to_transfer": ("Across languages", "Tussen talen"),
    "to_learning": ("Learning curve", "Leercurve"),
    "interface": ("Language of this page", "Taal van deze pagina"),
    "contents": ("On this page", "Op deze pagina"),
    "skip": ("Skip to the findings", "Ga naar de uitkomsten"),
    "top": ("Back to the top", "Naar boven"),
    "table": ("Table that can be scrolled sideways", "Tabel die opzij te schuiven is"),
    "no_passages_here": (
        "This page holds figures only, no words of participants.",
        "Op deze pagina staan alleen cijfers, geen woorden van deelnemers.",
    ),
    "model": ("Model", "Model"),
    "people": ("People", "Mensen"),
    "codebook": ("Codebook", "Codeboek"),
    "version": ("version", "versie"),
    "corpus": ("Corpus", "Corpus"),
    "split": ("Part", "Deel"),
    "passages": ("Passages", "Passages"),
    "interviews": ("Interviews", "Interviews"),
    "passage": ("Passage", "Passage"),
    "interview": ("Interview", "Interview"),
    "codes": ("Codes", "Codes"),
    "code": ("Code", "Code"),
    "facet": ("Facet", "Facet"),
    "coded": ("Coded", "Gecodeerd"),
    "suggested": ("Suggested", "Voorgesteld"),
    "precision": ("Precision", "Precisie"),
    "recall": ("Recall", "Recall"),
    "f1": ("F1", "F1"),
    "average_precision": ("Average precision", "Gemiddelde precisie"),
    "kappa": ("Kappa", "Kappa"),
    "people_kappa": ("Kappa of people", "Kappa van mensen"),
    "baseline": ("Simpler way", "Eenvoudiger manier"),
    "same_language": ("same language", "dezelfde taal"),
    "other_language": ("other language", "andere taal"),
    "mean_kappa": ("Mean kappa", "Gemiddelde kappa"),
    "pattern_kappa": ("Kappa of the whole", "Kappa van het geheel"),
    "macro_f1": ("Macro-F1", "Macro-F1"),
    "to": ("to", "tot"),
    "none": ("none", "geen"),
    "unnamed": ("not given", "niet opgegeven"),
    # What was found, in words.
    "found": ("In short", "Kort gezegd"),
    "found_note": (
        "Kappa is agreement beyond chance: 0 is what chance gives, 1 is agreement on every "
        "passage. The words are those of Landis and Koch (1977): up to 0.20 slight, 0.40 fair, "
        "0.60 moderate, 0.80 substantial, above that almost perfect.",
        "Kappa is overeenstemming boven toeval: 0 is wat toeval geeft, 1 is overeenstemming over "
        "elke passage. De woorden zijn die van Landis en Koch (1977): tot 0,20 gering, 0,40 matig, "
        "0,60 redelijk, 0,80 substantieel, daarboven bijna perfect.",
    ),
    "measured": (
        "The suggestions of the model were compared with the coding that people settled on, on "
        "{passages} of {interviews} (part “{split}” of the corpus).",
        "De suggesties van het model zijn vergeleken met de codering die mensen hebben "
        "vastgesteld, op {passages} uit {interviews} (deel “{split}” van het corpus).",
    ),
    "one_passage": ("1 passage", "1 passage"),
    "many_passages": ("{count} passages", "{count} passages"),
    "one_code": ("1 code", "1 code"),
    "many_codes": ("{count} codes", "{count} codes"),
    "one_interview": ("1 interview", "1 interview"),
    "many_interviews": ("{count} interviews", "{count} interviews"),
    "missing": ("No figure or no interval", "Geen cijfer of geen interval"),
    "interval_note": (
        "Intervals hold 95% of {resamples} resamples of whole interviews, so they say how much "
        "other interviews of this kind could differ.",
        "Intervallen omvatten 95% van {resamples} trekkingen van hele interviews; ze zeggen dus "
        "hoeveel andere interviews van dit soort kunnen verschillen.",
    ),
    "yardsticks": (
        "People are compared with each other before they settled their differences, the model "
        "with what they settled on. The two stand side by side, but are not the same yardstick.",
        "Mensen zijn met elkaar vergeleken voordat zij hun verschillen bespraken, het model met "
        "wat zij vaststelden. Beide staan naast elkaar, maar het is niet dezelfde maatstaf.",
    ),
    "facet_kappa": (
        "kappa is {kappa} on average over the codes: {words}.",
        "kappa is gemiddeld over de codes {kappa}: {words}.",
    ),
    "facet_people": (
        "Two people reached {kappa} with each other on the same passages: {words}.",
        "Twee mensen kwamen onderling op dezelfde passages tot {kappa}: {words}.",
    ),
    "facet_f1": ("Macro-F1 is {f1}.", "Macro-F1 is {f1}."),
    "facet_pattern": (
        "With all codes of the facet taken as one answer, kappa is {kappa}.",
        "Met alle codes van het facet als één antwoord is kappa {kappa}.",
    ),
    "facet_none": ("kappa is not defined: {reason}.", "kappa is niet bepaald: {reason}."),
    "weakest": (
        "Kappa runs from {low} for {weakest} to {high} for {strongest}.",
        "Kappa loopt van {low} voor {weakest} tot {high} voor {strongest}.",
    ),
    "calibration": (
        "Scores can be read as probabilities to within {error} on average; furthest off is "
        "{code} with {worst}.",
        "Scores zijn te lezen als kansen en zitten er gemiddeld {error} naast; het verst naast "
        "zit {code} met {worst}.",
    ),
    "left": (
        "For {some} of {all}, strong suggestions can stand unseen with at most {error} "
        "errors ({confidence} sure).",
        "Bij {some} van de {all} kunnen sterke suggesties ongezien blijven staan met hooguit "
        "{error} fouten ({confidence} zeker).",
    ),
    "left_none": (
        "Of no code can suggestions stand unseen with at most {error} errors ({confidence} sure).",
        "Van geen enkele code kunnen suggesties ongezien blijven staan met hooguit {error} fouten "
        "({confidence} zeker).",
    ),
    "beaten": (
        "In {facet}, the model does better than every baseline in mean kappa.",
        "Bij {facet} doet het model het in gemiddelde kappa beter dan elke eenvoudiger manier.",
    ),
    "not_beaten": (
        "In {facet}, the model does not do better than {names} in mean kappa.",
        "Bij {facet} doet het model het in gemiddelde kappa niet beter dan {names}.",
    ),
    # Pictures and tables.
    "agreement": ("Agreement per code", "Overeenstemming per code"),
    "agreement_note": (
        "A dot is the kappa of the model with the coding of people, the line its interval; a "
        "diamond is the kappa of two people with each other on the same passages.",
        "Een stip is de kappa van het model met de codering van mensen, de lijn het interval; een "
        "ruit is de kappa van twee mensen onderling op dezelfde passages.",
    ),
    "per_code": ("Figures per code", "Cijfers per code"),
    "per_code_note": (
        "Precision: the share of suggestions that people agree with. Recall: the share of coded "
        "passages that were suggested. F1 joins the two. Average precision: how far coded "
        "passages stand at the top when all are put in order of score.",
        "Precisie: het aandeel van de suggesties waar mensen het mee eens zijn. Recall: het "
        "aandeel van de gecodeerde passages dat is voorgesteld. F1 verenigt beide. Gemiddelde "
        "precisie: in hoeverre gecodeerde passages bovenaan staan op volgorde van score.",
    ),
    "groups": ("Languages, settings, speakers", "Talen, settings, sprekers"),
    "groups_note": (
        "Mean kappa over the codes of a facet, for a part of the passages. Small parts have wide "
        "intervals; parts of very few interviews have none.",
        "Gemiddelde kappa over de codes van een facet, voor een deel van de passages. Kleine delen "
        "hebben brede intervallen; delen met heel weinig interviews hebben er geen.",
    ),
    "baselines": ("Against simpler ways", "Vergeleken met eenvoudiger manieren"),
    "baselines_note": (
        "Mean kappa on the same passages. A model that is not clearly to the right of simple ways "
        "is not worth its trouble.",
        "Gemiddelde kappa op dezelfde passages. Een model dat niet duidelijk rechts van "
        "eenvoudige manieren staat, is de moeite niet waard.",
    ),
    "way": ("Way", "Manier"),
    "this_model": ("this model", "dit model"),
    "reliability": ("Do scores mean what they say?", "Betekenen scores wat ze zeggen?"),
    "reliability_note": (
        "Passages in groups by score. On the diagonal, a score of 0.7 is right in 70% of cases; "
        "below it the model is too sure of itself. Larger dots hold more passages. The expected "
        "calibration error is the mean distance from the diagonal; chance alone keeps it above 0.",
        "Passages gegroepeerd naar score. Op de diagonaal klopt een score van 0,7 in 70% van de "
        "gevallen; daaronder is het model te zeker van zichzelf. Grotere stippen zijn meer "
        "passages. De verwachte kalibratiefout is de gemiddelde afstand tot de diagonaal; alleen "
        "al door toeval is die groter dan 0.",
    ),
    "ece": ("calibration error", "kalibratiefout"),
    "score": ("Score", "Score"),
    "mean_score": ("Mean score", "Gemiddelde score"),
    "share_coded": ("Share coded", "Aandeel gecodeerd"),
    "numbers": ("The numbers in this picture", "De getallen in deze figuur"),
    "reliability_text": (
        "Reliability diagram of {code}; calibration error {error}.",
        "Betrouwbaarheidsdiagram van {code}; kalibratiefout {error}.",
    ),
    "risk": ("What can be left to the model", "Wat aan het model kan worden overgelaten"),
    "risk_note": (
        "Suggestions at or above a score can stand without being looked at, and passages below "
        "another need not be searched, when at most {error} go wrong; both are chosen so that "
        "this holds with {confidence} confidence, over interviews.",
        "Suggesties vanaf een score kunnen blijven staan zonder dat iemand kijkt, en passages "
        "onder een andere hoeven niet te worden doorzocht, als hooguit {error} misgaat; beide "
        "zijn zo gekozen dat dit met {confidence} zekerheid geldt, over interviews.",
    ),
    "accept": ("Let stand from score", "Laten staan vanaf score"),
    "accepted": ("Share of suggestions", "Aandeel van de suggesties"),
    "dismiss": ("Skip below score", "Overslaan onder score"),
    "dismissed": ("Share of passages", "Aandeel van de passages"),
    "coverage": ("Share of passages", "Aandeel van de passages"),
    "wrong": ("Share wrong", "Aandeel fout"),
    "risk_line": ("measured", "gemeten"),
    "bound_line": ("upper bound", "bovengrens"),
    "limit_line": ("allowed error", "toegestane fout"),
    "accept_mark": ("accept point", "acceptatiepunt"),
    "risk_curves": (
        "Risk-coverage curves: the further right, the more passages are left to the model, "
        "strongest suggestion first. They are drawn up to half wrong.",
        "Risico-dekkingscurven: hoe verder naar rechts, hoe meer passages aan het model worden "
        "overgelaten, sterkste suggestie eerst. Ze zijn getekend tot de helft fout is.",
    ),
    "risk_text_accept": (
        "Risk-coverage curve of {code}; suggestions from score {score} can stand, {share} of them.",
        "Risico-dekkingscurve van {code}; suggesties vanaf score {score} kunnen blijven staan, "
        "{share} ervan.",
    ),
    "risk_text_none": (
        "Risk-coverage curve of {code}; no suggestion can stand unseen.",
        "Risico-dekkingscurve van {code}; geen suggestie kan ongezien blijven staan.",
    ),
    "confusion": ("What is taken for what", "Wat voor wat wordt aangezien"),
    "confusion_note": (
        "In bold with a frame: codes that were rightly suggested. Elsewhere the code of the row "
        "was missed and that of the column wrongly suggested in its place. Shade is the share of "
        "the row. A passage with several codes can count more than once.",
        "Vet en omkaderd: codes die terecht zijn voorgesteld. Elders is de code van de rij gemist "
        "en die van de kolom ten onrechte in plaats daarvan voorgesteld. De tint is het aandeel "
        "van de rij. Een passage met meer codes kan meer dan eens meetellen.",
    ),
    "given": ("given by people", "door mensen gegeven"),
    "hard": ("Hard cases", "Moeilijke gevallen"),
    "hard_note": (
        "Passages that were marked beforehand as hard to code, by what makes them hard. Mean kappa "
        "over the codes of a facet. A figure on few passages says little.",
        "Passages waarvan vooraf is aangegeven dat ze moeilijk te coderen zijn, naar wat ze "
        "moeilijk maakt. Gemiddelde kappa over de codes van een facet. Een cijfer over weinig "
        "passages zegt weinig.",
    ),
    "transfer": ("From one language to another", "Van de ene taal naar de andere"),
    "transfer_note": (
        "Learned from the interviews of one language only, measured on passages of the same and of "
        "the other. Mean kappa.",
        "Geleerd van interviews in één taal, gemeten op passages in dezelfde en in de andere. "
        "Gemiddelde kappa.",
    ),
    "learned": ("Learned from → measured on", "Geleerd van → gemeten op"),
    "learning": ("How many interviews are needed?", "Hoeveel interviews zijn nodig?"),
    "learning_note": (
        "Mean kappa after learning from ever more interviews. A line that still rises says that "
        "coding more interviews will help.",
        "Gemiddelde kappa na leren van steeds meer interviews. Een lijn die nog stijgt, zegt dat "
        "meer interviews coderen helpt.",
    ),
    "learning_text": (
        "Learning curve of {facet}: mean kappa from {first} to {last}.",
        "Leercurve van {facet}: gemiddelde kappa van {first} tot {last}.",
    ),
    "coded_interviews": ("Interviews learned from", "Interviews waarvan is geleerd"),
    "method": ("Method", "Methode"),
    "draws": ("Draws", "Trekkingen"),
}

PHRASES = Phrases(_PHRASES)

_NAMES: Table = {
    "nl": ("Dutch", "Nederlands"),
    "en": ("English", "Engels"),
    "all": ("all", "alle"),
    "any": ("all hard cases", "alle moeilijke gevallen"),
    "hard": ("hard cases", "moeilijke gevallen"),
    "other": ("other", "overige"),
    "language": ("Language", "Taal"),
    "setting": ("Setting", "Setting"),
    "speaker_role": ("Role of the speaker", "Rol van de spreker"),
    "speaker_level": ("Level of the speaker", "Niveau van de spreker"),
    "role": ("Role in the talk", "Rol in het gesprek"),
    "kind": ("Kind of source", "Soort bron"),
    "country": ("Country", "Land"),
    "interview": ("interview", "interview"),
    "focus group": ("focus group", "focusgroep"),
    "field notes": ("field notes", "veldnotities"),
    "observation": ("observation", "observatie"),
    "respondent": ("respondent", "respondent"),
    "interviewer": ("interviewer", "interviewer"),
    "unknown": ("unknown", "onbekend"),
    "learned from": ("learned from", "van geleerd"),
    "yes": ("yes", "ja"),
    "no": ("no", "nee"),
    "head": ("last layer only", "alleen de laatste laag"),
    "full": ("whole model", "het hele model"),
    "none": ("not marked as hard", "niet als moeilijk gemarkeerd"),
    "absent": ("a facilitator that is not there", "iets bevorderends dat er niet is"),
    "buried": ("one coded sentence in a long stretch", "één gecodeerde zin in een lang stuk"),
    "conditional": ("if ..., then ...", "als ..., dan ..."),
    "general": (
        "general talk about barriers or success",
        "algemeen gepraat over wat hindert of helpt",
    ),
    "irony": ("irony", "ironie"),
    "levels": ("level open to two readings", "niveau op twee manieren te lezen"),
    "lost": ("something good that is gone", "iets goeds dat weg is"),
    "near": ("description that looks codable", "beschrijving die op een code lijkt"),
    "negation": ("a denial", "ontkenning"),
    "question": ("a question back", "wedervraag"),
    "reported": ("somebody else’s opinion", "mening van een ander"),
    "solved": ("a barrier being removed", "belemmering die wordt weggenomen"),
    "wish": ("a wish, a plan or a “should”", "wens, plan of “zou moeten”"),
    "majority": ("Most frequent answer", "Vaakst gegeven antwoord"),
    "keyword": ("Keywords of the codebook", "Trefwoorden uit het codeboek"),
    "definitions": ("Definitions alone, untrained", "Alleen definities, ongetraind"),
    "tfidf": ("Word counts (TF-IDF)", "Woordtellingen (TF-IDF)"),
    "frozen": ("Frozen encoder", "Bevroren encoder"),
}

NAMES = Phrases(_NAMES)
"""Names of attributes, values and ways to suggest; what is not here is shown as it is."""

REASONS: Mapping[str, str] = {
    "no passages": "geen passages",
    "no passage was coded by two people": "geen passage is door twee mensen gecodeerd",
    "no code of this facet occurs": "geen code van dit facet komt voor",
    "both coders use one value only": "beide gebruiken maar één waarde",
    "all coders use one value only": "alle codeurs gebruiken maar één waarde",
    "the first coder never gives the code": "de eerste codeur geeft de code nooit",
    "the second coder never gives the code": "de tweede codeur geeft de code nooit",
    "neither coder sets a boundary": "geen van beide codeurs zet een grens",
    "the text is shorter than the window": "de tekst is korter dan het venster",
    "the code was never suggested": "de code is nooit voorgesteld",
    "no passage carries the code": "geen passage heeft de code",
    "the code occurs in neither coding": "de code komt in geen van beide coderingen voor",
    "the figure is undefined": "het cijfer is niet bepaald",
    "undefined in most resamples": "in de meeste trekkingen niet bepaald",
    "{} passage; an interval takes {}": "{} passage; voor een interval zijn er {} nodig",
    "{} interview; an interval takes {}": "{} interview; voor een interval zijn er {} nodig",
    "{} passages; an interval takes {}": "{} passages; voor een interval zijn er {} nodig",
    "{} interviews; an interval takes {}": "{} interviews; voor een interval zijn er {} nodig",
    "too few suggestions ({})": "te weinig suggesties ({})",
    "too few passages with the code ({})": "te weinig passages met de code ({})",
    "even the surest suggestions may be wrong too often": (
        "zelfs de zekerste suggesties kunnen te vaak fout zijn"
    ),
    "no score is low enough": "geen score is laag genoeg",
    "scores of this model are not calibrated, so they are not tested as probabilities": (
        "scores van dit model zijn niet gekalibreerd en dus niet als kansen getoetst"
    ),
}
"""Dutch for reasons and notes, with braces for their numbers; others stay in English."""
