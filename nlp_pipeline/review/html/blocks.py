"""Where passages stand on the review page: in the turns of their transcript."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from nlp_pipeline.records import OTHER_LANGUAGE, Passage, Role, Transcript, Turn
from nlp_pipeline.review.reading import clock


def lay_out(
    transcript: Transcript, passages: Sequence[Passage]
) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the turns, and for each passage the number of the turn that it is shown in.

    A passage that no turn encloses gets a block of its own, so that nothing is left out.
    """
    starts = [turn.start for turn in transcript.turns]
    turns: list[Turn] = list(transcript.turns)
    homes: list[Turn] = []
    for passage in passages:
        place = bisect_right(starts, passage.start) - 1
        if place < 0 or passage.end > transcript.turns[place].end:
            homes.append(_turn_of(passage))
            turns.append(homes[-1])
        else:
            homes.append(transcript.turns[place])
    if not turns and transcript.text.strip():
        turns.append(Turn(speaker=None, role=Role.UNKNOWN, start=0, end=len(transcript.text)))
    order = sorted(range(len(turns)), key=lambda n: (turns[n].start, turns[n].end))
    number = {id(turns[old]): new for new, old in enumerate(order)}
    return [_block(turns[old]) for old in order], [number[id(home)] for home in homes]


def _turn_of(passage: Passage) -> Turn:
    return Turn(speaker=passage.speaker, role=passage.role, start=passage.start, end=passage.end)


def _block(turn: Turn) -> dict[str, Any]:
    return {
        "speaker": turn.speaker or "",
        "role": turn.role.value,
        "start": turn.start,
        "end": turn.end,
        "time": clock(turn.start_time),
    }


def html_lang(language: str) -> str:
    """Return the language for HTML; an empty one says that it is not known."""
    return "" if language == OTHER_LANGUAGE else language
