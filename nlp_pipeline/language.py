"""Which language is spoken: Dutch, English or another one, per transcript and per passage.

Two cues are weighed: a character model (py3langid) and the share of function words. The model says
what is neither Dutch nor English; the function words follow the majority where speakers switch.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from nlp_pipeline.config import LANGUAGES, language_table
from nlp_pipeline.records import OTHER_LANGUAGE

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_ENOUGH_WORDS = 8
_FEW_WORDS = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LATIN = re.compile(r"[a-zA-ZÀ-ɏ]")
_DOCUMENT_CHARACTERS = 20_000
_VARIETIES = frozenset({"pcm", "sco", "en-GB", "vls", "li", "zea", "nds"})
"""Varieties and creoles that the model confuses with spoken English and regional Dutch."""


def detect_language(texts: Sequence[str]) -> str:
    """Return the language of most words of a transcript: "nl", "en" or `OTHER_LANGUAGE`.

    Args:
        texts: The spoken words, one text per turn or paragraph, without speakers' names.

    >>> detect_language(["Ik vind dat de huisarts daar te weinig tijd voor heeft."])
    'nl'
    """
    whole = _language_of_whole(texts)
    words: Counter[str] = Counter()
    for text in texts:
        language = _language(text) if _word_count(text) >= _ENOUGH_WORDS else None
        words[language or whole] += _word_count(text)
    if not any(words.values()):
        return whole
    return max((*LANGUAGES, OTHER_LANGUAGE), key=lambda name: (words[name], name == whole))


def passage_languages(texts: Sequence[str], *, default: str) -> list[str]:
    """Return the language of each passage, in order.

    A passage that is too short, or that gives no clear sign, has the default. A passage in which
    the speaker switches has the language of most of its words.

    Args:
        texts: The passages of one transcript.
        default: The language of the transcript.
    """
    return [_passage_language(text, default) for text in texts]


def _passage_language(text: str, default: str) -> str:
    count = _word_count(text)
    if count >= _ENOUGH_WORDS:
        return _language(text) or default
    if count >= _FEW_WORDS:
        return _by_function_words(text, at_least=_FEW_WORDS) or default
    return default


def _language_of_whole(texts: Sequence[str]) -> str:
    sample = " ".join(texts)[:_DOCUMENT_CHARACTERS]
    if not _word_count(sample):
        return OTHER_LANGUAGE
    return _language(sample) or _nearest(sample)


def _language(text: str) -> str | None:
    """Return the language of a text, or None where the signs are weak or contradict."""
    if _is_other(text):
        return OTHER_LANGUAGE
    return _by_function_words(text, at_least=2) or _by_model(text)


def _is_other(text: str) -> bool:
    if _is_foreign_script(text):
        return True
    if _word_count(text) < _ENOUGH_WORDS:
        return False
    known = math.fsum(p for name, p in _ranking(text) if name in LANGUAGES or name in _VARIETIES)
    share = max(_function_words(text).values(), default=0) / _word_count(text)
    # Neighbours such as Afrikaans and Danish share function words with Dutch and English: the more
    # of them there are, the surer the model has to be that this is another language.
    return (known <= 0.1 and share < 0.25) or (known <= 0.01 and share < 0.5)


def _is_foreign_script(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    latin = sum(1 for character in letters if _LATIN.match(character))
    return len(letters) >= _ENOUGH_WORDS and latin < len(letters) / 2


def _by_function_words(text: str, *, at_least: int) -> str | None:
    counts = _function_words(text)
    first, second = sorted(LANGUAGES, key=lambda name: -counts[name])[:2]
    clear = counts[first] >= at_least and counts[first] >= 2 * counts[second]
    return first if clear else None


def _by_model(text: str) -> str | None:
    probabilities = dict(_ranking(text))
    total = math.fsum(probabilities[name] for name in LANGUAGES)
    best = max(LANGUAGES, key=lambda name: probabilities[name])
    return best if total > 0 and probabilities[best] / total >= 0.8 else None


def _nearest(text: str) -> str:
    probabilities = dict(_ranking(text))
    counts = _function_words(text)
    return max(LANGUAGES, key=lambda name: (counts[name], probabilities[name]))


def _word_count(text: str) -> int:
    return len(_WORD.findall(text))


def _function_words(text: str) -> Counter[str]:
    words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    telling = _telling_words()
    return Counter(telling[word] for word in words if word in telling)


@cache
def _telling_words() -> dict[str, str]:
    """Map each function word that belongs to one language only to that language."""
    owners: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for word in dict.fromkeys(language_table(language).function_words):
            owners.setdefault(word, []).append(language)
    return {word: found[0] for word, found in owners.items() if len(found) == 1}


def _ranking(text: str) -> list[tuple[str, float]]:
    ranking: list[tuple[str, float]] = _identifier().rank(text)
    return ranking


@cache
def _identifier() -> "LanguageIdentifier":
    # Loading takes over a second, and most commands never need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
