"""Subtitle cues, as WebVTT and SubRip share them: blocks of lines under a line with two times."""

import html
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.canonical import one_line

_NEWLINE = re.compile(r"\r\n|\r|\n")
_CLOCK = r"(?:([0-9]{1,4}):)?([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?"
_TIMING = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?$")
_ID = re.compile(r"\d+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:/[\d-]+)?")
_TAG = re.compile(
    r"</?(?:c|b|i|u|s|v|ruby|rt|lang|font)(?:[.\s][^<>]*)?/?>|<(?:\d+:)?\d+:\d+[.,]\d+>"
    r"|\{\\[^{}]*\}|\{/?[biu]\}",
    re.IGNORECASE,
)
_REPEAT_WORDS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """Lines of text between two times in seconds; ``line`` is the 1-based line of the file."""

    line: int
    start_time: float | None
    end_time: float | None
    lines: tuple[str, ...]


def parse_cues(
    text: str, name: str, *, comments: re.Pattern[str] | None = None, any_id: bool = False
) -> tuple[list[Cue], list[str]]:
    """Return the cues of a subtitle file in order, and warnings about malformed ones.

    Text without a line of times is kept, without times, and reported.

    Args:
        text: The decoded file.
        name: The file, for messages.
        comments: Matches the first line of a block that is no speech.
        any_id: Whether the line above the times is always a name for the cue; else only a number.

    Raises:
        InputError: There is not one line with times in the file.
    """
    cues: list[Cue] = []
    warnings: list[str] = []
    for line, block in _blocks(text):
        timed = any("-->" in row for row in block)
        if not timed and comments is not None and comments.match(block[0]):
            continue
        if timed:
            cues.extend(_timed(line, block, warnings, any_id=any_id))
        else:
            cues.extend(_untimed(line, block, warnings))
    if all(cue.start_time is None for cue in cues):
        msg = (
            f"{name}: no subtitle in it, that is no line such as "
            f"00:00:01.000 --> 00:00:04.000; check that the file is complete"
        )
        raise InputError(msg)
    return cues, [f"{name}, {warning}" for warning in warnings]


def plain(text: str) -> str:
    """Return the words of a cue: no tags, entities decoded, white space made single.

    >>> plain("<i>Ja</i>,  dat<00:00:01.000> klopt &amp; zo")
    'Ja, dat klopt & zo'
    """
    return one_line(html.unescape(_TAG.sub("", text)))


def seconds(hours: str | None, minutes: str, rest: str, fraction: str | None) -> float:
    """Return the parts of a clock time as seconds.

    >>> seconds("1", "00", "02", "5")
    3602.5
    """
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(rest)
    return whole + (float(f"0.{fraction}") if fraction else 0.0)


def finite_time(value: object) -> float | None:
    """Return a time in seconds from a parsed number, or None for anything that is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return float(value) if 0 <= value < 1e9 else None


def without_repeats(cues: Sequence[Cue]) -> list[Cue]:
    """Leave out lines that a rolling caption shows again in the next cue.

    Only an exact repetition counts: of a whole cue, or of the last line as the next first line.
    Short answers ("ja", "ja") are left alone, for people do say them twice.
    """
    kept: list[Cue] = []
    previous: tuple[str, ...] = ()
    for cue in cues:
        lines = tuple(line for line in cue.lines if line.strip())
        fresh = _fresh(previous, lines)
        if fresh:
            kept.append(replace(cue, lines=fresh))
        elif kept and lines:
            kept[-1] = replace(kept[-1], end_time=cue.end_time or kept[-1].end_time)
        previous = lines or previous
    return kept


def _fresh(previous: tuple[str, ...], lines: tuple[str, ...]) -> tuple[str, ...]:
    if not previous or not lines:
        return lines
    if lines == previous:
        return () if _is_long(lines) else lines
    if lines[0] == previous[-1] and _is_long(lines[:1]):
        return lines[1:]
    return lines


def _is_long(lines: Iterable[str]) -> bool:
    return len(plain(" ".join(lines)).split()) >= _REPEAT_WORDS


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each run of lines that are not blank, with the number of its first line."""
    block: list[str] = []
    number = 0
    for number, row in enumerate(_NEWLINE.split(text), start=1):
        if row.strip():
            block.append(row)
        elif block:
            yield number - len(block), block
            block = []
    if block:
        yield number - len(block) + 1, block


def _timed(line: int, block: list[str], warnings: list[str], *, any_id: bool) -> Iterator[Cue]:
    places = [index for index, row in enumerate(block) if "-->" in row]
    above = block[: places[0]]
    if above and (any_id or _ID.fullmatch(above[-1].strip())):
        above = above[:-1]
    yield from _untimed(line, above, warnings)
    for place, following in zip(places, [*places[1:], len(block)], strict=True):
        rows = block[place + 1 : following]
        # Two cues without a blank line between them: the id of the next one is not speech.
        if following < len(block) and rows and _ID.fullmatch(rows[-1].strip()):
            rows = rows[:-1]
        start, end = _times(block[place], line + place, warnings)
        yield Cue(line=line + place, start_time=start, end_time=end, lines=tuple(rows))


def _untimed(line: int, block: list[str], warnings: list[str]) -> Iterator[Cue]:
    rows = block[1:] if block and _ID.fullmatch(block[0].strip()) else block
    if rows:
        warnings.append(f"line {line}: text without a line of times; kept without times")
        yield Cue(line=line, start_time=None, end_time=None, lines=tuple(rows))


def _times(row: str, line: int, warnings: list[str]) -> tuple[float | None, float | None]:
    match = _TIMING.match(row)
    if match is None:
        warnings.append(f"line {line}: times not understood; the text is kept without them")
        return None, None
    groups = match.groups()
    start = seconds(groups[0], groups[1], groups[2], groups[3])
    end = seconds(groups[4], groups[5], groups[6], groups[7])
    if end < start:
        warnings.append(f"line {line}: it ends before it begins; the end is left out")
        return start, None
    return start, end
