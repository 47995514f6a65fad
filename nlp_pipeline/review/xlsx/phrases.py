"""The words of the review workbook, in every language that it can be read in."""

from collections.abc import Mapping

from nlp_pipeline.wording import Phrases, Table

_TABLE: Table = {
    "sheet": ("Review", "Beoordeling"),
    "instructions": ("Instructions", "Uitleg"),
    "name": ("Your name", "Uw naam"),
    "whole": ("Whole passage", "Hele passage"),
    "suggested": ("suggested", "voorgesteld"),
    "earlier": ("Decided before", "Eerder besloten"),
    "note": ("Note", "Notitie"),
    "as_suggested": ("(as suggested)", "(zoals voorgesteld)"),
    "no_code": ("(no code)", "(geen code)"),
    "not": ("not", "niet"),
    "point": (".", ","),
    "cut": ("[... cut; too long for a cell]", "[... afgekapt; te lang voor een cel]"),
    "step_read": (
        "Each row of the sheet Review is one passage. Decide in the yellow columns; nothing else "
        "can be changed.",
        "Elke rij van het blad Beoordeling is één passage. Beslis in de gele kolommen; de rest "
        "kan niet worden gewijzigd.",
    ),
    "step_choose": (
        "Choose from the list that opens in a cell, or type. More codes in one cell: put a ; "
        "between them. Labels and code ids both do, in any language of the codebook.",
        "Kies uit de lijst die in een cel opengaat, of typ. Meer codes in één cel: zet er een ; "
        "tussen. Labels en code-id's mogen allebei, in elke taal van het codeboek.",
    ),
    "step_whole": (
        "The column Whole passage decides for all facets at once: agree with everything that is "
        "suggested, or say that no code applies. A word in the column of a facet goes before it.",
        "De kolom Hele passage beslist voor alle facetten tegelijk: akkoord met alles wat is "
        "voorgesteld, of geen enkele code. Een woord in de kolom van een facet gaat daarboven.",
    ),
    "step_facet": (
        "What you choose for a facet is all that applies: a suggested code that you do not "
        "choose is rejected.",
        "Wat u bij een facet kiest is alles wat van toepassing is: een voorgestelde code die u "
        "niet kiest, is afgewezen.",
    ),
    "step_blind": (
        "No suggestions are shown in this file, so that your codes are your own. Choose (no "
        "code) for a passage that you have read and to which no code applies.",
        "In dit bestand staan geen suggesties, zodat uw codes van uzelf zijn. Kies (geen code) "
        "bij een passage die u hebt gelezen en waar geen code bij hoort.",
    ),
    "step_empty": (
        "An empty row means: not seen yet. You can stop and go on at any moment.",
        "Een lege rij betekent: nog niet gezien. U kunt op elk moment stoppen en verdergaan.",
    ),
    "step_sort": (
        "You can filter, sort, delete rows and add columns. To sort, first choose Review > "
        "Unprotect Sheet (there is no password), and sort the whole table.",
        "U kunt filteren, sorteren, rijen verwijderen en kolommen toevoegen. Kies voor het "
        "sorteren eerst Controleren > Beveiliging blad opheffen (er is geen wachtwoord), en "
        "sorteer de hele tabel.",
    ),
    "step_back": (
        "Save it as an Excel workbook (.xlsx) and send it back to whoever made it.",
        "Sla het op als Excel-werkmap (.xlsx) en stuur het terug aan wie het heeft gemaakt.",
    ),
}

_PHRASES = Phrases(_TABLE)

_AS_SUGGESTED = (
    "as suggested, suggested, agree, agreed, ok, zoals voorgesteld, voorgesteld, akkoord"
)
_NO_CODE = "no code, no codes, none, nothing, geen code, geen codes, geen, niets, -, 0"


def phrases(language: str) -> Mapping[str, str]:
    """Return the words in one of `UI_LANGUAGES`. Raises `PipelineError` for another."""
    return _PHRASES.of(language)


def every(key: str) -> tuple[str, ...]:
    """Return one phrase in every language, to recognise it by."""
    return _PHRASES[key]


def is_as_suggested(word: str) -> bool:
    """Say whether a word means that all suggested codes apply.

    >>> is_as_suggested("(as suggested)"), is_as_suggested("Akkoord")
    (True, True)
    """
    return _bare(word) in _AS_SUGGESTED.split(", ")


def is_no_code(word: str) -> bool:
    """Say whether a word means that no code applies.

    >>> is_no_code("Geen"), is_no_code("(no code)")
    (True, True)
    """
    return _bare(word) in _NO_CODE.split(", ")


def _bare(word: str) -> str:
    return " ".join(word.casefold().split()).strip("()[]. ")
