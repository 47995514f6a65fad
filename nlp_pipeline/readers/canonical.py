"""The canonical text: one line end, one Unicode form, no character that an export cannot hold."""

import re
import unicodedata

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NEWLINE = re.compile(r"\r\n|\r")


def canonical(text: str) -> str:
    r"""Return text with LF line ends, in NFC, without byte order marks.

    Control characters and halves of characters, which XML and Excel cannot hold, become spaces.

    >>> canonical("cafe\u0301\r\nja\x07")
    'café\nja '
    """
    text = _NEWLINE.sub("\n", text.replace("\ufeff", ""))
    return unicodedata.normalize("NFC", _ILLEGAL.sub(" ", text))


def count_illegal(text: str) -> int:
    """Return how many characters `canonical` replaces by a space."""
    return len(_ILLEGAL.findall(text))


def one_line(text: str) -> str:
    """Return canonical text with every run of white space made one space."""
    return " ".join(canonical(text).split())
