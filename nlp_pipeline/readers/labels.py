"""Whether a few words at the beginning of a line can be the name of a speaker."""

import re
from functools import cache

from nlp_pipeline.config import LANGUAGES, language_table

NONE, WEAK, NAME, KNOWN = range(4)
"""How much a label looks like a speaker: not, with a word in lower case, a name, a known word."""

_LONGEST = 48
_MOST_WORDS = 4
_PARTICLES = frozenset(
    [
        *("van", "de", "der", "den", "het", "'t", "’t", "ter", "ten", "te"),
        *("von", "und", "zu", "du", "la", "le", "el", "al", "bin", "di", "da", "dos", "y"),
    ]
)
_NUMBERED = re.compile(r"(?P<base>.*?)[\s_.#-]*(?P<number>\d{1,4})(?:[a-z](?![a-z]))?")
_CODE = re.compile(r"[^\W\d_]{1,6}[-_ ]?\d{1,4}[a-z]?", re.IGNORECASE)
_LETTERED = re.compile(r"(?P<base>.+?) [a-z]")
_BAD = re.compile(r"[?!;…\"“”]|\.\s+[a-z]|[.,]{2}")


def strength(label: str) -> int:
    """Return how much a label looks like a speaker: `NONE`, `WEAK`, `NAME` or `KNOWN`.

    >>> strength("Interviewer 2") == KNOWN, strength("Jan van der Berg") == NAME
    (True, True)
    >>> strength("Let op"), strength("toen zei zij")
    (0, 0)
    """
    label = " ".join(label.split())
    if is_known(label):
        return KNOWN
    words = label.split()
    if not words or len(label) > _LONGEST or _BAD.search(label) or _is_refused(label):
        return NONE
    if is_code(label):
        return NAME
    counted = [word for word in words if word.casefold() not in _PARTICLES]
    if not 1 <= len(counted) <= _MOST_WORDS or not counted[0][0].isupper():
        return NONE
    lower = [word for word in counted if not (word[0].isupper() or word[0].isdigit())]
    if not lower:
        return NAME
    return WEAK if len(lower) == 1 and len(lower[0]) > 3 and lower[0].isalpha() else NONE


def is_known(label: str) -> bool:
    """Say whether a label is a word for a speaker, with or without a number, letter or name.

    >>> is_known("R12"), is_known("spreker b"), is_known("Interviewer Anna"), is_known("Jan")
    (True, True, True, False)
    """
    folded = label.casefold().strip()
    if base(folded) in _known():
        return True
    first, _, others = label.strip().partition(" ")
    names = others.replace("(", "").split()
    # A single letter and a name could begin a sentence; a longer word and capitals cannot.
    titled = all(name[0].isupper() or name[0].isdigit() for name in names)
    return len(first) > 2 and first.casefold() in _known() and 0 < len(names) <= 3 and titled


def base(label: str) -> str:
    """Return a label in lower case without its number or letter.

    >>> base("Spreker 12"), base("R1"), base("Speaker A")
    ('spreker', 'r', 'speaker')
    """
    folded = label.casefold().strip()
    match = _NUMBERED.fullmatch(folded) or _LETTERED.fullmatch(folded)
    return (match["base"] if match and match["base"] else folded).rstrip(" .-_#")


def number(label: str) -> int | None:
    """Return the number at the end of a label, or None."""
    match = _NUMBERED.fullmatch(label.casefold().strip())
    return int(match["number"]) if match else None


def is_interviewer(label: str) -> bool:
    """Say whether a label is one of the words for who asks."""
    words = {base(label), label.casefold().split()[0] if len(label) > 3 else base(label)}
    tables = map(language_table, LANGUAGES)
    return any(words & set(table.interviewer_labels) for table in tables)


def is_heading(label: str) -> bool:
    """Say whether a label is what a header or a note begins with ("Datum", "Let op")."""
    return _is_refused(" ".join(label.split()))


def is_code(label: str) -> bool:
    """Say whether a label is a code for a person, such as ``id1`` or ``P-03``."""
    return _CODE.fullmatch(label.strip()) is not None


def is_common_word(label: str, text: str) -> bool:
    """Say whether a one-word label is also used in the text as an ordinary word."""
    word = label.casefold()
    used = len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", text)) if label.isalpha() else 0
    return used > (1 if label == word else 0)  # a label in lower case is itself one use


def _is_refused(label: str) -> bool:
    folded = label.casefold().strip(" .")
    first = folded.split()[0].strip(".,") if folded else ""
    # "De Vries" is a name, "Dat punt" is not.
    begins = {first} - _PARTICLES
    return bool({folded, base(folded), *begins} & _refused())


@cache
def _known() -> frozenset[str]:
    tables = [language_table(language) for language in LANGUAGES]
    groups = [
        (*table.interviewer_labels, *table.respondent_labels, *table.speaker_words)
        for table in tables
    ]
    return frozenset(word.casefold() for group in groups for word in group)


@cache
def _refused() -> frozenset[str]:
    tables = [language_table(language) for language in LANGUAGES]
    groups = [(*table.not_speakers, *table.backchannels) for table in tables]
    return frozenset(word.casefold() for group in groups for word in group)
