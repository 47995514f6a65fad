"""What of one code can be left to the model, at an error and a confidence that the user chooses.

Two cut-offs: suggestions from one score up may stand unseen, passages below another need not be
looked at. Both are promises about further interviews like these, so a bound of the risk has to
count interviews, not passages: see `upper_bounds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, stdtrit

from nlp_pipeline.agreement import Flags
from nlp_pipeline.resample import Counts, Reals, draw_counts, group_index, totals

LEAST_INTERVIEWS = 8
LEAST_CORRELATION = 0.1
_MOST_POINTS = 100
_EASY = (0.2, 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A point of a risk-coverage curve; the fields are those of `analysis.records.CurvePoint`."""

    score: float
    coverage: float
    risk: float
    found: float
    risk_bound: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskCoverage:
    """The curve and the cut-offs; the fields are those of `analysis.records.RiskCurve`.

    `reason` says why a cut-off is missing, for one or for both.
    """

    code: str
    error: float
    confidence: float
    points: tuple[Point, ...]
    accept_from: float | None
    accepted_share: float
    dismiss_below: float | None
    dismissed_share: float
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Promise:
    error: float
    confidence: float
    counts: Counts


@dataclass(frozen=True, kw_only=True, slots=True)
class _Passages:
    scores: Reals
    coded: Flags
    groups: Counts
    n_groups: int

    def from_cut(self, cuts: Reals, chosen: Flags) -> Reals:
        """Count per interview the chosen passages at or above each of the falling cuts."""
        place = np.searchsorted(-cuts, -self.scores[chosen])
        table = np.zeros((self.n_groups, len(cuts) + 1))
        np.add.at(table, (self.groups[chosen], place), 1.0)
        return np.cumsum(table[:, :-1], axis=1)


