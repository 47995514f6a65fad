"""The rows of a table of another program, by what its columns hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.delimited import Grid, csv_grid
from nlp_pipeline.readers.workbook import xlsx_sheets
from nlp_pipeline.review.codewords import folded
from nlp_pipeline.review.outside.columns import Columns
from nlp_pipeline.review.outside.mapping import Layout, TableMapping, fit
from nlp_pipeline.review.outside.names import CodeNames
from nlp_pipeline.store import disk_error

_HEADER_ROWS = 20
_NAMES_SHOWN = 30
_LONGEST_NAME = 24
_MOST_WORDS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """One row; ``codes`` has the cells of the columns of one code each, by the code's name."""

    place: str
    cells: Mapping[str, str]
    codes: Mapping[str, str]

    def cell(self, name: str) -> str:
        """Return what stands in a field, or nothing."""
        return self.cells.get(name, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundTable:
    """The rows of one sheet or file, and the mapping that they go by."""

    mapping: TableMapping
    names: CodeNames
    rows: tuple[TableRow, ...]
    fields: frozenset[str]


def read_tables(path: Path, columns: Columns, codebook: Codebook) -> list[FoundTable]:
    """Return the tables with codings in a .csv or .xlsx file.

    Args:
        path: The file.
        columns: What the user said of the columns.
        codebook: Its codes can be headers.

    Raises:
        CodebookError: A mapping explains a name by a code that is not in the codebook.
        InputError: It cannot be read, or the columns of no sheet are recognised.
        StoreError: The disk refuses.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise disk_error(path, error, "read") from error
    if data.startswith(b"PK\x03\x04"):
        sheets = {f'sheet "{n}", ': grid for n, grid in xlsx_sheets(data, path.name).items()}
    else:
        sheets = {"": csv_grid(data, path.name)}
    ways = [(m, CodeNames(codebook, m.codes)) for m in columns.candidates()]
    tables = [
        table for name, grid in sheets.items() for table in _table(name, grid, ways, columns.needed)
    ]
    if not tables:
        raise InputError(_unknown(path.name, sheets, columns))
    return tables


def _table(
    sheet: str,
    grid: Grid,
    ways: Sequence[tuple[TableMapping, CodeNames]],
    needed: frozenset[str],
) -> Iterator[FoundTable]:
    """Yield the table of a sheet: below the first row that a mapping fits."""
    for at, (_, header) in enumerate(grid[:_HEADER_ROWS]):
        for mapping, names in ways:
            layout = fit(mapping, header, needed=needed, is_code=names.has)
            if layout is not None:
                rows = tuple(_rows(sheet, grid[at + 1 :], layout))
                fields = frozenset(layout.fields)
                yield FoundTable(mapping=mapping, names=names, rows=rows, fields=fields)
                return


def _rows(sheet: str, grid: Grid, layout: Layout) -> Iterator[TableRow]:
    for number, cells in grid:
        yield TableRow(
            place=f"{sheet}row {number}",
            cells={name: _cell(cells, at).strip() for name, at in layout.fields.items()},
            codes={name: _cell(cells, at).strip() for at, name in layout.codes.items()},
        )


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _unknown(name: str, sheets: Mapping[str, Grid], columns: Columns) -> str:
    """Return what to say of a table whose columns are not recognised."""
    headers = [grid[0][1] for grid in sheets.values() if grid]
    there = ", ".join(f'"{one}"' for one in _shown(headers[0])) if headers else "none"
    if columns.is_given:
        told = _lacking(sheets, columns)
    else:
        told = (
            "no table of codings is recognised by its columns; say which column holds what with "
            "--columns FILE.yaml or --column FIELD=HEADER (docs/outside.md)"
        )
    return f"{name}: {told}. The columns found are: {there}"


def _shown(header: Sequence[str]) -> list[str]:
    """Return the names of columns; a long cell is left out, since it can be what somebody said."""
    names = [" ".join(cell.split()) for cell in header[:_NAMES_SHOWN] if cell.strip()]
    return [
        name if len(name) <= _LONGEST_NAME and len(name.split()) <= _MOST_WORDS else "(a long cell)"
        for name in names
    ]


def _lacking(sheets: Mapping[str, Grid], columns: Columns) -> str:
    """Return which columns that the user or the mapping names are not there."""
    rows = (header for grid in sheets.values() for _, header in grid[:_HEADER_ROWS])
    there = {folded(cell) for header in rows for cell in header}
    own = [f'"{h}" ({name})' for name, h in columns.more.items() if folded(h) not in there]
    if own:
        return f"there is no column {', '.join(own)}"
    wanted = columns.candidates()[-1]
    fields = {
        name: f"{name} ({' or '.join(names)})"
        for name, names in wanted.columns.items()
        if not there & {folded(one) for one in names}
    }
    return f'the columns of the mapping "{wanted.name}" are not all there: ' + "; ".join(
        fields.values() or ("they have to stand in one row above the codings",)
    )
