"""Rich text (.rtf): paragraphs and tables with what is bold and italic.

An own parser, for striprtf returns text without any formatting, and bold and italics are what says
who speaks in many of these files.
"""

import re
from dataclasses import replace

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.base import Reading
from nlp_pipeline.readers.rtfcodes import CHARACTERS, DESTINATIONS, code_page
from nlp_pipeline.readers.rtfdocument import Document, Format
from nlp_pipeline.readers.signatures import check

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
)
_FONT = re.compile(rb"\\f(\d{1,5})[^{};]{0,200}?\\fcharset(\d{1,3})")
_FONT_TABLE = 500_000
_HYPHENS = {b"~": "\xa0", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\"}


def read(data: bytes, name: str) -> Reading:
    """Read an .rtf file.

    Raises:
        InputError: It is not RTF, or it is cut off.
    """
    check(data.lstrip(), name, signature=b"{\\rtf", expected="an RTF file")
    fonts = {
        int(font): code_page(int(charset)) for font, charset in _FONT.findall(data[:_FONT_TABLE])
    }
    page = re.search(rb"\\ansicpg(\d{1,5})", data)
    document = Document(encoding=code_page(0, int(page[1]) if page else None), fonts=fonts)
    end = _parse(data, document)
    if document.stack:
        msg = f"{name}: the file is cut off at byte {end}; copy it again or save it again"
        raise InputError(msg)
    if document.runs or document.pending:
        document.in_table = False
        document.end_paragraph()
    document.end_table()
    return Reading(paragraphs=tuple(document.paragraphs))


def _parse(data: bytes, document: Document) -> int:
    at = 0
    while at < len(data):
        match = _TOKEN.match(data, at)
        if match is None:
            at += 1
            continue
        at = match.end()
        if match.lastindex is None:
            continue  # a line end in the file means nothing
        word, number, code, symbol, brace, plain = match.groups()
        if word == b"bin":
            at += max(0, int(number or 0))
        elif brace:
            _brace(brace, document)
            if not document.stack:
                break
        elif word:
            _word(word.decode("ascii"), int(number) if number else None, document)
        elif symbol:
            _symbol(symbol, document)
        elif code or plain:
            _bytes(bytes.fromhex(code.decode("ascii")) if code else plain, document)
        document.opened = brace == b"{" or (document.opened and symbol == b"*")
    return at


def _brace(brace: bytes, document: Document) -> None:
    document.flush()
    document.skip = 0
    if brace == b"{":
        document.stack.append(document.state)
    elif document.stack:
        document.state = document.stack.pop()


def _bytes(text: bytes, document: Document) -> None:
    skipped = min(document.skip, len(text))
    document.skip -= skipped
    document.pending.extend(text[skipped:])


def _symbol(symbol: bytes, document: Document) -> None:
    if symbol == b"*" and document.opened:
        document.state = replace(document.state, hidden=True)
    elif symbol in (b"\n", b"\r"):
        document.end_paragraph()
    elif symbol in _HYPHENS:
        if document.skip:
            document.skip -= 1
        else:
            document.text(_HYPHENS[symbol])


def _word(word: str, number: int | None, document: Document) -> None:
    state = document.state
    if document.opened and word in DESTINATIONS:
        document.state = replace(state, hidden=True)
    elif word == "u" and number is not None:
        document.text(chr(number % 0x10000))
        document.skip = state.unicode_skip
    elif state.hidden:
        return
    elif word in CHARACTERS:
        document.text(CHARACTERS[word])
    elif word in ("b", "i", "plain", "f", "uc", "v"):
        document.flush()
        document.state = _formatted(word, number, state)
    else:
        _layout(word, document)


def _formatted(word: str, number: int | None, state: Format) -> Format:
    if word == "b":
        return replace(state, bold=number != 0)
    if word == "i":
        return replace(state, italic=number != 0)
    if word == "v":
        return replace(state, hidden=number != 0)
    if word == "f":
        return replace(state, font=number)
    if word == "uc":
        return replace(state, unicode_skip=max(0, number or 0))
    return replace(state, bold=False, italic=False)


def _layout(word: str, document: Document) -> None:
    if word in ("par", "sect"):
        document.end_paragraph()
    elif word in ("cell", "nestcell"):
        document.end_cell()
    elif word in ("row", "nestrow"):
        document.end_row()
    elif word == "intbl":
        document.in_table = True
    elif word == "pard":
        document.in_table = False
