"""Which interviews a model learns from and on which it is measured: drawn once, by interview.

Chance comes from a hash of the seed and what an interview is recognised by, so that the same seed
gives the same split on every machine, in whatever order the interviews come.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.sample import Group

SHARES: Mapping[str, float] = dict(zip(SPLITS, (0.45, 0.15, 0.15, 0.25), strict=True))
"""Of many interviews, which part goes where. The test interviews are a quarter, because every
figure and every certificate rests on them; the two parts in the middle are small, because heads
are tried on all that is not test anyway."""

FEWEST_CODED = 8
"""With fewer coded interviews a model is tried by leaving out interviews in turn instead."""

_FIRST = ("train", "test", "validation", "calibration") * 2
"""Where the first interviews go, so that from the eighth on every split has two."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interview:
    """A transcript to be put into a split.

    ``key`` is what it is recognised by; ``group`` has its language and, where it is known, an
    attribute such as the stakeholder group.
    """

    key: str
    group: Group


def sizes(number: int) -> dict[str, int]:
    """Return how many of so many interviews are in each split; none gets smaller with more.

    >>> sizes(8)
    {'train': 2, 'validation': 2, 'calibration': 2, 'test': 2}
    >>> sizes(40)
    {'train': 18, 'validation': 6, 'calibration': 6, 'test': 10}
    """
    found = dict.fromkeys(SPLITS, 0)
    for count in range(1, number + 1):
        found[_next(found, count)] += 1
    return found


def assign(
    new: Iterable[Interview], kept: Iterable[tuple[Interview, str]] = (), *, seed: int
) -> dict[str, str]:
    """Return the split of every new interview, by its key; those that have one do not move.

    The splits get the sizes of `sizes`, as far as what is kept allows it, and languages and groups
    are spread over them in proportion.

    Args:
        new: The interviews to be put into a split, each with a key of its own, in any order.
        kept: Those that are in one already.
        seed: The seed of chance.
    """
    waiting = sorted(new, key=lambda one: _lot(seed, one.key))
    there = list(kept)
    free = _places(Counter(split for _, split in there), len(waiting))
    whole = {split: free[split] + sum(s == split for _, s in there) for split in SPLITS}
    spread = _Spread(whole, [one.group for one in waiting], there)
    # A small group has the fewest ways to be spread, so it comes first.
    common = Counter(one.group for one in waiting)
    found = {}
    for one in sorted(waiting, key=lambda one: common[one.group]):
        split = spread.best(one.group, free)
        free[split] -= 1
        found[one.key] = split
    return found


def folds(interviews: Iterable[str], *, most: int, seed: int) -> tuple[tuple[str, ...], ...]:
    """Divide interviews into parts of like size, each to be left out in turn.

    >>> folds(["a", "b", "c"], most=2, seed=1)
    (('a', 'c'), ('b',))
    """
    drawn = sorted(set(interviews), key=lambda name: _lot(seed, name))
    number = max(1, min(most, len(drawn)))
    return tuple(tuple(sorted(drawn[start::number])) for start in range(number))


class _Spread:
    """How far each group, and each first part of it such as a language, is from its share."""

    def __init__(
        self,
        whole: Mapping[str, int],
        new: Sequence[Group],
        kept: Sequence[tuple[Interview, str]],
    ) -> None:
        self._whole = whole
        self._all = max(1, sum(whole.values()))
        self._of = Counter(part for group in new for part in _parts(group))
        self._have: dict[Group, Counter[str]] = defaultdict(Counter)
        for interview, split in kept:
            self._of.update(_parts(interview.group))
            self._add(interview.group, split)

    def best(self, group: Group, free: Mapping[str, int]) -> str:
        """Return the split with a free place that lacks most of a group, and count it there."""
        split = max(
            (split for split in SPLITS if free[split]),
            key=lambda split: (self._lack(group, split), free[split]),
        )
        self._add(group, split)
        return split

    def _lack(self, group: Group, split: str) -> float:
        share = self._whole[split] / self._all
        lacks = (share * self._of[part] - self._have[part][split] for part in _parts(group))
        return round(sum(lacks), 9)

    def _add(self, group: Group, split: str) -> None:
        for part in _parts(group):
            self._have[part][split] += 1


def _parts(group: Group) -> list[Group]:
    return [group[:length] for length in range(1, len(group) + 1)]


def _places(have: Mapping[str, int], number: int) -> dict[str, int]:
    """Return how many places there are in each split for so many more interviews."""
    counts = {split: have.get(split, 0) for split in SPLITS}
    before = dict(counts)
    for _ in range(number):
        counts[_lacking(counts)] += 1
    return {split: counts[split] - before[split] for split in SPLITS}


def _lacking(counts: Mapping[str, int]) -> str:
    wanted = sizes(sum(counts.values()) + 1)
    return max(SPLITS, key=lambda split: wanted[split] - counts[split])


def _next(counts: Mapping[str, int], number: int) -> str:
    if number <= len(_FIRST):
        return _FIRST[number - 1]
    return max(SPLITS, key=lambda split: round(SHARES[split] * number - counts[split], 9))


def _lot(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"split:{seed}:{name}".encode("utf-8", errors="surrogatepass")).digest()
