"""Which transcripts or passages people code twice: drawn by chance, by doubt, or half and half.

Chance comes from a hash of the seed and the id, so that the same seed draws the same sample on
every machine and with every version of Python, in whatever order the passages come.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

from nlp_pipeline.records import Passage, Suggestion

Strategy = Literal["random", "uncertain", "mixed"]
Group = tuple[str, ...]
"""The language and, where it is known, an attribute such as the stakeholder group."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A transcript or passage that can be drawn; ``doubt`` is higher the less sure the model is."""

    id: str
    group: Group
    doubt: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """How many of a group were drawn, and of how many."""

    group: Group
    drawn: int
    of: int


def draw(
    units: Sequence[Unit], *, share: float, strategy: Strategy, seed: int
) -> tuple[tuple[str, ...], tuple[Share, ...]]:
    """Draw a share of the units, from every group in proportion to its size.

    Args:
        units: What can be drawn, each with an id of its own, in any order.
        share: Which part, above 0 and at most 1; at least one unit is drawn.
        strategy: "random": every unit of a group has the same chance; "uncertain": those of which
            the model is least sure; "mixed": half of them so, the other half by chance.
        seed: The seed of chance.

    Returns:
        The ids in the order of drawing, and how many there are of each group.
    """
    groups: dict[Group, list[Unit]] = defaultdict(list)
    for unit in units:
        groups[unit.group].append(unit)
    sizes = {group: len(members) for group, members in groups.items()}
    numbers = allot(sizes, ceil(round(share * len(units), 9)), seed=seed)
    drawn = [
        unit.id
        for group in sorted(groups)
        for unit in _drawn(groups[group], numbers[group], strategy, seed)
    ]
    shares = (Share(group=g, drawn=numbers[g], of=sizes[g]) for g in sorted(groups))
    return tuple(drawn), tuple(shares)


def draw_first(
    units: Sequence[Unit], first: Collection[str], *, share: float, strategy: Strategy, seed: int
) -> tuple[tuple[str, ...], tuple[Share, ...]]:
    """Draw a share as `draw` does, but only when those that come first are used up from the others.

    Args:
        units: What can be drawn.
        first: The ids of the units that come first.
        share: Which part of all units.
        strategy: As for `draw`.
        seed: The seed of chance.
    """
    number = ceil(round(share * len(units), 9))
    ids, drawn, of = list[str](), Counter[Group](), Counter(unit.group for unit in units)
    for part in ([u for u in units if u.id in first], [u for u in units if u.id not in first]):
        wanted = min(number - len(ids), len(part))
        if wanted:
            found, shares = draw(part, share=wanted / len(part), strategy=strategy, seed=seed)
            ids += found
            drawn.update({one.group: one.drawn for one in shares})
    return tuple(ids), tuple(Share(group=g, drawn=drawn[g], of=of[g]) for g in sorted(of))


def allot(sizes: Mapping[Group, int], number: int, *, seed: int = 0) -> dict[Group, int]:
    """Divide a number over groups in proportion to their sizes, by the largest remainders.

    Equal remainders are settled by chance, so that no group is always the smaller.

    >>> allot({("nl",): 30, ("en",): 10}, 8)
    {('nl',): 6, ('en',): 2}
    """
    total = sum(sizes.values())
    exact = {group: number * size / total for group, size in sizes.items()}
    numbers = {group: floor(part) for group, part in exact.items()}
    by_rest = sorted(sizes, key=lambda g: (numbers[g] - exact[g], _lot(seed, "\t".join(g))))
    for group in by_rest[: number - sum(numbers.values())]:
        numbers[group] += 1
    return numbers


def doubts(passages: Iterable[Passage], suggestions: Iterable[Suggestion]) -> dict[str, float]:
    """Return for each classified passage how near a score is to where its code is suggested.

    0 is a score right at the cut-off of its code, and lower numbers are farther away. The cut-off
    lies between the highest score that was not suggested and the lowest that was.
    """
    rows = list(suggestions)
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for row in rows:
        if row.suggested:
            low[row.code] = min(row.score, low.get(row.code, 1.0))
        else:
            high[row.code] = max(row.score, high.get(row.code, 0.0))
    cut = {
        code: (low[code] + high[code]) / 2 if code in low and code in high else 0.5
        for code in {*low, *high}
    }
    known = {passage.id for passage in passages}
    found: dict[str, float] = {}
    for row in rows:
        if row.passage_id in known:
            near = -abs(row.score - cut[row.code])
            found[row.passage_id] = max(near, found.get(row.passage_id, -1.0))
    return found


def _drawn(units: Sequence[Unit], number: int, strategy: Strategy, seed: int) -> list[Unit]:
    by_lot = sorted(units, key=lambda unit: _lot(seed, unit.id))
    by_doubt = sorted(by_lot, key=lambda unit: -unit.doubt)
    if strategy == "random":
        return by_lot[:number]
    if strategy == "uncertain":
        return by_doubt[:number]
    first = by_doubt[: (number + 1) // 2]
    return first + [unit for unit in by_lot if unit not in first][: number - len(first)]


def _lot(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}:{name}".encode("utf-8", errors="surrogatepass")).digest()
