"""Intervals by resampling whole interviews, because passages of one interview resemble each other.

What is counted is added up per interview once; a resample is then a weighted sum of these tables,
so that thousands of resamples of many codes are one product of matrices. Tables of one code are
``(both, first only, second only, neither)`` over the two codings that are compared. For suggestions
against a coding, the suggestions come first. Everywhere nan stands for a figure that is undefined,
and never leaves this module in an interval.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from nlp_pipeline.agreement.figures import Flags, divide
from nlp_pipeline.wording import counted

Counts = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

LEAST_INTERVIEWS = 5
_LEAST_DEFINED = 0.5
_AT_ONCE = 100
_HAIR = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Bounds of a figure, or the reason why there are none."""

    low: float | None = None
    high: float | None = None
    reason: str = ""


def group_index(ids: Sequence[str]) -> tuple[list[str], Counts]:
    """Number the interviews that passages belong to, in the order of their ids.

    >>> group_index(["b", "a", "b"])
    (['a', 'b'], array([1, 0, 1]))
    """
    names, index = np.unique(np.asarray(ids, dtype=np.str_), return_inverse=True)
    return [str(name) for name in names], index.astype(np.int64)


def draw_counts(n_groups: int, *, resamples: int, seed: int) -> Counts:
    """Draw how often each interview is in each resample; shape (resamples, groups)."""
    chance = np.random.default_rng(seed)
    return chance.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=resamples)


def leave_one_out(n_groups: int) -> Counts:
    """Return the weights that leave out each interview in turn, for the jackknife."""
    return np.ones((n_groups, n_groups), dtype=np.int64) - np.eye(n_groups, dtype=np.int64)


def yes_no_tables(first: Flags, second: Flags, groups: Counts, *, n_groups: int) -> Reals:
    """Count per interview how two yes/no codings meet.

    Args:
        first: Shape (passages,) or (passages, codes).
        second: Same shape.
        groups: Number of the interview of each passage.
        n_groups: How many interviews there are.

    Returns:
        Shape (groups, 4) or (groups, codes, 4).
    """
    cells = np.stack([first & second, first & ~second, ~first & second, ~first & ~second], axis=-1)
    return _add_up(cells, groups, n_groups)


def pattern_tables(
    first: Counts, second: Counts, groups: Counts, *, n_values: int, n_groups: int
) -> Reals:
    """Count per interview how two codings with values 0 to n_values - 1 meet.

    Returns:
        Shape (groups, values, values): rows are the values of the first coding.
    """
    tables = np.zeros((n_groups, n_values, n_values), dtype=np.float64)
    np.add.at(tables, (groups, first, second), 1.0)
    return tables


def _add_up(cells: npt.NDArray[np.bool_], groups: Counts, n_groups: int) -> Reals:
    sums = np.zeros((n_groups, *cells.shape[1:]), dtype=np.float64)
    np.add.at(sums, groups, cells)
    return sums


def totals(counts: Counts, tables: Reals) -> Reals:
    """Add up the tables of each resample; shape (resamples, ...)."""
    sums: Reals = np.tensordot(counts.astype(np.float64), tables, axes=1)
    return sums


def precision(tables: Reals) -> Reals:
    """Return the share of the first coding's yes that the second shares; tables are (..., 4)."""
    both, first, _, _ = np.moveaxis(tables, -1, 0)
    return divide(both, both + first)


def recall(tables: Reals) -> Reals:
    """Return the share of the second coding's yes that the first shares; tables are (..., 4)."""
    both, _, second, _ = np.moveaxis(tables, -1, 0)
    return divide(both, both + second)


def f1(tables: Reals) -> Reals:
    """Return the harmonic mean of precision and recall; tables are (..., 4).

    >>> f1(np.array([[6.0, 2, 2, 90], [0, 0, 0, 100]])).tolist()
    [0.75, nan]
    """
    both, first, second, _ = np.moveaxis(tables, -1, 0)
    return divide(2 * both, 2 * both + first + second)


def kappa(tables: Reals) -> Reals:
    """Return Cohen's kappa of two yes/no codings (Cohen 1960); tables are (..., 4).

    >>> kappa(np.array([20.0, 5, 10, 15])).item()
    0.4
    """
    return pattern_kappa(tables.reshape(*tables.shape[:-1], 2, 2))


def pattern_kappa(tables: Reals) -> Reals:
    """Return Cohen's kappa of two codings with K values; tables are (..., K, K)."""
    passages = tables.sum(axis=(-2, -1))
    agreed = np.trace(tables, axis1=-2, axis2=-1) * passages
    by_chance = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1)
    return divide(agreed - by_chance, passages**2 - by_chance)


