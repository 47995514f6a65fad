"""The words of the review files, in every language that they can be read in."""

from collections.abc import Mapping

from nlp_pipeline.wording import Phrases, Table

_TABLE: Table = {
    "title": ("Suggested codes", "Voorgestelde codes"),
    "what": (
        "A model has read these transcripts and suggests codes. It makes mistakes and misses "
        "things. People decide what a passage means.",
        "Een model heeft deze transcripten gelezen en stelt codes voor. Het maakt fouten en ziet "
        "dingen over het hoofd. Mensen bepalen wat een passage betekent.",
    ),
    "note_probability": (
        "The number beside a code is the model's estimate, between 0 and 1, of the probability "
        "that the code applies.",
        "Het getal naast een code is de schatting van het model, tussen 0 en 1, van de kans dat "
        "de code van toepassing is.",
    ),
    "note_score": (
        "The number beside a code is a score between 0 and 1. A higher score is a stronger "
        "suggestion, but it is not a probability.",
        "Het getal naast een code is een score tussen 0 en 1. Een hogere score is een sterkere "
        "suggestie, maar het is geen kans.",
    ),
    "note_likeness": (
        "No model was trained on this codebook. Each passage was only compared with what the "
        "codebook says of each code, and the codes that it is most like are shown. The number "
        "beside a code is that likeness, between 0 and 1. It is not a probability, and many of "
        "these suggestions will be wrong.",
        "Voor dit codeboek is geen model getraind. Elke passage is alleen vergeleken met wat het "
        "codeboek over elke code zegt, en de codes waar die het meest op lijkt staan erbij. Het "
        "getal naast een code is die gelijkenis, tussen 0 en 1. Het is geen kans, en veel van "
        "deze suggesties zullen niet kloppen.",
    ),
    "private": (
        "This file holds what participants said. Keep it where you keep the transcripts.",
        "Dit bestand bevat wat deelnemers hebben gezegd. Bewaar het waar u de transcripten "
        "bewaart.",
    ),
    "kept": ("Kept for the test: code it blind first", "Voor de test: eerst blind coderen"),
    "kept_short": ("test", "test"),
    "kept_note": (
        "Models are measured on the transcripts that are marked as a test. Have people code "
        "them without suggestions (nlp-pipeline next or sample) before they read what "
        "is suggested here; afterwards it is too late.",
        "Op de transcripten met het merk test worden modellen gemeten. Laat mensen die "
        "coderen zonder suggesties (nlp-pipeline next of sample) voordat zij lezen wat hier wordt "
        "voorgesteld; daarna kan het niet meer.",
    ),
    "model": ("Model", "Model"),
    "codebook": ("Codebook", "Codeboek"),
    "version": ("version", "versie"),
    "transcript": ("Transcript", "Transcript"),
    "transcripts": ("Transcripts", "Transcripten"),
    "passage": ("Passage", "Passage"),
    "passages": ("Passages", "Passages"),
    "passage_id": ("Passage id", "Passage-id"),
    "number": ("No.", "Nr."),
    "speaker": ("Speaker", "Spreker"),
    "role": ("Role", "Rol"),
    "interviewer": ("interviewer", "interviewer"),
    "respondent": ("respondent", "respondent"),
    "unknown": ("unknown", "onbekend"),
    "language": ("Language", "Taal"),
    "question": ("Question", "Vraag"),
    "with_code": ("With a suggestion", "Met een suggestie"),
    "without_code": ("Without a suggestion", "Zonder suggestie"),
    "not_classified": ("Not classified", "Niet geclassificeerd"),
    "not_classified_why": (
        "Not classified: the model does not read this language or speaker.",
        "Niet geclassificeerd: het model leest deze taal of spreker niet.",
    ),
    "facet": ("Facet", "Facet"),
    "code": ("Code", "Code"),
    "code_id": ("Code id", "Code-id"),
    "parent": ("Nested under", "Valt onder"),
    "color": ("Colour", "Kleur"),
    "label": ("Label", "Label"),
    "definition": ("Definition", "Definitie"),
    "include": ("Include", "Wel"),
    "exclude": ("Exclude", "Niet"),
    "examples": ("Examples", "Voorbeelden"),
    "verdict": ("Verdict", "Oordeel"),
    "verdict_meaning": ("What the verdict means", "Wat het oordeel betekent"),
    "verdict_note": (
        "The verdict is that of the certificate of this study: what may be left to the model, "
        "measured on interviews that people coded blind.",
        "Het oordeel is dat van het certificaat van deze studie: wat aan het model kan worden "
        "overgelaten, gemeten op interviews die mensen blind hebben gecodeerd.",
    ),
    "counts": ("Counts", "Aantallen"),
    "about": ("About", "Toelichting"),
    "all": ("All", "Alle"),
    "share": ("Share", "Aandeel"),
    "score": ("Score", "Score"),
    "probability": ("Probability", "Kans"),
    "likeness": ("Untrained likeness", "Ongetrainde gelijkenis"),
    "untrained": ("Untrained", "Ongetraind"),
    "alike": ("likeness", "gelijkenis"),
    "scores": ("Spread of scores", "Spreiding van scores"),
    "probabilities": ("Spread of probabilities", "Spreiding van kansen"),
    "likenesses": ("Spread of likeness", "Spreiding van gelijkenis"),
    "cut": (
        "[... cut; all of it is in passages.jsonl]",
        "[... afgekapt; alles staat in passages.jsonl]",
    ),
    "chart_title": ("Passages per suggested code", "Passages per voorgestelde code"),
    "per_code": ("Codes", "Codes"),
    "per_code_note": (
        "How many passages each code is suggested for, and as a share of the passages that were "
        "classified. A passage can have several codes.",
        "Voor hoeveel passages elke code is voorgesteld, en als aandeel van de passages die zijn "
        "geclassificeerd. Een passage kan meerdere codes hebben.",
    ),
    "scores_note": (
        "The spread runs from 0 on the left to 1 on the right, low to high; in coloured columns "
        "the code is suggested for most passages.",
        "De spreiding loopt van 0 links tot 1 rechts; in gekleurde kolommen is de code voor de "
        "meeste passages voorgesteld.",
    ),
    "crossed": ("Facets crossed", "Facetten gekruist"),
    "crossed_note": (
        "How many passages have both codes. Choose a number to read those passages.",
        "Hoeveel passages beide codes hebben. Kies een getal om die passages te lezen.",
    ),
    "per_transcript": ("Per transcript", "Per transcript"),
    "per_transcript_note": (
        "Suggested codes in each transcript. Choose a name to read it.",
        "Voorgestelde codes in elk transcript. Kies een naam om het te lezen.",
    ),
    "contents": ("On this page", "Op deze pagina"),
    "filter": ("Filter", "Filter"),
    "search": ("Words in the passage", "Woorden in de passage"),
    "all_transcripts": ("All transcripts", "Alle transcripten"),
    "only_coded": ("Only with suggestions", "Alleen met suggesties"),
    "clear": ("Clear", "Wissen"),
    "of": ("of", "van"),
    "nothing_found": ("No passage matches.", "Geen passage voldoet."),
    "no_passages": ("There are no passages.", "Er zijn geen passages."),
    "no_suggestions": (
        "No code is suggested for any passage.",
        "Voor geen enkele passage is een code voorgesteld.",
    ),
    "top": ("Back to the top", "Naar boven"),
    "skip": ("Skip to the transcripts", "Ga naar de transcripten"),
    "interface": ("Language of this page", "Taal van deze pagina"),
    "no_definition": ("No definition.", "Geen definitie."),
    "how_to_read": (
        "Bold scores belong to suggested codes. Filter the columns of suggested codes to read what "
        "belongs together.",
        "Vette scores horen bij voorgestelde codes. Filter de kolommen met voorgestelde codes om "
        "te lezen wat bij elkaar hoort.",
    ),
}

_WORDS = Phrases(_TABLE)


def words(language: str) -> Mapping[str, str]:
    """Return the words of the review files in one of `UI_LANGUAGES`. Raises `PipelineError`."""
    return _WORDS.of(language)
