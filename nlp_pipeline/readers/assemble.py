"""What a reader found to a transcript: one canonical text with turns, roles and language."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from nlp_pipeline.config import ReadSettings
from nlp_pipeline.errors import InputError
from nlp_pipeline.ids import make_id
from nlp_pipeline.language import detect_language
from nlp_pipeline.readers.base import Reading, Utterance
from nlp_pipeline.readers.canonical import canonical, count_illegal, one_line
from nlp_pipeline.readers.lines import to_lines
from nlp_pipeline.readers.roles import assign_roles
from nlp_pipeline.readers.speakers import Speech, find_speeches, has_speakers
from nlp_pipeline.records import Role, Transcript, Turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembled:
    """A transcript and what to warn about."""

    transcript: Transcript
    warnings: tuple[str, ...]


def assemble(reading: Reading, *, name: str, sha256: str, settings: ReadSettings) -> Assembled:
    """Make a transcript of what a reader found.

    Args:
        reading: Paragraphs or utterances.
        name: The source, for the transcript and for messages.
        sha256: Hash of the file.
        settings: Its language and roles win over what is detected.

    Raises:
        InputError: There are no words in it.
    """
    warnings = list(reading.warnings)
    if reading.utterances:
        text, speeches = _spoken(reading.utterances)
        if all(speech.speaker is None for speech in speeches):
            warnings.append(f"{name}: no speakers found; read as one turn of unknown role")
    else:
        text, lines = to_lines(reading.paragraphs)
        speeches = find_speeches(lines, text)
        if speeches and not has_speakers(speeches):
            warnings.append(
                f"{name}: no speakers found; read as field notes: every paragraph is a turn of "
                "unknown role"
            )
    if not speeches:
        msg = f"{name}: there are no words in this file; is it the right one?"
        raise InputError(msg)
    written = [paragraph.text for paragraph in reading.paragraphs]
    written += [utterance.text for utterance in reading.utterances]
    illegal = sum(map(count_illegal, written))
    if illegal:
        warnings.append(f"{name}: {illegal} control character(s) replaced by spaces")
    return Assembled(
        transcript=_transcript(text, speeches, name=name, sha256=sha256, settings=settings),
        warnings=tuple(warnings),
    )


def _transcript(
    text: str, speeches: Sequence[Speech], *, name: str, sha256: str, settings: ReadSettings
) -> Transcript:
    unsettled = [speech for speech in speeches if speech.role is None]
    spoken = [(speech.speaker, text[speech.start : speech.end]) for speech in unsettled]
    roles = assign_roles(spoken, overrides=settings.roles) if spoken else {}
    given = {label.casefold(): role for label, role in settings.roles.items()}
    turns = tuple(
        Turn(
            speaker=speech.speaker,
            role=given.get((speech.speaker or "").casefold())
            or speech.role
            or roles.get(speech.speaker, Role.UNKNOWN),
            start=speech.start,
            end=speech.end,
            start_time=speech.start_time,
            end_time=speech.end_time,
        )
        for speech in speeches
    )
    texts = [text[turn.start : turn.end] for turn in turns]
    return Transcript(
        id=make_id("transcript", name, text),
        language=settings.language or detect_language(texts),
        text=text,
        turns=turns,
        source_name=name,
        source_sha256=sha256,
    )


def _spoken(utterances: Sequence[Utterance]) -> tuple[str, tuple[Speech, ...]]:
    """Write utterances out as turns, a blank line between them, and say where each one is."""
    cleaned = [(one_line(u.speaker or "") or None, one_line(u.text), u) for u in utterances]
    spoken = [item for item in cleaned if any(map(str.isalnum, item[1]))]
    blocks: list[str] = []
    speeches: list[Speech] = []
    offset = 0
    for speaker, group in groupby(spoken, key=lambda item: item[0]):
        items = list(group)
        label = f"{speaker}: " if speaker else ""
        words = canonical(" ".join(text for _, text, _ in items))
        start = offset + len(label)
        begins = (u.start_time for _, _, u in items if u.start_time is not None)
        ends = (u.end_time for _, _, u in reversed(items) if u.end_time is not None)
        speeches.append(
            Speech(
                speaker=speaker,
                role=None if speaker else Role.UNKNOWN,
                start=start,
                end=start + len(words),
                start_time=next(begins, None),
                end_time=next(ends, None),
            )
        )
        blocks.append(label + words)
        offset += len(blocks[-1]) + 2
    return "\n\n".join(blocks), tuple(speeches)
