"""The columns of a table of passages: which are read, and by which names."""

from collections.abc import Sequence

from nlp_pipeline.errors import InputError

_COLUMNS = {
    "text": ("text", "tekst"),
    "id": ("id",),
    "speaker": ("speaker", "spreker"),
    "context": ("context", "vraag"),
    "language": ("language", "taal"),
}
"""What is read, and the names that a column may have for it; the first one found counts."""

_LONGEST_SHOWN = 24


def has_text_column(header: Sequence[str]) -> bool:
    """Say whether one of the column names is `text`.

    >>> has_text_column(["ID", " Tekst "])
    True
    """
    return any(name in _folded(header) for name in _COLUMNS["text"])


def find_columns(header: Sequence[str], place: str) -> dict[str, int]:
    """Return the position of each column that is read, by what it holds.

    Args:
        header: The names as written; capitals and spaces around them do not matter.
        place: The file and, where it has several, the sheet or line, for messages.

    Raises:
        InputError: There is no column `text`, or a name occurs twice.

    >>> find_columns(["Nr", "Tekst", "Taal"], "a.csv")
    {'text': 1, 'language': 2}
    """
    folded = _folded(header)
    found: dict[str, int] = {}
    for field, names in _COLUMNS.items():
        present = [name for name in names if name in folded]
        if any(folded.count(name) > 1 for name in present):
            msg = f'{place}: column "{present[0]}" occurs twice; rename or remove one'
            raise InputError(msg)
        if present:
            found[field] = folded.index(present[0])
    if "text" not in found:
        msg = f'{place}: no column "text"; the columns found are: {_shown(header)}'
        raise InputError(msg)
    return found


def _folded(header: Sequence[str]) -> list[str]:
    return [" ".join(cell.casefold().split()) for cell in header]


def _shown(header: Sequence[str]) -> str:
    """List column names; without a header the first row holds speech, which is not repeated."""
    names = [" ".join(cell.split()) for cell in header[:20] if cell.strip()]
    short = [
        f'"{name}"' if len(name) <= _LONGEST_SHOWN and len(name.split()) <= 3 else "(a long cell)"
        for name in names
    ]
    return ", ".join(short) or "none"
