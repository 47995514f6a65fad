"""What an export showed of one transcript, in a line of text that travels with the source.

Tools that take a project in and write one out again keep the Description of a source, but no file
and no note beside it. The line is compressed JSON in ASCII, between brackets, and may be folded.
"""

import base64
import binascii
import re
import zlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp_pipeline.exchange import Shown, Verdict
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.results import PassageResult

_LINE = re.compile(r"\[nlp-pipeline:([A-Za-z0-9+/=\s]+)\]")
_MAX_BYTES = 50_000_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stretch(_Strict):
    """A passage that was in the export, with the codes that were suggested for it."""

    start: int
    end: int
    scores: dict[str, float]


class Earlier(_Strict):
    """A decision that there was already when the file was written."""

    start: int
    end: int
    code: str | None
    coder: str
    origin: Origin
    verdict: Verdict | Literal[""]
    note: str

    @property
    def is_visible(self) -> bool:
        """Whether a coding shows it; what was rejected has no place in such a file."""
        return self.verdict != Verdict.REJECTED


class Record(_Strict):
    """What was shown of one transcript; offsets count in its text.

    ``coder`` is who was to review, or "".
    """

    version: Literal[1] = 1
    transcript: str
    text_sha256: str
    model_id: str
    coder: str
    blind: bool
    passages: tuple[Stretch, ...]
    decisions: tuple[Earlier, ...]

    def has_codings(self) -> bool:
        """Say whether the export had any coding in this transcript."""
        visible = any(decision.is_visible for decision in self.decisions)
        return visible or any(passage.scores for passage in self.passages)

    def said(self) -> frozenset[str]:
        """Return the lines that the export wrote beside suggestions."""
        scores = (score_line(*item) for p in self.passages for item in p.scores.items())
        return frozenset((self.model_id, *scores)) if self.model_id else frozenset()

    def shown(self, start: int, end: int, code: str | None) -> Shown | None:
        """Return the suggestion of a code for a stretch, or None if there was none."""
        for passage in self.passages:
            if (passage.start, passage.end) == (start, end) and code in passage.scores:
                score = passage.scores[code]
                return Shown(model_id=self.model_id, score=score, suggested=True)
        return None


def score_line(code: str, score: float) -> str:
    """Return what is written beside a suggestion."""
    return f"{code}: {score:.4f}"


def stretch(row: PassageResult, *, blind: bool) -> Stretch:
    """Return a passage with what of it is shown: its suggested codes, or none in a blind export."""
    scores = {} if blind else {code: row.scores[code] for code in row.suggested}
    return Stretch(start=row.passage.start, end=row.passage.end, scores=scores)


def earlier(coding: Coding) -> Earlier:
    """Return a decision as it is kept in the record."""
    return Earlier(
        start=coding.start,
        end=coding.end,
        code=coding.code,
        coder=coding.coder,
        origin=coding.origin,
        verdict=Verdict(coding.verdict) if coding.verdict else "",
        note=coding.note,
    )


def to_line(record: Record) -> str:
    """Return a record as one line of ASCII."""
    packed = zlib.compress(record.model_dump_json().encode("utf-8"), 9)
    return f"[nlp-pipeline:{base64.b64encode(packed).decode('ascii')}]"


def from_text(text: str) -> Record | None:
    """Return the record in the Description of a source, or None if it is not there or damaged."""
    match = _LINE.search(text)
    if match is None:
        return None
    try:
        packed = base64.b64decode("".join(match[1].split()), validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, _MAX_BYTES)
        return Record.model_validate_json(content) if unpacker.eof else None
    except (binascii.Error, zlib.error, ValidationError):
        return None


def has_line(text: str) -> bool:
    """Say whether a Description holds a record or what is left of one."""
    return "[nlp-pipeline:" in text
