"""The anchoring effect: how much higher agreement is where suggestions were in view.

People who see the same suggestions agree with each other and with the model for that reason too.
Assisted and blind codings are compared within the same resamples of interviews. Where they are on
other passages, some of the difference may be that of the passages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlp_pipeline.agreement import (
    Flags,
    krippendorff_alphas,
    masi_alphas,
    masi_distances,
    number_sets,
    rating_terms,
    set_tables,
    yes_no_counts,
)
from nlp_pipeline.analysis.agreement_records import Anchoring, Estimate
from nlp_pipeline.analysis.agreements import MASI, Ask, Group
from nlp_pipeline.analysis.estimates import estimate
from nlp_pipeline.frame import Frame
from nlp_pipeline.intervals import Resamples
from nlp_pipeline.resample import Reals, kappa, totals, yes_no_tables

NO_BLIND = "not defined for what was coded blind"
NO_ASSISTED = "not defined for what was coded with suggestions"
NEITHER = "not defined in either way of coding"
ALPHA = "krippendorff_alpha"
_REASONS = (NO_BLIND, NO_ASSISTED)


def anchoring(blind: Frame, assisted: Frame, group: Group, ask: Ask) -> Iterator[Anchoring]:
    """Yield the effect on the agreement of a group, per facet and per code.

    Args:
        blind: What was coded unseen, of the same passages as ``assisted``.
        assisted: What was coded with suggestions in view.
        group: Coders that are in both frames.
        ask: The facets, and how intervals are made.
    """
    before, after = blind.of(coders=group.coders), assisted.of(coders=group.coders)
    used = np.flatnonzero((before.seen.sum(axis=0) >= 2) | (after.seen.sum(axis=0) >= 2))
    before, after = before.of(passages=used), after.of(passages=used)
    resamples = Resamples(
        before.interviews, resamples=ask.sampling.resamples, seed=ask.sampling.seed
    )
    ways = [_Way.of(frame, ask, resamples) for frame in (before, after)]
    both = int(((before.seen.sum(axis=0) >= 2) & (after.seen.sum(axis=0) >= 2)).sum())
    for facet, code in ways[0].series:
        figure = MASI if not code else "cohen_kappa" if group.kind == "pair" else ALPHA
        one, other, difference = _told(figure, ways, (facet, code), resamples)
        yield Anchoring(
            kind=group.kind,
            coders=group.coders,
            with_model=group.with_model,
            facet=facet,
            code=code,
            figure=figure,
            blind=one,
            assisted=other,
            difference=difference,
            passages=(ways[0].passages, ways[1].passages, both),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Way:
    """The figures of one way of coding in every resample, by facet and code."""

    series: Mapping[tuple[str, str], Reals]
    passages: int
    interviews: int

    @classmethod
    def of(cls, frame: Frame, ask: Ask, resamples: Resamples) -> "_Way":
        twice = frame.seen.sum(axis=0) >= 2
        by_code = _of_codes(frame, resamples)
        series = {}
        for facet, codes in ask.facets.items():
            columns = [frame.codes.index(code) for code in codes if code in frame.codes]
            if columns:
                series[facet, ""] = _of_sets(frame.sets[:, :, columns], frame.looked, resamples)
            series |= {(facet, frame.codes[c]): by_code[:, c] for c in columns}
        names = {
            p.transcript_id for p, on in zip(frame.passages, twice.tolist(), strict=True) if on
        }
        return cls(series=series, passages=int(twice.sum()), interviews=len(names))


def _of_codes(frame: Frame, resamples: Resamples) -> Reals:
    """Return kappa of a pair or alpha of a group, shape (resamples, codes)."""
    if len(frame.coders) > 2:
        terms = rating_terms(yes_no_counts(frame.sets, frame.looked))
        return krippendorff_alphas(resamples.sums(terms))
    both = frame.seen[0] & frame.seen[1]
    tables = yes_no_tables(
        frame.coded[0][both],
        frame.coded[1][both],
        resamples.groups[both],
        n_groups=resamples.n_groups,
    )
    return kappa(totals(resamples.weights, tables))


def _of_sets(sets: Flags, seen: Flags, resamples: Resamples) -> Reals:
    found, values = number_sets(sets, seen)
    distances = masi_distances(found)
    tables = set_tables(values, distances, resamples.groups, n_groups=resamples.n_groups)
    return masi_alphas(totals(resamples.weights, tables), distances)


def _told(
    figure: str, ways: Sequence[_Way], name: tuple[str, str], resamples: Resamples
) -> tuple[Estimate, Estimate, Estimate]:
    before, after = (way.series[name] for way in ways)
    least = [way.interviews for way in ways]
    missing = [
        why for why, series in zip(_REASONS, (before, after), strict=True) if np.isnan(series[0])
    ]
    reason = NEITHER if len(missing) > 1 else "".join(missing)
    one, other = (
        estimate(figure, resamples.measure(series, reason=why, interviews=number))
        for series, why, number in zip((before, after), _REASONS, least, strict=True)
    )
    apart = resamples.measure(after - before, reason=reason, interviews=min(least))
    return one, other, estimate("", apart)
