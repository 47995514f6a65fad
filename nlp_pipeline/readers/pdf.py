"""PDF files with a text layer."""

import struct
import zlib
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.base import Paragraph, Reading
from nlp_pipeline.readers.pdflines import join_lines, without_running_lines
from nlp_pipeline.readers.signatures import check

_DAMAGE = (
    PyPdfError,
    DependencyError,
    zlib.error,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What pypdf raises on damaged files: it trusts the types that the file promises."""

_TAIL = 2048


def read(data: bytes, name: str) -> Reading:
    """Read the text layer of a .pdf file.

    Page numbers and lines that return at the top or bottom of pages are left out, and lines are
    joined to paragraphs again.

    Raises:
        InputError: It is no PDF, or it is encrypted, damaged, cut off, or scanned.
    """
    check(data[:1024].lstrip(), name, signature=b"%PDF-", expected="a PDF file")
    if b"%%EOF" not in data[-_TAIL:]:
        msg = f"{name}: the PDF file is cut off (no end mark); copy it again from where it came"
        raise InputError(msg)
    pages, unread = _pages(_open(data, name), name)
    empty = [number for number, page in enumerate(pages, start=1) if not page.strip()]
    if len(empty) == len(pages):
        msg = (
            f"{name}: no text on any of its {len(pages)} page(s), so it is probably a scan; "
            "run text recognition (OCR) on it first"
        )
        raise InputError(msg)
    warnings = [f"{name}, page(s) {_listed(unread)}: damaged, not read"] if unread else []
    scanned = sorted(set(empty) - set(unread))
    if scanned:
        warnings.append(f"{name}, page(s) {_listed(scanned)}: no text, perhaps a scan or a picture")
    kept, dropped = without_running_lines([page.split("\n") for page in pages])
    if dropped:
        warnings.append(f"{name}: {dropped} page number(s), header(s) and footer(s) left out")
    paragraphs = tuple(Paragraph(text=text) for text in join_lines(kept))
    return Reading(paragraphs=paragraphs, warnings=tuple(warnings))


def _open(data: bytes, name: str) -> PdfReader:
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        # Many files are only locked against printing, and open with an empty password.
        locked = reader.is_encrypted and not reader.decrypt("")
        if not locked:
            len(reader.pages)
    except DependencyError as error:
        raise InputError(_encrypted(name)) from error
    except _DAMAGE as error:
        msg = f"{name}: the PDF file is damaged; open it and export it again"
        raise InputError(msg) from error
    if locked:
        raise InputError(_encrypted(name))
    return reader


def _pages(reader: PdfReader, name: str) -> tuple[list[str], list[int]]:
    """Return the text of every page, and the numbers of pages that cannot be read."""
    pages: list[str] = []
    unread: list[int] = []
    for number in range(len(reader.pages)):
        try:
            pages.append(reader.pages[number].extract_text())
        except DependencyError as error:
            raise InputError(_encrypted(name)) from error
        except _DAMAGE:
            pages.append("")
            unread.append(number + 1)
    if not pages or len(unread) == len(pages):
        msg = f"{name}: no page of the PDF file can be read; open it and export it again"
        raise InputError(msg)
    return pages, unread


def _encrypted(name: str) -> str:
    return f"{name}: the PDF file is encrypted; save it without a password"


def _listed(numbers: list[int], most: int = 20) -> str:
    shown = ", ".join(map(str, numbers[:most]))
    return f"{shown} and {len(numbers) - most} more" if len(numbers) > most else shown
