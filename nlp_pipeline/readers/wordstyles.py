"""What the styles of a Word document make bold and italic."""

from collections.abc import Mapping

from lxml import etree

_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_OFF = frozenset({"0", "false", "off", "none"})

Styles = Mapping[str, tuple[bool | None, bool | None]]
"""Style id to bold and italic; None where the style does not say."""


def tag(name: str) -> str:
    """Return the full name of an element of Word's XML."""
    return f"{{{_NAMESPACES[0]}}}{name}"


def to_transitional(root: etree._Element) -> etree._Element:
    """Rename the elements of a "strict" Word document to the ones everybody writes."""
    strict = f"{{{_NAMESPACES[1]}}}"
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith(strict):
            element.tag = tag(element.tag.removeprefix(strict))
    return root


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """Return an attribute of an element, in either namespace."""
    if element is None:
        return None
    found = (element.get(f"{{{namespace}}}{name}") for namespace in _NAMESPACES)
    return next((text for text in found if text is not None), None)


def read_styles(root: etree._Element) -> Styles:
    """Return what each style of a document sets, its parents included."""
    elements = {
        style_id: style
        for style in root.iter(tag("style"))
        if (style_id := value(style, "styleId")) is not None
    }
    return {style_id: _inherited(style_id, elements) for style_id in elements}


def style_of(
    properties: etree._Element | None,
    reference: str,
    styles: Styles,
    *,
    default: tuple[bool, bool] = (False, False),
) -> tuple[bool, bool]:
    """Return bold and italic of a run or paragraph from its properties, its style, else a default.

    Args:
        properties: The ``rPr`` or ``pPr`` element.
        reference: Full name of the element that refers to a style.
        styles: The styles of the document.
        default: What holds where neither says anything.
    """
    if properties is None:
        return default
    style = styles.get(value(properties.find(reference)) or "", (None, None))
    # A paragraph's own rPr formats only its end mark.
    own = (None, None) if reference == tag("pStyle") else _own(properties)
    bold, italic = (
        next((setting for setting in settings if setting is not None), False)
        for settings in zip(own, style, default, strict=True)
    )
    return bold, italic


def _own(properties: etree._Element | None) -> tuple[bool | None, bool | None]:
    return _toggle(properties, "b"), _toggle(properties, "i")


def _toggle(properties: etree._Element | None, name: str) -> bool | None:
    element = properties.find(tag(name)) if properties is not None else None
    return None if element is None else (value(element) or "1").casefold() not in _OFF


def _inherited(
    style_id: str, elements: Mapping[str, etree._Element]
) -> tuple[bool | None, bool | None]:
    bold: bool | None = None
    italic: bool | None = None
    seen: set[str] = set()
    current: str | None = style_id
    while current is not None and current in elements and current not in seen:
        seen.add(current)
        own = _own(elements[current].find(tag("rPr")))
        bold = own[0] if bold is None else bold
        italic = own[1] if italic is None else italic
        current = value(elements[current].find(tag("basedOn")))
    return bold, italic
