"""What a log says now: its decisions replayed in the order of their moments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.decisions.log import Decision
from nlp_pipeline.exchange import Verdict, text_sha256
from nlp_pipeline.records import Coding, Origin, Transcript

Live = dict[str | None, Decision]
"""What holds for one stretch and one coder, by code."""

K = TypeVar("K")


def codings(
    log: Iterable[Decision],
    codebook: Codebook | None = None,
    *,
    origin: Origin | None = None,
) -> tuple[Coding, ...]:
    """Return the present coding of every transcript, stretch, code and coder.

    Args:
        log: The decisions in any order.
        codebook: The codebook; with it, of two codes that exclude each other the later one holds.
        origin: Only decisions that came about in this way, as if there were no others: with
            `Origin.BLIND`, what was coded blind, even if the same person decided again later.
    """
    wanted = (d for d in log if origin is None or d.origin is origin)
    return tuple(d.to_coding() for d in replay(wanted, exclusive_codes(codebook)))


def exclusive_codes(codebook: Codebook | None) -> Mapping[str, str]:
    """Return the facet of every code of which at most one can hold."""
    facets = codebook.facets if codebook is not None else ()
    return {code.id: facet.id for facet in facets if facet.exclusive for code in facet.codes}


def replay(log: Iterable[Decision], exclusive: Mapping[str, str]) -> list[Decision]:
    """Return the decisions that hold now, in the order of transcripts, text, coders and codes."""
    stretches: dict[tuple[str, str, int, int, str], list[Decision]] = {}
    for decision in log:
        stretches.setdefault(decision.stretch, []).append(decision)
    return [
        decision
        for _, together in sorted(stretches.items())
        for _, decision in sorted(live(together, exclusive).items(), key=lambda i: i[0] or "")
    ]


def live(decisions: Sequence[Decision], exclusive: Mapping[str, str]) -> Live:
    """Return what holds for one stretch and one coder: the later decision takes the place."""
    held: dict[tuple[str | None, tuple[str, ...]], Decision] = {}
    present = without_echoes(not_moved_on(decisions))
    for decision in sorted(present, key=lambda d: (d.moment, d.id)):
        for slot in displaced(held, decision, exclusive):
            del held[slot]
        held[decision.code, decision.was] = decision
    return _joined(held.values())


def displaced(
    held: Mapping[K, Decision], decision: Decision, exclusive: Mapping[str, str]
) -> list[K]:
    """Return the keys of what does not hold any more after a decision, or is decided anew."""
    return [
        key
        for key, other in held.items()
        if _replaces(decision, other) or contradicts(decision, other, exclusive)
    ]


def not_moved_on(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions without those that another codebook gave other codes since."""
    decisions = list(decisions)
    moved = {earlier for d in decisions if d.was for earlier in d.before}
    return [d for d in decisions if d.id not in moved]


def contradicts(one: Decision, other: Decision, exclusive: Mapping[str, str]) -> bool:
    """Tell whether two decisions of one coder on one stretch cannot both hold."""
    if one.code == other.code and not _apart(one, other):
        return one.applies != other.applies
    if _is_gap(one) or _is_gap(other):
        return False
    if not (one.applies or other.applies):
        return False
    if Verdict.SEEN in (one.verdict, other.verdict):
        return True
    facet = exclusive.get(one.code or "")
    both = one.applies and other.applies
    return both and facet is not None and facet == exclusive.get(other.code or "")


def is_echo(one: Decision, other: Decision) -> bool:
    """Tell whether a decision is only another one come back, say in a file that carried it along.

    Most files keep neither the moment nor what was shown, and some no notes, of earlier decisions.
    """
    if one.id == other.id or (one.was and one.was != other.was):
        return False
    said = (one.stretch, one.code, one.verdict, one.origin)
    if said != (other.stretch, other.code, other.verdict, other.origin):
        return False
    if one.note not in ("", other.note):
        return False
    if not one.decided_at:
        return bool(other.decided_at) or _rank(other) < _rank(one)
    same_moment = one.decided_at == other.decided_at
    return same_moment and one.shown in (None, other.shown) and _rank(other) < _rank(one)


def without_echoes(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions without those that only came back, each once."""
    once = list({d.id: d for d in decisions}.values())
    return [d for d in once if not any(is_echo(d, other) for other in once)]


def with_present_ids(
    log: Iterable[Decision], transcripts: Iterable[Transcript]
) -> tuple[Decision, ...]:
    """Return a log in which a transcript whose file was renamed has its present id.

    Decisions on another version of a text keep the id that they have.
    """
    ids: dict[str, list[str]] = {}
    for transcript in transcripts:
        ids.setdefault(text_sha256(transcript.text), []).append(transcript.id)
    return tuple(
        d
        if d.transcript_id in (known := ids.get(d.text_sha256, [d.transcript_id]))
        else replace(d, transcript_id=known[0])
        for d in log
    )


def _joined(held: Iterable[Decision]) -> Live:
    """Return one decision per code: of merged codes the later, but one that applies before others.

    A code that is gone leaves a stretch that was read, if nothing else was said about it.
    """
    gap: Decision | None = None
    joined: Live = {}
    for decision in held:
        had = joined.get(decision.code)
        if _is_gap(decision):
            gap = decision
        elif had is None or decision.applies or not had.applies:
            joined[decision.code] = decision
    return joined or ({} if gap is None else {None: gap})


def _replaces(decision: Decision, other: Decision) -> bool:
    """Tell whether a later decision is on the same code; that a code is gone replaces nothing."""
    if other.code != decision.code or _apart(decision, other):
        return False
    return _is_gap(other) or not _is_gap(decision)


def _apart(one: Decision, other: Decision) -> bool:
    """Tell whether two decisions have one code now, but were on codes that have been merged."""
    steps = min(len(one.was), len(other.was))
    return one.was[:steps] != other.was[:steps]


def _is_gap(decision: Decision) -> bool:
    """Tell whether a decision was on a code that is gone."""
    return decision.code is None and bool(decision.was)


def _rank(decision: Decision) -> tuple[bool, bool, bool, str, str]:
    """Order decisions that say the same: the one that tells most, then the earliest."""
    bare = decision.note == "", decision.shown is None, not decision.was
    return (*bare, decision.moment, decision.id)
