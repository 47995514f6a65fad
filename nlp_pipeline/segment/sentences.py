"""Sentences of transcribed speech: spaCy's tokens, our rules for where one stops.

spaCy's own rule sentencizer stops after every full stop, so that "mailen, enz. met ..." breaks, and
leaves an opening quotation mark with the sentence before it. Its Dutch list of abbreviations holds
ordinary words ("dat.", "pas."). The tokens are therefore read with rules made for transcripts.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlp_pipeline.config import language_table
from nlp_pipeline.segment.lines import line_starts

TERMINATORS = frozenset(".?!…")
_CLOSERS = frozenset("\"'”’»)]}*_") | TERMINATORS
_REMARK = re.compile(r"\[[^\[\]\n]{1,200}\]|\([^()\n]{1,200}\)")
_TIME = re.compile(r"\W*\d{1,2}:\d\d")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
# spaCy's tokenizer takes quadratic time on long runs without a space, and fails on half a surrogate
# pair; both are replaced, character for character, before it sees them.
_UNSAFE = re.compile(r"[\ud800-\udfff]|\S{100,}")
_LOOK_AHEAD = 6


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Rules:
    abbreviations: frozenset[str]
    backchannels: frozenset[str]
    ordinary: frozenset[str]


def sentence_starts(text: str, *, language: str) -> tuple[int, ...]:
    """Return the offsets at which the sentences of a turn begin, white space skipped.

    Args:
        text: The words of one turn.
        language: One of `config.LANGUAGES`; decides tokens and abbreviations.
    """
    tokens = _tokens(text, language)
    if not tokens:
        return ()
    starts = {tokens[0].start, *line_starts(text)}
    starts.update(_found(tokens, _remarks(text), _rules(language)))
    return tuple(sorted(starts))


@cache
def _blank(language: str) -> Any:
    import spacy  # takes a second; `--help` does not need it

    return spacy.blank(language)


@cache
def _rules(language: str) -> _Rules:
    table = language_table(language)
    return _Rules(
        abbreviations=frozenset(table.abbreviations),
        backchannels=frozenset(table.backchannels),
        ordinary=frozenset(_blank(language).Defaults.stop_words) | {*table.backchannels},
    )


def _tokens(text: str, language: str) -> list[_Token]:
    safe = _UNSAFE.sub(lambda match: "x" * (len(match[0]) - 1) + _last(match[0]), text)
    tokens = _blank(language).tokenizer(safe)
    return [_Token(token.idx, token.text) for token in tokens if not token.is_space]


def _last(run: str) -> str:
    return run[-1] if run[-1] in TERMINATORS else "x"


def _remarks(text: str) -> dict[int, int]:
    """Return start and end of every short stretch in brackets, such as "[lacht]"."""
    return {match.start(): match.end() for match in _REMARK.finditer(text)}


def _found(tokens: Sequence[_Token], remarks: dict[int, int], rules: _Rules) -> Iterator[int]:
    opened = sorted(remarks)
    first = k = 0
    while k < len(tokens):
        if tokens[k].text[-1] not in TERMINATORS:
            k += 1
            continue
        after = _skip(tokens, k + 1, remarks)
        if (
            after < len(tokens)
            and not _inside(tokens[after].start, opened, remarks)
            and _stops(tokens, first, k, after, rules)
        ):
            yield tokens[after].start
            first = after
        k = max(k + 1, after) if after < len(tokens) else len(tokens)


def _skip(tokens: Sequence[_Token], k: int, remarks: dict[int, int]) -> int:
    """Step over what still belongs to the sentence: closing marks, and remarks like "[lacht]"."""
    while k < len(tokens):
        token = tokens[k]
        end = remarks.get(token.start)
        if token.start == tokens[k - 1].end and _CLOSERS.issuperset(token.text):
            k += 1
        elif end is not None and not _TIME.match(token.text + _peek(tokens, k)):
            while k < len(tokens) and tokens[k].start < end:
                k += 1
        else:
            break
    return k


def _peek(tokens: Sequence[_Token], k: int) -> str:
    return "".join(token.text for token in tokens[k + 1 : k + 4])


def _inside(offset: int, opened: Sequence[int], remarks: dict[int, int]) -> bool:
    k = bisect_right(opened, offset) - 1
    return k >= 0 and opened[k] < offset < remarks[opened[k]]


def _stops(tokens: Sequence[_Token], first: int, k: int, after: int, rules: _Rules) -> bool:
    """Say whether a sentence stops at the mark in token ``k`` and another starts at ``after``."""
    letter = _first_letter(tokens, after)
    if tokens[after].start == tokens[after - 1].end and not tokens[after].text[0].isupper():
        return False  # "zorg.nl", "10.30"
    closed = any(_CLOSERS.issuperset(t.text) and t.text[0] not in TERMINATORS
                 for t in tokens[k + 1 : after])  # fmt: skip
    marks = tokens[k].text[-1] + "".join(token.text for token in tokens[k + 1 : after])
    if "?" in marks or "!" in marks:
        return not (closed and letter.islower())
    if "…" in marks or ".." in marks or tokens[k].text.endswith(".."):
        return letter.isupper()
    return _full_stop(tokens, first, k, after, rules=rules, letter=letter, closed=closed)


def _full_stop(
    tokens: Sequence[_Token],
    first: int,
    k: int,
    after: int,
    *,
    rules: _Rules,
    letter: str,
    closed: bool,
) -> bool:
    stem = _stem(tokens, k)
    if stem in rules.backchannels:
        return not letter.isdigit()  # "No. We were not told", but "room no. 4"
    if stem in rules.abbreviations or _INITIALS.fullmatch(stem):
        return _starts_sentence(tokens, after, rules)
    if k - first <= 1 and stem.isdigit():
        return False  # the number of an item in a list
    if not letter.islower():
        return True
    # A small letter after a full stop: careless typing, or an abbreviation that we do not know.
    return not closed and stem.isalpha() and (len(stem) > 3 or stem in rules.ordinary)


def _stem(tokens: Sequence[_Token], k: int) -> str:
    stem = tokens[k].text[:-1]
    if not stem and k and tokens[k - 1].end == tokens[k].start:
        stem = tokens[k - 1].text
    return stem.lower()


def _starts_sentence(tokens: Sequence[_Token], k: int, rules: _Rules) -> bool:
    """Say whether "De" after an abbreviation starts a sentence, and not the name "De Vries"."""
    word, following = tokens[k].text, _first_letter(tokens, k + 1)
    return word[0].isupper() and word.lower() in rules.ordinary and not following.isupper()


def _first_letter(tokens: Sequence[_Token], k: int) -> str:
    for token in tokens[k : k + _LOOK_AHEAD]:
        for character in token.text:
            if character.isalnum():
                return character
    return ""
