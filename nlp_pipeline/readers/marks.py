"""The place where a speaker begins, and how sure it is."""

import re
from dataclasses import dataclass

from nlp_pipeline.readers.labels import NAME, NONE, strength
from nlp_pipeline.readers.times import parse_stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A speaker who begins: the mark stands on line ``line``, the words begin in ``words_line``.

    ``words`` is the offset in that line; ``strength`` is how much the label looks like a speaker.
    """

    line: int
    words_line: int
    words: int
    label: str
    detail: str = ""
    strength: int
    start_time: float | None = None
    end_time: float | None = None


def make_mark(
    at: int,
    match: re.Match[str],
    *,
    strength: int,
    label: str | None = None,
    words: int | None = None,
) -> Mark | None:
    """Return the mark that a match of one of the patterns is, or None for no speaker.

    Args:
        at: The number of the line.
        match: Has groups named label, and perhaps detail, time and time2.
        strength: How much the label looks like a speaker.
        label: The label, if it is not the group of that name.
        words: Where the words begin, if not after the match.
    """
    if strength == NONE:
        return None
    groups = match.groupdict()
    stamp = groups.get("time") or groups.get("time2")
    begin, until = parse_stamp(stamp) if stamp else (None, None)
    return Mark(
        line=at,
        words_line=at,
        words=match.end() if words is None else words,
        label=" ".join((label or match["label"]).split()),
        detail=" ".join((groups.get("detail") or "").split()),
        strength=strength,
        start_time=begin,
        end_time=until,
    )


def name_strength(label: str) -> int:
    """Return the strength of a name that a time stands beside: "Jansen, Piet" is one too."""
    first, comma, last = label.partition(",")
    if comma and strength(first) >= NAME and last.strip():
        return max(strength(f"{last.strip()} {first}"), strength(last.strip()))
    return strength(label)
