"""Where a place in an edited text is in the text as it was."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

# What follows a line or a word belongs to it: pieces that are everywhere make comparing slow.
_LINES = re.compile(r"[^\n]+\n*|\n+")
_WORDS = re.compile(r"\w+\W*|\W+")
_MOST_PAIRS = {_LINES: 400_000_000, _WORDS: 1_000_000}


class Alignment:
    """The stretches that two texts have in common, in order."""

    def __init__(self, edited: str, original: str) -> None:
        """Compare two texts: line by line first, then word by word where lines differ."""
        self._blocks = [block for block in _blocks(edited, original) if block[2]]
        self._starts = [start for start, _, _ in self._blocks]

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a stretch of the edited text is in the original.

        Characters that were put in are left out; None if nothing of the stretch is left.

        >>> Alignment("the big cat sat", "the cat sat").span(4, 11)
        (4, 7)
        """
        first = max(0, bisect_right(self._starts, start) - 1)
        found: list[int] = []
        for here, there, length in self._blocks[first:]:
            if here >= end:
                break
            low, high = max(start, here), min(end, here + length)
            if low < high:
                found += [low - here + there, high - here + there]
        return (found[0], found[-1]) if found else None


def _blocks(edited: str, original: str) -> Iterator[tuple[int, int, int]]:
    """Yield start in the edited text, start in the original, and length."""
    yield from _between(edited, original, (_LINES, _WORDS))


def _between(
    edited: str, original: str, pieces: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[int, int, int]]:
    """Yield what two texts have in common: their ends, and pieces between those, ever smaller."""
    head = _common(edited, original)
    tail = _common(edited[head:][::-1], original[head:][::-1])
    yield 0, 0, head
    one, other = edited[head : len(edited) - tail], original[head : len(original) - tail]
    if one and other and pieces:
        for a, b, length in _by_pieces(one, other, pieces):
            yield head + a, head + b, length
    yield len(edited) - tail, len(original) - tail, tail


def _by_pieces(
    edited: str, original: str, pieces: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[int, int, int]]:
    ones, others = pieces[0].findall(edited), pieces[0].findall(original)
    if len(ones) * len(others) > _MOST_PAIRS[pieces[0]]:
        return
    here, there = _offsets(ones), _offsets(others)
    matcher = SequenceMatcher(None, ones, others, autojunk=False)
    for kind, a, a_end, b, b_end in matcher.get_opcodes():
        if kind == "equal":
            yield here[a], there[b], here[a_end] - here[a]
        elif kind == "replace":
            one, other = edited[here[a] : here[a_end]], original[there[b] : there[b_end]]
            for x, y, length in _between(one, other, pieces[1:]):
                yield here[a] + x, there[b] + y, length


def _offsets(pieces: Sequence[str]) -> list[int]:
    offsets = [0]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return offsets


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
