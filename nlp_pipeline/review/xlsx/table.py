"""Finding the rows of a review workbook again, whatever was done to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.readers.delimited import Grid
from nlp_pipeline.review.shown import Record, unpack
from nlp_pipeline.review.xlsx.columns import (
    CODER,
    HEADER,
    KEY,
    RECORD,
    TEXT,
    WHOLE,
    decision_ids,
    facet_id,
    header_names,
)

_HEADER_ROWS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row as it came back.

    ``place`` is its sheet and row for messages; ``is_first`` when it comes right below the hidden
    words, where the header is.
    """

    place: str
    cells: Mapping[str, str]
    is_first: bool

    def cell(self, column: str) -> str:
        """Return what is in a column, by its hidden word; nothing if there is no such column."""
        return self.cells.get(column, "").strip()

    @property
    def key(self) -> str:
        """The id of the passage."""
        return self.cell(KEY)

    @property
    def is_decided(self) -> bool:
        """Whether anything stands in a column to decide in."""
        return any(self.cell(own) for own in self.cells if _is_decision(own))


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The rows of one sheet; ``columns`` are the hidden words of the columns that are there."""

    columns: frozenset[str]
    rows: tuple[Row, ...]


def find_tables(sheets: Mapping[str, Grid], codebook: Codebook) -> list[Table]:
    """Return the sheets that people decided in; their order and names do not matter."""
    tables = []
    for name, grid in sheets.items():
        if _is_record(grid):
            continue
        columns, header = _by_marks(grid, codebook) or _by_names(grid, codebook) or ({}, -1)
        if columns:
            rows = tuple(_rows(name, grid, columns, header))
            tables.append(Table(columns=frozenset(columns), rows=rows))
    return tables


def find_record(sheets: Mapping[str, Grid]) -> Record | None:
    """Return what the export showed, or None if its sheet is gone or damaged."""
    for grid in sheets.values():
        if _is_record(grid):
            cells = (row[0].strip().removeprefix(".") for _, row in grid[1:] if row)
            return unpack("".join(cells))
    return None


def find_coder(sheets: Mapping[str, Grid]) -> str:
    """Return the name that the reviewer filled in, or nothing."""
    for grid in sheets.values():
        for _, cells in grid:
            if CODER in cells:
                after = cells[cells.index(CODER) + 2 :]
                return next((" ".join(cell.split()) for cell in after if cell.strip()), "")
    return ""


def _is_record(grid: Grid) -> bool:
    return bool(grid) and grid[0][1][:1] == [RECORD]


def _by_marks(grid: Grid, codebook: Codebook) -> tuple[dict[str, int], int] | None:
    """Return the columns by the hidden words above them, and in which row those are."""
    decisions = set(decision_ids(codebook))
    for number, (_, cells) in enumerate(grid):
        if decisions.intersection(cells):
            columns = {cell: at for at, cell in enumerate(cells) if cell.startswith("np:")}
            return columns, number
    return None


def _by_names(grid: Grid, codebook: Codebook) -> tuple[dict[str, int], int] | None:
    """Return the columns by their headers, where the hidden row was deleted."""
    names = header_names(codebook)
    for number, (_, cells) in enumerate(grid[:_HEADER_ROWS]):
        lower = [" ".join(cell.casefold().split()) for cell in cells]
        columns = {
            own: next(at for at, cell in enumerate(lower) if cell in wanted)
            for own, wanted in names.items()
            if wanted.intersection(lower)
        }
        if HEADER in cells:
            columns[KEY] = cells.index(HEADER)
        if any(map(_is_decision, columns)) and {KEY, TEXT}.intersection(columns):
            return columns, number
    return None


def _rows(name: str, grid: Grid, columns: Mapping[str, int], header: int) -> Iterator[Row]:
    for at, (number, cells) in enumerate(grid):
        values = {own: cells[place] if place < len(cells) else "" for own, place in columns.items()}
        if at != header and HEADER not in cells and any(value.strip() for value in values.values()):
            place = f'sheet "{name}", row {number}'
            yield Row(place=place, cells=values, is_first=at == header + 1)


def _is_decision(column: str) -> bool:
    return column == WHOLE or column.startswith(facet_id(""))
