"""What a comment says: yes or no, codes, that no code applies, and other words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import LANGUAGES, language_table
from nlp_pipeline.review.codewords import CodeWords, folded

Word = Literal["yes", "no", "none", ""]

_SPLIT = re.compile(r"[,.;:!?\n]+|\s[-\u2013\u2014]\s")
_TAGGED = re.compile(r"#(?=\S)")
_MOST_WORDS = 8
_ENDS = " \t\n.,;:!?()[]\"'"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a comment says.

    ``problems`` are about words marked as codes that are none; ``note`` is what else it says.
    """

    word: Word = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_decision(self) -> bool:
        """Whether it decides anything."""
        return bool(self.word or self.codes)


class Answers:
    """Reads comments in all languages of the program and of the codebook."""

    def __init__(self, codebook: Codebook) -> None:
        """Index the words of answers and of codes."""
        self._codebook, self._codes = codebook, CodeWords(codebook)
        tables = [language_table(language) for language in LANGUAGES]
        self._but = tuple(f"{w} " for table in tables for w in table.but_words)
        self._words: dict[str, Word] = {}
        self._words |= _index((w for t in tables for w in t.no_code_words), "none")
        self._words |= _index((w for t in tables for w in t.no_words), "no")
        self._words |= _index((w for t in tables for w in t.yes_words), "yes")

    def read(self, text: str) -> Answer:
        """Return what a comment says."""
        text = text.strip()
        word = self._word(text)
        if word:
            return Answer(word=word)
        codes = self._all_codes(text)
        if codes:
            return Answer(codes=codes)
        for split in _SPLIT.finditer(text):
            head, rest = text[: split.start()], text[split.end() :].strip()
            word, codes = self._word(head), self._all_codes(head)
            if word:
                if folded(rest).startswith(self._but):
                    return self._tagged(text)
                after = self._all_codes(rest)
                return Answer(word=word, codes=after, note="" if after else rest)
            if codes and split[0].strip(" ")[:1] in (":", "\n", ".", "-", "\u2013", "\u2014"):
                return Answer(codes=codes, note=rest)
        wrong = self._misspelled(text)
        return Answer(note=text, problems=wrong) if wrong else self._tagged(text)

    def _misspelled(self, text: str) -> tuple[str, ...]:
        """Return what is wrong with a list in which all that is no code is nearly one."""
        first = text.partition("\n")[0]
        unknown = self._codes.split(first).unknown
        if not unknown or not all(self._codes.is_near(word) for word in unknown):
            return ()
        return tuple(self._codes.problem(word, self._codebook) for word in unknown)

    def _word(self, text: str) -> Word:
        if self._codes.find(text) is not None:
            return ""
        return self._words.get(_bare(text), "")

    def _all_codes(self, text: str) -> tuple[str, ...]:
        typed = self._codes.split(text)
        return typed.codes if typed.codes and not typed.unknown else ()

    def _tagged(self, text: str) -> Answer:
        codes: list[str] = []
        problems: list[str] = []
        for match in _TAGGED.finditer(text):
            after = text[match.end() :].split()[:_MOST_WORDS]
            tried = (" ".join(after[:n]).rstrip(_ENDS) for n in range(len(after), 0, -1))
            code = next((c for words in tried if (c := self._codes.find(words))), None)
            if code is not None:
                codes.append(code)
            else:
                problems.append(self._codes.problem(after[0].rstrip(_ENDS), self._codebook))
        return Answer(codes=tuple(dict.fromkeys(codes)), note=text, problems=tuple(problems))


def _index(words: Iterable[str], meaning: Word) -> dict[str, Word]:
    return {_bare(word): meaning for word in words}


def _bare(text: str) -> str:
    return folded(text).strip(_ENDS)
