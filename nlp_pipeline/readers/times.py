"""Time stamps as transcripts write them: ``0:12``, ``[00:01:02]``, ``#00:00:10-5#``."""

import re

CLOCK = r"(?:\d{1,2}:)?\d{1,3}:[0-5]?\d(?:[.,]\d{1,3})?"
"""A time without brackets: hours and fractions are optional."""

_RANGE = r"\s{0,3}(?:-->|-|–|—|>|tot|to)\s{0,3}"
_F4 = r"#\d{1,2}:\d{2}:\d{2}(?:[-.,]\d{1,3})?#"
STAMP = rf"(?:{_F4}|[\[(<{{]?\s{{0,3}}{CLOCK}(?:{_RANGE}{CLOCK})?\s{{0,3}}[\])>}}]?)"
"""Any time stamp, or two that say from when to when."""

EDGE_STAMP = (
    rf"(?:{_F4}|[\[<{{]\s{{0,3}}{CLOCK}(?:{_RANGE}{CLOCK})?\s{{0,3}}[\]>}}]"
    r"|\(\d{1,2}:\d\d:\d\d\))"
)
"""A time stamp that cannot be part of a sentence, because of its brackets."""

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2})(?:[-.,](\d{1,3}))?")


def parse_stamp(stamp: str) -> tuple[float | None, float | None]:
    """Return begin and end in seconds of a stamp; the end is None when it holds one time.

    >>> parse_stamp("[00:01:02 - 00:01:05,5]")
    (62.0, 65.5)
    >>> parse_stamp("#00:00:10-5#")
    (10.5, None)
    """
    if stamp.startswith("#"):
        first = _CLOCK.search(stamp)
        return (_seconds(first) if first else None), None
    # A hyphen means "until" here, not a fraction as in f4.
    times = [
        _seconds(match) for match in re.finditer(_CLOCK.pattern.replace("[-.,]", "[.,]"), stamp)
    ]
    return (times[0] if times else None), (times[1] if len(times) > 1 else None)


def _seconds(match: re.Match[str]) -> float:
    hours, minutes, rest, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(rest)
    return whole + (float(f"0.{fraction}") if fraction else 0.0)
