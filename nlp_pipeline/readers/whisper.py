"""Whisper's JSON, and that of its kin: whisperX, faster-whisper, whisper.cpp, verbose_json."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_pipeline.errors import InputError
from nlp_pipeline.readers.base import Reading, Utterance
from nlp_pipeline.readers.canonical import one_line
from nlp_pipeline.readers.cues import finite_time
from nlp_pipeline.readers.jsontext import load_json
from nlp_pipeline.readers.text import decode

_LISTS = ("segments", "transcription", "chunks")
_EXPECTED = 'expected Whisper output: an object with "segments", each with "start", "end", "text"'


def read(data: bytes, name: str) -> Reading:
    """Read the segments; words that name another speaker split a segment.

    A time that is missing or no number is None, as is a missing speaker.

    Raises:
        InputError: It is not JSON, it has another shape, or nothing was said.
    """
    document = load_json(decode(data, name), name)
    warnings: list[str] = []
    utterances: list[Utterance] = []
    for place, segment in enumerate(_segments(document, name), start=1):
        if not isinstance(segment, Mapping) or not isinstance(segment.get("text"), str):
            warnings.append(f"{name}, segment {place}: no text in it; left out")
            continue
        utterances.extend(_utterances(segment))
    if not utterances:
        msg = f"{name}: no segment with words; check that the recording was transcribed"
        raise InputError(msg)
    return Reading(utterances=tuple(utterances), warnings=tuple(warnings))


def _segments(document: object, name: str) -> Sequence[object]:
    if isinstance(document, list):
        return document
    if isinstance(document, Mapping):
        for key in _LISTS:
            if isinstance(document.get(key), list):
                found: list[object] = document[key]
                return found
        if isinstance(document.get("text"), str) and "media" not in document:
            return [document]
    msg = f"{name}: this JSON has another shape; {_EXPECTED}"
    raise InputError(msg)


def _utterances(segment: Mapping[str, Any]) -> Iterator[Utterance]:
    text: str = segment["text"]
    speaker = _speaker(segment)
    start, end = _times(segment)
    pieces = _pieces(text, segment.get("words"), speaker)
    for index, piece in enumerate(pieces):
        last = index == len(pieces) - 1
        following = None if last else pieces[index + 1]
        words = one_line(text[piece.start : following.start if following else len(text)])
        if words:
            yield Utterance(
                text=words,
                speaker=piece.speaker,
                start_time=piece.start_time if index else start,
                end_time=piece.end_time if following else end,
            )


@dataclass(frozen=True, slots=True)
class _Piece:
    """Where one speaker's share of a segment starts, in its text and in time."""

    start: int
    speaker: str | None
    start_time: float | None
    end_time: float | None


def _pieces(text: str, words: object, speaker: str | None) -> list[_Piece]:
    """Return where the speaker changes, in order; at least one piece, from the start."""
    pieces = [_Piece(0, speaker, None, None)]
    place = 0
    seen = False
    for word in words if isinstance(words, list) else ():
        found = _place(text, word, place)
        if found is None:
            continue
        start, place = found
        current = _speaker(word)
        begin, end = _times(word)
        if current is not None and not seen:
            # The first word's speaker holds from the start of the segment.
            pieces = [_Piece(0, current, begin, end)]
            seen = True
        elif current is not None and current != pieces[-1].speaker:
            pieces.append(_Piece(start, current, begin, end))
        elif end is not None:
            last = pieces[-1]
            pieces[-1] = _Piece(last.start, last.speaker, last.start_time, end)
    return pieces


def _place(text: str, word: object, after: int) -> tuple[int, int] | None:
    """Return where a word lies in the segment, from a place on; None if it is not there."""
    if not isinstance(word, Mapping):
        return None
    written = word.get("word", word.get("text"))
    if not isinstance(written, str) or not written.strip():
        return None
    start = text.find(written.strip(), after)
    return None if start < 0 else (start, start + len(written.strip()))


def _speaker(item: Mapping[str, Any]) -> str | None:
    speaker = item.get("speaker")
    if isinstance(speaker, int) and not isinstance(speaker, bool):
        return f"Speaker {speaker}" if abs(speaker) < 10**6 else None
    return (one_line(speaker) or None) if isinstance(speaker, str) else None


def _times(item: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return start and end in seconds, whichever of the three ways they are written in."""
    offsets, stamp = item.get("offsets"), item.get("timestamp")
    if isinstance(offsets, Mapping):
        start, end = (finite_time(offsets.get(key)) for key in ("from", "to"))
        return (
            None if start is None else start / 1000,
            None if end is None else end / 1000,
        )
    if isinstance(stamp, list) and len(stamp) == 2:
        return finite_time(stamp[0]), finite_time(stamp[1])
    return finite_time(item.get("start")), finite_time(item.get("end"))
