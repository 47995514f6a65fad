"""OpenDocument texts (.odt), as LibreOffice writes them."""

import re
from collections.abc import Iterator

from lxml import etree

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.archive import open_archive, parse_part
from nlp_pipeline.readers.base import Paragraph, Reading
from nlp_pipeline.readers.columns import table_paragraphs
from nlp_pipeline.readers.odtstyles import FO_STYLES, Formats, read_formats
from nlp_pipeline.readers.runs import Run, to_paragraph

_BASE = "urn:oasis:names:tc:opendocument:xmlns"
_TEXT = f"{{{_BASE}:text:1.0}}"
_TABLE = f"{{{_BASE}:table:1.0}}"
_OFFICE = f"{{{_BASE}:office:1.0}}"
_MANIFEST = f"{{{_BASE}:manifest:1.0}}"
_SPACE = re.compile(r"[ \t\r\n]+")
_SKIPPED = frozenset(
    {
        f"{_TEXT}tracked-changes",
        f"{_TEXT}note",
        f"{_TEXT}table-of-content",
        f"{_TEXT}sequence-decls",
        f"{_OFFICE}annotation",
        f"{_OFFICE}forms",
        f"{{{_BASE}:drawing:1.0}}frame",
    }
)


def read(data: bytes, name: str) -> Reading:
    """Read an .odt file.

    Raises:
        InputError: It is no OpenDocument text, or it is encrypted or damaged.
    """
    with open_archive(data, name, expected="an OpenDocument text (.odt)") as archive:
        parts = archive.namelist()
        if "content.xml" not in parts:
            msg = (
                f"{name}: expected an OpenDocument text (.odt), found another zip archive; "
                "correct the suffix"
            )
            raise InputError(msg)
        if "META-INF/manifest.xml" in parts:
            manifest = parse_part(archive, "META-INF/manifest.xml", name)
            if next(manifest.iter(f"{_MANIFEST}encryption-data"), None) is not None:
                msg = f"{name}: the document is encrypted; save it without a password"
                raise InputError(msg)
        root = parse_part(archive, "content.xml", name)
        named = parse_part(archive, "styles.xml", name) if "styles.xml" in parts else None
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        msg = f"{name}: this OpenDocument file holds no text document; save it as .odt"
        raise InputError(msg)
    formats = read_formats([root] if named is None else [named, root])
    return Reading(paragraphs=tuple(_blocks(body, formats)))


def _blocks(parent: etree._Element, formats: Formats) -> Iterator[Paragraph]:
    for element in parent:
        if element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield to_paragraph(_runs(element, (False, False), formats))
        elif element.tag == f"{_TABLE}table":
            rows = element.iter(f"{_TABLE}table-row")
            yield from table_paragraphs([_cells(row, formats) for row in rows])
        elif element.tag not in _SKIPPED:
            yield from _blocks(element, formats)


def _cells(row: etree._Element, formats: Formats) -> list[str]:
    cells = (cell for cell in row if cell.tag == f"{_TABLE}table-cell")
    return ["\n".join(paragraph.text for paragraph in _blocks(cell, formats)) for cell in cells]


def _runs(element: etree._Element, inherited: tuple[bool, bool], formats: Formats) -> Iterator[Run]:
    own = formats.get(element.get(FO_STYLES) or "", (None, None))
    bold = inherited[0] if own[0] is None else own[0]
    italic = inherited[1] if own[1] is None else own[1]
    if element.tag == f"{_TEXT}tab":
        yield Run(text="\t", bold=bold, italic=italic)
    elif element.tag == f"{_TEXT}line-break":
        yield Run(text="\n", bold=bold, italic=italic)
    elif element.tag == f"{_TEXT}s":
        count = element.get(f"{_TEXT}c") or "1"
        yield Run(text=" " * (min(int(count), 100) if count.isdigit() else 1), bold=bold)
    elif element.text:
        yield Run(text=_single_spaced(element.text), bold=bold, italic=italic)
    for child in element:
        if child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _runs(child, (bold, italic), formats)
        if child.tail:
            yield Run(text=_single_spaced(child.tail), bold=bold, italic=italic)


def _single_spaced(text: str) -> str:
    """Return text as OpenDocument means it: white space in the XML is one space."""
    return _SPACE.sub(" ", text)
