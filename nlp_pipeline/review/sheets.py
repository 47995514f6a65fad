"""Excel workbooks with the same bytes every time, in which text is never a formula or a link."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

import xlsxwriter

from nlp_pipeline.errors import PipelineError
from nlp_pipeline.review.clean import cell_text
from nlp_pipeline.store import atomic_write

MAX_ROWS = 1_048_575
"""The rows that a sheet can hold below its header."""

_LINE, _HIGHEST = 15, 409
_A4 = 9
_CREATED = datetime(2000, 1, 1)
_OPTIONS = {
    # Nothing that a participant said is left in a temporary folder.
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(kw_only=True)
class Book:
    """A workbook being filled; the format of each set of properties is made once.

    ``note`` ends a text that Excel has no room for.
    """

    book: Any
    note: str = " [...]"
    _formats: dict[str, Any] = field(default_factory=dict)

    def sheet(self, name: str) -> Any:
        """Add a sheet and return it."""
        return self.book.add_worksheet(name)

    def form(self, **properties: object) -> Any:
        """Return the format with these XlsxWriter properties."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "top", **properties})
        return self._formats[key]

    def write(self, sheet: Any, row: int, column: int, value: object, **properties: object) -> None:
        """Write a number as a number, nothing as a blank and all else as plain text."""
        form = self.form(**properties)
        if value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, form)
        else:
            sheet.write_string(row, column, cell_text(str(value), note=self.note), form)

    def header(self, sheet: Any, columns: Sequence[tuple[str, float]]) -> None:
        """Write the names of the columns in the first row and set their widths."""
        for number, (name, width) in enumerate(columns):
            sheet.set_column(number, number, width)
            look = {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#EEF1F4"}
            self.write(sheet, 0, number, name, **look)
        sheet.set_row(0, row_height(columns))


def save_workbook(path: Path, fill: Callable[[Book], None], *, note: str = Book.note) -> None:
    """Make a workbook, let a function fill it, and write it.

    Raises:
        StoreError: The disk refuses.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        fill(Book(book=book, note=note))
    with atomic_write(path) as temporary:
        temporary.write_bytes(buffer.getvalue())


def print_wide(sheet: Any) -> None:
    """Let a sheet be printed on A4, as wide as the paper, with its header on every page."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def row_height(cells: Iterable[tuple[object, float]]) -> float:
    """Return the height of a row, in points, in which wrapped texts can be read whole.

    Excel finds it by itself, but LibreOffice does not.

    Args:
        cells: What stands in each cell, and the width of its column in characters.

    >>> row_height([("short", 20), ("a sentence that takes two lines", 20)])
    30
    """
    lines = (_lines(str(value or ""), max(1, int(width))) for value, width in cells)
    return min(_LINE * max(lines, default=1), _HIGHEST)


def _lines(text: str, width: int) -> int:
    most = width * (_HIGHEST // _LINE + 1)  # what is longer fills the highest row anyway
    return sum(len(wrap(line[:most], width)) or 1 for line in text.split("\n"))


def check_size(path: Path, rows: int) -> None:
    """Raise `PipelineError` if a sheet cannot hold this many rows below its header."""
    if rows > MAX_ROWS:
        msg = f"{path}: {rows} rows do not fit in an Excel sheet ({MAX_ROWS}); write a .csv instead"
        raise PipelineError(msg)


def write_plain_sheet(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write one sheet with a frozen header and a filter on every column.

    Raises:
        PipelineError: There are more rows than a sheet can hold.
        StoreError: The disk refuses.
    """
    check_size(path, len(rows))

    def fill(book: Book) -> None:
        sheet = book.sheet("Passages")
        book.header(sheet, [(name, 60 if name in ("text", "context") else 16) for name in columns])
        for number, cells in enumerate(rows, start=1):
            for column, value in enumerate(cells):
                is_score = isinstance(value, float)
                look = {"num_format": "0.00"} if is_score else {"text_wrap": True}
                book.write(sheet, number, column, value, **look)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)

    save_workbook(path, fill)
