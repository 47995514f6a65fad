"""Agreement of any number of coders who give each passage one value, or none.

All figures here follow from how many coders gave each value to each passage. `rating_terms` turns
these counts into terms that are added up over passages; the figures are ratios of the sums. A
passage that one coder has seen says how often values are used (Gwet 2014), and nothing else; alpha
leaves it out altogether (Krippendorff 2011).

Agreement that is corrected for chance is undefined where only one value was given: it would be a
matter of taste whether that is full agreement or none.
"""

from collections.abc import Sequence

import numpy as np

from nlp_pipeline.agreement.figures import Figure, Flags, Ints, Reals, divide

MISSING = -1
"""The value of a passage that a coder has not seen."""

_FIXED = 4
"""Terms before those of the values: passages seen twice, passages seen, agreement, disagreement."""


def number_values(table: Sequence[Sequence[str | None]]) -> tuple[list[str], Ints]:
    """Number the values that coders gave; a row is a passage, a column a coder.

    >>> names, values = number_values([["barrier", "barrier"], ["neither", None]])
    >>> names, values.tolist()
    (['barrier', 'neither'], [[0, 0], [1, -1]])
    """
    names = sorted({value for row in table for value in row if value is not None})
    place = {name: number for number, name in enumerate(names)}
    rows = [[MISSING if value is None else place[value] for value in row] for row in table]
    return names, np.array(rows, dtype=np.int64).reshape(len(rows), len(rows[0]) if rows else 0)


def value_counts(values: Ints, *, n_values: int) -> Reals:
    """Count how many coders gave each value; (passages, coders) to (passages, values)."""
    counts: Reals = (values[:, :, None] == np.arange(n_values)).sum(axis=1).astype(np.float64)
    return counts


def yes_no_counts(sets: Flags, seen: Flags) -> Reals:
    """Count how many coders gave each code, and how many saw the passage and did not.

    Args:
        sets: Shape (passages, coders, codes).
        seen: Shape (passages, coders); what a coder has not seen counts for nothing.

    Returns:
        Shape (passages, codes, 2): with and without the code.
    """
    given = (sets & seen[:, :, None]).sum(axis=1).astype(np.float64)
    return np.stack([given, seen.sum(axis=1)[:, None] - given], axis=-1)


def rating_terms(counts: Reals) -> Reals:
    """Return what each passage adds to the sums from which the figures follow.

    Args:
        counts: Number of coders per value, shape (..., values).

    Returns:
        Shape (..., 4 + 2 * values). To weight passages, multiply them by their weight.
    """
    coders = counts.sum(axis=-1, keepdims=True)
    twice = coders >= 2
    others = np.maximum(coders - 1, 1)
    alike = (counts * (counts - 1)).sum(axis=-1, keepdims=True)
    apart = (counts * (coders - counts)).sum(axis=-1, keepdims=True)
    known = np.maximum(coders, 1)
    parts = [
        twice,
        coders >= 1,
        twice * alike / (known * others),
        twice * apart / others,
        counts / known,
        twice * counts,
    ]
    return np.concatenate([part.astype(np.float64) for part in parts], axis=-1)


def percent_agreements(sums: Reals) -> Reals:
    """Return the share of pairs of coders who agree, mean over passages seen twice."""
    return divide(sums[..., 2], sums[..., 0])


def fleiss_kappas(sums: Reals) -> Reals:
    """Return kappa of any number of coders (Fleiss 1971; for unequal numbers Gwet 2014)."""
    return _corrected(sums, (_usage(sums) ** 2).sum(axis=-1))


def gwet_ac1s(sums: Reals) -> Reals:
    """Return AC1 (Gwet 2008); stable where a value is rare, and high there for that reason."""
    usage = _usage(sums)
    if usage.shape[-1] < 2:
        return np.full(usage.shape[:-1], np.nan)
    return _corrected(sums, (usage * (1 - usage)).sum(axis=-1) / (usage.shape[-1] - 1))


