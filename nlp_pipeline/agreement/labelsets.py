"""Agreement of any number of coders who give each passage a set of codes, perhaps an empty one.

Two sets are compared with MASI (Passonneau 2006): one less the Jaccard index times a factor for how
they lie, which is 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap and 0
where they do not. No code at all is a set like any other: it equals itself and shares nothing with
the rest. Alpha (Krippendorff 2011) is then taken with these distances.
"""

import numpy as np

from nlp_pipeline.agreement.figures import Figure, Flags, Ints, Reals, divide
from nlp_pipeline.agreement.nominal import MISSING

_ROWS = 256
"""Rows of distances that are made at once, so that little memory is taken by what is between."""


def number_sets(sets: Flags, seen: Flags) -> tuple[Flags, Ints]:
    """Number the sets that occur.

    Args:
        sets: Shape (passages, coders, codes).
        seen: Shape (passages, coders).

    Returns:
        The sets, shape (values, codes), and their numbers, shape (passages, coders), `MISSING`
        where a coder has not seen the passage.
    """
    if not seen.any():
        return np.zeros((0, sets.shape[-1]), dtype=np.bool_), np.full(
            seen.shape, MISSING, dtype=np.int64
        )
    # Bits packed into bytes make rows that sort faster.
    packed, places = np.unique(np.packbits(sets[seen], axis=-1), axis=0, return_inverse=True)
    found = np.unpackbits(packed, axis=-1, count=sets.shape[-1]).astype(np.bool_)
    numbers = np.full(seen.shape, MISSING, dtype=np.int64)
    numbers[seen] = places.reshape(-1)
    return found, numbers


def masi_distances(sets: Flags) -> Reals:
    """Return the MASI distance of every two sets; shape (values, codes) to (values, values).

    >>> masi_distances(np.array([[True, True, False], [True, False, False]])).round(3).tolist()
    [[0.0, 0.667], [0.667, 0.0]]
    """
    held = sets.astype(np.float64)
    away = np.empty((len(held), len(held)))
    for start in range(0, len(held), _ROWS):
        away[start : start + _ROWS] = _distances(held[start : start + _ROWS], held)
    return away


def _distances(some: Reals, others: Reals) -> Reals:
    shared = some @ others.T
    one, two = some.sum(axis=1)[:, None], others.sum(axis=1)
    union = one + two - shared
    alike = np.where(shared > 0, 1 / 3, 0.0)
    alike[(shared == np.minimum(one, two)) & (shared > 0)] = 2 / 3
    alike[shared == np.maximum(one, two)] = 1.0
    # Two empty sets have nothing to share, and are equal.
    jaccard = np.divide(shared, union, out=np.ones_like(shared), where=union > 0)
    away: Reals = 1 - jaccard * alike
    return away


def set_tables(
    values: Ints,
    distances: Reals,
    groups: Ints,
    *,
    n_groups: int,
    weights: Reals | None = None,
) -> Reals:
    """Add up per interview how far the coders are apart and how often they use each set.

    Args:
        values: As from `number_sets`.
        distances: Of every two sets, shape (values, values).
        groups: Number of the interview of each passage.
        n_groups: How many interviews there are.
        weights: Of the passages, such as their length; 1 each if left out.

    Returns:
        Shape (groups, 1 + values): the disagreement, then the uses of each set.
    """
    seen = values >= 0
    coders = seen.sum(axis=1)
    weight = np.ones(len(values)) if weights is None else weights.astype(np.float64)
    tables = np.zeros((n_groups, 1 + len(distances)))
    for one in range(values.shape[1]):
        counted = seen[:, one] & (coders >= 2)
        np.add.at(tables, (groups[counted], 1 + values[counted, one]), weight[counted])
        for two in range(one):
            both = seen[:, one] & seen[:, two]
            away = 2 * distances[values[both, one], values[both, two]] / (coders[both] - 1)
            np.add.at(tables[:, 0], groups[both], away * weight[both])
    return tables


def masi_alphas(sums: Reals, distances: Reals) -> Reals:
    """Return alpha of sums of `set_tables`, shape (..., 1 + values)."""
    used = sums[..., 1:]
    ratings = used.sum(axis=-1)
    by_chance = ((used @ distances) * used).sum(axis=-1)
    # One set only gives nought, which sums of decimals may miss by a hair.
    by_chance = np.where(np.count_nonzero(used, axis=-1) > 1, by_chance, 0.0)
    return 1 - divide(sums[..., 0] * (ratings - 1), by_chance)


def masi_alpha(sets: Flags, seen: Flags | None = None) -> Figure:
    """Return Krippendorff's alpha of label sets with MASI distance (Passonneau 2006).

    Args:
        sets: Shape (passages, coders, codes).
        seen: Shape (passages, coders); all if left out.
    """
    looked = np.ones(sets.shape[:2], dtype=np.bool_) if seen is None else seen
    if not looked.any():
        return Figure(value=None, reason="no passages")
    if not (looked.sum(axis=1) >= 2).any():
        return Figure(value=None, reason="no passage was coded by two people")
    found, values = number_sets(sets, looked)
    distances = masi_distances(found)
    nowhere = np.zeros(len(values), dtype=np.int64)
    alpha = masi_alphas(set_tables(values, distances, nowhere, n_groups=1)[0], distances)
    if np.isnan(alpha):
        return Figure(value=None, reason="all coders use one value only")
    return Figure(value=float(alpha))
