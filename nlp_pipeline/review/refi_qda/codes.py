"""The codebook as REFI-QDA: in a project, and as a file of its own (.qdc)."""

from collections.abc import Mapping

from lxml import etree

from nlp_pipeline import __version__
from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.colors import code_colors
from nlp_pipeline.review.refi_qda.names import CODEBOOK, PROGRAM, code_names, guid
from nlp_pipeline.review.refi_qda.phrases import phrases

MARKS = ("to_code", "seen")
"""The codes of the program itself, below a folder of their own."""


def code_guid(code: str) -> str:
    """Return the GUID of a code by its id."""
    return guid("code", code)


def mark_guid(mark: str) -> str:
    """Return the GUID of one of `MARKS`."""
    return guid("mark", mark)


def to_codes(codebook: Codebook, language: str, *, namespace: str) -> etree._Element:
    """Return the ``Codes`` element: a folder for each facet with its codes, and one for the marks.

    Args:
        codebook: Any codebook.
        language: The language of names and definitions where there is a choice.
        namespace: That of a project or of a codebook; the marks are for projects only.
    """
    tree = _Tree(codebook, language, namespace)
    codes = etree.Element(f"{{{namespace}}}Codes")
    for facet in codebook.facets:
        tree.add_facet(codes, facet)
    return codes


def add_marks(codes: etree._Element, language: str, *, codebook: Codebook) -> None:
    """Add the marks of the review behind the codes of a codebook."""
    word = phrases(language)
    names = mark_names(codebook, language)
    tag = f"{{{etree.QName(codes).namespace}}}"
    folder = _folder(codes, tag, guid("mark", "folder"), names["marks"])
    etree.SubElement(folder, f"{tag}Description").text = word["marks_text"]
    for mark in MARKS:
        attributes = {"guid": mark_guid(mark), "name": names[mark], "isCodable": "true"}
        element = etree.SubElement(folder, f"{tag}Code", attributes | {"color": "#808080"})
        etree.SubElement(element, f"{tag}Description").text = word[f"{mark}_text"]


def mark_names(codebook: Codebook, language: str) -> Mapping[str, str]:
    """Return the names of the marks, different from every name in the codebook."""
    word = phrases(language)
    taken = {name.casefold() for name in code_names(codebook, language).values()}
    return {
        key: word[key] if word[key].casefold() not in taken else f"{word[key]} (review)"
        for key in ("marks", *MARKS)
    }


def codebook_file(codebook: Codebook, language: str) -> bytes:
    """Return a .qdc file."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK})  # type: ignore[dict-item]
    root.set("origin", f"{PROGRAM} {__version__}")
    root.append(to_codes(codebook, language, namespace=CODEBOOK))
    return to_bytes(root)


def to_bytes(root: etree._Element) -> bytes:
    """Return an XML document as UTF-8 with LF line ends."""
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


class _Tree:
    """Builds the nested ``Code`` elements of one codebook."""

    def __init__(self, codebook: Codebook, language: str, namespace: str) -> None:
        self._language = language
        self._word = phrases(language)
        self._names = code_names(codebook, language)
        self._colors = code_colors(codebook)
        self._tag = f"{{{namespace}}}"

    def add_facet(self, parent: etree._Element, facet: Facet) -> None:
        name = self._names[f"facet:{facet.id}"]
        folder = _folder(parent, self._tag, guid("facet", facet.id), name)
        children: dict[str | None, list[Code]] = {}
        for code in facet.codes:
            children.setdefault(code.parent, []).append(code)
        self._add_codes(folder, None, children)

    def _add_codes(
        self,
        above: etree._Element,
        parent: str | None,
        children: Mapping[str | None, list[Code]],
    ) -> None:
        for code in children.get(parent, ()):
            attributes = {
                "guid": code_guid(code.id),
                "name": printable(self._names[code.id]),
                "isCodable": "true",
                "color": self._colors[code.id].upper(),
            }
            element = etree.SubElement(above, f"{self._tag}Code", attributes)
            if text := self._description(code):
                etree.SubElement(element, f"{self._tag}Description").text = text
            self._add_codes(element, code.id, children)

    def _description(self, code: Code) -> str:
        lists = {"include": code.include, "exclude": code.exclude, "examples": code.examples}
        parts = [code.meaning(self._language)]
        parts += [f"{self._word[key]}: {' / '.join(of)}" for key, of in lists.items() if of]
        return printable("\n".join(part for part in parts if part))


def _folder(parent: etree._Element, tag: str, own: str, name: str) -> etree._Element:
    attributes = {"guid": own, "name": printable(name), "isCodable": "false"}
    return etree.SubElement(parent, f"{tag}Code", attributes)
