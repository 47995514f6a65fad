"""Figures of agreement with intervals, code by code, by resampling whole interviews.

Terms of passages are added up per interview, and a resample is a weighted sum of interviews. The
same weights serve every figure, so that figures of one set of passages can be compared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from nlp_pipeline.agreement import (
    Figure,
    Flags,
    fleiss_kappas,
    gwet_ac1s,
    krippendorff_alphas,
    masi_alpha,
    masi_alphas,
    masi_distances,
    no_figure,
    number_sets,
    pabaks,
    percent_agreements,
    prevalences,
    rating_terms,
    set_tables,
    yes_no_counts,
)
from nlp_pipeline.resample import (
    LEAST_INTERVIEWS,
    Counts,
    Interval,
    Reals,
    bca_interval,
    draw_counts,
    f1,
    group_index,
    kappa,
    leave_one_out,
    percentile_interval,
    precision,
    recall,
    totals,
    yes_no_tables,
)

PERCENT = "percent_agreement"
CHANCE_CORRECTED: Mapping[str, Callable[[Reals], Reals]] = {
    "fleiss_kappa": fleiss_kappas,
    "krippendorff_alpha": krippendorff_alphas,
    "gwet_ac1": gwet_ac1s,
    "pabak": pabaks,
}
"""Figures of any number of coders; undefined where a code is given always or never."""

PAIRWISE: Mapping[str, tuple[Callable[[Reals], Reals], str]] = {
    "cohen_kappa": (kappa, "both coders use one value only"),
    "precision": (precision, "the first coder never gives the code"),
    "recall": (recall, "the second coder never gives the code"),
    "f1": (f1, "the code occurs in neither coding"),
}
"""Figures of two coders, the second as the reference, and why there may be none."""


class Method(StrEnum):
    """How an interval follows from the resamples."""

    BCA = "bca"
    PERCENTILE = "percentile"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A figure and its interval; each says why where there is none."""

    figure: Figure
    interval: Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeAgreement:
    """How coders agree on one code.

    Attributes:
        code: The code.
        passages: Passages that at least two of the coders have seen.
        interviews: Interviews that these are from.
        prevalence: Share of their judgements on these passages that give the code.
        figures: By name; percent agreement is not to be shown without the prevalence.
    """

    code: str
    passages: int
    interviews: int
    prevalence: float | None
    figures: Mapping[str, Measured]


class Resamples:
    """Weights of the interviews: all once, without each in turn, and in each resample."""

    def __init__(
        self,
        interviews: Sequence[str],
        *,
        resamples: int = 2000,
        seed: int = 20,
        method: Method = Method.BCA,
    ) -> None:
        """Draw them.

        Args:
            interviews: Id of the interview of each passage or text.
            resamples: How many to draw; none where the interviews are too few.
            seed: Of the draws.
            method: How intervals are made.
        """
        names, self.groups = group_index(interviews)
        self.n_groups = len(names)
        self.method = method
        drawn = resamples if self.n_groups >= LEAST_INTERVIEWS else 0
        again = draw_counts(max(1, self.n_groups), resamples=drawn, seed=seed)
        itself = np.ones((1, self.n_groups), dtype=np.int64)
        without = leave_one_out(self.n_groups)
        self.weights: Counts = np.concatenate([itself, without, again[:, : self.n_groups]])

    def tables(self, terms: Reals) -> Reals:
        """Add up terms of passages per interview; (passages, ...) to (interviews, ...)."""
        if not self.n_groups:
            return np.zeros((0, *terms.shape[1:]))
        order = np.argsort(self.groups, kind="stable")
        starts = np.searchsorted(self.groups[order], np.arange(self.n_groups))
        sums: Reals = np.add.reduceat(terms[order], starts, axis=0)
        return sums

    def sums(self, terms: Reals) -> Reals:
        """Add up terms of passages in each resample, all passages first."""
        return totals(self.weights, self.tables(terms))

    def measure(
        self, series: Reals, *, reason: str = "", interviews: int | None = None
    ) -> Measured:
        """Return a figure and its interval.

        Args:
            series: The figure for each row of the weights, nan where it is undefined.
            reason: Why the figure is undefined, if it is.
            interviews: How many interviews it rests on; all if left out.
        """
        if np.isnan(series[0]):
            why = reason or "the figure is undefined"
            return Measured(figure=Figure(value=None, reason=why), interval=Interval(reason=why))
        found = self._interval(series, self.n_groups if interviews is None else interviews)
        return Measured(figure=Figure(value=float(series[0])), interval=found)

    def _interval(self, series: Reals, interviews: int) -> Interval:
        jackknife, values = series[1 : 1 + self.n_groups], series[1 + self.n_groups :]
        if interviews < LEAST_INTERVIEWS or self.method is Method.PERCENTILE:
            return percentile_interval(values, interviews=interviews)
        return bca_interval(values, float(series[0]), jackknife)


