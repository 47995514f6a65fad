"""Figures of whole sets of codes with intervals: what coders say of a passage, all codes at once.

The value of a passage is the set of codes that a coder gave it, where none is a set too. Nothing is
said here of sets that overlap; that is what `intervals.measure_sets` is for.
"""

from collections.abc import Mapping

import numpy as np

from nlp_pipeline.agreement import Flags, no_figure, number_sets, percent_agreements
from nlp_pipeline.agreement.figures import Ints
from nlp_pipeline.intervals import CHANCE_CORRECTED, PERCENT, Measured, Resamples
from nlp_pipeline.resample import (
    Reals,
    f1,
    kappa,
    mean_over_codes,
    pattern_kappa,
    pattern_tables,
    totals,
    yes_no_tables,
)

KAPPA, MEAN_KAPPA, MACRO_F1 = "cohen_kappa", "mean_cohen_kappa", "macro_f1"
_FIXED = 4


def measure_patterns(sets: Flags, seen: Flags, resamples: Resamples) -> dict[str, Measured]:
    """Measure how any number of coders agree on whole sets of codes.

    Args:
        sets: Which codes each coder gave, shape (passages, coders, codes).
        seen: What each coder has seen, shape (passages, coders).
        resamples: Of the interviews of the passages.
    """
    found, values = number_sets(sets, seen)
    tables = pattern_terms(
        values, resamples.groups, n_values=len(found), n_groups=resamples.n_groups
    )
    sums = totals(resamples.weights, tables)
    series = {name: figures(sums) for name, figures in CHANCE_CORRECTED.items()}
    series[PERCENT] = percent_agreements(sums)
    whole, interviews = tables.sum(axis=0), int(np.sum(tables[:, 0] > 0))
    return {
        name: resamples.measure(
            values,
            reason=no_figure(whole, needs_two_values=name != PERCENT),
            interviews=interviews,
        )
        for name, values in series.items()
    }


def measure_pair_patterns(
    first: Flags, second: Flags, seen: Flags, resamples: Resamples
) -> dict[str, Measured]:
    """Measure two coders on whole sets of codes, and on their codes on average.

    Args:
        first: Which codes the first coder gave, shape (passages, codes).
        second: The same of the second.
        seen: Passages that both have seen, shape (passages,).
        resamples: Of the interviews of the passages.
    """
    groups, n_groups = resamples.groups[seen], resamples.n_groups
    tables = yes_no_tables(first[seen], second[seen], groups, n_groups=n_groups)
    sums = totals(resamples.weights, tables)
    means = {MEAN_KAPPA: mean_over_codes(kappa(sums)), MACRO_F1: mean_over_codes(f1(sums))}
    both = np.stack([first[seen], second[seen]], axis=1)
    found, values = number_sets(both, np.ones(both.shape[:2], dtype=np.bool_))
    met = pattern_tables(values[:, 0], values[:, 1], groups, n_values=len(found), n_groups=n_groups)
    series = {KAPPA: pattern_kappa(totals(resamples.weights, met)), **means}
    reasons: Mapping[str, str] = {
        KAPPA: "both coders use one value only",
        MEAN_KAPPA: "no code occurs that is not on every passage",
        MACRO_F1: "no code occurs in either coding",
    }
    interviews = len(np.unique(groups))
    return {
        name: resamples.measure(
            values,
            reason=reasons[name] if seen.any() else "no passage was coded by two people",
            interviews=interviews,
        )
        for name, values in series.items()
    }


def pattern_terms(values: Ints, groups: Ints, *, n_values: int, n_groups: int) -> Reals:
    """Add up per interview what `agreement.rating_terms` gives of every passage.

    The result is that of adding up those terms, without an array of passages by values, which are
    many where codes are many.

    Args:
        values: Shape (passages, coders), negative where a coder has not seen the passage.
        groups: Number of the interview of each passage.
        n_values: How many values there are.
        n_groups: How many interviews there are.

    Returns:
        Shape (groups, 4 + 2 * values).
    """
    seen = values >= 0
    coders = seen.sum(axis=1)
    twice, others, known = coders >= 2, np.maximum(coders - 1, 1), np.maximum(coders, 1)
    alike = np.zeros(len(values))
    for one in range(values.shape[1]):
        for two in range(one):
            alike += 2.0 * (seen[:, one] & seen[:, two] & (values[:, one] == values[:, two]))
    apart = coders * (coders - 1) - alike
    tables = np.zeros((n_groups, _FIXED + 2 * n_values))
    fixed = [twice, coders >= 1, twice * alike / (known * others), twice * apart / others]
    np.add.at(tables[:, :_FIXED], groups, np.stack(fixed, axis=1).astype(np.float64))
    for one in range(values.shape[1]):
        own = seen[:, one]
        places = groups[own], _FIXED + values[own, one]
        np.add.at(tables, places, 1 / known[own])
        np.add.at(tables[:, n_values:], places, twice[own].astype(np.float64))
    return tables
