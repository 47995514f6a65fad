"""Excel workbooks of passages: the first sheet with a column `text`."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.archive import MAX_UNPACKED, open_archive
from nlp_pipeline.readers.delimited import Grid
from nlp_pipeline.readers.headings import has_text_column
from nlp_pipeline.readers.signatures import describe, reported

# What openpyxl lets through when a part is missing, cut off or not what it should be.
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
)
_MOST_ROWS = 1_048_576
_ESCAPE = re.compile(r"_x00([01][0-9A-Fa-f])_")


def xlsx_grid(data: bytes, name: str) -> Grid:
    """Return the rows of the first sheet with a column `text`, else of the first sheet.

    Numbers and dates become text. A formula gives the value that Excel stored with it, or nothing.

    Raises:
        InputError: The file is encrypted, is no Excel workbook, or is damaged.
    """
    first: Grid = []
    with _opened(data, name) as sheets:
        for sheet in sheets:
            grid = list(_rows(sheet))
            if grid and has_text_column(grid[0][1]):
                return grid
            first = first or grid
    return first


def xlsx_sheets(data: bytes, name: str) -> Mapping[str, Grid]:
    """Return the rows of every sheet by its name, hidden ones included; see `xlsx_grid`.

    Raises:
        InputError: The file is encrypted, is no Excel workbook, or is damaged.
    """
    with _opened(data, name) as sheets:
        return {str(sheet.title): list(_rows(sheet)) for sheet in sheets}


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Iterable[Any]]:
    """Open a workbook from memory and yield its sheets."""
    _check(data, name)
    message = f"{name}: the workbook is damaged or cut off; open it in Excel and save it again"
    with reported(*_DAMAGE, message=message), warnings.catch_warnings():
        # Excel's extensions that openpyxl does not know (styles, validation) hold no text.
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        try:
            yield book.worksheets
        finally:
            book.close()


def _check(data: bytes, name: str) -> None:
    found = describe(data) or ""
    if "Office file" in found or "before 2007" in found:
        msg = f"{name}: {found}; open it in Excel, remove any password and save it as .xlsx"
        raise InputError(msg)
    expected = "an Excel workbook (.xlsx)"
    with open_archive(data, name, expected=expected) as archive:
        parts = archive.infolist()
    if not any(part.filename.endswith("workbook.xml") for part in parts):
        msg = f"{name}: a zip archive, but not {expected}; give it the suffix that fits its content"
        raise InputError(msg)
    if any(part.flag_bits & 1 for part in parts):
        msg = f"{name}: the file is encrypted; remove the password and save it again"
        raise InputError(msg)
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        msg = f"{name}: it unpacks to more than {MAX_UNPACKED // 1_000_000} MB; it is not read"
        raise InputError(msg)


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # The size that a file states is often wrong, and rows beyond it would be lost.
    sheet.reset_dimensions()
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > _MOST_ROWS:
            raise OverflowError(number)
        cells = [_text(value) for value in values]
        if any(cell.strip() for cell in cells):
            yield number, cells


def _text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, dates as 2024-05-31."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _unescaped(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _unescaped(text: str) -> str:
    r"""Decode the control characters that Excel writes as codes; openpyxl leaves them.

    openpyxl also takes the escape away from a code that was typed as such, so that other codes
    are what somebody typed.

    >>> _unescaped("a_x000D_b _x0041_")
    'a\rb _x0041_'
    """
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
