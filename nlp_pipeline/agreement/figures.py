"""Agreement between two codings of the same passages, code by code.

A figure that is not defined comes back as None with the reason, never as nan or as a lucky 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A statistic, or the reason why there is none."""

    value: float | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeFigures:
    """How suggestions of one code compare with a reference coding on the same passages.

    Attributes:
        code: The code.
        passages: Number of passages compared.
        coded: Passages that carry the code in the reference.
        suggested: Passages for which it was suggested.
        precision: Share of the suggested passages that carry it.
        recall: Share of the passages that carry it for which it was suggested.
        f1: Harmonic mean of precision and recall.
        average_precision: Mean precision over the ranks of the coded passages.
        kappa: Cohen's kappa between suggested and coded.
    """

    code: str
    passages: int
    coded: int
    suggested: int
    precision: Figure
    recall: Figure
    f1: Figure
    average_precision: Figure
    kappa: Figure


def cohen_kappa(first: Flags | Ints, second: Flags | Ints) -> Figure:
    """Return Cohen's kappa of two codings with one value a passage (Cohen 1960).

    Kappa is ``(observed - expected) / (1 - expected)``, where the agreement expected by chance is
    that of two coders who use each value as often as these two, independently of the passage.

    Args:
        first: Yes or no, or a number for the value, negative where the coder gave none.
        second: Same shape; passages that either coder has not seen are left out.

    >>> a = np.array([True, True, False, False])
    >>> cohen_kappa(a, a).value
    1.0
    >>> cohen_kappa(a, ~a).value
    -1.0
    >>> cohen_kappa(np.array([True, True]), np.array([True, True]))
    Figure(value=None, reason='both coders use one value only')
    """
    one, two = np.asarray(first).astype(np.int64), np.asarray(second).astype(np.int64)
    seen = (one >= 0) & (two >= 0)
    one, two = one[seen], two[seen]
    if not len(one):
        return Figure(value=None, reason="no passages")
    values = np.unique(np.concatenate([one, two]))
    used = [(coder[:, None] == values).sum(axis=0).astype(np.int64) for coder in (one, two)]
    passages, by_chance = len(one), int(used[0] @ used[1])
    if by_chance == passages**2:
        return Figure(value=None, reason="both coders use one value only")
    agreed = passages * int(np.sum(one == two))
    return Figure(value=(agreed - by_chance) / (passages**2 - by_chance))


def average_precision(scores: Reals, coded: Flags) -> Figure:
    """Return the mean of the precision at the rank of each coded passage.

    Passages of equal score share a rank, so their order in the file does not matter.

    >>> average_precision(np.array([0.9, 0.8, 0.1]), np.array([True, False, True])).value
    0.8333333333333333
    """
    if not coded.any():
        return Figure(value=None, reason="no passage carries the code")
    order = np.argsort(-scores, kind="stable")
    hits, ordered = np.cumsum(coded[order]), scores[order]
    # The last index of each run of equal scores: precision and recall are read there only.
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    precision = hits[ends] / (ends + 1)
    gained = np.diff(hits[ends], prepend=0)
    return Figure(value=float(np.sum(precision * gained) / hits[-1]))


def compare(code: str, *, scores: Reals, suggested: Flags, coded: Flags) -> CodeFigures:
    """Compare suggestions of one code with a reference coding of the same passages."""
    hits = int(np.sum(suggested & coded))
    n_suggested, n_coded = int(suggested.sum()), int(coded.sum())
    return CodeFigures(
        code=code,
        passages=len(coded),
        coded=n_coded,
        suggested=n_suggested,
        precision=_ratio(hits, n_suggested, "the code was never suggested"),
        recall=_ratio(hits, n_coded, "no passage carries the code"),
        f1=_ratio(2 * hits, n_suggested + n_coded, "the code occurs in neither coding"),
        average_precision=average_precision(scores, coded),
        kappa=cohen_kappa(suggested, coded),
    )


def _ratio(part: int, whole: int, reason: str) -> Figure:
    return Figure(value=part / whole) if whole else Figure(value=None, reason=reason)


def divide(part: Reals, whole: Reals) -> Reals:
    """Divide where it can be done; nan elsewhere."""
    whole = np.asarray(whole, dtype=np.float64)
    shares: Reals = np.full(np.broadcast_shapes(np.shape(part), whole.shape), np.nan)
    return np.divide(part, whole, out=shares, where=np.broadcast_to(whole != 0, shares.shape))
