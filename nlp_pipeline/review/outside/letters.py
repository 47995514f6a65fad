"""Finding a stretch of text again, however its white space came through."""

import re
import unicodedata
from collections.abc import Iterator

Span = tuple[int, int]

_WORD = re.compile(r"\S+")
_CONTEXTS = (20, 80, 320)


def bare(text: str) -> str:
    r"""Return text without any white space, in the form in which texts are compared.

    >>> bare(" a\u00a0b\n c")
    'abc'
    """
    return "".join(unicodedata.normalize("NFC", text.replace("\ufeff", "")).split())


class Letters:
    """A text whose white space does not count, and where each of its characters stands."""

    def __init__(self, text: str) -> None:
        """Index a text; it is in NFC, as every `Transcript.text` is."""
        self.text = text
        words = [(match.start(), match.group()) for match in _WORD.finditer(text)]
        self.bare = "".join(word for _, word in words)
        self._bare_at = [start + n for start, word in words for n in range(len(word))]
        self._flat = " ".join(word for _, word in words)
        self._flat_at = [start + n for start, word in words for n in range(len(word) + 1)]

    def find(self, quote: str) -> list[Span]:
        """Return where a quote stands, the first two places at most.

        Runs of white space are alike. Where a quote lacks or has too much of it, it is only found
        from the edge of a word to the edge of a word.
        """
        quote = unicodedata.normalize("NFC", quote.replace("\ufeff", ""))
        flat = " ".join(quote.split())
        if not flat:
            return []
        found = [
            (self._flat_at[at], self._flat_at[at + len(flat) - 1] + 1)
            for at in _first(self._flat, flat, 2)
        ]
        return found or self._between_words(bare(quote))

    def carry(self, source: str, start: int, end: int) -> Span | None:
        """Return where a stretch of another text with the same words stands in this one.

        Args:
            source: The other text.
            start: First character of the stretch in it.
            end: The character after the last.

        Returns:
            None if there is no such place, or more than one.
        """
        left, middle, right = bare(source[:start]), bare(source[start:end]), bare(source[end:])
        if not middle:
            return None
        if left + middle + right == self.bare:
            return self._span(len(left), len(middle))
        for size in (0, *_CONTEXTS):
            before = left[len(left) - min(size, len(left)) :]
            places = _first(self.bare, before + middle + right[:size], 2)
            if len(places) == 1:
                return self._span(places[0] + len(before), len(middle))
            if not places:
                return None
        return None

    def _span(self, at: int, length: int) -> Span:
        return self._bare_at[at], self._bare_at[at + length - 1] + 1

    def _between_words(self, letters: str) -> list[Span]:
        spans = (self._span(at, len(letters)) for at in _every(self.bare, letters))
        found: list[Span] = []
        for start, end in spans:
            if not (self._is_inside_word(start) or self._is_inside_word(end)):
                found.append((start, end))
            if len(found) == 2:
                break
        return found

    def _is_inside_word(self, at: int) -> bool:
        around = self.text[max(0, at - 1) : at + 1]
        return len(around) == 2 and around.isalnum()


def _every(text: str, part: str) -> Iterator[int]:
    """Yield where a part stands in a text; places may overlap."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _first(text: str, part: str, count: int) -> list[int]:
    return [at for at, _ in zip(_every(text, part), range(count), strict=False)]
