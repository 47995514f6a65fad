"""What a file really is, by its first bytes, and what to do when that is not what its name says."""

from collections.abc import Iterator
from contextlib import contextmanager

from nlp_pipeline.errors import InputError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "an RTF file"),
    (b"PK\x03\x04", "a zip archive, Word, OpenDocument or Excel file"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"ID3", "an MP3 recording"),
    (b"RIFF", "a recording (RIFF)"),
    (b"OggS", "a recording (Ogg)"),
    (b"SQLite format 3", "an SQLite database"),
)


def describe(data: bytes) -> str | None:
    """Say what kind of file the bytes are, or None when they have no known signature.

    >>> describe(b"%PDF-1.7")
    'a PDF file'
    """
    if data.startswith(_OLE):
        return _describe_ole(data)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    return None


def check(data: bytes, name: str, *, signature: bytes, expected: str) -> None:
    """Check that a file begins as its suffix promises.

    Raises:
        InputError: It does not; the message says what the file is and what to do.
    """
    if data.startswith(signature):
        return
    found = describe(data) or "something else"
    if data.startswith(_OLE):
        todo = "open it in Word, remove the password if it has one, and save it as .docx"
    else:
        todo = "give it the suffix that fits its content, or save it again in the right format"
    msg = f"{name}: expected {expected}, found {found}; {todo}"
    raise InputError(msg)


@contextmanager
def reported(*foreign: type[Exception], message: str) -> Iterator[None]:
    """Turn the errors that a parsing library raises on a damaged file into an `InputError`.

    Args:
        foreign: The errors that the library is known to raise.
        message: What the user reads: file, place and what to do.
    """
    try:
        yield
    except foreign as error:
        # The library's own message may quote the file, so it is chained but not repeated.
        raise InputError(message) from error


def _describe_ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "an Office file that is encrypted with a password"
    if "WordDocument".encode("utf-16-le") in data:
        return "a Word document of before 2007 (.doc)"
    return "an Office file that is encrypted or of before 2007"
