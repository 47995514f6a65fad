"""Word and OpenDocument files are zip archives of XML; both are opened here, with care."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from lxml import etree

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.signatures import check, reported

MAX_UNPACKED = 250_000_000
"""Bytes that one part may unpack to; the text of a very long interview is a hundredth of it."""

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
)


@contextmanager
def open_archive(data: bytes, name: str, *, expected: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive from memory.

    Raises:
        InputError: It is no zip archive, or a damaged one.
    """
    check(data, name, signature=b"PK", expected=expected)
    message = (
        f"{name}: the file is damaged or cut off ({expected} was expected); "
        "copy it again from where it came, or open it and save it again"
    )
    with reported(*_DAMAGE, message=message):
        archive = zipfile.ZipFile(BytesIO(data))
    with archive:
        yield archive


def read_part(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """Return one part of an archive, unpacked.

    Raises:
        InputError: It is damaged, encrypted, or unpacks to more than `MAX_UNPACKED`.
    """
    info = archive.getinfo(part)
    if info.flag_bits & 1:
        msg = f"{name}: the file is encrypted; remove the password and save it again"
        raise InputError(msg)
    message = f"{name}: part {part} is damaged or cut off; copy the file again or save it again"
    with reported(*_DAMAGE, message=message), archive.open(info) as stream:
        content = stream.read(MAX_UNPACKED + 1)
    if len(content) > MAX_UNPACKED:
        msg = (
            f"{name}: part {part} unpacks to more than {MAX_UNPACKED // 1_000_000} MB; "
            "this is no transcript, and it is not read"
        )
        raise InputError(msg)
    return content


def parse_part(archive: zipfile.ZipFile, part: str, name: str) -> etree._Element:
    """Return the root element of an XML part, parsed without entities and without a network.

    Raises:
        InputError: It is damaged or is not XML; the message names the line.
    """
    content = read_part(archive, part, name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        msg = f"{name}: part {part} is not well-formed XML at line {line}; save the file again"
        raise InputError(msg) from error
