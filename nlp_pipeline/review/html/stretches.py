"""Which stretches a review page opens with: passages, and those that its reviewer cut out anew."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlp_pipeline.exchange import Verdict
from nlp_pipeline.records import Coding

Span = tuple[int, int]
"""A stretch of a transcript: its first character, and the character after the last."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a reviewer finds in a transcript.

    Attributes:
        own: What the reviewer decided earlier, for each stretch.
        units: The stretches to decide on, in order and apart from each other; None if these are
            the passages as the run cut them.
        beside: Earlier decisions on stretches that overlap later ones or leave their turn.
    """

    own: Sequence[dict[str, Any]] = ()
    units: Sequence[dict[str, Any]] | None = None
    beside: Sequence[Coding] = field(default=())


def open_with(
    text: str,
    passages: Sequence[Mapping[str, Any]],
    blocks: Sequence[Mapping[str, Any]],
    own: Iterable[Coding],
    codes: Mapping[str, int],
) -> Opening:
    """Return the stretches that a page opens with, and what was decided on them.

    Of stretches that overlap, the one that was decided on last is shown, and of those of one moment
    the longest; what it leaves of a passage is still to be decided on.

    Args:
        text: The transcript.
        passages: Its passages, with ``start``, ``end`` and the number of their ``block``.
        blocks: Its turns, with ``start`` and ``end``.
        own: What the reviewer decided earlier in this transcript.
        codes: The number of every code.
    """
    groups: dict[Span, list[Coding]] = {}
    for coding in own:
        groups.setdefault((coding.start, coding.end), []).append(coding)
    homes = {(p["start"], p["end"]): p["block"] for p in passages}
    cut_anew = [span for span in groups if span not in homes]
    homes |= {span: _home(span, blocks) for span in cut_anew}
    placed = _apart(span for span in _by_moment(groups) if homes[span] is not None)
    shown = set(placed)
    is_cut = not shown.isdisjoint(cut_anew)
    return Opening(
        own=[{"start": a, "end": b, **_said(groups[a, b], codes)} for a, b in sorted(groups)],
        units=_units(text, passages, placed, homes) if is_cut else None,
        beside=[coding for span, said in groups.items() if span not in shown for coding in said],
    )


def _by_moment(groups: Mapping[Span, Sequence[Coding]]) -> list[Span]:
    ordered = sorted(groups, key=lambda span: (span[0] - span[1], span))
    return sorted(ordered, key=lambda span: max(c.decided_at for c in groups[span]), reverse=True)


def _home(span: Span, blocks: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the number of the turn that encloses a stretch; None if there is none."""
    inside = (n for n, b in enumerate(blocks) if b["start"] <= span[0] and span[1] <= b["end"])
    return next(inside, None)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return the stretches that overlap none of those before them, in the order of the text."""
    kept: list[Span] = []
    for span in spans:
        if not _crossing(kept, *span):
            insort(kept, span)
    return kept


def _crossing(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return which of some stretches, that are in order and apart, share text with this one."""
    first = bisect_right(spans, start, key=lambda span: span[1])
    return spans[first : bisect_left(spans, end, key=lambda span: span[0])]


def _units(
    text: str,
    passages: Sequence[Mapping[str, Any]],
    placed: Sequence[Span],
    homes: Mapping[Span, int | None],
) -> list[dict[str, Any]]:
    """Return the placed stretches and what they leave of the passages, in order."""
    numbers = {(p["start"], p["end"]): [n] for n, p in enumerate(passages)}
    sources = {span: numbers.get(span) or _within(passages, *span) for span in placed}
    units = [
        {"start": span[0], "end": span[1], "block": homes[span], "from": sources[span]}
        for span in placed
    ]
    for number, passage in enumerate(passages):
        units += [
            {"start": start, "end": end, "block": passage["block"], "from": [number]}
            for start, end in _left_over(text, (passage["start"], passage["end"]), placed)
        ]
    return sorted(units, key=lambda unit: (unit["start"], unit["end"]))


def _within(passages: Sequence[Mapping[str, Any]], start: int, end: int) -> list[int]:
    return [n for n, p in enumerate(passages) if p["start"] < end and start < p["end"]]


def _left_over(text: str, passage: Span, placed: Sequence[Span]) -> list[Span]:
    """Return the parts of a passage that no stretch covers, without white space at their ends."""
    start, end = passage
    parts = []
    for first, last in _crossing(placed, start, end):
        parts.append((start, first))
        start = last
    parts.append((start, end))
    bare = [(a, b, text[a:b]) for a, b in parts if a < b and text[a:b].strip()]
    return [(b - len(said.lstrip()), a + len(said.rstrip())) for a, b, said in bare]


def _said(decided: Iterable[Coding], codes: Mapping[str, int]) -> dict[str, Any]:
    """Return the codes that apply and the notes."""
    decided = list(decided)
    kept = {codes[d.code] for d in decided if d.code and d.verdict != Verdict.REJECTED}
    notes = dict.fromkeys(d.note for d in decided if d.note)
    return {"codes": sorted(kept), "note": "\n".join(notes)}
