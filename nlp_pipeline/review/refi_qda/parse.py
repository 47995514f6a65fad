"""The XML of a project as plain records, whichever tool wrote it; nothing is decided here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from nlp_pipeline.errors import InputError
from nlp_pipeline.review.refi_qda.names import same


@dataclass(frozen=True, kw_only=True, slots=True)
class FileCoding:
    """A code on a selection; ``user`` and ``code`` are GUIDs, ``created`` is a time or ""."""

    code: str
    user: str
    created: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSelection:
    """A stretch of a text; positions are as the file has them, None if they are no numbers."""

    guid: str
    name: str
    start: int | None
    end: int | None
    description: str
    codings: tuple[FileCoding, ...]
    has_notes: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSource:
    """A text; ``path`` or ``content`` tells where its words are."""

    guid: str
    name: str
    path: str
    content: str | None
    description: str
    selections: tuple[FileSelection, ...]
    whole_codings: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FileProject:
    """A project; ``codes`` maps a GUID to the path of names from the root to the code.

    ``others`` maps each kind of thing that is not read further to GUID and name of what there is.
    """

    origin: str
    users: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    sources: tuple[FileSource, ...]
    others: Mapping[str, tuple[tuple[str, str], ...]]


CASES = "case(s)"
"""How cases are called among the things that are not read further."""

_OTHERS = {
    "Notes": "memo(s)",
    "Links": "link(s)",
    "Sets": "set(s)",
    "Graphs": "map(s)",
    "Cases": CASES,
    "Variables": "variable(s)",
}
_MEDIA = {
    "PictureSource": "picture(s)",
    "PDFSource": "PDF document(s)",
    "AudioSource": "recording(s)",
    "VideoSource": "video(s)",
}


def parse_project(root: etree._Element, name: str) -> FileProject:
    """Return a project.

    Raises:
        InputError: The root element is not that of a project.
    """
    check_root(root, "Project", name)
    users = {
        same(user.get("guid")): user.get("name") or user.get("id") or ""
        for user in _inside(root, "Users", "User")
    }
    others: dict[str, tuple[tuple[str, str], ...]] = {
        what: tuple(_called(thing) for box in _named(root, tag) for thing in _elements(box))
        for tag, what in _OTHERS.items()
    }
    others |= {
        what: tuple(_called(source) for source in _inside(root, "Sources", tag))
        for tag, what in _MEDIA.items()
    }
    codes = {code: path for box in _named(root, "CodeBook") for code, path in parse_codes(box)}
    return FileProject(
        origin=root.get("origin") or "",
        users=users,
        codes=codes,
        sources=tuple(_source(source) for source in _inside(root, "Sources", "TextSource")),
        others={what: things for what, things in others.items() if things},
    )


def parse_codes(codebook: etree._Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the GUID of each code and the path of names to it, folders included."""
    for codes in _named(codebook, "Codes"):
        # A stack, not recursion: nesting in a file from elsewhere can be of any depth.
        waiting = [(code, ()) for code in reversed(list(_named(codes, "Code")))]
        stack: list[tuple[etree._Element, tuple[str, ...]]] = list(waiting)
        while stack:
            code, above = stack.pop()
            path = (*above, code.get("name") or "")
            yield same(code.get("guid")), path
            stack.extend((child, path) for child in reversed(list(_named(code, "Code"))))


def check_root(root: etree._Element, expected: str, name: str) -> None:
    """Check what a document is.

    Raises:
        InputError: Its root element has another name.
    """
    if etree.QName(root).localname != expected:
        msg = f"{name}: expected REFI-QDA with the root element {expected}, found another document"
        raise InputError(msg)


def _source(element: etree._Element) -> FileSource:
    content = next((text.text or "" for text in _named(element, "PlainTextContent")), None)
    return FileSource(
        guid=same(element.get("guid")),
        name=element.get("name") or "",
        path=element.get("plainTextPath") or "",
        content=content,
        description=_description(element),
        selections=tuple(_selection(s) for s in _named(element, "PlainTextSelection")),
        whole_codings=sum(1 for _ in _named(element, "Coding")),
    )


def _selection(element: etree._Element) -> FileSelection:
    user = element.get("creatingUser") or element.get("modifyingUser") or ""
    created = element.get("creationDateTime") or element.get("modifiedDateTime") or ""
    codings = (
        FileCoding(
            code=same(reference.get("targetGUID")),
            user=same(coding.get("creatingUser") or user),
            created=coding.get("creationDateTime") or created,
        )
        for coding in _named(element, "Coding")
        for reference in _named(coding, "CodeRef")
    )
    return FileSelection(
        guid=same(element.get("guid")),
        name=element.get("name") or "",
        start=_number(element.get("startPosition")),
        end=_number(element.get("endPosition")),
        description=_description(element),
        codings=tuple(codings),
        has_notes=next(_named(element, "NoteRef"), None) is not None,
    )


def _called(element: etree._Element) -> tuple[str, str]:
    return same(element.get("guid")), element.get("name") or ""


def _description(element: etree._Element) -> str:
    return next((found.text or "" for found in _named(element, "Description")), "")


def _number(text: str | None) -> int | None:
    # Longer digits are no position in any text, and Python refuses to convert very long ones.
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else None


def _inside(root: etree._Element, box: str, tag: str) -> Iterator[etree._Element]:
    for parent in _named(root, box):
        yield from _named(parent, tag)


def _named(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of a local name; versions of the format differ in the namespace only."""
    return (child for child in _elements(parent) if etree.QName(child).localname == name)


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    return (child for child in parent if isinstance(child.tag, str))
