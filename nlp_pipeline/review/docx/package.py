"""The parts of a Word file around its text, and the zip archive that holds them."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from nlp_pipeline.ids import make_id
from nlp_pipeline.readers.wordstyles import tag

RECORD_NAMESPACE = "urn:nlp-pipeline:review"
"""The namespace of the part that says what was shown."""

SPEAKER_STYLE = "NpSpeaker"
"""The style of a speaker's name that is not in the text of the transcript."""

INFO_STYLE = "NpInfo"
"""The style of what this program says in the document."""

TEXT_STYLE = "NpText"
"""The style of the text of a transcript."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>
<Override PartName="/word/settings.xml" ContentType="{_WORD}.settings+xml"/>
<Override PartName="/word/comments.xml" ContentType="{_WORD}.comments+xml"/>
<Override PartName="/customXml/itemProps1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.customXmlProperties+xml"/>
</Types>
"""

# Without this Word opens the file in compatibility mode, in which comments cannot be answered.
_SETTINGS = (
    f'{_HEAD}<w:settings xmlns:w="{tag("x")[1:-2]}"><w:compat><w:compatSetting '
    'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    "</w:compat></w:settings>\n"
)


def _relations(**targets: str) -> str:
    """Return a part with relationships of kinds to targets."""
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>\n'


# The names of the program's own styles are their ids, since some programs make ids from names.
def _style(kind: str, own: str, name: str, paragraph: str = "", run: str = "") -> str:
    default = ' w:default="1"' if own in ("Normal", "DefaultParagraphFont") else ""
    properties = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    properties += f"<w:rPr>{run}</w:rPr>" if run else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{own}">'
        f'<w:name w:val="{name}"/>{properties}</w:style>'
    )


_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{tag("x")[1:-2]}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="22"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults>"
    + _style("paragraph", "Normal", "Normal")
    + _style("character", "DefaultParagraphFont", "Default Paragraph Font")
    + _style(
        "paragraph",
        "Heading1",
        "heading 1",
        '<w:keepNext/><w:pageBreakBefore/><w:spacing w:after="200"/><w:outlineLvl w:val="0"/>',
        '<w:b/><w:sz w:val="32"/>',
    )
    + _style("paragraph", "Title", "Title", '<w:spacing w:after="200"/>', '<w:sz w:val="40"/>')
    + _style("paragraph", INFO_STYLE, INFO_STYLE, '<w:spacing w:after="120" w:line="276"/>')
    + _style("paragraph", TEXT_STYLE, TEXT_STYLE, '<w:spacing w:line="300" w:lineRule="auto"/>')
    + _style("character", SPEAKER_STYLE, SPEAKER_STYLE, "", "<w:b/>")
    + _style("paragraph", "CommentText", "annotation text", "", '<w:sz w:val="20"/>')
    + _style("character", "CommentReference", "annotation reference", "", '<w:sz w:val="16"/>')
    + "</w:styles>\n"
)


def save_package(
    path: Path,
    document: etree._Element,
    comments: etree._Element,
    *,
    record: str,
    created: str,
) -> None:
    """Write the archive; the same parts give the same bytes.

    Args:
        path: The file.
        document: The text.
        comments: The comments.
        record: What the export showed, packed.
        created: When, in ISO 8601 and UTC with a Z, or "".
    """
    item = make_id("review record", record).upper()
    store = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    parts: Mapping[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(officeDocument="word/document.xml"),
        "word/document.xml": _to_bytes(document),
        "word/styles.xml": _STYLES,
        "word/settings.xml": _SETTINGS,
        "word/comments.xml": _to_bytes(comments),
        "word/_rels/document.xml.rels": _relations(
            styles="styles.xml",
            settings="settings.xml",
            comments="comments.xml",
            customXml="../customXml/item1.xml",
        ),
        "customXml/item1.xml": (
            f'{_HEAD}<record xmlns="{RECORD_NAMESPACE}" created="{created}">{record}</record>\n'
        ),
        "customXml/itemProps1.xml": (
            f'{_HEAD}<ds:datastoreItem xmlns:ds="{store}" ds:itemID="{{{item}}}"><ds:schemaRefs>'
            f'<ds:schemaRef ds:uri="{RECORD_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>\n'
        ),
        "customXml/_rels/item1.xml.rels": _relations(customXmlProps="itemProps1.xml"),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            # The system that wrote it is part of the bytes, and would differ between computers.
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def _to_bytes(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
