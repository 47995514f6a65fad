"""The forms in which transcripts say who speaks: one pattern per form, and where it stands."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from nlp_pipeline.readers.labels import KNOWN, NAME, NONE, base, is_heading, strength
from nlp_pipeline.readers.lines import Line
from nlp_pipeline.readers.marks import Mark, make_mark, name_strength
from nlp_pipeline.readers.patterns import (
    ALONE,
    BRACKET,
    COLON,
    DASH,
    ENUMERATED,
    ONLY_STAMP,
    STAMP_FIRST,
    STAMPED,
    TAB,
)
from nlp_pipeline.readers.times import parse_stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form; ``find`` returns the mark on a line, or None.

    ``once`` admits a name that occurs once beside names that recur, ``sparse`` also a transcript
    in which every name occurs once.
    """

    name: str
    find: Callable[[Sequence[Line], int], Mark | None]
    once: bool = True
    sparse: bool = False


def _colon(lines: Sequence[Line], at: int) -> Mark | None:
    text = lines[at].text
    match = COLON.match(text)
    if match is not None:
        mark = make_mark(at, match, strength=strength(match["label"]))
        if mark is not None:
            return mark
    match = ENUMERATED.match(text)
    known = match is not None and strength(match["label"]) == KNOWN
    return make_mark(at, match, strength=KNOWN) if match is not None and known else None


def _bracket(lines: Sequence[Line], at: int) -> Mark | None:
    match = BRACKET.match(lines[at].text)
    if match is None or "</" in lines[at].text:
        return None
    label = match["label"] or match["angle"]
    likeness = strength(label)
    if likeness == NONE and match["angle"] and not is_heading(label):
        likeness = min(NAME, strength(label.title()))  # <jan> is a name, whatever its capitals
    return make_mark(at, match, label=label, strength=likeness)


def _stamped(lines: Sequence[Line], at: int) -> Mark | None:
    """Find a name and a time alone on a line, as Otter, Teams and Amberscript write them."""
    match = STAMPED.fullmatch(lines[at].text.strip())
    if match is None:
        return None
    return make_mark(at, match, strength=name_strength(match["label"]), words=len(lines[at].text))


def _stamp_first(lines: Sequence[Line], at: int) -> Mark | None:
    match = STAMP_FIRST.fullmatch(lines[at].text.strip())
    if match is None:
        return None
    return make_mark(at, match, strength=strength(match["label"]), words=len(lines[at].text))


def _name_over_time(lines: Sequence[Line], at: int) -> Mark | None:
    name = ALONE.fullmatch(lines[at].text.strip())
    below = _next(lines, at)
    time = ONLY_STAMP.fullmatch(lines[below].text.strip()) if below is not None else None
    return None if below is None else _two_lines(lines, (at, below), name=name, time=time)


def _time_over_name(lines: Sequence[Line], at: int) -> Mark | None:
    time = ONLY_STAMP.fullmatch(lines[at].text.strip())
    below = _next(lines, at)
    name = ALONE.fullmatch(lines[below].text.strip()) if below is not None else None
    return None if below is None else _two_lines(lines, (at, below), name=name, time=time)


def _two_lines(
    lines: Sequence[Line],
    places: tuple[int, int],
    *,
    name: re.Match[str] | None,
    time: re.Match[str] | None,
) -> Mark | None:
    if name is None or time is None:
        return None
    at, below = places
    mark = make_mark(at, name, strength=name_strength(name["label"]), words=len(lines[below].text))
    begin, until = parse_stamp(time["time"])
    return mark and replace(mark, words_line=below, start_time=begin, end_time=until)


def _name_line(lines: Sequence[Line], at: int) -> Mark | None:
    """Find a name alone on a line, in bold, in capitals or a known word."""
    text = lines[at].text
    heading = text.lstrip().startswith("#")
    match = ALONE.fullmatch(text.strip(" #"))
    if match is None:
        return None
    likeness = strength(match["label"])
    marked = (
        lines[at].bold
        or match["label"].isupper()
        or heading
        or text.strip().startswith(("**", "__"))
    )
    if not (marked or likeness == KNOWN) or (len(base(match["label"])) < 3 and likeness != KNOWN):
        return None
    return make_mark(at, match, strength=likeness, words=len(text))


def _bold_prefix(lines: Sequence[Line], at: int) -> Mark | None:
    line = lines[at]
    prefix = line.text[: line.bold_prefix]
    match = ALONE.fullmatch(prefix.strip())
    if line.bold or match is None or not line.text[line.bold_prefix :].strip():
        return None
    return make_mark(at, match, strength=strength(match["label"]), words=line.bold_prefix)


def _tab(lines: Sequence[Line], at: int) -> Mark | None:
    match = TAB.match(lines[at].text)
    return make_mark(at, match, strength=strength(match["label"])) if match else None


def _dash(lines: Sequence[Line], at: int) -> Mark | None:
    match = DASH.match(lines[at].text)
    return make_mark(at, match, strength=strength(match["label"])) if match else None


FORMS = (
    Form(name="name and time", find=_stamped, sparse=True),
    Form(name="name, time below", find=_name_over_time, sparse=True),
    Form(name="time, name below", find=_time_over_name, sparse=True),
    Form(name="name and colon", find=_colon, sparse=True),
    Form(name="name in brackets", find=_bracket, sparse=True),
    Form(name="time and name", find=_stamp_first, once=False),
    Form(name="name and tab", find=_tab, once=False),
    Form(name="name alone", find=_name_line),
    Form(name="name in bold", find=_bold_prefix),
    Form(name="name and dash", find=_dash, once=False),
)
"""All forms; of two that fit a transcript equally well, the first is taken."""


def _next(lines: Sequence[Line], at: int) -> int | None:
    """Return the next line that is not blank, when at most one blank line stands between."""
    for below in range(at + 1, min(at + 3, len(lines))):
        if lines[below].text.strip():
            return below
    return None
