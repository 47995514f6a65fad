"""What goes to reviewers and comes back: one vocabulary for every format.

A format's exporter takes `review.results.Results` and the decisions that there are already; its
importer gives a `ReviewFile`. What a decision does to earlier ones is decided in one place only,
for all formats alike (`decisions`).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.ids import sha256_bytes
from nlp_pipeline.records import Origin, Passage, Transcript


class Verdict(StrEnum):
    """What a person decided about one code on one stretch of text."""

    ACCEPTED = "accepted"
    """It was suggested and it applies."""
    ADDED = "added"
    """It applies; it was not suggested, or no suggestion was shown."""
    REJECTED = "rejected"
    """It does not apply, though it was suggested or had been coded before."""
    SEEN = "seen"
    """The stretch was read and left without a code; ``code`` is None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The suggestion that a reviewer saw, and whether it was above the threshold of its code."""

    model_id: str
    score: float | None
    suggested: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One decision as a review file holds it.

    Attributes:
        transcript: The id of the transcript, or "" if the file does not tell.
        name: The name of the transcript in the file.
        text_sha256: The hash of the text (`Transcript.text`) in which the offsets count, or "".
        start: First character, in Unicode code points.
        end: The character after the last.
        quote: The text from start to end as the file has it; "" if it does not tell.
        code: The id of the code; None for a stretch that was seen and left without one.
        verdict: What was decided.
        coder: Who decided, or "" for whoever is named at the import.
        origin: Blind, assisted, or imported where the file does not tell.
        decided_at: When, in ISO 8601 with offset, or "".
        shown: The suggestion that was in view; None if there was none.
        note: What the reviewer wrote beside it.
        place: Where in the file, for messages ("sheet Interviews, row 12"); no word of the text.
        decided_by: Who were at the meeting that decided, where ``coder`` is no person.
    """

    transcript: str
    name: str
    text_sha256: str
    start: int
    end: int
    quote: str
    code: str | None
    verdict: Verdict
    coder: str = ""
    origin: Origin = Origin.IMPORTED
    decided_at: str = ""
    shown: Shown | None = None
    note: str = ""
    place: str = ""
    decided_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotTaken:
    """Something in a review file that was not taken over, and why; no word of a transcript.

    ``coder`` is whose decision was lost by it ("" if the file does not tell); None if no decision
    was.
    """

    place: str
    reason: str
    coder: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewFile:
    """What an importer found in one file.

    ``notes`` are sentences about how it was read, such as how its offsets count.
    """

    format: str
    found: tuple[Found, ...]
    not_taken: tuple[NotTaken, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the study knows, for an importer to recognise texts, passages and codes by."""

    transcripts: tuple[Transcript, ...]
    passages: tuple[Passage, ...]
    codebook: Codebook


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportOptions:
    """How a review file is written.

    Attributes:
        language: The language of the interface; what participants said stays in theirs.
        blind: Whether suggestions and other people's codings are left out.
        coder: Who will review, or "" if the file has to ask.
        line_ends: The line ends of texts for other programs.
        created_at: When, in ISO 8601; passed in, so that the same export has the same bytes.
    """

    language: str = "en"
    blind: bool = False
    coder: str = ""
    line_ends: Literal["lf", "crlf"] = "lf"
    created_at: str


def text_sha256(text: str) -> str:
    """Return the hash by which the text of a transcript is recognised."""
    return sha256_bytes(text.encode("utf-8", errors="surrogatepass"))
