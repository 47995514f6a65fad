"""Transcripts as they are laid out for reading: turns, and in them passages and other text."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlp_pipeline.records import OTHER_LANGUAGE, Role, Transcript, Turn
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.results import PassageResult, Results


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Text that is one passage (``row`` is set) or lies between passages; ``lang`` for HTML."""

    text: str
    lang: str
    row: PassageResult | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """A turn as it is shown; ``time`` is ``m:ss`` or ``h:mm:ss``, empty if it is not known."""

    speaker: str
    role: Role
    time: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A transcript as it is shown; ``number`` counts from 0."""

    transcript: Transcript
    number: int
    lang: str
    passages: int
    with_suggestion: int
    turns: tuple[Spoken, ...]


def readings(results: Results) -> tuple[Reading, ...]:
    """Return every transcript, laid out."""
    return tuple(
        _reading(number, transcript, results.by_transcript[transcript.id])
        for number, transcript in enumerate(results.transcripts)
    )


def clock(seconds: float | None) -> str:
    """Return a time as people write it, or nothing for None.

    >>> clock(61.9), clock(3600), clock(None)
    ('1:01', '1:00:00', '')
    """
    if seconds is None:
        return ""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}" if hour else f"{minute}:{second:02d}"


def _reading(number: int, transcript: Transcript, rows: Sequence[PassageResult]) -> Reading:
    return Reading(
        transcript=transcript,
        number=number,
        lang=_lang(transcript.language),
        passages=len(rows),
        with_suggestion=sum(bool(row.suggested) for row in rows),
        turns=tuple(_turns(transcript, rows)),
    )


def _turns(transcript: Transcript, rows: Sequence[PassageResult]) -> Iterable[Spoken]:
    """Yield the turns in order; a passage outside every turn is shown as a turn of its own."""
    turns = transcript.turns or _whole(transcript, rows)
    starts = [turn.start for turn in turns]
    inside: dict[int, list[PassageResult]] = {}
    for row in rows:
        inside.setdefault(bisect_right(starts, row.passage.start) - 1, []).append(row)
    for row in inside.get(-1, []):
        yield _loose(transcript, row)
    for index, turn in enumerate(turns):
        found = inside.get(index, [])
        within = [row for row in found if row.passage.start < turn.end]
        yield _spoken(transcript, turn, within)
        for row in found[len(within) :]:
            yield _loose(transcript, row)


def _whole(transcript: Transcript, rows: Sequence[PassageResult]) -> tuple[Turn, ...]:
    if rows or not transcript.text.strip():
        return ()
    return (Turn(speaker=None, role=Role.UNKNOWN, start=0, end=len(transcript.text)),)


def _loose(transcript: Transcript, row: PassageResult) -> Spoken:
    passage = row.passage
    turn = Turn(speaker=passage.speaker, role=passage.role, start=passage.start, end=passage.end)
    return _spoken(transcript, turn, [row])


def _spoken(transcript: Transcript, turn: Turn, rows: Sequence[PassageResult]) -> Spoken:
    return Spoken(
        speaker=printable(turn.speaker or ""),
        role=turn.role,
        time=clock(turn.start_time),
        stretches=tuple(_stretches(transcript, turn, rows)),
    )


def _stretches(
    transcript: Transcript, turn: Turn, rows: Sequence[PassageResult]
) -> Iterable[Stretch]:
    lang, place = _lang(transcript.language), turn.start
    for row in rows:
        yield from _between(transcript.text[place : row.passage.start], lang)
        yield Stretch(
            text=printable(row.passage.text).strip(), lang=_lang(row.passage.language), row=row
        )
        place = max(place, row.passage.end)
    yield from _between(transcript.text[place : turn.end], lang)


def _between(text: str, lang: str) -> Iterable[Stretch]:
    if text.strip():
        yield Stretch(text=printable(text).strip(), lang=lang)


def _lang(language: str) -> str:
    """Return the value for HTML; an empty one says that the language is not known."""
    return "" if language == OTHER_LANGUAGE else language
