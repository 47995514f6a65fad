"""Codes as people type them: by label in any language or by id, in any case, several in a row."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from nlp_pipeline.codebook import Code, Codebook, Facet

_SEPARATOR = re.compile(r"([;,|\n])")
_MOST_SHOWN = 40
_MISSPELLED = 0.85


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What a list of codes says: ids of codes without repeats, and the words that are no code."""

    codes: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Return text for comparing: one Unicode form, no capitals, single spaces.

    >>> folded("  De Zorg ")
    'de zorg'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def code_names(codebook: Codebook, language: str) -> Mapping[str, str]:
    """Return the name of each code as a person chooses it: no two the same.

    A label that another code has too gets the id behind it.
    """
    names = {code.id: " ".join(code.name(language).split()) or code.id for code in codebook}
    taken = [folded(name) for name in names.values()]
    return {
        own: name if taken.count(folded(name)) == 1 else f"{name} ({own})"
        for own, name in names.items()
    }


class CodeWords:
    """The words by which the codes of a codebook are recognised."""

    def __init__(self, codebook: Codebook) -> None:
        """Index the ids and the labels in every language."""
        self._facet_of = {code.id: facet.id for facet in codebook.facets for code in facet.codes}
        self._codes: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        for code in codebook:
            for name in _names(code):
                same = self._codes.setdefault(folded(name), [])
                self._names.setdefault(folded(name), name)
                if code.id not in same:
                    same.append(code.id)
        for own in self._facet_of:
            self._codes[folded(own)] = [own]

    def find(self, word: str, *, facet: Facet | None = None) -> str | None:
        """Return the id of the code that a word names, or None if there is none or several.

        Args:
            word: A label or an id.
            facet: Where to look first when codes of several facets have the same label.
        """
        bare = word.strip()
        found = self._codes.get(folded(bare)) or self._codes.get(folded(bare.lstrip("#")), [])
        if facet is not None:
            found = [code for code in found if self._facet_of[code] == facet.id] or found
        return found[0] if len(found) == 1 else None

    def split(self, text: str, *, facet: Facet | None = None) -> Typed:
        """Return the codes of a list such as ``barrier; system``.

        Labels that hold a separator themselves are recognised too.
        """
        tokens = _SEPARATOR.split(text)
        codes: list[str] = []
        unknown: list[str] = []
        place = 0
        while place < len(tokens):
            end = next((e for e in self._ends(tokens, place, facet)), place + 1)
            word = "".join(tokens[place:end]).strip()
            code = self.find(word, facet=facet)
            if code is not None:
                codes.append(code)
            elif word:
                unknown.append(word)
            place = end + 1
        return Typed(codes=tuple(dict.fromkeys(codes)), unknown=tuple(unknown))

    def nearest(self, word: str) -> str:
        """Return the name that is most like a word, or nothing."""
        near = get_close_matches(folded(word.lstrip("#")), self._names, n=1)
        return self._names[near[0]] if near else ""

    def is_shared(self, word: str) -> bool:
        """Tell whether a word is the label of several codes."""
        return len(self._codes.get(folded(word), ())) > 1

    def is_near(self, word: str) -> bool:
        """Tell whether a word is a code but for a letter or two."""
        return bool(get_close_matches(folded(word), self._names, n=1, cutoff=_MISSPELLED))

    def problem(self, word: str, codebook: Codebook) -> str:
        """Return what to say of a word that is no code, with the nearest code."""
        near = self.nearest(word)
        hint = f' Did you mean "{near}"?' if near else ""
        several = self._codes.get(folded(word))
        if several:
            hint = f" It is the label of several codes; write one of: {', '.join(several)}."
        shown = word if len(word) <= _MOST_SHOWN else word[:_MOST_SHOWN] + "..."
        book = f'codebook "{codebook.name}" version {codebook.version}'
        return f'"{shown}" is not a code of {book}.{hint}'

    def _ends(self, tokens: Sequence[str], place: int, facet: Facet | None) -> list[int]:
        """Return where codes that start at a token can end, the longest first."""
        ends = range(min(len(tokens), place + 9), place, -2)
        joined = ((end, "".join(tokens[place:end])) for end in ends)
        return [end for end, word in joined if self.find(word, facet=facet) is not None]


def _names(code: Code) -> list[str]:
    labels = [label for label in code.label.values() if label.strip()]
    return [code.id, *labels, *(f"{label} ({code.id})" for label in labels)]
