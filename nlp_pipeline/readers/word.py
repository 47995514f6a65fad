"""Word documents (.docx): paragraphs and tables with what is bold and italic.

The XML is read directly: python-docx leaves out content controls, tracked insertions and line
breaks inside runs, and transcripts have all three.
"""

from collections.abc import Iterator

from lxml import etree

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.archive import open_archive, parse_part
from nlp_pipeline.readers.base import Paragraph, Reading
from nlp_pipeline.readers.columns import table_paragraphs
from nlp_pipeline.readers.runs import Run, to_paragraph
from nlp_pipeline.readers.wordstyles import (
    Styles,
    read_styles,
    style_of,
    tag,
    to_transitional,
    value,
)

_WRAPPERS = {tag(name) for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_INLINE = _WRAPPERS | {tag(name) for name in ("hyperlink", "fldSimple", "dir", "bdo")}
_CHARACTERS = {
    tag("tab"): "\t",
    tag("ptab"): "\t",
    tag("br"): "\n",
    tag("cr"): "\n",
    tag("noBreakHyphen"): "-",
}
_MAIN = ("word/document.xml", "word/document2.xml")
_OTHERS = {
    "mimetype": "an OpenDocument file (.odt)",
    "xl/workbook.xml": "an Excel workbook (.xlsx)",
    "ppt/presentation.xml": "a PowerPoint file",
}


def read(data: bytes, name: str) -> Reading:
    """Read a .docx file.

    Raises:
        InputError: It is no Word document, or it is encrypted or damaged.
    """
    with open_archive(data, name, expected="a Word document (.docx)") as archive:
        parts = archive.namelist()
        main = next((part for part in _MAIN if part in parts), None)
        if main is None:
            found = next((kind for part, kind in _OTHERS.items() if part in parts), "a zip archive")
            msg = f"{name}: expected a Word document (.docx), found {found}; correct the suffix"
            raise InputError(msg)
        root = to_transitional(parse_part(archive, main, name))
        styles: Styles = {}
        if "word/styles.xml" in parts:
            styles = read_styles(to_transitional(parse_part(archive, "word/styles.xml", name)))
    body = root.find(tag("body"))
    if body is None:
        msg = f"{name}: the Word document has no text part; open it in Word and save it again"
        raise InputError(msg)
    boxes = next(root.iter(tag("txbxContent")), None) is not None
    warnings = (f"{name}: the text in text boxes was not read",) if boxes else ()
    return Reading(paragraphs=tuple(_blocks(body, styles)), warnings=warnings)


def _blocks(parent: etree._Element, styles: Styles) -> Iterator[Paragraph]:
    for element in parent:
        if element.tag == tag("p"):
            yield _paragraph(element, styles)
        elif element.tag == tag("tbl"):
            yield from table_paragraphs([_cells(row, styles) for row in _rows(element)])
        elif element.tag in _WRAPPERS:
            yield from _blocks(element, styles)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        if element.tag == tag("tr"):
            yield element
        elif element.tag in _WRAPPERS:
            yield from _rows(element)


def _cells(row: etree._Element, styles: Styles) -> list[str]:
    cells: list[str] = []
    for element in row:
        if element.tag == tag("tc"):
            cells.append("\n".join(paragraph.text for paragraph in _blocks(element, styles)))
        elif element.tag in _WRAPPERS:
            cells.extend(_cells(element, styles))
    return cells


def _paragraph(element: etree._Element, styles: Styles) -> Paragraph:
    own = style_of(element.find(tag("pPr")), tag("pStyle"), styles)
    return to_paragraph(_runs(element, own, styles))


def _runs(parent: etree._Element, style: tuple[bool, bool], styles: Styles) -> Iterator[Run]:
    for element in parent:
        if element.tag == tag("r"):
            bold, italic = style_of(element.find(tag("rPr")), tag("rStyle"), styles, default=style)
            yield Run(text=_text(element), bold=bold, italic=italic)
        elif element.tag in _INLINE:
            yield from _runs(element, style, styles)


def _text(run: etree._Element) -> str:
    pieces: list[str] = []
    for element in run:
        if element.tag == tag("t"):
            pieces.append(element.text or "")
        elif element.tag == tag("br") and value(element, "type") == "column":
            pieces.append(" ")
        elif element.tag in _CHARACTERS:
            pieces.append(_CHARACTERS[element.tag])
    return "".join(pieces)
