"""The words of the Word file, in every language that it can be read in."""

from collections.abc import Mapping

from nlp_pipeline.wording import Phrases, Table

_TABLE: Table = {
    "title": ("Transcripts with suggested codes", "Transcripten met voorgestelde codes"),
    "title_blind": ("Transcripts to code", "Transcripten om te coderen"),
    "no_code": ("No code", "Geen code"),
    "step_shades": (
        "Every shaded stretch of text is one passage.",
        "Elk stuk tekst met een achtergrondkleur is één passage.",
    ),
    "step_answer": (
        "Each suggested code is a comment. Answer it with yes or no, or with the codes that apply "
        "in its place. Once you have answered or coded something in a passage, the comments there "
        "that you leave as they are count as accepted, and those that you delete as rejected.",
        "Elke voorgestelde code is een opmerking. Beantwoord die met ja of nee, of met de codes "
        "die er in plaats daarvan horen. Zodra u in een passage iets hebt beantwoord of "
        "gecodeerd, gelden opmerkingen die u daar laat staan als akkoord en opmerkingen die u "
        "verwijdert als afgewezen.",
    ),
    "step_add": (
        "To add codes, select the passage or a part of it and add a comment with their labels or "
        "ids, with ; between them. On further lines you can say why.",
        "Selecteer de passage of een deel ervan om codes toe te voegen, en maak een opmerking met "
        "hun labels of id's, met ; ertussen. Op volgende regels kunt u zeggen waarom.",
    ),
    "step_none": (
        "A comment that says: no code, tells that you have read the passage and that no code "
        "applies. A passage without any comment or answer of yours counts as not seen.",
        "Een opmerking met: geen code, zegt dat u de passage hebt gelezen en dat er geen code bij "
        "hoort. Een passage zonder opmerking of antwoord van u geldt als niet gezien.",
    ),
    "step_text": (
        "Please leave the text and the headings as they are, and save as .docx.",
        "Laat de tekst en de koppen zoals ze zijn, en bewaar het als .docx.",
    ),
    "codes": ("Codes", "Codes"),
}

_PHRASES = Phrases(_TABLE)


def phrases(language: str) -> Mapping[str, str]:
    """Return the words in one of `UI_LANGUAGES`. Raises `PipelineError` for another."""
    return _PHRASES.of(language)
