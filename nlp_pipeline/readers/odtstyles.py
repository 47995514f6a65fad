"""What the styles of an OpenDocument text make bold and italic."""

from collections.abc import Mapping, Sequence

from lxml import etree

_BASE = "urn:oasis:names:tc:opendocument:xmlns"
_STYLE = f"{{{_BASE}:style:1.0}}"
_FO = f"{{{_BASE}:xsl-fo-compatible:1.0}}"

FO_STYLES = f"{{{_BASE}:text:1.0}}style-name"
"""The attribute by which a paragraph or a stretch of text refers to its style."""

Formats = Mapping[str, tuple[bool | None, bool | None]]
"""Style name to bold and italic; None where the style does not say."""


def read_formats(roots: Sequence[etree._Element]) -> Formats:
    """Return what each style sets, its parents included; later parts win over earlier ones."""
    styles = {
        name: style
        for root in roots
        for style in root.iter(f"{_STYLE}style")
        if (name := style.get(f"{_STYLE}name")) is not None
    }
    return {name: _inherited(name, styles) for name in styles}


def _inherited(name: str, styles: Mapping[str, etree._Element]) -> tuple[bool | None, bool | None]:
    bold: bool | None = None
    italic: bool | None = None
    seen: set[str] = set()
    current: str | None = name
    while current is not None and current in styles and current not in seen:
        seen.add(current)
        properties = styles[current].find(f"{_STYLE}text-properties")
        if properties is not None:
            weight, slant = properties.get(f"{_FO}font-weight"), properties.get(f"{_FO}font-style")
            bold = (
                (weight in ("bold", "700", "800", "900") if weight else None)
                if bold is None
                else bold
            )
            italic = (slant != "normal" if slant else None) if italic is None else italic
        current = styles[current].get(f"{_STYLE}parent-style-name")
    return bold, italic
