"""Small files in every prose format, made by hand; and how tests look at what was read."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document

from nlp_pipeline.config import ReadSettings
from nlp_pipeline.readers import ReadResult, Source, read_source
from nlp_pipeline.records import Transcript

Styled = tuple[str, str]
"""Text and its formatting: "b", "i", "bi" or nothing."""


def read_bytes(folder: Path, name: str, data: bytes, **settings: object) -> ReadResult:
    path = folder / name
    path.write_bytes(data)
    return read_source(Source(path=path, name=name), ReadSettings(**settings))


def read_text(
    folder: Path, text: str, *, name: str = "gesprek.txt", **settings: object
) -> ReadResult:
    return read_bytes(folder, name, text.encode("utf-8"), **settings)


def turns_of(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns]


def roles_of(transcript: Transcript) -> list[str]:
    return [turn.role.value for turn in transcript.turns]


def times_of(transcript: Transcript) -> list[tuple[float | None, float | None]]:
    return [(turn.start_time, turn.end_time) for turn in transcript.turns]


def docx(*paragraphs: str | list[Styled], table: list[list[str]] | None = None) -> bytes:
    """Make a Word file; a paragraph is text or a list of formatted runs."""
    document = Document()
    for paragraph in paragraphs:
        runs = [(paragraph, "")] if isinstance(paragraph, str) else paragraph
        block = document.add_paragraph()
        for text, style in runs:
            run = block.add_run(text)
            run.bold = "b" in style or None
            run.italic = "i" in style or None
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def archive(**parts: str | bytes) -> bytes:
    """Make a zip archive; in a name, two underscores stand for a slash and one for a full stop."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(
                name if "/" in name else name.replace("__", "/").replace("_", "."), content
            )
    return stream.getvalue()


def word_xml(body: str) -> bytes:
    """Make a Word file of the XML inside its body."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    return archive(word__document_xml=xml)


_ODT = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
)
_ODT_STYLES = (
    '<style:style style:name="b" style:family="text">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="i" style:family="text">'
    '<style:text-properties fo:font-style="italic"/></style:style>'
)


def odt(*paragraphs: str | list[Styled], body: str = "", **parts: str | bytes) -> bytes:
    """Make an OpenDocument text; ``body`` is XML that follows the paragraphs."""
    blocks = []
    for paragraph in paragraphs:
        runs = [(paragraph, "")] if isinstance(paragraph, str) else paragraph
        spans = (f'<text:span text:style-name="{s}">{escape(t)}</text:span>' for t, s in runs)
        blocks.append(f"<text:p>{''.join(spans)}</text:p>")
    content = (
        f"<office:document-content {_ODT}><office:automatic-styles>{_ODT_STYLES}"
        f"</office:automatic-styles><office:body><office:text>{''.join(blocks)}{body}"
        "</office:text></office:body></office:document-content>"
    )
    return archive(mimetype="application/vnd.oasis.opendocument.text", content_xml=content, **parts)


def rtf(body: str) -> bytes:
    """Make an RTF file of RTF code without its first group."""
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}}"
    head += r"{\*\generator Hand;}\pard "
    return f"{head}{body}}}".encode("ascii")


def pdf(*pages: list[str], extra: str = "", trailer: str = "") -> bytes:
    """Make a PDF with lines of text on every page; a page without lines has no text layer."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    numbers = []
    for lines in pages:
        safe = [re.sub(r"([()])", r"\\\1", line) for line in lines]
        content = "".join(f"({line}) Tj T*\n" for line in safe)
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td\n{content}ET" if lines else "0 0 10 10 re f"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        numbers.append(len(objects) + 1)
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>"
    if extra:
        objects.append(extra)
    return _pdf_file(objects, trailer)


def _pdf_file(objects: list[str], trailer: str) -> bytes:
    data = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    return data + (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R {trailer}>>\nstartxref\n{len(data)}\n%%EOF\n"
    ).encode("ascii")