def risk_coverage(
    code: str,
    *,
    scores: Reals,
    coded: Flags,
    interviews: Sequence[str],
    suggest_from: float,
    error: float = 0.10,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> RiskCoverage:
    """Return the risk-coverage curve of one code and what can be left to the model.

    `accept_from` is the lowest score such that, with the confidence, at most `error` of the
    suggestions from there up are wrong. Cut-offs are tested from the top until one fails, so that
    choosing among them costs nothing (fixed-sequence testing: Angelopoulos et al. 2021, Learn then
    Test). `dismiss_below` is the highest score such that, with the confidence, at most `error` of
    the passages with the code lie below it. It never exceeds `suggest_from`.

    The promise holds for interviews drawn like these: the same study, codebook and way of asking.
    It does not hold for the passages that the model or its thresholds were learned from, for other
    kinds of interviews, for one interview taken alone, or when a cut-off is rounded down
    (`accept_from`) or up (`dismiss_below`). In simulated studies of 8 to 40 interviews of 5 to 60
    passages it was broken in about one of 20 at most, correlation within interviews up to 0.3.

    Args:
        code: The code.
        scores: Calibrated, shape (passages,).
        coded: Which of them carry the code, same shape.
        interviews: The interview of each passage.
        suggest_from: The threshold of the code.
        error: The share that may be wrong, or missed; above 0 and below 1.
        confidence: How sure that is to be; above 0.5 and below 1.
        resamples: How often interviews are resampled.
        seed: Of the resampling.
    """
    names, groups = group_index(interviews)
    passages = _Passages(scores=scores, coded=coded, groups=groups, n_groups=len(names))
    counts = draw_counts(max(len(names), 1), resamples=resamples, seed=seed)
    promise = _Promise(error=error, confidence=confidence, counts=counts[:, : len(names)])
    cut_offs = [make(passages, promise, suggest_from) for make in (_accept, _dismiss)]
    (accept, accepted, _), (dismiss, dismissed, _) = cut_offs
    return RiskCoverage(
        code=code,
        error=error,
        confidence=confidence,
        points=_points(passages, promise),
        accept_from=accept,
        accepted_share=accepted,
        dismiss_below=dismiss,
        dismissed_share=dismissed,
        reason=_too_few(len(names)) or "; ".join(reason for *_, reason in cut_offs if reason),
    )


def _too_few(interviews: int) -> str:
    found = f"{interviews} interviews; leaving passages to the model takes {LEAST_INTERVIEWS}"
    return found if interviews < LEAST_INTERVIEWS else ""


def upper_bounds(
    wrong: Reals, size: Reals, *, confidence: float, counts: Counts, correlation: float
) -> Reals:
    """Bound shares of wrong passages from above, each with the confidence.

    The bound is that of Clopper and Pearson (1934) at the effective number of passages, as Korn
    and Graubard (1998) do it for surveys: passages of one interview tell less than as many of
    different ones, by the design effect, and few interviews tell less about that effect, which
    costs the square of Student's quantile. The design effect is the larger of the one seen and
    the one that `correlation` implies: few errors say little about how they cluster. The bound is
    never below that of the bootstrap over interviews.

    In simulations (8 to 40 interviews of 5 to 60 passages, a true risk of 5 to 20 %) at most 5 % of
    the bounds at 95 % were too low where passages of an interview correlate up to 0.1, 7 % at 0.2,
    and 10 % at 0.3.

    Args:
        wrong: Shape (groups, cuts).
        size: Passages, same shape.
        confidence: Of each bound.
        counts: Resamples of the interviews, as from `resample.draw_counts`.
        correlation: Within interviews, at least.

    Returns:
        Shape (cuts,); 1 where fewer than `LEAST_INTERVIEWS` interviews have passages.
    """
    enough = (size > 0).sum(axis=0) >= LEAST_INTERVIEWS
    bounds = np.ones(size.shape[1])
    if enough.any():
        wrong, size = wrong[:, enough], size[:, enough]
        exact = _clopper_pearson(wrong, size, confidence, correlation)
        drawn = totals(counts, wrong) / np.maximum(totals(counts, size), 1)
        bounds[enough] = np.maximum(exact, np.quantile(drawn, confidence, axis=0))
    return bounds


def _clopper_pearson(wrong: Reals, size: Reals, confidence: float, correlation: float) -> Reals:
    n, x, interviews = size.sum(axis=0), wrong.sum(axis=0), (size > 0).sum(axis=0)
    effect = np.maximum(_design_effect(wrong, size), 1 + correlation * (_mean_size(size) - 1))
    # Student's quantile in place of the normal one: few interviews tell little of their variance.
    few = stdtrit(interviews - 1, confidence) / stdtrit(np.maximum(n - 1, 1), confidence)
    shrink = np.maximum(effect, 1.0) * np.maximum(few, 1.0) ** 2
    right = np.where(x < n, (n - x) / shrink, 1.0)
    bounds: Reals = np.where(x < n, betaincinv(x / shrink + 1, right, confidence), 1.0)
    return bounds


def _design_effect(wrong: Reals, size: Reals) -> Reals:
    """Divide the variance of a share over interviews by that over independent passages."""
    n, interviews = size.sum(axis=0), (size > 0).sum(axis=0)
    share = wrong.sum(axis=0) / n
    among = ((wrong - share * size) ** 2).sum(axis=0) * interviews / np.maximum(interviews - 1, 1)
    plain = share * (1 - share) * n
    effects: Reals = np.where(plain > 0, among / np.where(plain > 0, plain, 1.0), 1.0)
    return effects


def _mean_size(size: Reals) -> Reals:
    """Return how many passages the interview of a passage has, on average over passages."""
    mean: Reals = (size**2).sum(axis=0) / size.sum(axis=0)
    return mean


def _correlation(wrong: Reals, size: Reals) -> float:
    """Estimate the correlation within interviews, at least `LEAST_CORRELATION`."""
    if not size.sum() or _mean_size(size) <= 1:
        return LEAST_CORRELATION
    found = (_design_effect(wrong, size) - 1) / (_mean_size(size) - 1)
    return float(np.clip(found, LEAST_CORRELATION, 1.0))


def _accept(
    passages: _Passages, promise: _Promise, suggest_from: float
) -> tuple[float | None, float, str]:
    suggested = passages.scores >= suggest_from
    cuts = _cuts(passages.scores[suggested])
    size = passages.from_cut(cuts, suggested)
    wrong = passages.from_cut(cuts, suggested & ~passages.coded)
    start = _start(size, promise)
    if start is None:
        return None, 0.0, f"accept: too few suggestions ({int(suggested.sum())})"
    correlation = _correlation(wrong[:, -1], size[:, -1])
    bounds = upper_bounds(
        wrong[:, start:],
        size[:, start:],
        confidence=promise.confidence,
        counts=promise.counts,
        correlation=correlation,
    )
    passed = int(np.argmax(np.append(bounds > promise.error, True)))
    if not passed:
        return None, 0.0, "accept: even the surest suggestions may be wrong too often"
    last = start + passed - 1
    return float(cuts[last]), float(size[:, last].sum() / suggested.sum()), ""


def _start(size: Reals, promise: _Promise) -> int | None:
    """Return where testing starts: the first cut-off at which few errors, or else none, would pass.

    It looks at how many passages there are, never at their codes. From the very top, the first
    error would end the tests.
    """
    for share in _EASY:
        bounds = upper_bounds(
            size * promise.error * share,
            size,
            confidence=promise.confidence,
            counts=promise.counts,
            correlation=LEAST_CORRELATION,
        )
        places = np.flatnonzero(bounds <= promise.error)
        if len(places):
            return int(places[0])
    return None


def _dismiss(
    passages: _Passages, promise: _Promise, suggest_from: float
) -> tuple[float | None, float, str]:
    coded = passages.coded
    if not coded.any():
        return None, 0.0, "dismiss: no passage carries the code"
    cuts = _dismissal_cuts(passages.scores[coded], promise.error, suggest_from)
    all_coded = np.bincount(passages.groups[coded], minlength=passages.n_groups)
    size = np.repeat(all_coded[:, None].astype(np.float64), len(cuts), axis=1)
    missed = size - passages.from_cut(cuts, coded)
    middle = np.array([np.median(passages.scores[coded])])
    half = size[:, 0] - passages.from_cut(middle, coded)[:, 0]
    bounds = upper_bounds(
        missed,
        size,
        confidence=promise.confidence,
        counts=promise.counts,
        correlation=_correlation(half, size[:, 0]),
    )[::-1]
    passed = int(np.argmax(np.append(bounds > promise.error, True)))
    if not passed:
        return None, 0.0, f"dismiss: too few passages with the code ({int(coded.sum())})"
    cut = float(cuts[::-1][passed - 1])
    below = float(np.mean(passages.scores < cut))
    return (cut, below, "") if below else (None, 0.0, "dismiss: no score is low enough")


def _dismissal_cuts(scores: Reals, error: float, suggest_from: float) -> Reals:
    """Return cut-offs, falling: scores of coded passages of which few enough lie below."""
    distinct = np.unique(np.append(np.minimum(scores, suggest_from), suggest_from))
    few = np.searchsorted(np.sort(scores), distinct) <= error * len(scores)
    distinct = distinct[few]
    places = np.linspace(0, len(distinct) - 1, min(len(distinct), _MOST_POINTS))
    return distinct[places.round().astype(np.int64)][::-1]


def _cuts(scores: Reals) -> Reals:
    """Return distinct scores, falling; of many, those that add a fixed share of passages each."""
    distinct = np.unique(scores)[::-1]
    if len(distinct) <= _MOST_POINTS:
        return distinct
    places = np.geomspace(1, len(distinct), _MOST_POINTS).round().astype(np.int64)
    return distinct[np.unique(places) - 1]


def _points(passages: _Passages, promise: _Promise) -> tuple[Point, ...]:
    everything = np.ones(len(passages.scores), dtype=np.bool_)
    cuts = _cuts(passages.scores)
    size = passages.from_cut(cuts, everything)
    wrong = passages.from_cut(cuts, ~passages.coded)
    bounds = upper_bounds(
        wrong,
        size,
        confidence=promise.confidence,
        counts=promise.counts,
        correlation=LEAST_CORRELATION,
    )
    n, x = size.sum(axis=0), wrong.sum(axis=0)
    coded = max(int(passages.coded.sum()), 1)
    rows = zip(cuts, n / max(len(everything), 1), x / n, (n - x) / coded, bounds, strict=True)
    names = ("score", "coverage", "risk", "found", "risk_bound")
    return tuple(Point(**dict(zip(names, map(float, row), strict=True))) for row in rows)
