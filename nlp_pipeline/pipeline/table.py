"""The command ``classify``: suggested codes for a table of ready-made passages."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nlp_pipeline.errors import InputError
from nlp_pipeline.ids import make_id
from nlp_pipeline.language import detect_language, passage_languages
from nlp_pipeline.pipeline.classifier import Classifies
from nlp_pipeline.pipeline.reporting import Progress, Silent
from nlp_pipeline.readers.tables import TableRow, read_rows
from nlp_pipeline.records import Passage, Role, Suggestion
from nlp_pipeline.review.tables import ClassifiedRow, write_classified
from nlp_pipeline.store import disk_error

FORMATS = (".jsonl", ".csv", ".xlsx")
"""The suffixes that a result can have."""


@dataclass(frozen=True, kw_only=True)
class ClassifySummary:
    """What `classify_table` did; ``suggestions`` counts the codes in their order."""

    file: Path
    rows: int
    not_classified: int
    suggestions: dict[str, int]
    model_id: str
    calibrated: bool

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            "file": str(self.file),
            "rows": self.rows,
            "not_classified": self.not_classified,
            "suggestions": self.suggestions,
            "model": self.model_id,
            "calibrated": self.calibrated,
        }


def check_table(table: Path, out: Path) -> None:
    """Check the two names before a model is loaded.

    Raises:
        InputError: The result has a suffix that is not written, or would replace the table.
    """
    if out.suffix.lower() not in FORMATS:
        msg = f'{out}: results are written as {", ".join(FORMATS)}, not as "{out.suffix}"'
        raise InputError(msg)
    if table.resolve() == out.resolve():
        msg = f"{out}: this is the table itself; give another name for the result"
        raise InputError(msg)


def classify_table(
    table: Path,
    out: Path,
    classifier: Classifies,
    *,
    question: str = "",
    max_megabytes: float = 50.0,
    progress: Progress | None = None,
) -> ClassifySummary:
    """Suggest codes for every row of a table and write one row per passage.

    Args:
        table: A .csv, .xlsx or .jsonl file with a column ``text``.
        out: The result, a .jsonl, .csv or .xlsx file; it is replaced when it exists.
        classifier: The model.
        question: What rows without a question of their own answer.
        max_megabytes: The size up to which a table is read.
        progress: Where to show how far it is.

    Raises:
        InputError: The table cannot be read, or the result cannot have this name.
        StoreError: The disk refuses.
    """
    check_table(table, out)
    rows = read_rows(_read_bytes(table, max_megabytes), table.name)
    rows = tuple(row if row.context else replace(row, context=question) for row in rows)
    passages = _passages(rows, table.name)
    wanted = [passage for passage in passages if passage.text.strip()]
    with (progress or Silent()).stage("Classifying passages", len(wanted)) as advance:
        suggestions = classifier.classify(wanted, progress=advance)
    codes = classifier.codebook.code_ids
    write_classified(_classified(rows, passages, suggestions), out, codes=codes)
    counts = Counter(suggestion.code for suggestion in suggestions if suggestion.suggested)
    return ClassifySummary(
        file=out,
        rows=len(rows),
        not_classified=len(rows) - len({suggestion.passage_id for suggestion in suggestions}),
        suggestions={code: counts[code] for code in codes},
        model_id=classifier.model_id,
        calibrated=classifier.calibrated,
    )


def _read_bytes(table: Path, max_megabytes: float) -> bytes:
    try:
        size = table.stat().st_size
        if size > max_megabytes * 1_000_000:
            msg = (
                f"{table.name}: {size / 1_000_000:.0f} MB, and tables up to "
                f"{max_megabytes:.0f} MB are read; split it"
            )
            raise InputError(msg)
        return table.read_bytes()
    except OSError as error:
        raise disk_error(table, error, "read") from error


def _passages(rows: Sequence[TableRow], name: str) -> list[Passage]:
    transcript = make_id("table", name)
    texts = [row.text for row in rows]
    found = passage_languages(texts, default=detect_language(texts))
    return [
        Passage(
            id=make_id("passage", transcript, place),
            transcript_id=transcript,
            start=0,
            end=len(row.text),
            text=row.text,
            language=row.language or language,
            speaker=row.speaker,
            role=Role.UNKNOWN,  # a row that is in the table is meant to be coded
            context=row.context or "",
        )
        for place, (row, language) in enumerate(zip(rows, found, strict=True))
    ]


def _classified(
    rows: Sequence[TableRow], passages: Sequence[Passage], suggestions: Sequence[Suggestion]
) -> list[ClassifiedRow]:
    of_passage: dict[str, list[Suggestion]] = defaultdict(list)
    for suggestion in suggestions:
        of_passage[suggestion.passage_id].append(suggestion)
    return [
        ClassifiedRow(
            id=row.id or str(row.row),
            language=passage.language,
            suggested=tuple(s.code for s in of_passage[passage.id] if s.suggested),
            scores={s.code: s.score for s in of_passage[passage.id]},
            text=row.text,
            speaker=row.speaker,
            context=row.context,
        )
        for row, passage in zip(rows, passages, strict=True)
    ]