def measure_codes(
    sets: Flags, seen: Flags, resamples: Resamples, *, codes: Sequence[str]
) -> tuple[CodeAgreement, ...]:
    """Measure how any number of coders agree on each code.

    Args:
        sets: Which codes each coder gave, shape (passages, coders, codes).
        seen: What each coder has seen, shape (passages, coders).
        resamples: Of the interviews of the passages.
        codes: Their ids, in the order of the last axis.
    """
    tables = resamples.tables(rating_terms(yes_no_counts(sets, seen)))
    sums = totals(resamples.weights, tables)
    series = {name: figures(sums) for name, figures in CHANCE_CORRECTED.items()}
    series[PERCENT] = percent_agreements(sums)
    return tuple(
        _code_row(
            code,
            tables[:, column],
            {name: values[:, column] for name, values in series.items()},
            resamples,
        )
        for column, code in enumerate(codes)
    )


def measure_pair(
    first: Flags, second: Flags, seen: Flags, resamples: Resamples, *, codes: Sequence[str]
) -> tuple[CodeAgreement, ...]:
    """Measure how two coders agree on each code, the second as the reference.

    Args:
        first: Which codes the first coder gave, shape (passages, codes).
        second: The same of the second.
        seen: Passages that both have seen, shape (passages,); the others count for nothing.
        resamples: Of the interviews of the passages.
        codes: Their ids, in the order of the last axis.
    """
    many = measure_codes(
        np.stack([first, second], axis=1), np.stack([seen, seen], axis=1), resamples, codes=codes
    )
    tables = yes_no_tables(
        first[seen], second[seen], resamples.groups[seen], n_groups=resamples.n_groups
    )
    sums = totals(resamples.weights, tables)
    series = {name: figures(sums) for name, (figures, _) in PAIRWISE.items()}
    return tuple(
        _add_pairwise(
            row,
            tables[:, column],
            {name: values[:, column] for name, values in series.items()},
            resamples,
        )
        for column, row in enumerate(many)
    )


def measure_sets(sets: Flags, seen: Flags, resamples: Resamples) -> Measured:
    """Measure alpha of label sets with MASI distance; arguments as for `measure_codes`."""
    found, values = number_sets(sets, seen)
    distances = masi_distances(found)
    tables = set_tables(values, distances, resamples.groups, n_groups=resamples.n_groups)
    series = masi_alphas(totals(resamples.weights, tables), distances)
    reason = masi_alpha(sets, seen).reason if np.isnan(series[0]) else ""
    return resamples.measure(series, reason=reason, interviews=int(np.any(tables, axis=1).sum()))


def _code_row(
    code: str, tables: Reals, series: Mapping[str, Reals], resamples: Resamples
) -> CodeAgreement:
    whole, share = tables.sum(axis=0), prevalences(tables)
    seen = int(np.sum(tables[:, 0] > 0))
    # A figure corrected for chance rests on the interviews that have the rarer of the two values.
    rarer = int(min(np.sum(share[:, 0] > 0), np.sum(share[:, 1] > 0)))
    measured = {
        name: resamples.measure(
            values,
            reason=no_figure(whole, needs_two_values=name != PERCENT),
            interviews=seen if name == PERCENT else rarer,
        )
        for name, values in series.items()
    }
    prevalence = float(prevalences(whole)[0])
    return CodeAgreement(
        code=code,
        passages=round(float(whole[0])),
        interviews=seen,
        prevalence=None if np.isnan(prevalence) else prevalence,
        figures=measured,
    )


def _add_pairwise(
    row: CodeAgreement, tables: Reals, series: Mapping[str, Reals], resamples: Resamples
) -> CodeAgreement:
    given = int(np.sum(tables[:, :3].sum(axis=1) > 0))
    extra = {
        name: resamples.measure(
            values,
            reason=PAIRWISE[name][1] if row.passages else "no passage was coded by two people",
            interviews=given,
        )
        for name, values in series.items()
    }
    return replace(row, figures={**row.figures, **extra})
