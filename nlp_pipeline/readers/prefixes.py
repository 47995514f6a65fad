"""Speakers' names typed before the words of a subtitle: `Name: words` and `[Name] words`.

Whether a prefix is a name is decided over the whole file: a colon in running speech ("Kortom: nee")
is common, but it does not come back with every cue.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from nlp_pipeline.config import LANGUAGES, language_table
from nlp_pipeline.readers.labels import KNOWN, NAME, is_heading, strength

_PREFIX = re.compile(
    r"\s*(?:\[([^\[\]]{1,60})\]\s*:?|([^\[\]:<>]{1,60}?)\s*:(?=\s|$))\s*(.*)", re.S
)
_IN_BRACKETS = re.compile(r"\s*[(\[].*$")


def accepted_names(lines: Iterable[str]) -> frozenset[str]:
    """Return the prefixes that are speakers in this file.

    Args:
        lines: The text of every cue; a name counts where it is typed at the start.
    """
    prefixes = [split_prefix(line)[0] for line in lines]
    named = Counter(prefix for prefix in prefixes if prefix and looks_like_name(prefix))
    loose = Counter(prefix for prefix in prefixes if prefix and _is_short(prefix))
    # Nearly every cue has a prefix: whatever its shape, it is who speaks ("annemiek:").
    if len(prefixes) >= 5 and (named | loose).total() >= 0.8 * len(prefixes):
        return frozenset(named | loose)
    # Most cues begin with a name: that is the form of the file, and a name that occurs once is a
    # person who spoke once.
    if named.total() >= max(2, len(prefixes) / 2):
        return frozenset(named)
    if len(prefixes) == 1:
        return frozenset(name for name in named if _is_known(name) or len(name.split()) > 1)
    recurring = {name for name, count in named.items() if count >= 2}
    sure = len(recurring) >= 2 or any(named[name] >= 3 for name in recurring)
    return frozenset(name for name in named if _is_known(name) or (sure and name in recurring))


def split_prefix(line: str, names: frozenset[str] | None = None) -> tuple[str | None, str]:
    """Return the name before the words, and the words.

    Args:
        line: The text of a cue or of one line of it.
        names: The names that count; None for any prefix, whatever it is.

    >>> split_prefix("Anna: goed, ja")
    ('Anna', 'goed, ja')
    >>> split_prefix("om 10:30 belde ik")
    (None, 'om 10:30 belde ik')
    """
    match = _PREFIX.match(line)
    if match is None:
        return None, line.strip()
    name = " ".join((match[1] or match[2] or "").split())
    if not name or (names is not None and name not in names):
        return None, line.strip()
    return name, match[3].strip()


def looks_like_name(prefix: str) -> bool:
    """Say whether a prefix is a role or is shaped like a person's name, and is no ordinary word.

    >>> [looks_like_name(prefix) for prefix in ("Anna de Vries", "R2", "Ja", "Let op", "om 10")]
    [True, True, False, False, False]
    """
    if _is_known(prefix):
        return True
    name = _IN_BRACKETS.sub("", prefix)
    return strength(name) >= NAME and not _is_ordinary(name)


def _is_known(prefix: str) -> bool:
    # A noun in running speech ("een vraag:") is lower case; a typed label hardly ever is.
    label = prefix[:1].isupper() or prefix[-1:].isdigit()
    return label and strength(_IN_BRACKETS.sub("", prefix) or prefix) == KNOWN


def _is_short(prefix: str) -> bool:
    words = prefix.split()
    short = len(words) <= 3 and prefix[0].isalpha()
    return short and not is_heading(prefix) and not _is_ordinary(prefix)


def _is_ordinary(prefix: str) -> bool:
    whole = prefix.lower().rstrip(".,")
    first = whole.partition(" ")[0]
    titled = all(word[:1].isupper() for word in prefix.split())
    return whole in _ordinary_words() or (first in _ordinary_words() and not titled)


@cache
def _ordinary_words() -> frozenset[str]:
    tables = [language_table(language) for language in LANGUAGES]
    groups = [
        (*table.function_words, *table.backchannels, *table.question_openers, *table.topic_openers)
        for table in tables
    ]
    # People are called by some of these as well.
    return frozenset(word for group in groups for word in group) - {"al", "an", "will", "wil"}
