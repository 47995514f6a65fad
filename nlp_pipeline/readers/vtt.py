"""WebVTT: the captions of Teams, Zoom, YouTube and most transcription services."""

import html
import re
from collections.abc import Iterator, Sequence

from nlp_pipeline.readers.base import Reading, Utterance
from nlp_pipeline.readers.canonical import one_line
from nlp_pipeline.readers.cues import Cue, parse_cues, plain, without_repeats
from nlp_pipeline.readers.prefixes import accepted_names, split_prefix
from nlp_pipeline.readers.text import decode

_HEADER = re.compile(r"\s*WEBVTT[^\r\n]*((?:\r\n|\r|\n)(?![^\r\n]*-->)[^\r\n]*\S[^\r\n]*)*")
_COMMENT = re.compile(r"NOTE(?:\s|$)|STYLE\s*$|REGION\s*$")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:\s+([^<>]*))?>|(</v>)", re.IGNORECASE)


def read(data: bytes, name: str) -> Reading:
    """Read the cues of a .vtt file; every voice of a cue is kept.

    Names come from voice tags, else from `Name:` before the words, as Zoom writes them; a cue
    without a name then continues the last speaker.

    Raises:
        InputError: The file cannot be decoded or holds no cue.
    """
    text = decode(data, name).lstrip("\ufeff")
    header = _HEADER.match(text)
    if header is not None:
        text = re.sub(r"[^\r\n]", "", header[0]) + text[header.end() :]
    cues, warnings = parse_cues(text, name, comments=_COMMENT, any_id=True)
    cues = without_repeats(cues)
    voiced = any(match[1] for cue in cues for match in _VOICE.finditer(" ".join(cue.lines)))
    utterances = _by_voice(cues) if voiced else _by_prefix(cues)
    return Reading(utterances=tuple(utterances), warnings=tuple(warnings))


def _by_voice(cues: Sequence[Cue]) -> Iterator[Utterance]:
    for cue in cues:
        for speaker, words in _voices(" ".join(cue.lines)):
            text = plain(words)
            if text:
                yield _utterance(cue, speaker, text)


def _voices(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield each stretch of a cue with its speaker; words outside a voice have none."""
    speaker: str | None = None
    place = 0
    for match in _VOICE.finditer(text):
        yield speaker, text[place : match.start()]
        speaker = one_line(html.unescape(match[1] or "")) or None
        place = match.end()
    yield speaker, text[place:]


def _by_prefix(cues: Sequence[Cue]) -> Iterator[Utterance]:
    texts = [plain(" ".join(cue.lines)) for cue in cues]
    names = accepted_names(text for text in texts if text)
    speaker: str | None = None
    for cue, text in zip(cues, texts, strict=True):
        found, words = split_prefix(text, names)
        speaker = found or speaker
        if words:
            yield _utterance(cue, speaker, words)


def _utterance(cue: Cue, speaker: str | None, text: str) -> Utterance:
    return Utterance(text=text, speaker=speaker, start_time=cue.start_time, end_time=cue.end_time)
