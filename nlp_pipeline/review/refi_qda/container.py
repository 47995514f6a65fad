"""Opening a .qdpx or .qdc with care: nothing is unpacked to disk, no entity is followed."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from lxml import etree

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.archive import open_archive, parse_part, read_part
from nlp_pipeline.readers.signatures import reported

MAX_FILE = 1_000_000_000
"""Bytes of a whole project file; a larger one carries recordings, which are not needed here."""

MAX_TEXTS = 500_000_000
"""Bytes that all texts of a project may unpack to together."""

_INTERNAL = "internal://"
_ADVICE = "export the project from your QDA program again"


class Container:
    """An open project file: its .qde, and its texts by the path that the .qde gives."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        """Look over the parts; see `open_container` for what is refused."""
        self._archive, self._name = archive, name
        self._left = MAX_TEXTS
        # Some tools on Windows write backslashes, and capital letters in the name of the folder.
        parts = {part.replace("\\", "/"): part for part in archive.namelist()}
        if any(_leads_outside(part) for part in parts):
            msg = f"{name}: an entry of the archive points outside it; {_ADVICE}"
            raise InputError(msg)
        found = sorted(part for part in parts if part.lower().endswith(".qde") and "/" not in part)
        if len(found) != 1:
            what = "no .qde file" if not found else f"{len(found)} .qde files"
            msg = f"{name}: expected one .qde file at the root of the archive, found {what}; "
            raise InputError(msg + _ADVICE)
        self.qde = found[0]
        self._parts = {part.casefold(): original for part, original in parts.items()}

    def root(self) -> etree._Element:
        """Return the root element of the project.

        Raises:
            InputError: It is damaged, is no XML or has a document type.
        """
        original = self._parts[self.qde.casefold()]
        return without_doctype(parse_part(self._archive, original, self._name), self._name)

    def text(self, path: str) -> bytes | None:
        """Return the bytes of a source by its path in the .qde, or None if it is not there.

        Raises:
            InputError: The path leads outside the archive, or there is too much text.
        """
        inside = path.removeprefix(_INTERNAL)
        if "://" in inside:
            return None
        if _leads_outside(inside):
            msg = f"{self._name}: the path of a source leads outside the archive; {_ADVICE}"
            raise InputError(msg)
        inside = inside.replace("\\", "/").lstrip("/")
        places = (f"sources/{inside}", inside)
        part = next((self._parts[p.casefold()] for p in places if p.casefold() in self._parts), "")
        if not part:
            return None
        content = read_part(self._archive, part, self._name)
        self._left -= len(content)
        if self._left < 0:
            msg = (
                f"{self._name}: the texts unpack to more than {MAX_TEXTS // 1_000_000} MB; "
                "this is no set of interviews, and it is not read"
            )
            raise InputError(msg)
        return content


@contextmanager
def open_container(path: Path) -> Iterator[Container]:
    """Open a .qdpx file.

    Raises:
        InputError: It cannot be read, is no zip archive, is damaged or encrypted, has no .qde at
            its root or more than one, or an entry points outside it.
    """
    name = path.name
    with open_archive(read_bytes(path), name, expected="a REFI-QDA project (.qdpx)") as archive:
        yield Container(archive, name)


def read_codebook_root(path: Path) -> etree._Element:
    """Return the root element of a .qdc file.

    Raises:
        InputError: It cannot be read, is no XML or has a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    message = f"{path.name}: not well-formed XML; {_ADVICE}"
    content = read_bytes(path)
    with reported(etree.XMLSyntaxError, ValueError, message=message):
        root = etree.fromstring(content, parser)
    return without_doctype(root, path.name)


def read_bytes(path: Path) -> bytes:
    """Return a whole file.

    Raises:
        InputError: It cannot be read, or is too large.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            msg = (
                f"{path.name}: larger than {MAX_FILE // 1_000_000} MB; "
                "export the project without recordings and videos"
            )
            raise InputError(msg)
        return path.read_bytes()
    except OSError as error:
        msg = f"{path.name}: cannot be read ({error.strerror or type(error).__name__})"
        raise InputError(msg) from error


def without_doctype(root: etree._Element, name: str) -> etree._Element:
    """Return the root of a document that declares no document type.

    Raises:
        InputError: It has one, which no tool writes and which can hide entities.
    """
    about = root.getroottree().docinfo
    if any(dtd is not None for dtd in (about.internalDTD, about.externalDTD)):
        msg = f"{name}: the XML has a document type (DTD), which is refused; {_ADVICE}"
        raise InputError(msg)
    return root


def _leads_outside(path: str) -> bool:
    parts = PurePosixPath(path.replace("\\", "/"))
    return ".." in parts.parts or parts.is_absolute() or ":" in path
