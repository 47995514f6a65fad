"""Agreement between two codings of the same passages, code by code.

Every function takes two arrays of booleans over the same units. A figure that is not defined comes
back as None with the reason, never as nan or as a lucky 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]


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


def cohen_kappa(first: Flags, second: Flags) -> Figure:
    """Return Cohen's kappa of two yes/no codings (Cohen 1960).

    Kappa is ``(observed - expected) / (1 - expected)``, where the agreement expected by chance is
    that of two coders who use the code as often as these two, independently of the passage.

    >>> a = np.array([True, True, False, False])
    >>> cohen_kappa(a, a).value
    1.0
    >>> cohen_kappa(a, ~a).value
    -1.0
    >>> cohen_kappa(np.array([True, True]), np.array([True, True]))
    Figure(value=None, reason='both coders use one value only')
    """
    if not len(first):
        return Figure(value=None, reason="no passages")
    observed = float(np.mean(first == second))
    p, q = float(np.mean(first)), float(np.mean(second))
    expected = p * q + (1 - p) * (1 - q)
    if expected == 1.0:
        return Figure(value=None, reason="both coders use one value only")
    return Figure(value=(observed - expected) / (1 - expected))


def average_precision(scores: npt.NDArray[np.float64], coded: Flags) -> Figure:
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


def compare(
    code: str, *, scores: npt.NDArray[np.float64], suggested: Flags, coded: Flags
) -> CodeFigures:
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
