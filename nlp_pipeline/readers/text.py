"""Plain text and Markdown: decoding, and lines to paragraphs."""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.base import Paragraph, Reading
from nlp_pipeline.readers.signatures import describe

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_EMPHASIS = re.compile(r"^(?:[#>\s]*)(\*\*\*|___|\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1\s*\\?$")
_WRAP_WIDTHS = range(40, 131)


def read(data: bytes, name: str) -> Reading:
    """Read a .txt or .md file; joined by line ends, the paragraphs are the file's own text.

    Raises:
        InputError: It is not text.
    """
    # Composed before the widths of lines are compared; that it is all canonical comes later.
    text = unicodedata.normalize("NFC", decode(data, name).replace("\ufeff", ""))
    lines = _NEWLINE.split(text)
    paragraphs = tuple(_paragraph(block, name) for block in _unwrapped(lines))
    damaged = text.count("\ufffd")
    warnings = (
        (f"{name}: {damaged} character(s) are damaged and show as U+FFFD",) if damaged else ()
    )
    return Reading(paragraphs=paragraphs, warnings=warnings)


def decode(data: bytes, name: str) -> str:
    """Return the text of a file: UTF-8, UTF-16 or UTF-32 with or without a mark, else Windows-1252.

    UTF-8 that is damaged in a few places is still read as UTF-8, with U+FFFD for the damage.

    Raises:
        InputError: It is not text.
    """
    kind = describe(data)
    if kind is not None and not data.startswith(
        (codecs.BOM_UTF8, b"ID3", b"RIFF", b"OggS", b"GIF8")
    ):
        msg = f"{name}: expected text, found {kind}; give it the suffix that fits its content"
        raise InputError(msg)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding, name)
    return _decode(data, _guess(data), name)


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding, errors="replace" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError as error:
        msg = f"{name}: not text in {encoding} at byte {error.start}; save the file as UTF-8"
        raise InputError(msg) from error
    if "\x00" in text or len(_CONTROL.findall(text)) > len(text) / 20:
        place = _CONTROL.search(text)
        msg = (
            f"{name}: this is not a text file (control character at position "
            f"{place.start() if place else 0}); save it as text in UTF-8"
        )
        raise InputError(msg)
    return text


def _guess(data: bytes) -> str:
    for parity, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        nuls, others = data[parity::2].count(0), data[1 - parity :: 2].count(0)
        if nuls and nuls >= len(data) * 0.15 and others <= nuls / 10:
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        good = len(_MULTIBYTE.findall(data))
        bad = data.decode("utf-8", errors="replace").count("\ufffd")
        truncated = data[:-4].isascii() and good and bad == 1
        return "utf-8" if bad * 2 <= good or truncated else "cp1252"
    return "utf-8"


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """Yield paragraphs: lines that an editor broke off at a fixed width stay together."""
    width = max(map(len, lines), default=0)
    forced = [
        bool(line.strip() and after.strip())
        and len(line.rstrip()) + 1 + len(after.split()[0]) > width
        for line, after in pairwise(lines)
    ]
    close = [bool(line.strip() and after.strip()) for line, after in pairwise(lines)]
    wrapped = width in _WRAP_WIDTHS and sum(forced) >= max(3, 0.7 * sum(close))
    block: list[str] = []
    for line, joins in zip(lines, [*forced, False], strict=True):
        block.append(line)
        if not (wrapped and joins):
            yield "\n".join(block)
            block = []


def _paragraph(text: str, name: str) -> Paragraph:
    if not name.lower().endswith((".md", ".markdown")):
        return Paragraph(text=text)
    match = _EMPHASIS.match(text.rstrip())
    # A mark that comes back inside means several emphasised parts, not one whole paragraph.
    if match is None or match[1] in match[2]:
        return Paragraph(text=text)
    marks = len(match[1])
    return Paragraph(text=text, bold=marks >= 2, italic=marks != 2)
