"""Tables in which a transcript is laid out: which column is the speaker, the time, the words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from nlp_pipeline.readers.base import Paragraph
from nlp_pipeline.readers.labels import KNOWN, NAME, strength
from nlp_pipeline.readers.times import STAMP, parse_stamp

_HEADINGS = {
    "speaker": "speaker|spreker|naam|name|wie|who|persoon|person|deelnemer|participant|rol|role",
    "time": "time|tijd|timespan|time span|tijdspanne|tijdsbereik|tijdstip|tijdcode|timecode|"
    "time code|timestamp|time stamp|start|begin|van|from",
    "text": "content|text|tekst|inhoud|transcript|transcriptie|transcription|uitspraak|fragment|"
    "utterance|wat|what|gesprek|interview",
    "number": "nr|nr.|no|no.|#|nummer|number|id|regel|line|row|rij|fragmentnr|turn",
}
_ROLE_OF_HEADING = {word: role for role, words in _HEADINGS.items() for word in words.split("|")}
_STAMP = re.compile(STAMP)
_NUMBER = re.compile(r"#?\d{1,5}\.?")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layout:
    """Column numbers; ``first`` is the first row with speech in it."""

    speaker: int
    text: int
    time: int | None = None
    first: int = 0


def table_paragraphs(rows: Sequence[Sequence[str]]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a table, row by row.

    With a speaker column, each row is one paragraph with speaker and times; a row without a
    speaker goes on with the one before. Without one, every line of every cell is a paragraph.

    Args:
        rows: Cell texts; rows need not have the same length.
    """
    rows = [[cell.strip() for cell in row] for row in rows]
    layout = _by_headings(rows) or _by_content(rows)
    if layout is None:
        cells = (cell for row in rows for cell in row)
        return tuple(Paragraph(text=line) for cell in cells for line in cell.split("\n") if line)
    return tuple(
        _row_paragraph(row, layout)
        for row in rows[layout.first :]
        if len(row) > layout.text and row[layout.text]
    )


def _row_paragraph(row: Sequence[str], layout: _Layout) -> Paragraph:
    speaker = row[layout.speaker].rstrip(":").strip() if len(row) > layout.speaker else ""
    stamp = row[layout.time] if layout.time is not None and len(row) > layout.time else ""
    begin, end = parse_stamp(stamp)
    return Paragraph(
        text=row[layout.text],
        speaker=" ".join(speaker.split()) or None,
        start_time=begin,
        end_time=end,
    )


def _by_headings(rows: Sequence[Sequence[str]]) -> _Layout | None:
    """Find the columns by their headings, as NVivo writes them."""
    if len(rows) < 2:
        return None
    roles = [_ROLE_OF_HEADING.get(cell.casefold().rstrip(":")) for cell in rows[0]]
    if "speaker" not in roles or "text" not in roles:
        return None
    time = roles.index("time") if "time" in roles else None
    return _Layout(speaker=roles.index("speaker"), text=roles.index("text"), time=time, first=1)


def _by_content(rows: Sequence[Sequence[str]]) -> _Layout | None:
    """Find the columns by what is in them: times, short recurring names, and the longest text."""
    width = max(map(len, rows), default=0)
    columns = [[row[i] for row in rows if i < len(row) and row[i]] for i in range(width)]
    times = [i for i in range(width) if _is_all(columns[i], _STAMP)]
    numbers = [i for i in range(width) if _is_all(columns[i], _NUMBER)]
    rest = [i for i in range(width) if columns[i] and i not in times and i not in numbers]
    if len(rest) < 2:
        return None
    text = max(rest, key=lambda i: fmean(map(len, columns[i])))
    speakers = [i for i in rest if i != text and _are_speakers(columns[i])]
    if not speakers:
        return None
    return _Layout(speaker=speakers[0], text=text, time=times[0] if times else None)


def _is_all(cells: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return bool(cells) and sum(1 for cell in cells if pattern.fullmatch(cell)) >= 0.8 * len(cells)


def _are_speakers(cells: Sequence[str]) -> bool:
    names = [cell.rstrip(":").strip() for cell in cells]
    if all(strength(name) == KNOWN for name in names):
        return True
    good = sum(1 for name in names if strength(name) >= NAME)
    return len(set(names)) < len(names) and good >= 0.8 * len(names)
