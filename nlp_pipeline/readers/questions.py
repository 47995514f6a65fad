"""How each speaker of a conversation talks: how often they ask, how long, and who begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nlp_pipeline.config import LANGUAGES, language_table

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ENDS_ASKING = re.compile(r"\?[\s\"'”’)\]]*$")
_LONGEST_UNMARKED = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How a speaker talks; ``asking`` is the share of turns that ask, ``first`` the first turn."""

    asking: float
    questions: int
    words_per_turn: float
    first: int

    @property
    def asks_clearly(self) -> bool:
        """Whether most turns are questions, and there are several."""
        return self.asking >= 0.5 and self.questions >= 3

    def leads(self, other: "Manner") -> bool:
        """Say whether this speaker is the interviewer of the other.

        Asking more decides; where the difference is small, the interviewer also has to say less
        and to have begun.
        """
        margin = self.asking - other.asking
        brief = self.words_per_turn <= 0.6 * other.words_per_turn
        return margin >= 0.2 or (margin >= 0.05 and brief and self.first < other.first)


def manners(speeches: Sequence[tuple[str | None, str]]) -> dict[str | None, Manner]:
    """Return how each speaker talks.

    Args:
        speeches: Speaker and spoken words of the turns, in order.
    """
    turns: dict[str | None, list[tuple[int, str]]] = {}
    for place, (speaker, text) in enumerate(speeches):
        turns.setdefault(speaker, []).append((place, text))
    # Speech recognition may leave out question marks: then only the first words can tell.
    marked = sum(1 for _, text in speeches if "?" in text) >= len(speeches) / 20
    return {speaker: _manner(said, marked=marked) for speaker, said in turns.items()}


def is_question(text: str, *, marked: bool = True) -> bool:
    """Say whether a turn asks something.

    Args:
        text: The spoken words.
        marked: Whether question marks are written, so that one is missing only by mistake.

    >>> is_question("En hoe ging dat toen?"), is_question("Wat ik zei, dat klopt.")
    (True, False)
    >>> is_question("oké en hoe ging dat toen", marked=False)
    True
    """
    if _ENDS_ASKING.search(text):
        return True
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    if marked or len(words) > _LONGEST_UNMARKED:
        return False
    while words and words[0] in _fillers():
        words = words[1:]
    return any(tuple(words[: len(opener)]) == opener for opener in _openers())


def _manner(said: Sequence[tuple[int, str]], *, marked: bool) -> Manner:
    questions = sum(1 for _, text in said if is_question(text, marked=marked))
    words = sum(len(_WORD.findall(text)) for _, text in said)
    return Manner(
        asking=questions / len(said),
        questions=questions,
        words_per_turn=words / len(said),
        first=said[0][0],
    )


@cache
def _openers() -> frozenset[tuple[str, ...]]:
    tables = map(language_table, LANGUAGES)
    return frozenset(
        tuple(opener.casefold().split()) for table in tables for opener in table.question_openers
    )


@cache
def _fillers() -> frozenset[str]:
    tables = map(language_table, LANGUAGES)
    words = {word.casefold() for table in tables for word in table.backchannels}
    return frozenset({*words, "en", "and", "so", "dus", "maar", "but", "eh", "ehm", "uh", "um"})