def pabaks(sums: Reals) -> Reals:
    """Return kappa adjusted for prevalence and bias (Byrt, Bishop and Carlin 1993).

    Chance is one in the number of values, so with two values it is twice the percent agreement
    less one; with more it is the coefficient of Bennett, and of Brennan and Prediger.
    """
    n_values = _pairable(sums).shape[-1]
    return _corrected(sums, np.full(sums.shape[:-1], 1 / max(1, n_values)))


def krippendorff_alphas(sums: Reals) -> Reals:
    """Return alpha for nominal values, any number of coders, with gaps (Krippendorff 2011)."""
    used = _pairable(sums)
    ratings = used.sum(axis=-1)
    by_chance = ratings**2 - (used**2).sum(axis=-1)
    return 1 - divide(sums[..., 3] * (ratings - 1), by_chance)


def prevalences(sums: Reals) -> Reals:
    """Return the share of each value among the ratings of passages seen twice."""
    used = _pairable(sums)
    return divide(used, used.sum(axis=-1, keepdims=True))


def percent_agreement(values: Ints) -> Figure:
    """Return the share of pairs of coders who agree, mean over the passages seen by two.

    Args:
        values: Shape (passages, coders), `MISSING` where a coder gave none.
    """
    sums = _sums(values)
    return _figure(percent_agreements(sums), no_figure(sums, needs_two_values=False))


def fleiss_kappa(values: Ints) -> Figure:
    """Return Fleiss' kappa; arguments as for `percent_agreement`."""
    sums = _sums(values)
    return _figure(fleiss_kappas(sums), no_figure(sums))


def krippendorff_alpha(values: Ints) -> Figure:
    """Return Krippendorff's alpha for nominal values; arguments as for `percent_agreement`.

    >>> krippendorff_alpha(np.array([[0, 0, 0], [1, 1, -1], [0, 1, 1], [2, -1, -1]])).value
    0.5625
    """
    sums = _sums(values)
    return _figure(krippendorff_alphas(sums), no_figure(sums))


def gwet_ac1(values: Ints, *, n_values: int | None = None) -> Figure:
    """Return Gwet's AC1.

    Args:
        values: As for `percent_agreement`.
        n_values: How many values the coders could choose from; those that occur if left out.
    """
    sums = _sums(values, n_values)
    return _figure(gwet_ac1s(sums), no_figure(sums))


def pabak(values: Ints, *, n_values: int | None = None) -> Figure:
    """Return PABAK, or its form for more than two values; arguments as for `gwet_ac1`."""
    sums = _sums(values, n_values)
    return _figure(pabaks(sums), no_figure(sums))


def no_figure(sums: Reals, *, needs_two_values: bool = True) -> str:
    """Return why sums of one set of passages give no figure; empty where they give one."""
    if not sums[..., 1].any():
        return "no passages"
    if not sums[..., 0].any():
        return "no passage was coded by two people"
    if needs_two_values and np.count_nonzero(_pairable(sums)) < 2:
        return "all coders use one value only"
    return ""


def _sums(values: Ints, n_values: int | None = None) -> Reals:
    known = np.unique(values[values >= 0])
    if n_values is None:
        n_values = len(known)
        values = np.where(values >= 0, np.searchsorted(known, values), MISSING)
    sums: Reals = rating_terms(value_counts(values, n_values=n_values)).sum(axis=0)
    return sums


def _usage(sums: Reals) -> Reals:
    """Return the share of each value, every passage that was seen weighing the same."""
    first = sums[..., _FIXED : _FIXED + _n_values(sums)]
    return divide(first, sums[..., 1:2])


def _pairable(sums: Reals) -> Reals:
    return sums[..., _FIXED + _n_values(sums) :]


def _n_values(sums: Reals) -> int:
    return int(sums.shape[-1] - _FIXED) // 2


def _corrected(sums: Reals, by_chance: Reals) -> Reals:
    varied = np.count_nonzero(_pairable(sums), axis=-1) > 1
    room = np.where(varied, 1 - by_chance, 0.0)
    return divide(percent_agreements(sums) - by_chance, room)


def _figure(value: Reals, reason: str) -> Figure:
    return Figure(value=None, reason=reason) if reason else Figure(value=float(value))
