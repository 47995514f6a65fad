"""The text of a Word file with the places of its comments, and the comments themselves."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lxml import etree

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.archive import open_archive, parse_part
from nlp_pipeline.readers.wordstyles import tag, to_transitional, value
from nlp_pipeline.review.docx.package import INFO_STYLE, RECORD_NAMESPACE, SPEAKER_STYLE
from nlp_pipeline.review.shown import Record, unpack

_MAIN = ("word/document.xml", "word/document2.xml")
_SECTION = re.compile(r"_npt(\d{1,6})")
# Insertions that Word tracked are left out and deletions read: the text as it was.
_SKIPPED = {tag(name) for name in ("pPr", "rPr", "sectPr", "drawing", "pict", "object")}
_SKIPPED |= {tag(name) for name in ("ins", "moveTo", "instrText", "txbxContent")}
_CHARACTERS = {
    tag("tab"): "\t",
    tag("ptab"): "\t",
    tag("br"): "\n",
    tag("cr"): "\n",
    tag("noBreakHyphen"): "\u2011",
    tag("softHyphen"): "\u00ad",
}


@dataclass(kw_only=True)
class Section:
    """The text of one transcript; ``number`` is its position in the record, None if not told."""

    number: int | None
    name: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    is_begun: bool = False

    def add(self, text: str) -> None:
        """Add text at the end."""
        self.pieces.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        """All text, with a line end between paragraphs."""
        return "".join(self.pieces)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """A comment or an answer to one.

    ``number`` counts from 1 in the file, ``parent`` is the number of the comment that it answers,
    and ``section``, ``start`` and ``end`` are its place; None if it has none.
    """

    number: int
    author: str
    moment: str
    text: str
    parent: int | None
    section: Section | None
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WordFile:
    """What is read of a Word file; ``record`` is None when the file does not say what it showed."""

    sections: tuple[Section, ...]
    comments: tuple[Comment, ...]
    record: Record | None
    is_ours: bool


def read_word(data: bytes, name: str, *, titles: Iterable[str]) -> WordFile:
    """Read a Word file.

    Args:
        data: The file.
        name: Its name, for messages.
        titles: The names of transcripts: a paragraph that is one of them begins a transcript if
            the program's own marks are gone.

    Raises:
        InputError: It is no Word file, or it is encrypted or damaged.
    """
    with open_archive(data, name, expected="a Word document (.docx)") as archive:
        main = next((part for part in _MAIN if part in archive.namelist()), None)
        if main is None:
            msg = f"{name}: a zip archive, but not a Word document (.docx)"
            raise InputError(msg)
        root = to_transitional(parse_part(archive, main, name))
        parts = _Related(archive, main, name)
        walker = _Walker(root, titles)
        records = list(_records(archive, name))
        return WordFile(
            sections=tuple(walker.sections),
            comments=tuple(_comments(parts, walker)),
            record=next((record for record in records if record is not None), None),
            is_ours=bool(records),
        )


class _Walker:
    """Goes through the text once and notes where comments begin and end."""

    def __init__(self, root: etree._Element, titles: Iterable[str]) -> None:
        self.sections = [Section(number=None)]
        self.starts: dict[str, tuple[Section, int]] = {}
        self.ends: dict[str, tuple[Section, int]] = {}
        marked = any(_section_of(mark) is not None for mark in root.iter(tag("bookmarkStart")))
        self._titles = set() if marked else {" ".join(title.split()) for title in titles}
        self._walk(root)

    def _walk(self, parent: etree._Element) -> None:
        for element in parent:
            if element.tag == tag("p"):
                self._paragraph(element)
            elif element.tag == tag("r"):
                style = value(element.find(f"{tag('rPr')}/{tag('rStyle')}"))
                if style != SPEAKER_STYLE:
                    self._walk(element)
            elif element.tag in (tag("t"), tag("delText")):
                self.sections[-1].add(element.text or "")
            elif element.tag in _CHARACTERS:
                self.sections[-1].add(_CHARACTERS[element.tag])
            elif element.tag not in _SKIPPED and isinstance(element.tag, str):
                self._anchor(element)
                self._walk(element)

    def _paragraph(self, paragraph: etree._Element) -> None:
        number = next(
            (
                n
                for mark in paragraph.iter(tag("bookmarkStart"))
                if (n := _section_of(mark)) is not None
            ),
            None,
        )
        said = " ".join("".join(t.text or "" for t in paragraph.iter(tag("t"))).split())
        if number is not None or said in self._titles:
            self.sections.append(Section(number=number, name=said))
            return
        style = value(paragraph.find(f"{tag('pPr')}/{tag('pStyle')}"))
        if style == INFO_STYLE:
            return
        section = self.sections[-1]
        if section.is_begun:
            section.add("\n")
        section.is_begun = True
        self._walk(paragraph)

    def _anchor(self, element: etree._Element) -> None:
        place = (self.sections[-1], self.sections[-1].length)
        own = value(element, "id") or ""
        if element.tag == tag("commentRangeStart"):
            self.starts.setdefault(own, place)
        elif element.tag == tag("commentRangeEnd"):
            self.ends[own] = place
        elif element.tag == tag("commentReference"):
            self.starts.setdefault(own, place)
            self.ends.setdefault(own, place)


class _Related:
    """The parts that belong to the text, by the last word of their relationship."""

    def __init__(self, archive: zipfile.ZipFile, main: str, name: str) -> None:
        self._archive, self._name = archive, name
        folder = PurePosixPath(main).parent
        relations = f"{folder}/_rels/{PurePosixPath(main).name}.rels"
        self._parts: dict[str, str] = {}
        if relations in archive.namelist():
            for element in parse_part(archive, relations, name):
                kind = (element.get("Type") or "").rsplit("/", 1)[-1]
                target = (element.get("Target") or "").removeprefix("/")
                full = target if target in archive.namelist() else f"{folder}/{target}"
                self._parts.setdefault(kind, full)

    def elements(self, kind: str, name: str) -> Iterator[etree._Element]:
        """Yield the elements with a local name in a part, in any version of Word's namespaces."""
        part = self._parts.get(kind)
        if part in self._archive.namelist():
            root = to_transitional(parse_part(self._archive, str(part), self._name))
            for element in root.iter():
                if isinstance(element.tag, str) and etree.QName(element).localname == name:
                    yield element


