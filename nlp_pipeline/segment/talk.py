"""The small words of talk: back-channels, and the words that open a new topic or clause."""

import re
from collections.abc import Sequence
from functools import cache

from nlp_pipeline.config import LANGUAGES, language_table

_BRACKETED = re.compile(r"\[[^\[\]]{0,200}\]|\([^()]{0,200}\)")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_TIMES = re.compile(r"[\W\d]*\d:\d\d[\W\d]*")

Phrases = dict[str, tuple[tuple[str, ...], ...]]
"""Phrases as words, by their first word."""


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, without the marks around them.

    >>> words_of("Ja, hm-hm... [lacht]")
    ['ja', 'hm-hm', 'lacht']
    """
    words = (re.sub(r"^[\W_]+|[\W_]+$", "", word) for word in text.lower().split())
    return [word for word in words if word]


def is_backchannel(text: str) -> bool:
    """Say whether a text is only "ja", "hm", "yeah exactly" and the like, in either language.

    >>> is_backchannel("Ja ja, precies. [lacht]"), is_backchannel("Ja, de huisarts.")
    (True, False)
    """
    words = words_of(_BRACKETED.sub(" ", text))
    phrases, k = _backchannels(), 0
    while k < len(words):
        length = phrase_length(words, k, phrases) or phrase_length([_short(words[k])], 0, phrases)
        if not length:
            return False
        k += length
    return bool(words)


def is_remark(text: str) -> bool:
    """Say whether a text has no spoken word: "[lacht]", "(...)", "—"; a time stamp is none."""
    return not is_time(text) and not words_of(_BRACKETED.sub(" ", text))


def is_time(text: str) -> bool:
    """Say whether a text is only a time stamp.

    >>> is_time("[00:01:02]"), is_time("#00:00:10-5#"), is_time("om 10:30")
    (True, True, False)
    """
    return _TIMES.fullmatch(text) is not None


@cache
def topic_openers(language: str) -> Phrases:
    """Return the phrases that often start a new topic."""
    return _by_first_word(language_table(language).topic_openers)


@cache
def conjunctions(language: str) -> Phrases:
    """Return the words at which a long sentence may be cut."""
    return _by_first_word(language_table(language).conjunctions)


def phrase_length(words: Sequence[str], k: int, phrases: Phrases) -> int:
    """Return how many words the longest of the phrases takes up at position ``k``, 0 for none."""
    found = (
        len(phrase)
        for phrase in phrases.get(words[k], ())
        if tuple(words[k : k + len(phrase)]) == phrase
    )
    return max(found, default=0)


@cache
def _backchannels() -> Phrases:
    return _by_first_word(
        [phrase for language in LANGUAGES for phrase in language_table(language).backchannels]
    )


def _by_first_word(phrases: Sequence[str]) -> Phrases:
    table: Phrases = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        table[words[0]] = (*table.get(words[0], ()), words)
    return table


def _short(word: str) -> str:
    """Return "ja" for "jaaa" and "hm" for "hmmmm"."""
    return _DRAWN_OUT.sub(r"\1", word)
