"""What goes into an import of review files, and what it comes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from nlp_pipeline.decisions.log import Decision
from nlp_pipeline.exchange import ReviewFile

Policy = Literal["ask", "newest", "keep"]
"""What becomes of contradictions of one coder: nothing is written, the later or the log holds."""

Outcome = Literal["undecided", "taken", "older", "kept out"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """A review file that was read, with its name, its hash and when it was last written (UTC)."""

    name: str
    sha256: str
    time: str
    review: ReviewFile


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many decisions one file has of one coder, and what became of them."""

    file: str
    coder: str
    new: int = 0
    same: int = 0
    conflicting: int = 0
    not_taken: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Two decisions of one coder that cannot both hold.

    ``outcome`` says what became of ``found``: "taken" in the place of ``had``, "older" than it and
    only kept in the log, "kept out", or "undecided" when nothing was written.
    """

    file: str
    place: str
    transcript: str
    had: Decision
    found: Decision
    outcome: Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """Something that was not taken over, and why.

    ``difference`` tells in numbers how the transcript differs from the one of the file.
    """

    file: str
    place: str
    reason: str
    difference: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """What an import comes to; ``new`` is to be added to the log, in this order."""

    new: tuple[Decision, ...] = ()
    tallies: tuple[Tally, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    left: tuple[Left, ...] = ()
    moved: int = 0

    @property
    def undecided(self) -> bool:
        """Whether nothing may be written, because contradictions have to be settled first."""
        return any(conflict.outcome == "undecided" for conflict in self.conflicts)


@dataclass(frozen=True, kw_only=True)
class MergeOptions:
    """How files are taken in.

    Attributes:
        coder: Who decided where the file does not tell.
        coder_for_all: Whether ``coder`` is who decided, whatever the file says.
        policy: What becomes of contradictions.
        reanchor: Whether stretches of a changed text are looked for by their words.
        imported_at: When, in ISO 8601.
    """

    coder: str = ""
    coder_for_all: bool = False
    policy: Policy = "ask"
    reanchor: bool = False
    imported_at: str


def left_by_reason(left: Iterable[Left]) -> Mapping[tuple[str, str, str], list[str]]:
    """Group what was left out by file, reason and difference; the places are the values."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for item in left:
        groups.setdefault((item.file, item.reason, item.difference), []).append(item.place)
    return groups
