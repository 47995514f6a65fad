"""The text of a source, and how positions in it become characters of the canonical text.

A tool counts code points or UTF-16 units, a CRLF as one or as two, and a byte order mark or not.
Each way of counting is a `Counting`; `Text.span` turns its positions into code points of the text
as a study has it (no mark, LF line ends, NFC).
"""

import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, product

from nlp_pipeline.ids import sha256_bytes
from nlp_pipeline.readers.canonical import canonical

_MARK = "\ufeff"
_WIDE = 0xFFFF
_HANGUL_TAILS = range(0x1160, 0x1200)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counting:
    """A way of counting positions."""

    utf16: bool = False
    crlf_is_two: bool = True
    counts_mark: bool = False

    def __str__(self) -> str:
        """Say it in words."""
        units = "UTF-16 units" if self.utf16 else "characters"
        ends = "two" if self.crlf_is_two else "one"
        mark = "counted" if self.counts_mark else "not counted"
        return f"{units}, a CRLF as {ends}, a byte order mark {mark}"


COUNTINGS = tuple(
    Counting(utf16=utf16, crlf_is_two=two, counts_mark=mark)
    for utf16, two, mark in product((False, True), (True, False), (False, True))
)
"""Every way of counting, the one on paper first."""


def text_hash(text: str) -> str:
    """Return the SHA-256 by which a text is recognised."""
    return sha256_bytes(text.encode("utf-8", errors="replace"))


class Text:
    """The text of one source as its file holds it; ``canonical`` is that text as a study has it."""

    def __init__(self, raw: str) -> None:
        """Take the decoded content of a file, with its byte order mark and its line ends."""
        self.raw = raw
        self._starts: dict[Counting, list[int]] = {}
        self._edges, parts = [0], []
        for chunk in _chunks(raw):
            parts.append(canonical(chunk))
            self._edges.append(self._edges[-1] + len(chunk))
        self._canonical_edges = [0, *accumulate(len(part) for part in parts)]
        self.canonical = "".join(parts)

    @cached_property
    def sha256(self) -> str:
        """The hash of the canonical text."""
        return text_hash(self.canonical)

    @cached_property
    def _has_wide(self) -> bool:
        return any(ord(sign) > _WIDE for sign in self.raw)

    def span(self, start: int, end: int, counting: Counting) -> tuple[int, int] | None:
        """Return where a selection starts and ends in the canonical text.

        Returns:
            None if there is no such stretch: outside the text, empty, or between the halves of one
            character.
        """
        positions = self._positions(counting)
        if not 0 <= start < end <= positions[-1]:
            return None
        first, last = bisect_right(positions, start) - 1, bisect_left(positions, end)
        if positions[first] != start or positions[last] != end:
            return None
        opening = self._canonical_edges[bisect_right(self._edges, first) - 1]
        closing = self._canonical_edges[bisect_left(self._edges, last)]
        return (opening, closing) if opening < closing else None

    def _positions(self, counting: Counting) -> list[int]:
        """Return the position before each character of the raw text, and that of the end."""
        plain = Counting(
            utf16=counting.utf16 and self._has_wide,
            crlf_is_two=counting.crlf_is_two or "\r\n" not in self.raw,
            counts_mark=counting.counts_mark and self.raw.startswith(_MARK),
        )
        if plain not in self._starts:
            self._starts[plain] = [0, *accumulate(_widths(self.raw, plain))]
        return self._starts[plain]


def _widths(raw: str, counting: Counting) -> Iterator[int]:
    before = ""
    for place, sign in enumerate(raw):
        if (sign == "\n" and before == "\r" and not counting.crlf_is_two) or (
            place == 0 and sign == _MARK and not counting.counts_mark
        ):
            yield 0
        else:
            yield 2 if counting.utf16 and ord(sign) > _WIDE else 1
        before = sign


def _chunks(raw: str) -> Iterator[str]:
    """Yield the text in parts that become canonical each on its own.

    Almost every part is one character; accents stay with their letter and LF with its CR.
    """
    simple = unicodedata.is_normalized("NFC", raw.replace(_MARK, ""))
    begin = 0
    for place in range(1, len(raw)):
        sign = raw[place]
        joins = (sign == "\n" and raw[place - 1] == "\r") or sign == _MARK
        if not joins and not simple:
            joins = _composes(sign)
        if not joins:
            yield raw[begin:place]
            begin = place
    if raw:
        yield raw[begin:]


def _composes(sign: str) -> bool:
    """Say whether a character can become one with the one before it."""
    code = ord(sign)
    return code >= 0x300 and (
        unicodedata.combining(sign) > 0 or code in _HANGUL_TAILS or sign in _second_halves()
    )


@cache
def _second_halves() -> frozenset[str]:
    """Return the characters without a combining class that Unicode composes with another."""
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(sys.maxunicode + 1))
    seconds = (chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<")
    return frozenset(second for second in seconds if not unicodedata.combining(second))
