"""The columns of the review workbook and the hidden words by which they are known again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.review.words import words
from nlp_pipeline.review.xlsx.phrases import every, phrases
from nlp_pipeline.wording import UI_LANGUAGES

KEY = "np:key"
TEXT = "np:text"
TRANSCRIPT = "np:transcript"
NUMBER = "np:number"
WHOLE = "np:whole"
NOTE = "np:note"
CODER = "np:coder"
HEADER = "np:header"
"""In the column of keys: this row is the header, also after sorting."""

RECORD = "np:record"
"""In the first cell of the sheet that says what was shown."""

RECORD_SHEET = "_record"
LISTS_SHEET = "_lists"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column; ``is_open`` when people write in it."""

    id: str
    name: str
    width: float
    is_open: bool = False


def facet_id(facet: str) -> str:
    """Return the hidden word of the column in which one decides on a facet."""
    return f"np:facet:{facet}"


def make_columns(
    codebook: Codebook, language: str, *, blind: bool, with_earlier: bool
) -> tuple[Column, ...]:
    """Return the columns in their order."""
    word, own = words(language), phrases(language)
    columns = [
        Column(id=KEY, name="", width=2),
        Column(id=TRANSCRIPT, name=word["transcript"], width=20),
        Column(id=NUMBER, name=word["number"], width=6),
        Column(id="np:speaker", name=word["speaker"], width=12),
        Column(id="np:question", name=word["question"], width=30),
        Column(id=TEXT, name=word["passage"], width=76),
    ]
    if with_earlier:
        columns.append(Column(id="np:earlier", name=own["earlier"], width=24))
    if len(codebook.facets) > 1:
        columns.append(Column(id=WHOLE, name=own["whole"], width=18, is_open=True))
    for facet in codebook.facets:
        name = facet.name(language)
        if not blind:
            shown = f"{name}: {own['suggested']}"
            columns.append(Column(id=f"np:suggested:{facet.id}", name=shown, width=22))
        columns.append(Column(id=facet_id(facet.id), name=name, width=24, is_open=True))
    columns.append(Column(id=NOTE, name=own["note"], width=36, is_open=True))
    return tuple(columns)


def header_names(codebook: Codebook) -> dict[str, set[str]]:
    """Return the headers, in lower case, by which each column that is read is known."""
    fixed = {TRANSCRIPT: "transcript", NUMBER: "number", TEXT: "passage"}
    names = {own: _lower(words(tag)[key] for tag in UI_LANGUAGES) for own, key in fixed.items()}
    names |= {WHOLE: _lower(every("whole")), NOTE: _lower(every("note"))}
    for facet in codebook.facets:
        names[facet_id(facet.id)] = _lower([facet.id, *facet.label.values()])
    return names


def decision_ids(codebook: Codebook) -> Sequence[str]:
    """Return the hidden words of all columns in which one decides."""
    return (WHOLE, *(facet_id(facet.id) for facet in codebook.facets))


def _lower(names: Iterable[str]) -> set[str]:
    return {" ".join(name.casefold().split()) for name in names}
