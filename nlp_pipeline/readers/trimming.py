"""The edges of a turn: white space, emphasis marks and time stamps are outside it."""

import re
from dataclasses import dataclass

from nlp_pipeline.readers.times import EDGE_STAMP, STAMP, parse_stamp

_LEADING_STAMP = re.compile(rf"{EDGE_STAMP}|(?<![^\n]){STAMP}(?=[ \t]*\n)")
_TRAILING_STAMP = re.compile(rf"{EDGE_STAMP}\Z")
_STAMP_LINE = re.compile(rf"{STAMP}\Z")
_LONGEST_STAMP = 48
_EMPHASIS = ("***", "**", "__", "*", "_")
_QUOTE = re.compile(r"(?:#{1,6}|>)\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Offsets of spoken words, and the times in seconds that stood at their edges."""

    start: int
    end: int
    start_time: float | None = None
    end_time: float | None = None


def trim(text: str, start: int, end: int) -> Span | None:
    """Return a stretch of text without what is not speech at its edges; None if nothing is left.

    >>> trim("[00:05] **Ja.** ", 0, 16)
    Span(start=10, end=13, start_time=5.0, end_time=None)
    """
    begins: float | None = None
    ends: float | None = None
    before = (-1, -1)
    while before != (start, end):
        before = (start, end)
        start, end = _without_space(text, start, end)
        start, end = _without_emphasis(text, start, end)
        if (quote := _QUOTE.match(text, start, end)) is not None:
            start = quote.end()
        if (stamp := _LEADING_STAMP.match(text, start, end)) is not None:
            begins = parse_stamp(stamp[0])[0] if begins is None else begins
            start = stamp.end()
        elif (stamp := _last_stamp(text, start, end)) is not None:
            ends = parse_stamp(stamp[0])[0] if ends is None else ends
            end = stamp.start()
    if not any(character.isalnum() for character in text[start:end]):
        return None
    return Span(start=start, end=end, start_time=begins, end_time=ends)


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _without_emphasis(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop marks around the whole, and half a pair whose other half stands outside."""
    for mark in _EMPHASIS:
        size = len(mark)
        leading, trailing = text.startswith(mark, start, end), text.endswith(mark, start, end)
        if not (leading or trailing) or end - start < size:
            continue
        count = text.count(mark, start, end)
        if leading and trailing and count == 2:
            return start + size, max(start + size, end - size)
        if count % 2 and leading:
            return start + size, end
        if count % 2 and trailing:
            return start, end - size
    return start, end


def _last_stamp(text: str, start: int, end: int) -> re.Match[str] | None:
    line = text.rfind("\n", start, end) + 1
    if (
        line > start
        and end - line <= _LONGEST_STAMP
        and (alone := _STAMP_LINE.match(text, line, end))
    ):
        return alone
    if end <= start or text[end - 1] not in "#])>}":
        return None
    for place in range(max(start, end - _LONGEST_STAMP), end):
        if text[place] in "#[(<{" and (stamp := _TRAILING_STAMP.match(text, place, end)):
            return stamp
    return None
