"""Decisions on an earlier version of a text, to the same words of the present one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nlp_pipeline.decisions.log import Decision, decision_id
from nlp_pipeline.decisions.place import Places
from nlp_pipeline.exchange import Found
from nlp_pipeline.ids import make_id
from nlp_pipeline.records import Transcript


@dataclass(frozen=True, kw_only=True, slots=True)
class Stuck:
    """A decision that people have to make anew, in which transcript, and why."""

    decision: Decision
    transcript: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """What there is to move.

    Attributes:
        new: The decisions at their new places, to be added to the log in this order.
        stuck: Decisions whose words are no longer there, or more than once.
        elsewhere: How many decisions are on transcripts that are not in this run at all.
    """

    new: tuple[Decision, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    elsewhere: int = 0

    @property
    def waiting(self) -> int:
        """How many decisions are on an earlier version of a transcript of this run."""
        return len(self.new) + len(self.stuck)


def plan_moves(
    log: Iterable[Decision], places: Places, earlier: Mapping[str, Transcript], *, at: str
) -> Moves:
    """Return which decisions can follow their words into the present texts; all stay in the log.

    What was moved before is not moved again, and what was decided since holds over what is moved.

    Args:
        log: All decisions.
        places: The present transcripts.
        earlier: Those of all runs, by the hash of their text.
        at: The present time, in ISO 8601.
    """
    log = tuple(log)
    known, gone = {d.id for d in log}, _moved_on(log)
    present = set(places.hashes.values())
    ids: dict[str, str] = {}
    new: list[Decision] = []
    stuck: list[Stuck] = []
    elsewhere = 0
    for decision in log:
        if decision.text_sha256 in present or decision.id in gone:
            continue
        old = earlier.get(decision.text_sha256)
        placed = None if old is None else places.place(_found(decision, old), reanchor=True)
        if placed is None or placed.transcript is None:
            elsewhere += 1
        elif placed.moved is None:
            name = placed.transcript.source_name
            stuck.append(Stuck(decision=decision, transcript=name, reason=placed.reason))
        else:
            there = replace(
                decision,
                transcript_id=placed.transcript.id,
                text_sha256=places.hashes[placed.transcript.id],
                start=placed.found.start,
                end=placed.found.end,
                moved=placed.moved,
                imported_at=at,
                # What it took the place of has moved along.
                before=(decision.id, *(ids[b] for b in decision.before if b in ids)),
            )
            there = replace(there, id=_id(there, decision, placed.found))
            ids[decision.id] = there.id
            if there.id not in known:
                new.append(there)
    return Moves(new=tuple(new), stuck=tuple(stuck), elsewhere=elsewhere)


def _moved_on(log: Iterable[Decision]) -> set[str]:
    """Return the ids of decisions that were moved into a later text."""
    return {earlier for d in log if d.moved is not None for earlier in d.before}


def _found(decision: Decision, old: Transcript) -> Found:
    return Found(
        transcript=decision.transcript_id,
        name=old.source_name,
        text_sha256=decision.text_sha256,
        start=decision.start,
        end=decision.end,
        quote=old.text[decision.start : decision.end],
        code=decision.code,
        verdict=decision.verdict,
        origin=decision.origin,
        shown=decision.shown,
        note=decision.note,
    )


def _id(there: Decision, old: Decision, found: Found) -> str:
    """Return the id that importing the old file with ``--reanchor`` would give."""
    if old.was:
        return make_id("moved decision", old.id, there.text_sha256, there.start, there.end)
    return decision_id(
        found,
        transcript=there.transcript_id,
        text=there.text_sha256,
        coder=there.coder,
        moment=there.moment,
    )
