"""Comma-separated files as Excel, R and survey tools write them, in whichever dialect."""

import csv
import re
from io import StringIO

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.headings import has_text_column
from nlp_pipeline.readers.text import decode

Grid = list[tuple[int, list[str]]]
"""The rows that have any cell, the first being the header, each with its number in the file."""

_DELIMITERS = (",", ";", "\t", "|")
_EXCEL_HINT = re.compile(r"\s*\"?sep=(.)\"?[^\S\r\n]*(?:\r\n|\r|\n|$)", re.IGNORECASE)


def csv_grid(data: bytes, name: str) -> Grid:
    """Return the rows of a .csv or .tsv file; the separator is found from the header.

    Raises:
        InputError: The file cannot be decoded, its quotes do not close, or a row has more or
            fewer cells than the header.
    """
    text = decode(data, name).lstrip("\ufeff")
    hint = _EXCEL_HINT.match(text)
    if hint is not None:
        text = text[hint.end() :]
    grid = _parse(text, hint[1] if hint else _delimiter(text), name)
    if grid:
        _check_widths(grid, name)
    return grid


def _delimiter(text: str) -> str:
    """Return the separator that gives a column `text`, else the one that gives most columns."""
    headers = {delimiter: _header(text, delimiter) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: (has_text_column(headers[mark]), len(headers[mark])))


def _header(text: str, delimiter: str) -> list[str]:
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                return row
    except csv.Error:
        pass  # it is reported with its row when the file is read
    return []


def _parse(text: str, delimiter: str, name: str) -> Grid:
    # Without strict, a quote that never closes would swallow the rest of the file unseen.
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    grid: Grid = []
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if any(cell.strip() for cell in row):
                grid.append((number, row))
    except csv.Error as error:
        msg = (
            f"{name}, row {number + 1} (up to line {reader.line_num}): {error}; a quote inside a "
            f"quoted cell is written twice"
        )
        raise InputError(msg) from error
    return grid


def _check_widths(grid: Grid, name: str) -> None:
    width = len(grid[0][1])
    wrong = [
        f"{name}, row {number}: {len(row)} cells where the header has {width}; check the "
        f"separators, and put quotes around a text that holds one"
        for number, row in grid[1:]
        if len(row) < width or any(cell.strip() for cell in row[width:])
    ]
    if wrong:
        more = [f"{name}: and {len(wrong) - 10} more such rows"] if len(wrong) > 10 else []
        raise InputError("\n".join(wrong[:10] + more))
