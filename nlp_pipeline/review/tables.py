"""Tables for R, Python and spreadsheets: every passage with its suggestions and scores.

The JSONL files hold the text exactly. The CSV files are meant for statistics and may be opened in a
spreadsheet, so a text that a spreadsheet would take for a formula gets an apostrophe in front, and
control characters are replaced by a mark.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_pipeline.errors import PipelineError
from nlp_pipeline.review.clean import csv_text
from nlp_pipeline.review.results import SCORE_DECIMALS, PassageResult, Results, ScoreKind, rounded
from nlp_pipeline.review.sheets import write_plain_sheet
from nlp_pipeline.store import atomic_write


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassifiedRow:
    """A ready-made passage with what a model made of it; ``scores`` is empty if not classified."""

    id: str
    language: str
    suggested: tuple[str, ...]
    scores: Mapping[str, float]
    text: str
    speaker: str | None = None
    context: str = ""


Cell = str | int | float | None


def write_tables(results: Results, folder: Path) -> tuple[Path, Path]:
    """Write ``passages.csv`` and ``passages.jsonl`` and return their paths.

    Raises:
        StoreError: The disk refuses.
    """
    codes = results.codebook.code_ids
    table, lines = folder / "passages.csv", folder / "passages.jsonl"
    columns = ["transcript", "transcript_id", "id", "start", "end", "speaker", "role"]
    # Nobody takes a likeness for a score of a trained model, whatever becomes of the file.
    of_code = "likeness" if results.score_kind == "likeness" else "score"
    columns += ["language", "context", "text", "suggested", *_score_columns(codes, of_code)]
    _write_csv(table, columns, (_flat(row, codes) for row in results.rows))
    _write_jsonl(lines, (_nested(row, results.score_kind) for row in results.rows))
    return table, lines


def write_classified(
    rows: Sequence[ClassifiedRow], path: Path, *, codes: Sequence[str] | None = None
) -> None:
    """Write classified passages as ``.jsonl``, ``.csv`` or ``.xlsx``, one row for each.

    Args:
        rows: The passages in the order to be written.
        path: The file; its suffix says which format.
        codes: The codes that get a column, in order; those that occur in the rows if left out.

    Raises:
        PipelineError: The suffix is another one, or there are more rows than Excel can hold.
        StoreError: The disk refuses.
    """
    writers: Mapping[str, Callable[[Path, Sequence[ClassifiedRow], Sequence[str]], None]] = {
        ".jsonl": _classified_jsonl,
        ".csv": _classified_csv,
        ".xlsx": _classified_xlsx,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        msg = f"{path}: cannot write this kind of file; end its name in one of {', '.join(writers)}"
        raise PipelineError(msg)
    if codes is None:
        codes = tuple(dict.fromkeys(code for row in rows for code in row.scores))
    writer(path, rows, codes)


def _flat(row: PassageResult, codes: Sequence[str]) -> list[Cell]:
    passage = row.passage
    return [
        row.transcript.source_name,
        row.transcript.id,
        passage.id,
        passage.start,
        passage.end,
        passage.speaker,
        passage.role.value,
        passage.language,
        passage.context,
        passage.text,
        "; ".join(row.suggested),
        *(row.scores.get(code) for code in codes),
    ]


def _nested(row: PassageResult, kind: ScoreKind) -> dict[str, Any]:
    passage = row.passage
    return {
        "id": passage.id,
        "transcript": row.transcript.source_name,
        "transcript_id": row.transcript.id,
        "start": passage.start,
        "end": passage.end,
        "speaker": passage.speaker,
        "role": passage.role.value,
        "language": passage.language,
        "context": passage.context,
        "text": passage.text,
        "suggested": list(row.suggested),
        "likeness" if kind == "likeness" else "scores": dict(row.scores),
    }


def _classified_jsonl(path: Path, rows: Sequence[ClassifiedRow], codes: Sequence[str]) -> None:
    _write_jsonl(
        path,
        (
            {
                "id": row.id,
                "language": row.language,
                "suggested": list(row.suggested),
                "scores": {c: rounded(row.scores[c]) for c in codes if c in row.scores},
                "speaker": row.speaker,
                "context": row.context,
                "text": row.text,
            }
            for row in rows
        ),
    )


def _classified_csv(path: Path, rows: Sequence[ClassifiedRow], codes: Sequence[str]) -> None:
    _write_csv(path, _classified_columns(codes), (_classified_flat(row, codes) for row in rows))


def _classified_xlsx(path: Path, rows: Sequence[ClassifiedRow], codes: Sequence[str]) -> None:
    cells = [_classified_flat(row, codes) for row in rows]
    write_plain_sheet(path, _classified_columns(codes), cells)


def _classified_columns(codes: Sequence[str]) -> list[str]:
    return ["id", "language", "suggested", "speaker", "context", "text", *_score_columns(codes)]


def _classified_flat(row: ClassifiedRow, codes: Sequence[str]) -> list[Cell]:
    scores = (rounded(row.scores[code]) if code in row.scores else None for code in codes)
    suggested = ";".join(row.suggested)
    return [row.id, row.language, suggested, row.speaker, row.context, row.text, *scores]


def _score_columns(codes: Sequence[str], name: str = "score") -> list[str]:
    return [f"{name}_{code}" for code in codes]


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    with atomic_write(path) as temporary:
        temporary.write_bytes(buffer.getvalue().encode("utf-8-sig"))


def _csv_cell(cell: Cell) -> str | int | None:
    if isinstance(cell, str):
        return csv_text(cell)
    return f"{cell:.{SCORE_DECIMALS}f}" if isinstance(cell, float) else cell


def _write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    lines = (_json_line(row) for row in rows)
    with atomic_write(path) as temporary:
        # Half surrogates, which some JSON sources hold, stay readable as JSON escapes this way.
        temporary.write_bytes("".join(lines).encode("utf-8", errors="backslashreplace"))


def _json_line(row: Mapping[str, Any]) -> str:
    line = json.dumps(row, ensure_ascii=False, allow_nan=False)
    # Characters that some programs take for the end of a line.
    for character in "\x85\u2028\u2029":
        line = line.replace(character, f"\\u{ord(character):04x}")
    return line + "\n"
