"""A coded corpus on disk: transcripts, the codings of people, and the rows a model learns from.

A corpus folder holds ``interviews.csv`` (one row per source), ``transcripts/ID.txt``, and
``codings/CODER/ID.csv`` with the passages that a person coded: offsets, codes, the mark of a hard
case and a note. ``build_corpus`` joins them into ``data/SPLIT.jsonl``, one row per passage.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import ReadSettings
from nlp_pipeline.errors import CodebookError, CorpusError, InputError
from nlp_pipeline.ids import make_id
from nlp_pipeline.readers import find_sources, read_source
from nlp_pipeline.records import Role, Transcript, Turn
from nlp_pipeline.segment import turns_with_context
from nlp_pipeline.store import atomic_write

SPLITS = ("train", "validation", "calibration", "test")
TEST = SPLITS[-1]
CODERS = ("a", "b")
ADJUDICATED = "adjudicated"
CONTEXT_WORDS = 60
HARD = (
    "solved", "lost", "irony", "wish", "conditional", "reported", "absent", "general", "negation",
    "question", "buried", "near", "levels",
)  # fmt: skip
"""The marks of hard cases; ``corpora/CODING_MANUAL.md`` explains them."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Interview(_Row):
    """One source of a corpus; ``interviewer`` lists the labels of who asks, joined by ``;``."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    kind: Literal["interview", "focus group", "field notes", "questionnaire"]
    language: Literal["nl", "en"]
    country: str
    setting: str
    speaker_role: str
    speaker_level: str
    temperament: str
    interviewer: str
    split: Literal["train", "validation", "calibration", "test"]


class CodedPassage(_Row):
    """What one person decided on one passage; no code means seen and not coded."""

    passage: Annotated[int, Field(ge=1)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    codes: str = ""
    hard: str = ""
    note: str = ""

    @property
    def code_ids(self) -> tuple[str, ...]:
        """The ids of the codes, in the order of the file."""
        return tuple(self.codes.split())


@dataclass(frozen=True, kw_only=True)
class Source:
    """One transcript of a corpus with the codings that there are of it, by coder."""

    interview: Interview
    transcript: Transcript
    codings: Mapping[str, tuple[CodedPassage, ...]]


def read_corpus(folder: Path) -> tuple[Source, ...]:
    """Read the transcripts and codings of a corpus, in the order of ``interviews.csv``.

    Raises:
        CorpusError: Something is missing or malformed; all problems are listed.
    """
    interviews = _read_csv(folder / "interviews.csv", Interview)
    problems: list[str] = []
    sources = []
    for interview in interviews:
        try:
            sources.append(_read_one(folder, interview))
        except (CorpusError, InputError) as error:
            problems.append(str(error))
    _stop_on(problems, folder)
    return tuple(sources)


def check_sources(sources: tuple[Source, ...], codebook: Codebook) -> list[str]:
    """Return what is wrong with the codings of a corpus, one sentence each.

    Checked are: codes are in the codebook; passages lie in a turn that is not the interviewer's, in
    order, without overlap, and leave nothing of it out but white space; all coders coded the same
    passages; marks are known; ids are unique.
    """
    ids = [source.interview.id for source in sources]
    problems = [f"interview {i} occurs twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    for source in sources:
        where = source.interview.id
        spans = {
            coder: [(row.start, row.end) for row in rows] for coder, rows in source.codings.items()
        }
        if len({tuple(value) for value in spans.values()}) > 1:
            problems.append(f"{where}: the coders did not code the same passages")
        for coder, rows in source.codings.items():
            problems += [
                f"{where}, coder {coder}: {text}" for text in _row_problems(rows, codebook)
            ]
            problems += [
                f"{where}, coder {coder}: {text}"
                for text in _cover_problems(source.transcript, rows)
            ]
    return problems


def build_rows(sources: tuple[Source, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each split: one per passage, with its question and all codings of it.

    ``codes`` is the adjudicated coding; where there is none, that of the first coder.
    """
    splits: dict[str, list[dict[str, Any]]] = {split: [] for split in SPLITS}
    for source in sources:
        splits[source.interview.split] += list(_rows(source))
    return splits


def build_corpus(folder: Path, codebook: Codebook) -> dict[str, int]:
    """Write ``data/SPLIT.jsonl`` from the transcripts and codings; return the rows per split.

    Raises:
        CorpusError: The corpus is incomplete or inconsistent; nothing is written.
    """
    sources = read_corpus(folder)
    _stop_on(check_sources(sources, codebook), folder)
    splits = build_rows(sources)
    (folder / "data").mkdir(exist_ok=True)
    for split, rows in splits.items():
        with atomic_write(folder / "data" / f"{split}.jsonl") as temporary:
            temporary.write_text(to_jsonl(rows), encoding="utf-8", newline="\n")
    return {split: len(rows) for split, rows in splits.items()}


def to_jsonl(rows: list[dict[str, Any]]) -> str:
    """Return rows as JSON, one object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def load_rows(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Read ``data/SPLIT.jsonl`` of a corpus, checking the columns that training needs.

    Raises:
        CorpusError: A file is missing or a line is malformed.
    """
    return {split: load_split(folder, split) for split in SPLITS}


