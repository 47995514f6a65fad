"""The names that other programs have for codes, coders and transcripts, recognised in a study."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.decisions.place import folded as folded_name
from nlp_pipeline.decisions.place import names_of
from nlp_pipeline.records import Transcript
from nlp_pipeline.review.codewords import CodeWords, folded
from nlp_pipeline.review.refi_qda.match import Mark, Meaning, match_codes
from nlp_pipeline.review.refi_qda.names import source_names

MOST_SHOWN = 40
"""A longer name of a code is not repeated: it can be what a participant said."""

_PATHS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s*>\s*",
        r"\\+",
        r"\s*::?\s*",
        r"\s*/\s*",
        r"\s*[→»|]\s*",
        r"\.",
        r"\s*(?:>|\\+|::?|/|→|»)\s*",
    )
)
_NUMBERED = re.compile(r"(?:d\s*)?\d+\s*:\s*(?=\S)|d\s?\d+\s+(?=\S)")
_MOST_JOINED = 9


class CodeNames:
    """The codes of a codebook by id, by label and by path, as other programs write them."""

    def __init__(self, codebook: Codebook, given: Mapping[str, str | None] | None = None) -> None:
        """Index the codes.

        Args:
            codebook: That of the study.
            given: Names that the user explained: to the id of a code, or None to leave it out.

        Raises:
            CodebookError: A name was explained by a code that is not in the codebook.
        """
        self._codebook = codebook
        self._words = CodeWords(codebook)
        self._given = {
            folded(name): None if code is None else self._words.find(code) or codebook.code(code).id
            for name, code in (given or {}).items()
        }
        self.find = cache(self._find)

    def split(self, text: str, separators: Sequence[str]) -> list[str]:
        """Return the names in a cell; a known name may hold a separator itself.

        Args:
            text: The cell.
            separators: What stands between names; none if a cell has one name.
        """
        if not separators:
            return [text.strip()] if text.strip() else []
        pattern = "|".join(re.escape(mark) for mark in separators)
        parts = re.split(f"({pattern})", text.replace("\r\n", "\n"))
        names: list[str] = []
        place = 0
        while place < len(parts):
            ends = range(min(len(parts), place + _MOST_JOINED), place, -2)
            joined = {end: "".join(parts[place:end]).strip() for end in ends}
            end = next((e for e, name in joined.items() if name and self.find(name)), place + 1)
            names += [joined[end]] if joined[end] else []
            place = end + 1
        return list(dict.fromkeys(names))

    def has(self, name: str) -> bool:
        """Tell whether a name is a code or a mark."""
        return self.find(name) is not None

    def problem(self, name: str) -> str:
        """Return why a name is no code, with the nearest code; a long name is not repeated."""
        shown = f'"{name}"' if len(name) <= MOST_SHOWN else f"a name of {len(name)} characters"
        last = list(_paths(name))[-1][-1]
        near = self._words.nearest(last)
        hint = f'; did you mean "{near}"?' if near else ""
        book = f'codebook "{self._codebook.name}" version {self._codebook.version}'
        if self._words.is_shared(last):
            return f"{shown} can be several codes of {book}; write the id"
        return f"{shown} is not a code of {book}{hint}"

    def _find(self, name: str) -> Meaning | None:
        """Return the code or the mark that a name means, or None.

        `Mark.TO_CODE` also stands for what the user wants left out.
        """
        if folded(name) in self._given:
            return self._given[folded(name)] or Mark.TO_CODE
        code = self._words.find(name)
        if code is not None:
            return code
        for path in _paths(name):
            found, _ = match_codes({"": path}, self._codebook)
            if found:
                return found[""]
        return None


class Documents:
    """The transcripts of a study by the names that other programs have for them."""

    def __init__(self, transcripts: Sequence[Transcript]) -> None:
        """Index the transcripts."""
        self.transcripts = tuple(transcripts)
        self._by_name: dict[str, list[Transcript]] = {}
        exported = source_names(transcripts)
        for transcript in transcripts:
            for name in names_of(transcript) | {folded_name(exported[transcript.id])}:
                self._by_name.setdefault(name, []).append(transcript)

    def find(self, name: str) -> tuple[Transcript, ...]:
        """Return the transcripts that a name can mean; best is one."""
        for key in _keys(folded_name(name)):
            if key in self._by_name:
                return tuple(self._by_name[key])
        return ()


def _keys(name: str) -> Iterator[str]:
    """Yield a name, without folders, without a number in front, and without a suffix."""
    bare = name.rsplit("/", 1)[-1]
    for whole in dict.fromkeys((name, bare, _NUMBERED.sub("", bare, count=1))):
        yield whole
        stem, dot, suffix = whole.rpartition(".")
        if dot and suffix.isalnum() and len(suffix) <= 5:
            yield stem


def _paths(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways in which a name can be read as a path, the name itself first."""
    for pattern in (None, *_PATHS):
        parts = [name.strip()] if pattern is None else pattern.split(name.strip())
        path = tuple(part.strip() for part in parts if part.strip())
        if path:
            yield path
