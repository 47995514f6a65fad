"""The program's own words in a REFI-QDA file, in the languages of the review files."""

from collections.abc import Mapping

from nlp_pipeline.wording import Phrases, Table

_TABLE: Table = {
    "marks": ("Review", "Beoordeling"),
    "marks_text": (
        "Not part of the codebook: marks for the review, which are read back with it.",
        "Hoort niet bij het codeboek: merken voor de beoordeling, die mee terugkomen.",
    ),
    "to_code": ("To code", "Te coderen"),
    "to_code_text": (
        "Marks a passage that is to be coded. Leave it as it is.",
        "Merkt een passage die gecodeerd moet worden. Laat dit merk staan.",
    ),
    "seen": ("Seen, no code", "Gezien, geen code"),
    "seen_text": (
        "Give this to a passage that you have read and to which no code applies.",
        "Geef dit aan een passage die u hebt gelezen en waar geen code bij hoort.",
    ),
    "include": ("Include", "Wel"),
    "exclude": ("Exclude", "Niet"),
    "examples": ("Examples", "Voorbeelden"),
    "project": (
        "Suggestions of a model, for people to decide on. Delete the codings of the model that do "
        "not apply and add your own. Give the code for seen passages to a passage without a code.",
        "Suggesties van een model, om over te beslissen. Verwijder de coderingen van het model die "
        "niet kloppen en voeg uw eigen toe. Geef een passage zonder code de code voor gezien.",
    ),
    "project_blind": (
        "To be coded without suggestions. Give the code for seen passages to a passage without "
        "a code.",
        "Te coderen zonder suggesties. Geef een passage zonder code de code voor gezien.",
    ),
    "record": (
        "Please leave the next line as it is. It says what was shown.",
        "Laat de volgende regel staan. Die zegt wat er te zien was.",
    ),
    "language": ("Language", "Taal"),
}

_PHRASES = Phrases(_TABLE)


def phrases(language: str) -> Mapping[str, str]:
    """Return the words in one of `UI_LANGUAGES`. Raises `PipelineError` for another."""
    return _PHRASES.of(language)


def every(key: str) -> tuple[str, ...]:
    """Return one phrase in every language, to recognise it by."""
    return _PHRASES[key]
