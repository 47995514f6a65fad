"""Which form a transcript uses to say who speaks, and which of its marks are to be believed."""

import re
from collections import Counter
from collections.abc import Sequence

from nlp_pipeline.readers.forms import FORMS, Form
from nlp_pipeline.readers.labels import (
    KNOWN,
    NAME,
    WEAK,
    is_code,
    is_common_word,
    is_heading,
    strength,
)
from nlp_pipeline.readers.lines import Line
from nlp_pipeline.readers.marks import Mark
from nlp_pipeline.readers.patterns import COLON

_HEADER_LINES = 40
_HEADER_WORDS = 6
_FEW = 4
_DENSE = 0.4
_BRACKETS = 0.2


def choose_marks(lines: Sequence[Line], text: str) -> tuple[Mark, ...]:
    """Return the marks of the form that the transcript uses, in order; none when it has none.

    Names from a speaker column are taken as they are. Otherwise the form with most marks wins: a
    name counts when it is a known word for a speaker or when it recurs.

    Args:
        lines: All lines of the transcript.
        text: The text that they are the lines of.
    """
    column = tuple(_column_mark(index, line) for index, line in enumerate(lines) if line.speaker)
    if column:
        return column
    header = header_end(lines)
    best: list[Mark] = []
    for form in FORMS:
        accepted = _accepted(_marks(form, lines, header), form, lines, text)
        if len(accepted) > len(best) and _is_credible(accepted, lines, header):
            best = accepted
    return tuple(best)


def header_end(lines: Sequence[Line]) -> int:
    """Return the number of the first line after "Titel: …", "Aanwezig: …" and the like at the top.

    A line such as "Interviewer: Anna" among them is part of that header and not a turn.
    """
    matches = [COLON.match(line.text) for line in lines]
    counts = Counter(match["label"].casefold() for match in matches if match)
    recurs = any(count > 1 for count in counts.values())
    end = 0
    for at, line in enumerate(lines[:_HEADER_LINES]):
        if not line.text.strip():
            continue
        match = matches[at]
        if match is None:
            if end == 0 and _is_short(line.text):
                continue  # a title above the header
            break
        heading = is_heading(match["label"])
        value = line.text[match.end() :]
        beside = any(_is_heading_line(matches, near) for near in (at - 1, at + 1))
        once = counts[match["label"].casefold()] == 1 and (recurs or end > 0)
        below = matches[at + 1] if at + 1 < len(lines) else None
        # "Interviewer: Anna" above "Respondent: R4", where only the first is used again.
        named = below is not None and counts[below["label"].casefold()] == 1
        named = named and recurs and strength(value) >= NAME
        if not (heading or ((once or beside or named) and _is_short(value))):
            break
        end = at + 1
    return end


def _is_heading_line(matches: Sequence[re.Match[str] | None], at: int) -> bool:
    match = matches[at] if 0 <= at < len(matches) else None
    return match is not None and is_heading(match["label"])


def _is_short(value: str) -> bool:
    value = value.strip()
    return 0 < len(value.split()) <= _HEADER_WORDS and value[-1] not in ".?!…"


def _column_mark(index: int, line: Line) -> Mark:
    return Mark(
        line=index,
        words_line=index,
        words=line.label_length,
        label=line.speaker or "",
        strength=KNOWN,
        start_time=line.start_time,
        end_time=line.end_time,
    )


def _marks(form: Form, lines: Sequence[Line], first: int) -> list[Mark]:
    marks: list[Mark] = []
    at = first
    while at < len(lines):
        mark = form.find(lines, at) if lines[at].text.strip() else None
        if mark is not None:
            marks.append(mark)
            at = mark.words_line
        at += 1
    return marks


def _accepted(marks: list[Mark], form: Form, lines: Sequence[Line], text: str) -> list[Mark]:
    counts = Counter(mark.label.casefold() for mark in marks)

    def is_sure(mark: Mark) -> bool:
        count = counts[mark.label.casefold()]
        if mark.strength == WEAK:
            return count >= 3 and count >= 0.1 * len(marks)
        return mark.strength == KNOWN or count >= 2

    sure = [mark for mark in marks if is_sure(mark)]
    once = [m for m in marks if m.strength == NAME and counts[m.label.casefold()] == 1]
    once = [mark for mark in once if not is_common_word(mark.label, text)] if form.once else []
    if not sure:
        filled = sum(1 for line in lines if line.text.strip())
        dense = form.sparse and 2 <= len(once) <= _FEW and len(once) >= _DENSE * filled
        return once if dense else []
    known = sum(1 for mark in sure if mark.strength == KNOWN)
    if known >= len(sure) / 2:
        # Beside I, R1 or "Spreker 2", one word that occurs once is more likely no name.
        once = [mark for mark in once if is_code(mark.label) or " " in mark.label]
    return sorted([*sure, *once], key=lambda mark: mark.line)


def _is_credible(marks: list[Mark], lines: Sequence[Line], header: int) -> bool:
    """Say whether so few marks, so far from the beginning, can be those of a conversation."""
    filled = [index for index, line in enumerate(lines) if line.text.strip() and index >= header]
    first = marks[0].line
    if len(marks) == 1:
        return marks[0].strength == KNOWN and filled[0] == first
    if lines[first].text.lstrip(" *_")[:1] in "[<" and len(marks) < _BRACKETS * len(filled):
        return False
    before = sum(len(lines[index].text) for index in filled if index < first)
    after = sum(len(lines[index].text) for index in filled if index >= first)
    return len(marks) >= _FEW or before <= after
