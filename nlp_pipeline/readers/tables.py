"""Tables of ready-made passages: .csv, .tsv, .xlsx and .jsonl with a column `text`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from nlp_pipeline.config import LANGUAGES
from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.canonical import canonical
from nlp_pipeline.readers.delimited import Grid, csv_grid
from nlp_pipeline.readers.headings import find_columns
from nlp_pipeline.readers.jsontext import load_json
from nlp_pipeline.readers.text import decode
from nlp_pipeline.records import OTHER_LANGUAGE

_NEWLINE = re.compile(r"\r\n|\r|\n")
_LANGUAGE_WORDS = {
    "nl": "nl nld dut nederlands dutch vlaams flemish",
    "en": "en eng engels english",
    OTHER_LANGUAGE: "other anders andere overig",
}
_MOST_PROBLEMS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """One passage of a table; ``row`` is its 1-based row in the file, where the header is row 1.

    In a .jsonl file, which has no header, ``row`` is the line. ``language`` is None where the
    table does not say it. ``text`` may be empty.
    """

    row: int
    id: str | None
    text: str
    speaker: str | None
    context: str
    language: str | None


def read_rows(data: bytes, name: str) -> tuple[TableRow, ...]:
    """Return the rows of a table in order; rows without any cell are skipped.

    Column names may be in capitals and in Dutch; columns with other names are ignored.

    Raises:
        InputError: The table cannot be read, has no column `text`, or has rows that cannot be
            used: too many or too few cells, an unknown language, an id that occurs twice.
    """
    problems: list[str] = []
    rows = tuple(_row(number, cells, problems) for number, cells in _records(data, name, problems))
    problems.extend(_duplicates(rows))
    if problems:
        shown = [f"{name}, {problem}" for problem in problems[:_MOST_PROBLEMS]]
        if len(problems) > _MOST_PROBLEMS:
            shown.append(f"{name}: and {len(problems) - _MOST_PROBLEMS} more such problems")
        raise InputError("\n".join(shown))
    return rows


def _records(
    data: bytes, name: str, problems: list[str]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".xlsx":
        # openpyxl takes a while to import, and most studies have no workbook.
        from nlp_pipeline.readers.workbook import xlsx_grid

        return _by_column(xlsx_grid(data, name), name)
    if suffix in {".csv", ".tsv"}:
        return _by_column(csv_grid(data, name), name)
    if suffix == ".jsonl":
        return _json_records(decode(data, name), name, problems)
    msg = f"{name}: not a table that is read; save it as .csv, .xlsx or .jsonl"
    raise InputError(msg)


def _by_column(grid: Grid, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    if not grid:
        msg = f'{name}: the table is empty; expected a header row with a column "text"'
        raise InputError(msg)
    columns = find_columns(grid[0][1], name)
    for number, cells in grid[1:]:
        yield (
            number,
            {field: cells[place] for field, place in columns.items() if place < len(cells)},
        )


def _json_records(
    text: str, name: str, problems: list[str]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    found = False
    # Not str.splitlines: a line separator inside a JSON string is no end of line.
    for number, line in enumerate(_NEWLINE.split(text.lstrip("\ufeff")), start=1):
        if not line.strip():
            continue
        found = True
        place = f"{name}, line {number}"
        item = load_json(line, name, line=number)
        if not isinstance(item, Mapping):
            msg = f'{place}: expected a JSON object with "text" on every line'
            raise InputError(msg)
        header = list(item)
        columns = find_columns(header, place)
        cells = {field: item[header[index]] for field, index in columns.items()}
        if any(not isinstance(cell, str | int | float | None) for cell in cells.values()):
            problems.append(f"line {number}: a value is a list or an object; expected text")
            continue
        yield number, {field: "" if cell is None else str(cell) for field, cell in cells.items()}
    if not found:
        msg = f'{name}: the table is empty; expected a JSON object with "text" on every line'
        raise InputError(msg)


def _row(number: int, cells: Mapping[str, str], problems: list[str]) -> TableRow:
    clean = {field: canonical(cell).strip() for field, cell in cells.items()}
    language = _language(clean.get("language", ""))
    if language == "":
        problems.append(
            f"row {number}: unknown language; write one of "
            f"{', '.join((*LANGUAGES, OTHER_LANGUAGE))}, or leave it empty"
        )
    return TableRow(
        row=number,
        id=clean.get("id") or None,
        text=clean.get("text", ""),
        speaker=" ".join(clean.get("speaker", "").split()) or None,
        context=clean.get("context", ""),
        language=language or None,
    )


def _language(written: str) -> str | None:
    """Return the language that a cell names, None for an empty cell, "" for an unknown word.

    >>> _language("Nederlands"), _language("en-GB"), _language("Klingon")
    ('nl', 'en', '')
    """
    word = re.split(r"[-_\s(]", written.casefold().strip(), maxsplit=1)[0]
    if not word:
        return None
    known = (language for language, words in _LANGUAGE_WORDS.items() if word in words.split())
    return next(known, "")


def _duplicates(rows: Sequence[TableRow]) -> Iterator[str]:
    places: dict[str, list[int]] = {}
    for row in rows:
        if row.id is not None:
            places.setdefault(row.id, []).append(row.row)
    for found in places.values():
        if len(found) > 1:
            shown = ", ".join(map(str, found[:_MOST_PROBLEMS]))
            yield f"rows {shown}: they have the same id; make every id different"
