"""What every reader returns, before it becomes a transcript.

A reader turns bytes into `Paragraph` (prose: Word, text, PDF) or into `Utterance` (files that say
themselves who speaks: subtitles, JSON, ELAN). Everything after that is shared by all formats.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """One paragraph of prose, in reading order.

    ``bold`` and ``italic`` hold for the whole paragraph; ``bold_prefix`` is the number of leading
    characters set in bold. ``speaker`` is set when the layout says it (a speaker column), and so
    are the times, in seconds. A line end inside ``text`` does not end the paragraph.
    """

    text: str
    bold: bool = False
    italic: bool = False
    bold_prefix: int = 0
    speaker: str | None = None
    start_time: float | None = None
    end_time: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Utterance:
    """A stretch of speech with its speaker; times in seconds."""

    text: str
    speaker: str | None = None
    start_time: float | None = None
    end_time: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a reader found: paragraphs or utterances (never both), and what to warn about.

    Warnings say what and where (line, page, cue), never what was said.
    """

    paragraphs: tuple[Paragraph, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    warnings: tuple[str, ...] = field(default=())