def load_split(folder: Path, split: str) -> list[dict[str, Any]]:
    """Read ``data/SPLIT.jsonl`` of one split of a corpus, checking the columns that all rows need.

    Raises:
        CorpusError: The file is missing or a line is malformed.
    """
    path = folder / "data" / f"{split}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read; `nlp-pipeline corpus {folder.name}` writes it"
        raise CorpusError(msg) from error
    return [_parse(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _parse(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
        if isinstance(row["text"], str) and isinstance(row["context"], str):
            row["codes"] = [str(code) for code in row["codes"]]
            return row
    except (ValueError, KeyError, TypeError) as error:
        msg = f'{path}, line {number}: not a passage with "text", "context" and "codes"'
        raise CorpusError(msg) from error
    msg = f'{path}, line {number}: "text" and "context" must be text'
    raise CorpusError(msg)


def _read_one(folder: Path, interview: Interview) -> Source:
    path = folder / "transcripts" / f"{interview.id}.txt"
    labels = [label.strip() for label in interview.interviewer.split(";") if label.strip()]
    settings = ReadSettings(
        language=interview.language, roles=dict.fromkeys(labels, Role.INTERVIEWER)
    )
    (found,) = find_sources([path])
    transcript = read_source(found, settings).transcript
    codings = {}
    for coder in (*CODERS, ADJUDICATED):
        coded = folder / "codings" / coder / f"{interview.id}.csv"
        if coded.is_file():
            codings[coder] = _read_csv(coded, CodedPassage)
    if CODERS[0] not in codings:
        msg = f"{interview.id}: codings/{CODERS[0]}/{interview.id}.csv is missing"
        raise CorpusError(msg)
    return Source(interview=interview, transcript=transcript, codings=codings)


def _rows(source: Source) -> Iterator[dict[str, Any]]:
    interview, transcript = source.interview, source.transcript
    turns = list(turns_with_context(transcript, limit=CONTEXT_WORDS))
    best = source.codings.get(ADJUDICATED, source.codings[CODERS[0]])
    by_coder = {coder: source.codings.get(coder) for coder in CODERS}
    for index, row in enumerate(best):
        turn, context = next(t for t in turns if t[0].start <= row.start < t[0].end)
        yield {
            "id": make_id("passage", transcript.id, row.start, row.end),
            "transcript_id": interview.id,
            "passage": row.passage,
            "language": interview.language,
            "kind": interview.kind,
            "country": interview.country,
            "setting": interview.setting,
            "speaker": turn.speaker or "",
            "role": str(turn.role),
            "speaker_role": interview.speaker_role,
            "speaker_level": interview.speaker_level,
            "context": context,
            "text": transcript.text[row.start : row.end],
            "codes": list(row.code_ids),
            **{
                f"codes_{coder}": list(rows[index].code_ids) if rows else None
                for coder, rows in by_coder.items()
            },
            "hard": source.codings[CODERS[0]][index].hard,
        }


def _row_problems(rows: tuple[CodedPassage, ...], codebook: Codebook) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        where = f"passage {row.passage}"
        if row.passage != number:
            yield f"{where}: passages must be numbered from 1 without gaps"
        for code in row.code_ids:
            try:
                codebook.code(code)
            except CodebookError as error:
                yield f"{where}: {error}"
        if row.hard and row.hard not in HARD:
            yield f'{where}: "{row.hard}" is not a mark of the coding manual'


def _cover_problems(transcript: Transcript, rows: tuple[CodedPassage, ...]) -> Iterator[str]:
    covered = [False] * len(transcript.text)
    before = 0
    for row in rows:
        if not before <= row.start < row.end <= len(transcript.text):
            yield f"passage {row.passage}: offsets out of order or outside the text"
            return
        if _turn_of(transcript, row) is None:
            yield f"passage {row.passage}: not inside one turn of a respondent"
        covered[row.start : row.end] = [True] * (row.end - row.start)
        before = row.end
    for turn in transcript.turns:
        if turn.role == Role.INTERVIEWER:
            continue
        if any(
            not covered[i] and not transcript.text[i].isspace() for i in range(turn.start, turn.end)
        ):
            yield f"text at {turn.start}-{turn.end} is not covered by passages"


def _turn_of(transcript: Transcript, row: CodedPassage) -> Turn | None:
    for turn in transcript.turns:
        if turn.role != Role.INTERVIEWER and turn.start <= row.start and row.end <= turn.end:
            return turn
    return None


R = TypeVar("R", bound=_Row)


def _read_csv(path: Path, row_type: type[R]) -> tuple[R, ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})"
        raise CorpusError(msg) from error
    problems, rows = [], []
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        try:
            rows.append(row_type.model_validate(row))
        except ValidationError as error:
            fields = ", ".join(str(problem["loc"][0]) for problem in error.errors())
            problems.append(f"{path}, row {number}: wrong value in {fields}")
    _stop_on(problems, path)
    return tuple(rows)


def _stop_on(problems: list[str], where: Path) -> None:
    if problems:
        msg = f"{where}: {len(problems)} problem(s)\n  " + "\n  ".join(problems)
        raise CorpusError(msg)
