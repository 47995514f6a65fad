"""Text made safe for a kind of file, without changing what can be read of it."""

import re

CELL_UNITS = 32_767
"""The most that Excel holds in one cell, in UTF-16 code units."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile("[=+\\-@\t\n＝＋－＠]")


def printable(text: str) -> str:
    r"""Return text with line ends as LF and a mark in place of each character that is no text.

    Control characters, half surrogates and non-characters are not allowed in HTML and XML.

    >>> printable("a\x00b\r\nc") == "a\ufffdb\nc"
    True
    """
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def csv_text(text: str) -> str:
    """Return text for a CSV file that may be opened in a spreadsheet.

    A spreadsheet takes a cell that starts with one of a few characters for a formula; such a text
    gets an apostrophe in front. The JSONL file beside it has the text as it was.

    >>> csv_text("=1+1")
    "'=1+1"
    """
    text = printable(text)
    return f"'{text}" if _FORMULA.match(text) else text


def cell_text(text: str, *, note: str) -> str:
    """Return text for an Excel cell.

    Args:
        text: Any text.
        note: What is put at the end of a text that Excel has no room for.
    """
    text = printable(text)
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "  # XlsxWriter would take it for its own XML of rich text and write it as it is
    if _units(text) <= CELL_UNITS:
        return text
    room = CELL_UNITS - _units(note)
    raw = text.encode("utf-16-le")[: 2 * room]
    return raw.decode("utf-16-le", errors="ignore") + note


def _units(text: str) -> int:
    return len(text) + sum(ord(character) > 0xFFFF for character in text)
