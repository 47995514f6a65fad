"""Figures per code and per facet, each with an interval got by resampling interviews."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp_pipeline.agreement import CodeFigures, Figure, Flags, cohen_kappa, compare
from nlp_pipeline.analysis.material import Material
from nlp_pipeline.analysis.records import CodeRow, Estimate, FacetRow
from nlp_pipeline.resample import (
    LEAST_INTERVIEWS,
    Counts,
    Reals,
    average_precisions,
    draw_counts,
    f1,
    group_index,
    kappa,
    mean_over_codes,
    percentile_interval,
    precision,
    recall,
    totals,
    yes_no_tables,
)
from nlp_pipeline.wording import counted

LEAST_PASSAGES = 20
_READ_ONCE = "no passage was coded by two people"
_NO_CODE = "no code of this facet occurs"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sampling:
    """How intervals are made: the number of resamples and the seed of the draws."""

    resamples: int = 2000
    seed: int = 20


class Draws:
    """Resamples of the interviews of some passages; none where these are too few.

    The first row of ``weights`` takes every interview once, so that the first value of every
    series below is the figure itself.
    """

    def __init__(self, interviews: tuple[str, ...], sampling: Sampling) -> None:
        """Draw them."""
        names, self.groups = group_index(interviews)
        self.n_groups = len(names)
        self.reason = _too_few(self.n_groups, len(interviews))
        drawn = 0 if self.reason else sampling.resamples
        itself = np.ones((1, self.n_groups), dtype=np.int64)
        again = draw_counts(max(1, self.n_groups), resamples=drawn, seed=sampling.seed)
        self.weights: Counts = np.concatenate([itself, again[:, : self.n_groups]])

    def tables(self, first: Flags, second: Flags, only: Flags | None = None) -> Reals:
        """Return the 2x2 tables of each resample, shape (1 + resamples, codes, 4)."""
        chosen = slice(None) if only is None else only
        per_interview = yes_no_tables(
            first[chosen], second[chosen], self.groups[chosen], n_groups=self.n_groups
        )
        return totals(self.weights, per_interview)

    def sums(self, values: Reals | Flags) -> Reals:
        """Add up values of passages in each resample; shape (1 + resamples, ...)."""
        per_interview = np.zeros((self.n_groups, *values.shape[1:]))
        np.add.at(per_interview, self.groups, values)
        return totals(self.weights, per_interview)

    def estimate(self, figure: Figure, series: Reals, rests_on: Flags | None = None) -> Estimate:
        """Return a figure with the interval of its resamples.

        Args:
            figure: The figure itself.
            series: Its value in each resample, the figure itself first.
            rests_on: The passages that the figure rests on, all if left out.
        """
        if figure.value is None or self.reason:
            return Estimate(value=figure.value, reason=figure.reason or self.reason)
        of = self.groups if rests_on is None else self.groups[rests_on]
        found = percentile_interval(series[1:], interviews=len(np.unique(of)))
        if found.low is None or found.high is None:
            return Estimate(value=figure.value, reason=found.reason)
        # Resampling shifts some figures, such as a calibration error, to one side.
        low, high = min(found.low, figure.value), max(found.high, figure.value)
        return Estimate(value=figure.value, low=low, high=high)


def code_rows(material: Material, draws: Draws) -> tuple[CodeRow, ...]:
    """Return the figures of every code, in the order of the columns."""
    tables = draws.tables(material.suggested, material.coded)
    human = draws.tables(*material.people, only=material.read_twice)
    facet_of = {code: facet for facet, codes in material.facets.items() for code in codes}
    return tuple(
        _code_row(material, draws, facet_of[code], column, tables[:, column], human[:, column])
        for column, code in enumerate(material.codes)
    )


def facet_rows(material: Material, draws: Draws) -> tuple[FacetRow, ...]:
    """Return the figures of every facet as a whole."""
    tables = draws.tables(material.suggested, material.coded)
    human = draws.tables(*material.people, only=material.read_twice)
    # A code that no passage of a resample carries does not occur in it.
    occurs = tables[..., 0] + tables[..., 2] > 0
    kinds = (f1(tables), kappa(tables), kappa(human))
    per_code = [np.where(occurs, figures, np.nan) for figures in kinds]
    return tuple(_facet_row(material, draws, facet, per_code) for facet in material.facets)


def _code_row(
    material: Material, draws: Draws, facet: str, column: int, tables: Reals, human: Reals
) -> CodeRow:
    scores, suggested = material.scores[:, column], material.suggested[:, column]
    coded, (first, second) = material.coded[:, column], material.people
    found = compare(material.codes[column], scores=scores, suggested=suggested, coded=coded)
    used, said = suggested | coded, (first | second)[:, column] & material.read_twice
    return CodeRow(
        code=found.code,
        facet=facet,
        passages=found.passages,
        interviews=draws.n_groups,
        coded=found.coded,
        suggested=found.suggested,
        precision=draws.estimate(found.precision, precision(tables), suggested),
        recall=draws.estimate(found.recall, recall(tables), coded),
        f1=draws.estimate(found.f1, f1(tables), used),
        average_precision=_average_precision(found, draws, scores, coded),
        kappa=draws.estimate(found.kappa, kappa(tables), used),
        human_kappa=draws.estimate(_human(material, column), kappa(human), said),
    )


def _average_precision(
    found: CodeFigures, draws: Draws, scores: npt.NDArray[np.float64], coded: Flags
) -> Estimate:
    if found.average_precision.value is None or len(draws.weights) == 1:
        return draws.estimate(found.average_precision, np.empty(1))
    series = average_precisions(scores, coded, draws.groups, draws.weights)
    return draws.estimate(found.average_precision, series, coded)


def _human(material: Material, column: int) -> Figure:
    both = material.read_twice
    if not both.any():
        return Figure(value=None, reason=_READ_ONCE)
    first, second = material.people
    return cohen_kappa(first[both, column], second[both, column])


def _facet_row(material: Material, draws: Draws, facet: str, per_code: list[Reals]) -> FacetRow:
    columns, everything = material.columns(facet), np.ones(len(material.interviews), dtype=np.bool_)
    macro, mean, human = (mean_over_codes(figures[:, columns]) for figures in per_code)
    first, second = (flags[:, columns] for flags in material.people)
    suggested, coded = material.suggested[:, columns], material.coded[:, columns]
    told = _NO_CODE if material.read_twice.any() else _READ_ONCE
    return FacetRow(
        facet=facet,
        macro_f1=draws.estimate(_figure(macro, _NO_CODE), macro),
        mean_kappa=draws.estimate(_figure(mean, _NO_CODE), mean),
        pattern_kappa=_pattern(draws, suggested, coded, everything),
        human_mean_kappa=draws.estimate(_figure(human, told), human, material.read_twice),
        human_pattern_kappa=_pattern(draws, first, second, material.read_twice),
    )


def _figure(series: Reals, reason: str) -> Figure:
    value = float(series[0])
    return Figure(value=None, reason=reason) if np.isnan(value) else Figure(value=value)


def _pattern(draws: Draws, first: Flags, second: Flags, only: Flags) -> Estimate:
    """Return Cohen's kappa of the whole set of codes as one value of a passage.

    What agreed and how often each coding used each set are added up apart: a table of all sets
    against all sets would not fit into memory for a facet with many codes.
    """
    if not only.any():
        return Estimate(value=None, reason=_READ_ONCE)
    _, sets = np.unique(np.concatenate([first, second]), axis=0, return_inverse=True)
    one_hot = sets.reshape(2, -1, 1) == np.arange(sets.max() + 1)
    one_hot &= only[:, None]
    left, right = (draws.sums(used) for used in one_hot)
    passages, agreed = left.sum(1), draws.sums((one_hot[0] & one_hot[1]).any(1))
    by_chance = (left * right).sum(1)
    whole = passages**2 - by_chance
    series = np.full(len(whole), np.nan)
    np.divide(agreed * passages - by_chance, whole, out=series, where=whole != 0)
    return draws.estimate(_figure(series, "both codings use one set of codes only"), series, only)


def _too_few(interviews: int, passages: int) -> str:
    if passages < LEAST_PASSAGES:
        return f"{counted(passages, 'passage')}; an interval takes {LEAST_PASSAGES}"
    if interviews < LEAST_INTERVIEWS:
        return f"{counted(interviews, 'interview')}; an interval takes {LEAST_INTERVIEWS}"
    return ""
