"""Tables of ready-made passages: every row is one turn and one passage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp_pipeline.config import ReadSettings
from nlp_pipeline.errors import InputError
from nlp_pipeline.ids import make_id
from nlp_pipeline.language import detect_language, passage_languages
from nlp_pipeline.readers.canonical import canonical, one_line
from nlp_pipeline.readers.roles import assign_roles
from nlp_pipeline.records import Passage, Role, Transcript, Turn

if TYPE_CHECKING:
    from nlp_pipeline.readers.tables import TableRow


@dataclass(frozen=True, kw_only=True, slots=True)
class TablePassages:
    """A table as a transcript with its passages; ``row_ids`` are its own ids, row by row.

    A row without an id has the number of the row in the file.
    """

    transcript: Transcript
    passages: tuple[Passage, ...]
    row_ids: tuple[str, ...]
    warnings: tuple[str, ...]


def from_rows(
    rows: Sequence["TableRow"], *, name: str, sha256: str, settings: ReadSettings
) -> TablePassages:
    """Make a transcript of a table: the rows with words, a blank line between them.

    Everybody is a respondent, except who is an interviewer by name or by the settings.

    Raises:
        InputError: No row has words in its text.
    """
    filled = [row for row in rows if any(map(str.isalnum, row.text))]
    if not filled:
        msg = f'{name}: no row has words in its column "text"'
        raise InputError(msg)
    text, spans = _written(filled)
    turns = _turns(filled, spans, settings)
    texts = [text[start:end] for start, end in spans]
    language = settings.language or detect_language(texts)
    transcript = Transcript(
        id=make_id("transcript", name, text),
        language=language,
        text=text,
        turns=turns,
        source_name=name,
        source_sha256=sha256,
    )
    detected = passage_languages(texts, default=language)
    return TablePassages(
        transcript=transcript,
        passages=tuple(
            _passage(transcript, turn, row, own)
            for turn, row, own in zip(turns, filled, detected, strict=True)
        ),
        row_ids=tuple(row.id or str(row.row) for row in filled),
        warnings=_skipped([row.row for row in rows if row not in filled], name),
    )


def _written(rows: Sequence["TableRow"]) -> tuple[str, list[tuple[int, int]]]:
    """Return the canonical text of the rows, and from where to where each one's words are."""
    blocks: list[str] = []
    spans: list[tuple[int, int]] = []
    offset = 0
    for row in rows:
        label = f"{one_line(row.speaker)}: " if row.speaker else ""
        words = canonical(row.text).strip()
        spans.append((offset + len(label), offset + len(label) + len(words)))
        blocks.append(label + words)
        offset += len(blocks[-1]) + 2
    return "\n\n".join(blocks), spans


def _turns(
    rows: Sequence["TableRow"], spans: Sequence[tuple[int, int]], settings: ReadSettings
) -> tuple[Turn, ...]:
    spoken = [(row.speaker, row.text) for row in rows if row.speaker]
    roles = assign_roles(spoken, overrides=settings.roles) if spoken else {}
    return tuple(
        Turn(
            speaker=one_line(row.speaker) if row.speaker else None,
            role=(
                Role.INTERVIEWER if roles.get(row.speaker) is Role.INTERVIEWER else Role.RESPONDENT
            ),
            start=start,
            end=end,
        )
        for row, (start, end) in zip(rows, spans, strict=True)
    )


def _passage(transcript: Transcript, turn: Turn, row: "TableRow", language: str) -> Passage:
    return Passage(
        id=make_id("passage", transcript.id, turn.start, turn.end),
        transcript_id=transcript.id,
        start=turn.start,
        end=turn.end,
        text=transcript.text[turn.start : turn.end],
        language=row.language or language,
        speaker=turn.speaker,
        role=turn.role,
        context=one_line(row.context),
    )


def _skipped(rows: Sequence[int], name: str, most: int = 20) -> tuple[str, ...]:
    if not rows:
        return ()
    shown = ", ".join(map(str, rows[:most])) + (" and more" if len(rows) > most else "")
    return (f"{name}, row(s) {shown}: no words in the text, skipped",)
