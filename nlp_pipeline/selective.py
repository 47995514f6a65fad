"""What of one code can be left to the model, at an error and a confidence that the user chooses.

Two cut-offs: suggestions from one score up may stand unseen, passages below another need not be
looked at. Both are promises about further interviews like these, so a bound of the risk has to
count interviews, not passages: see `upper_bounds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaincinv, stdtrit

from nlp_pipeline.agreement import Flags
from nlp_pipeline.resample import Counts, Reals, draw_counts, group_index, totals

LEAST_INTERVIEWS = 8
LEAST_CORRELATION = 0.2
"""Assumed between passages of one interview even where none shows; see `upper_bounds`."""
_MOST_POINTS = 100
_STEP = 1e-6
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
class CutOff:
    """From or below which score passages can be left to the model, or why there is none.

    Attributes:
        score: The cut-off.
        share: Of the suggestions if they are accepted, of all passages if they are dismissed.
        risk: The share of wrong ones that was seen; what is promised is the allowed error.
        reason: Why there is no cut-off.
    """

    score: float | None = None
    share: float = 0.0
    risk: float | None = None
    reason: str = ""


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
    coded: Reals
    groups: Counts
    n_groups: int

    def from_cut(self, cuts: Reals, weights: Reals) -> Reals:
        """Add up per interview the weights of passages at or above each of the falling cuts."""
        table = np.zeros((self.n_groups, len(cuts) + 1))
        np.add.at(table, (self.groups, np.searchsorted(-cuts, -self.scores)), weights)
        return np.cumsum(table[:, :-1], axis=1)


def risk_coverage(
    code: str,
    *,
    scores: Reals,
    coded: Flags | Reals,
    interviews: Sequence[str],
    suggested: Flags,
    error: float = 0.10,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> RiskCoverage:
    """Return the risk-coverage curve of one code and what can be left to the model.

    `accept_from` is the lowest score such that, with the confidence, at most `error` of the
    suggestions from there up are wrong. Cut-offs are tested in falling order until one fails, so
    that choosing among them costs nothing (fixed-sequence testing: Angelopoulos et al. 2021, Learn
    then Test); from three starts, which share the chance of an error between them.
    `dismiss_below` is the highest score such that, with the confidence, at most `error` of the
    passages with the code lie below it and have no suggestion.

    The promise holds for interviews drawn like these: the same study, codebook and way of asking.
    It does not hold for the passages that the model or its thresholds were learned from, for other
    kinds of interviews, for one interview taken alone, or when a cut-off is rounded down
    (`accept_from`) or up (`dismiss_below`). In simulated studies of 8 to 40 interviews of 5 to 60
    passages it was broken in one of 20 at most, correlation within interviews up to 0.3.

    Args:
        code: The code.
        scores: Calibrated, shape (passages,).
        coded: Which of them carry the code, same shape; or the share of the coders who say so.
        interviews: The interview of each passage.
        suggested: For which of them the code is suggested, same shape.
        error: The share that may be wrong, or missed; above 0 and below 1.
        confidence: How sure that is to be; above 0.5 and below 1.
        resamples: How often interviews are resampled.
        seed: Of the resampling.
    """
    passages, promise = _prepared(scores, coded, interviews, error, confidence, resamples, seed)
    accept, dismiss = (
        _accept(passages, promise, suggested),
        _dismiss(passages, promise, suggested),
    )
    return RiskCoverage(
        code=code,
        error=error,
        confidence=confidence,
        points=_points(passages, promise),
        accept_from=accept.score,
        accepted_share=accept.share,
        dismiss_below=dismiss.score,
        dismissed_share=dismiss.share,
        reason=_too_few(passages.n_groups)
        or "; ".join(cut.reason for cut in (accept, dismiss) if cut.reason),
    )


def cut_offs(
    *,
    scores: Reals,
    coded: Flags | Reals,
    interviews: Sequence[str],
    suggested: Flags,
    error: float = 0.10,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> tuple[CutOff, CutOff]:
    """Return only where suggestions can stand and where passages need not be looked at.

    Arguments and promises are those of `risk_coverage`.
    """
    passages, promise = _prepared(scores, coded, interviews, error, confidence, resamples, seed)
    return _accept(passages, promise, suggested), _dismiss(passages, promise, suggested)


def _prepared(
    scores: Reals,
    coded: Flags | Reals,
    interviews: Sequence[str],
    error: float,
    confidence: float,
    resamples: int,
    seed: int,
) -> tuple[_Passages, _Promise]:
    names, groups = group_index(interviews)
    counts = draw_counts(max(len(names), 1), resamples=resamples, seed=seed)[:, : len(names)]
    shares = np.asarray(coded, dtype=np.float64)
    passages = _Passages(scores=scores, coded=shares, groups=groups, n_groups=len(names))
    return passages, _Promise(error=error, confidence=confidence, counts=counts)


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

    In simulations (8 to 40 interviews of 5 to 60 passages, a true risk of 10 %) about 5 % of the
    bounds at 95 % at most were too low where passages of an interview correlate up to 0.3, with a
    `correlation` of 0.2; at 0.5, which is as if an interview were two passages, 9 %. With a
    `correlation` of 0.1 it was 10 % at 0.3.

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


def _accept(passages: _Passages, promise: _Promise, suggested: Flags) -> CutOff:
    cuts = _cuts(passages.scores[suggested])
    size = passages.from_cut(cuts, suggested.astype(np.float64))
    wrong = passages.from_cut(cuts, suggested * (1 - passages.coded))
    starts = _starts(size, promise)
    if not starts:
        return CutOff(reason=f"accept: too few suggestions ({int(suggested.sum())})")
    correlation = _correlation(wrong[:, -1], size[:, -1])
    passed = [
        (start, _passed(wrong[:, start:], size[:, start:], one, correlation))
        for start, one in starts
    ]
    last = max((start + number - 1 for start, number in passed if number), default=None)
    if last is None:
        return CutOff(reason="accept: even the surest suggestions may be wrong too often")
    left = size[:, last].sum()
    return CutOff(
        score=float(cuts[last]),
        share=float(left / suggested.sum()),
        risk=float(wrong[:, last].sum() / left),
    )


def _passed(wrong: Reals, size: Reals, promise: _Promise, correlation: float) -> int:
    """Return how many cut-offs pass before the first that does not."""
    bounds = upper_bounds(
        wrong,
        size,
        confidence=promise.confidence,
        counts=promise.counts,
        correlation=correlation,
    )
    return int(np.argmax(np.append(bounds > promise.error, True)))


def _starts(size: Reals, promise: _Promise) -> list[tuple[int, _Promise]]:
    """Return where testing starts, and with which confidence each.

    From the very top, the first error would end the tests. So what may go wrong is shared by three
    starts: as near to the top as passages allow, the cut-off that leaves half of the suggestions to
    the model, and the one that leaves it all. This looks at how many passages there are, never at
    their codes.
    """
    top = _first(size, promise)
    if top is None:
        return []
    number = size.sum(axis=0)
    half = int(np.argmax(number >= number[-1] / 2))
    places = sorted({top, max(top, half), len(number) - 1})
    spent = (1 - promise.confidence) / len(places)
    return [(place, replace(promise, confidence=1 - spent)) for place in places]


def _first(size: Reals, promise: _Promise) -> int | None:
    """Return the first cut-off at which few errors, or else none, would pass."""
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


def _dismiss(passages: _Passages, promise: _Promise, suggested: Flags) -> CutOff:
    coded = passages.coded
    if not coded.any():
        return CutOff(reason="dismiss: no passage carries the code")
    # What is suggested is looked at, however low its score.
    dismissable = replace(passages, scores=np.where(suggested, np.inf, passages.scores))
    cuts = _dismissal_cuts(dismissable, promise.error, _beyond(passages.scores, suggested))
    size = np.zeros((passages.n_groups, len(cuts)))
    np.add.at(size, passages.groups, coded[:, None])
    missed = size - dismissable.from_cut(cuts, coded)
    middle = np.array([np.median(passages.scores[coded > 0])])
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
        return CutOff(reason=f"dismiss: too few passages with the code ({(coded > 0).sum()})")
    cut = float(cuts[::-1][passed - 1])
    below = dismissable.scores < cut
    if not below.any():
        return CutOff(reason="dismiss: no score is low enough")
    risk = float(coded[below].sum() / coded.sum())
    return CutOff(score=cut, share=float(below.mean()), risk=risk)


def _dismissal_cuts(passages: _Passages, error: float, highest: float) -> Reals:
    """Return cut-offs, falling: scores of coded passages of which few enough lie below."""
    carry = passages.coded > 0
    scores, weights = passages.scores[carry], passages.coded[carry]
    distinct = np.unique(np.append(np.minimum(scores, highest), highest))
    order = np.argsort(scores)
    below = np.concatenate([[0.0], np.cumsum(weights[order])])
    few = below[np.searchsorted(scores[order], distinct)] <= error * below[-1]
    distinct = distinct[few]
    places = np.linspace(0, len(distinct) - 1, min(len(distinct), _MOST_POINTS))
    chosen: Reals = distinct[places.round().astype(np.int64)][::-1]
    return chosen


def _beyond(scores: Reals, suggested: Flags) -> float:
    """Return a score above all without a suggestion: halfway to the next, as far as can be seen."""
    highest = scores[~suggested].max(initial=0.0)
    above = scores[suggested & (scores > highest)]
    return float((highest + above.min(initial=1.0)) / 2 if len(above) else highest + _STEP)


def _cuts(scores: Reals) -> Reals:
    """Return distinct scores, falling; of many, those that add a fixed share of passages each."""
    distinct = np.unique(scores)[::-1]
    if len(distinct) <= _MOST_POINTS:
        return distinct
    places = np.geomspace(1, len(distinct), _MOST_POINTS).round().astype(np.int64)
    return distinct[np.unique(places) - 1]


def _points(passages: _Passages, promise: _Promise) -> tuple[Point, ...]:
    everything = np.ones(len(passages.scores))
    cuts = _cuts(passages.scores)
    size = passages.from_cut(cuts, everything)
    wrong = passages.from_cut(cuts, 1 - passages.coded)
    bounds = upper_bounds(
        wrong,
        size,
        confidence=promise.confidence,
        counts=promise.counts,
        correlation=LEAST_CORRELATION,
    )
    n, x = size.sum(axis=0), wrong.sum(axis=0)
    coded = max(float(passages.coded.sum()), 1.0)
    rows = zip(cuts, n / max(len(everything), 1), x / n, (n - x) / coded, bounds, strict=True)
    names = ("score", "coverage", "risk", "found", "risk_bound")
    return tuple(Point(**dict(zip(names, map(float, row), strict=True))) for row in rows)