def mean_over_codes(figures: Reals) -> Reals:
    """Return the mean over the last axis of the figures that are defined there.

    A rare code is missing from some resamples; the mean is then that of the others.
    """
    defined = ~np.isnan(figures)
    return divide(np.where(defined, figures, 0.0).sum(axis=-1), defined.sum(axis=-1))


def average_precisions(scores: Reals, coded: Flags, groups: Counts, counts: Counts) -> Reals:
    """Return the average precision of each resample, as `agreement.average_precision` defines it.

    The order of the passages is the same in all resamples, so they are sorted once.

    Args:
        scores: Of one code, shape (passages,).
        coded: Same shape.
        groups: Number of the interview of each passage.
        counts: As from `draw_counts`.
    """
    if not coded.any():
        return np.full(len(counts), np.nan)
    order = np.argsort(-scores, kind="stable")
    own = groups[order, None] == np.arange(counts.shape[1])
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    reached = np.cumsum(own, axis=0)[ends]
    found = np.cumsum(own & coded[order, None], axis=0)[ends]
    useful = np.diff(found.sum(axis=1), prepend=0) > 0
    reached, found = reached[useful], found[useful]
    chunks = np.array_split(counts.astype(np.float64), len(counts) // _AT_ONCE + 1)
    return np.concatenate([_average_precision(reached @ w.T, found @ w.T) for w in chunks])


def _average_precision(reached: Reals, found: Reals) -> Reals:
    gained = np.diff(found, axis=0, prepend=0.0)
    precise = np.divide(found, reached, out=np.zeros_like(found), where=reached > 0)
    return divide((gained * precise).sum(axis=0), gained.sum(axis=0))


def resample_any(statistic: Callable[[Counts], float], groups: Counts, counts: Counts) -> Reals:
    """Return any statistic of each resample; slow, for what cannot be added up.

    Args:
        statistic: Takes the positions of the passages of a resample, each as often as its
            interview was drawn; returns nan where it is undefined.
        groups: Number of the interview of each passage.
        counts: As from `draw_counts`.
    """
    places = np.arange(len(groups), dtype=np.int64)
    return np.array([statistic(np.repeat(places, row[groups])) for row in counts], dtype=np.float64)


def percentile_interval(values: Reals, *, interviews: int, level: float = 0.95) -> Interval:
    """Return the middle part of the resampled values (Efron 1979).

    Undefined resamples are left out; with most of them undefined there is no interval. Where every
    interview agrees in full, all resamples are alike and the interval is a point: it then says
    nothing about what another interview would show.

    Args:
        values: One value a resample.
        interviews: How many interviews the figure rests on: for a rare code, better those in which
            it occurs than all of them.
        level: Share of the values inside.
    """
    tail = (1 - level) / 2
    return _interval(values, (tail, 1 - tail), interviews)


def bca_interval(
    values: Reals, observed: float, jackknife: Reals, *, level: float = 0.95
) -> Interval:
    """Return the interval corrected for bias and for skewness (Efron 1987).

    Args:
        values: One value a resample.
        observed: The figure of all interviews.
        jackknife: The figure without each interview in turn, as from `leave_one_out`.
        level: Share of such intervals that hold the true value, in the long run.
    """
    defined = values[~np.isnan(values)]
    if np.isnan(observed) or not len(defined):
        return Interval(reason="the figure is undefined")
    # Sums of decimals depend on their order; what differs by a hair is the same.
    same = np.abs(defined - observed) <= _HAIR
    below = np.mean((defined < observed) & ~same) + np.mean(same) / 2
    normal, edge = NormalDist(), 0.5 / len(defined)
    bias = normal.inv_cdf(float(np.clip(below, edge, 1 - edge)))
    skew = _acceleration(jackknife[~np.isnan(jackknife)])
    tail = (1 - level) / 2
    ends = [bias + normal.inv_cdf(share) for share in (tail, 1 - tail)]
    low, high = (normal.cdf(bias + end / max(1 - skew * end, 0.1)) for end in ends)
    return _interval(values, (low, high), len(jackknife))


def _acceleration(jackknife: Reals) -> float:
    away = jackknife.mean() - jackknife if len(jackknife) else np.zeros(1)
    spread = float(np.sum(away**2)) ** 1.5
    return float(np.sum(away**3)) / (6 * spread) if spread > 0 else 0.0


def _interval(values: Reals, shares: tuple[float, float], interviews: int) -> Interval:
    defined = values[~np.isnan(values)]
    if interviews < LEAST_INTERVIEWS:
        found = counted(interviews, "interview")
        return Interval(reason=f"{found}; an interval takes {LEAST_INTERVIEWS}")
    if len(defined) < max(2, _LEAST_DEFINED * len(values)):
        return Interval(reason="undefined in most resamples")
    low, high = np.quantile(defined, shares)
    return Interval(low=float(low), high=float(high))