def _comments(parts: _Related, walker: _Walker) -> Iterator[Comment]:
    elements = list(parts.elements("comments", "comment"))
    paragraphs = [[_local(p, "paraId") for p in each.iter(tag("p"))] for each in elements]
    numbers = {own: n for n, ids in enumerate(paragraphs, start=1) for own in ids if own}
    parents = {
        _local(each, "paraId"): _local(each, "paraIdParent")
        for each in parts.elements("commentsExtended", "commentEx")
    }
    moments = _moments(parts)
    for number, (element, ids) in enumerate(zip(elements, paragraphs, strict=True), start=1):
        own = value(element, "id") or ""
        above = next((parents[i] for i in ids if parents.get(i)), "")
        section, start = walker.starts.get(own, (None, 0))
        last, end = walker.ends.get(own, (section, start))
        exact = next((moments[i] for i in ids if i in moments), "")
        yield Comment(
            number=number,
            author=" ".join((value(element, "author") or "").split()),
            moment=exact or value(element, "date") or "",
            text="\n".join(map(_text, element.iter(tag("p")))).strip(),
            parent=numbers.get(above) if numbers.get(above) != number else None,
            section=section,
            start=start,
            end=end if last is section else section.length if section else 0,
        )


def _moments(parts: _Related) -> Mapping[str, str]:
    """Return when comments were made in UTC, by paragraph id, as newer versions of Word say it."""
    durable = {
        _local(each, "durableId"): _local(each, "dateUtc")
        for each in parts.elements("commentsExtensible", "commentExtensible")
    }
    return {
        _local(each, "paraId"): durable[_local(each, "durableId")]
        for each in parts.elements("commentsIds", "commentId")
        if durable.get(_local(each, "durableId"))
    }


def _text(paragraph: etree._Element) -> str:
    kinds = {tag("t"): None, tag("tab"): "\t", tag("br"): "\n", tag("cr"): "\n"}
    pieces = (
        element.text or "" if element.tag == tag("t") else kinds[element.tag] or ""
        for element in paragraph.iter()
        if element.tag in kinds
    )
    return "".join(pieces)


def _local(element: etree._Element, name: str) -> str:
    """Return an attribute by its local name."""
    found = (text for key, text in element.items() if etree.QName(key).localname == name)
    return str(next(found, ""))


def _section_of(mark: etree._Element) -> int | None:
    match = _SECTION.fullmatch(value(mark, "name") or "")
    return int(match[1]) if match else None


def _records(archive: zipfile.ZipFile, name: str) -> Iterator[Record | None]:
    """Yield the records of exports in a file; None for one that is damaged."""
    for part in sorted(archive.namelist()):
        if part.startswith("customXml/item") and part.endswith(".xml"):
            root = parse_part(archive, part, name)
            if root.tag == f"{{{RECORD_NAMESPACE}}}record":
                yield unpack(root.text or "")
