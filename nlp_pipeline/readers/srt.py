"""SubRip: numbered subtitles, as Whisper, Amberscript and Happy Scribe export them."""

import re
from collections.abc import Iterator, Sequence

from nlp_pipeline.readers.base import Reading, Utterance
from nlp_pipeline.readers.cues import parse_cues, plain, without_repeats
from nlp_pipeline.readers.prefixes import accepted_names, split_prefix
from nlp_pipeline.readers.text import decode

_DASH = re.compile(r"\s*[-–—‐]\s*(?=\S)")


def read(data: bytes, name: str) -> Reading:
    """Read the cues of a .srt file.

    `Name: words` and `[Name] words` give the speaker; a cue without a name continues the last one.
    Lines that begin with a dash are speakers who take turns within a cue.

    Raises:
        InputError: The file cannot be decoded or holds no subtitle.
    """
    cues, warnings = parse_cues(decode(data, name).lstrip("\ufeff"), name)
    cues = without_repeats(cues)
    names = accepted_names(part for cue in cues for _, part in _parts(cue.lines))
    utterances: list[Utterance] = []
    speaker: str | None = None
    nameless: list[int] = []
    for cue in cues:
        for changes, part in _parts(cue.lines):
            found, words = split_prefix(part, names)
            speaker = found or (None if changes else speaker)
            if changes and found is None:
                nameless.append(cue.line)
            if words:
                utterances.append(
                    Utterance(
                        text=words,
                        speaker=speaker,
                        start_time=cue.start_time,
                        end_time=cue.end_time,
                    )
                )
    if nameless:
        warnings.append(
            f"{name}, line {nameless[0]}: {len(nameless)} line(s) with a dash but no name, here "
            f"first; who speaks is unknown, and their words end up in one turn"
        )
    return Reading(utterances=tuple(utterances), warnings=tuple(warnings))


def _parts(lines: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Yield each speaker's words within a cue, and whether a dash says that the speaker changes."""
    parts: list[tuple[bool, list[str]]] = []
    texts = [text for text in map(plain, lines) if text]
    dashes = sum(1 for text in texts if _DASH.match(text))
    for text in texts:
        dash = _DASH.match(text) if dashes >= 2 else None
        if dash or not parts:
            parts.append((dash is not None, [text[dash.end() :] if dash else text]))
        else:
            parts[-1][1].append(text)
    for changes, words in parts:
        yield changes, " ".join(words)
