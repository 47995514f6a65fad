"""One decision as it is kept, and the file of them: one JSON object per line, only ever longer."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlp_pipeline.errors import StoreError
from nlp_pipeline.exchange import Found, Shown, Verdict
from nlp_pipeline.ids import make_id
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.store import atomic_write, disk_error

LOG_NAME = "decisions.jsonl"
"""The file of the log, in a study folder or a folder with results."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """Where a stretch was in the version of the text that the file was made for."""

    start: int
    end: int
    text_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One decision of one person, with what was in view; it holds no word of a transcript.

    Attributes:
        id: The same for the same decision, whenever and from wherever it is imported.
        transcript_id: The transcript.
        text_sha256: The hash of the text in which the offsets count.
        start: First character.
        end: The character after the last.
        code: The code; None for a stretch that was seen and left without one.
        verdict: What was decided.
        coder: Who decided.
        origin: Blind, assisted or imported.
        decided_at: When, in ISO 8601 and UTC; "" if the file does not tell.
        imported_at: When it came into the log.
        shown: The suggestion that was in view; None if there was none.
        note: What the coder wrote beside it.
        file: The name of the file that it came from.
        file_sha256: The hash of that file.
        file_time: When that file was last written, in UTC; it stands in for ``decided_at``.
        before: The ids of the decisions that it took the place of when it was imported.
        was: The codes that it had in earlier codebooks, the latest first; empty if it was not
            moved to another codebook. Such a decision stands for those in ``before`` from then on.
        moved: Where the stretch was, if it was found again in a changed text.
        decided_by: Who were at the meeting that decided, where ``coder`` is no person.
    """

    id: str
    transcript_id: str
    text_sha256: str
    start: int
    end: int
    code: str | None
    verdict: Verdict
    coder: str
    origin: Origin
    decided_at: str
    imported_at: str
    shown: Shown | None
    note: str
    file: str
    file_sha256: str
    file_time: str
    before: tuple[str, ...] = ()
    moved: Moved | None = None
    was: tuple[str, ...] = ()
    decided_by: str = ""

    @property
    def moment(self) -> str:
        """When it was decided, or the time of its file."""
        return self.decided_at or self.file_time

    @property
    def applies(self) -> bool:
        """Whether it says that its code applies."""
        return self.verdict in (Verdict.ACCEPTED, Verdict.ADDED)

    @property
    def stretch(self) -> tuple[str, str, int, int, str]:
        """The stretch of text and the coder: within these, decisions may contradict each other."""
        return (self.transcript_id, self.text_sha256, self.start, self.end, self.coder)

    def to_coding(self) -> Coding:
        """Return it as a coding."""
        return Coding(
            transcript_id=self.transcript_id,
            start=self.start,
            end=self.end,
            code=self.code,
            coder=self.coder,
            origin=self.origin,
            verdict=self.verdict.value,
            note=self.note,
            decided_at=self.moment,
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON-like mapping, in the order of the fields."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in ("shown", "moved"):
            part = values[name]
            if part is not None:
                values[name] = {field.name: getattr(part, field.name) for field in fields(part)}
        if not self.decided_by:
            del values["decided_by"]
        return values | {"before": list(self.before), "was": list(self.was)}


def decision_id(found: Found, *, transcript: str, text: str, coder: str, moment: str) -> str:
    """Return the id of a decision: that of all that it says, and when."""
    shown = found.shown
    view = ["none"] if shown is None else [shown.model_id, repr(shown.score), str(shown.suggested)]
    stretch = (transcript, text, found.start, found.end)
    said = (found.code or "", found.verdict.value, coder, found.origin.value, found.note, moment)
    return make_id("decision", *stretch, *said, *view)


def to_utc(moment: str) -> str:
    """Return a moment of ISO 8601 in UTC, so that moments can be compared as text.

    A moment without an offset is taken for UTC; what is no moment becomes "".

    >>> to_utc("2024-03-05T12:00:00+01:00")
    '2024-03-05T11:00:00+00:00'
    >>> to_utc("yesterday")
    ''
    """
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    try:
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except OverflowError:
        return ""


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")
    model_id: str
    score: float | None
    suggested: bool


class _Moved(BaseModel):
    model_config = ConfigDict(extra="forbid")
    start: int
    end: int
    text_sha256: str


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    transcript_id: str
    text_sha256: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    code: str | None
    verdict: Verdict
    coder: str
    origin: Origin
    decided_at: str
    imported_at: str
    shown: _Shown | None
    note: str
    file: str
    file_sha256: str
    file_time: str
    before: tuple[str, ...]
    moved: _Moved | None
    was: tuple[str, ...] = ()  # not in logs of before codebooks could change
    decided_by: str = ""  # of meetings only


def read_log(path: Path) -> tuple[Decision, ...]:
    """Read a log in its own order; a log that is not there yet is empty.

    Raises:
        StoreError: A line is damaged, or the disk refuses.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise disk_error(path, error, "read") from error
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 at byte {error.start}; restore this file from a back-up"
        raise StoreError(msg) from error
    lines = enumerate(text.split("\n"), start=1)
    return tuple(_parsed(path, number, line) for number, line in lines if line.strip())


def write_log(path: Path, decisions: Iterable[Decision]) -> None:
    """Add decisions to the end of a log; the file is replaced whole, or stays as it was.

    Raises:
        StoreError: The disk refuses.
    """
    new = "".join(json.dumps(d.to_json(), ensure_ascii=True) + "\n" for d in decisions)
    if not new:
        return
    try:
        old = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise disk_error(path, error, "read") from error
    if old and not old.endswith(b"\n"):
        old += b"\n"
    with atomic_write(path) as temporary:
        temporary.write_bytes(old + new.encode("ascii"))


def _parsed(path: Path, number: int, line: str) -> Decision:
    try:
        parsed = _Line.model_validate_json(line)
    except ValidationError as error:
        # The values stay out: a note can hold what a participant said.
        where = ", ".join(".".join(map(str, e["loc"])) or "the line" for e in error.errors()[:3])
        msg = f"{path}, line {number}: not understood ({where}); restore this file from a back-up"
        raise StoreError(msg) from None
    values = {name: getattr(parsed, name) for name in _Line.model_fields}
    shown, moved = parsed.shown, parsed.moved
    values["shown"] = None if shown is None else Shown(**shown.model_dump())
    values["moved"] = None if moved is None else Moved(**moved.model_dump())
    return Decision(**values)
