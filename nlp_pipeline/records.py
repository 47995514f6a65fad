"""The records that travel from layer to layer.

All offsets count Unicode code points in ``Transcript.text`` and are half-open.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Who speaks: only respondents (and unknown speakers) are coded."""

    INTERVIEWER = "interviewer"
    RESPONDENT = "respondent"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """How a coding came about: unseen by a model, with its suggestions in view, or from a file."""

    BLIND = "blind"
    ASSISTED = "assisted"
    IMPORTED = "imported"


OTHER_LANGUAGE = "other"
"""The mark of text that is neither Dutch nor English; such passages are not classified."""


UNTRAINED = "untrained:"
"""How a model id starts when the model never learned the codes; its scores are likeness then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What one speaker says until another takes over.

    ``start`` and ``end`` enclose the spoken words only, without the speaker's name, a time stamp or
    surrounding white space. Times are seconds from the start of the recording.
    """

    speaker: str | None
    role: Role
    start: int
    end: int
    start_time: float | None = None
    end_time: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    """One source: an interview, a focus group, field notes.

    ``text`` is fixed once at reading (no byte order mark, LF line ends, NFC) and is exactly what
    every export carries. ``turns`` are in order and do not overlap. ``source_name`` is the path of
    the file below the folder it was read from, with forward slashes.
    """

    id: str
    language: str
    text: str
    turns: tuple[Turn, ...]
    source_name: str
    source_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A meaning unit inside one turn; ``text == transcript.text[start:end]``.

    ``context`` is the question that the passage answers, or empty.
    """

    id: str
    transcript_id: str
    start: int
    end: int
    text: str
    language: str
    speaker: str | None
    role: Role
    context: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A model's score for one code on one passage.

    There is one for every code of the codebook, so that a threshold can be examined afterwards;
    ``suggested`` says whether this model proposes the code. ``score`` is between 0 and 1: a
    calibrated probability, an uncalibrated score or, where the id of the model starts with
    `UNTRAINED`, the likeness of the passage and what the codebook says of the code.
    """

    passage_id: str
    code: str
    score: float
    suggested: bool
    model_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Coding:
    """One person's or model's code on one stretch of text.

    ``code`` is None when the stretch was seen and deliberately left without a code, which is not
    the same as a stretch that nobody has seen (no coding at all). ``decided_at`` is when, in
    ISO 8601 and UTC, or ""; codings that differ in nothing else are equal.
    """

    transcript_id: str
    start: int
    end: int
    code: str | None
    coder: str
    origin: Origin
    verdict: str = ""
    note: str = ""
    decided_at: str = field(default="", compare=False)
