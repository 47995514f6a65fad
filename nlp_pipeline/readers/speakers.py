"""Lines of prose to speeches: who speaks, from where to where."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from nlp_pipeline.readers.choose import choose_marks
from nlp_pipeline.readers.labels import KNOWN, is_interviewer
from nlp_pipeline.readers.lines import Line
from nlp_pipeline.readers.marks import Mark
from nlp_pipeline.readers.names import speaker_names
from nlp_pipeline.readers.styles import question_lines
from nlp_pipeline.readers.trimming import trim
from nlp_pipeline.records import Role

_NOISE = re.compile(
    r"#{1,6}\s.*|"
    r"[*_]*(?:Transcribed by https?://otter\.ai/?|(?:.{1,60} )?(?:started|stopped) transcription"
    r"|.{1,60} (?:heeft|is) (?:de |het )?(?:transcriptie|transcriberen) (?:gestart|gestopt))[*_.]*"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Speech:
    """What becomes a turn; ``role`` is None where the names have to tell it."""

    speaker: str | None
    role: Role | None
    start: int
    end: int
    start_time: float | None = None
    end_time: float | None = None


def find_speeches(lines: Sequence[Line], text: str) -> tuple[Speech, ...]:
    """Return the speeches of a transcript in order, by the form in which it names its speakers.

    Without names, questions set in italics or bold are the interviewer's and the rest is the
    respondent's. Without those, each paragraph is a speech of nobody in particular.

    Args:
        lines: All lines, as `to_lines` returns them.
        text: The text that they are the lines of.
    """
    marks = _with_unnamed_questions(choose_marks(lines, text), lines)
    if marks:
        return tuple(_with_times(_settled(list(_named(marks, lines, text)))))
    questions = question_lines(lines)
    if questions:
        return tuple(_by_style(questions, lines, text))
    return tuple(_by_paragraph(lines, text))


def has_speakers(speeches: Sequence[Speech]) -> bool:
    """Say whether it is known of any speech who speaks."""
    return any(speech.role is not Role.UNKNOWN for speech in speeches)


def _with_unnamed_questions(marks: tuple[Mark, ...], lines: Sequence[Line]) -> tuple[Mark, ...]:
    """Add questions set in italics or bold to the answers of speakers who have names."""
    if not marks or any(is_interviewer(mark.label) for mark in marks):
        return marks
    marked = {at for mark in marks for at in range(mark.line, mark.words_line + 1)}
    questions = question_lines(
        [ln if n not in marked else _plain(ln) for n, ln in enumerate(lines)]
    )
    first = [at for at in questions - marked if at - 1 not in questions]
    unnamed = [Mark(line=at, words_line=at, words=0, label="", strength=KNOWN) for at in first]
    return tuple(sorted((*marks, *unnamed), key=lambda mark: mark.line))


def _plain(line: Line) -> Line:
    return replace(line, bold=False, italic=False)


def _named(marks: Sequence[Mark], lines: Sequence[Line], text: str) -> Iterator[Speech]:
    names = speaker_names(marks)
    only_questions = all(name and is_interviewer(name) for name in names) and not any(
        line.speaker for line in lines
    )
    stops = [mark.line for mark in marks[1:]] + [len(lines)]
    for mark, name, stop in zip(marks, names, stops, strict=True):
        answer = _paragraph_end(lines, mark, stop) if only_questions else stop
        begin = lines[mark.words_line].start + mark.words
        speech = Speech(
            speaker=name or None,
            role=None if name else Role.INTERVIEWER,
            start=begin,
            end=begin,
            start_time=mark.start_time,
            end_time=mark.end_time,
        )
        yield from _speeches(speech, range(mark.words_line, answer), lines, text)
        unnamed = replace(speech, speaker=None, role=Role.RESPONDENT, start=0)
        yield from _speeches(
            replace(unnamed, start_time=None, end_time=None), range(answer, stop), lines, text
        )


def _settled(speeches: list[Speech]) -> Iterator[Speech]:
    """Make the one who is named the interviewer where only the questions have a name."""
    unnamed = any(s.speaker is None and s.role is Role.RESPONDENT for s in speeches)
    for speech in speeches:
        asks = unnamed and speech.role is None and speech.speaker is not None
        yield replace(speech, role=Role.INTERVIEWER) if asks else speech


def _paragraph_end(lines: Sequence[Line], mark: Mark, stop: int) -> int:
    """Return the line after the paragraph in which a question stands."""
    at = mark.words_line
    if not lines[at].text[mark.words :].strip():
        at += 1
        while at < stop and not lines[at].text.strip():
            at += 1
    after = at
    while after < stop and lines[after].paragraph == lines[at].paragraph:
        after += 1
    return after


def _by_style(questions: frozenset[int], lines: Sequence[Line], text: str) -> Iterator[Speech]:
    first = min(questions)
    filled = [at for at in range(first, len(lines)) if lines[at].text.strip()]
    for asks, group in groupby(filled, key=lambda at: at in questions):
        places = list(group)
        role = Role.INTERVIEWER if asks else Role.RESPONDENT
        speech = Speech(speaker=None, role=role, start=0, end=0)
        yield from _speeches(speech, range(places[0], places[-1] + 1), lines, text)


def _by_paragraph(lines: Sequence[Line], text: str) -> Iterator[Speech]:
    for _, group in groupby(range(len(lines)), key=lambda at: lines[at].paragraph):
        places = list(group)
        speech = Speech(speaker=None, role=Role.UNKNOWN, start=0, end=0)
        yield from _speeches(speech, range(places[0], places[-1] + 1), lines, text)


def _speeches(speech: Speech, places: range, lines: Sequence[Line], text: str) -> Iterator[Speech]:
    """Yield a speech over some lines, cut where a transcription service says something itself."""
    kept = [at for at in places if not _NOISE.fullmatch(lines[at].text.strip())]
    for _, group in groupby(enumerate(kept), key=lambda pair: pair[1] - pair[0]):
        run = [at for _, at in group]
        start = max(speech.start, lines[run[0]].start)
        span = trim(text, min(start, lines[run[-1]].end), lines[run[-1]].end)
        if span is not None:
            begins = span.start_time if speech.start_time is None else speech.start_time
            ends = span.end_time if speech.end_time is None else speech.end_time
            yield replace(speech, start=span.start, end=span.end, start_time=begins, end_time=ends)


def _with_times(speeches: Iterator[Speech]) -> Iterator[Speech]:
    """Let a speech begin where the one before it ended, when only the ends are stamped (f4)."""
    ended: float | None = None
    for speech in speeches:
        begins = ended if speech.start_time is None else speech.start_time
        yield replace(speech, start_time=begins)
        ended = speech.end_time
