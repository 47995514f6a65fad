"""Which of the coded interviews of a study a model learns from, and on which it is measured."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from nlp_pipeline.corpus import SPLITS, TEST
from nlp_pipeline.errors import InputError
from nlp_pipeline.pipeline.splitting import StudySplit
from nlp_pipeline.split import FEWEST_CODED, folds
from nlp_pipeline.wording import counted

FEWEST_TESTED = 2
"""Coded test interviews; with fewer, figures on them would say nothing."""

Measured = Literal["test", "folds"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a model is made and measured.

    Attributes:
        measured_on: The test interviews, or every interview left out in turn.
        learn: The ids of the interviews that the final model learns from.
        measure: Those that it is measured on; with folds, the same.
        folds: The parts of ``learn`` that are left out in turn: to set temperatures and thresholds,
            and with folds also to measure.
        notes: Why it is so.
    """

    measured_on: Measured
    learn: tuple[str, ...]
    measure: tuple[str, ...]
    folds: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        """All interviews that play a part."""
        return frozenset((*self.learn, *self.measure))


def make_plan(coded: Collection[str], split: StudySplit, *, most_folds: int, seed: int) -> Plan:
    """Return how to learn from the coded interviews and how to measure.

    From `split.FEWEST_CODED` coded interviews on, the test interviews are never learned from. With
    fewer, every interview is left out in turn, and the final model learns from all.

    Args:
        coded: The ids of the interviews of which somebody has seen a passage.
        split: The split of the study.
        most_folds: The most parts that are left out in turn.
        seed: The seed of the parts.

    Raises:
        InputError: There is one interview only.
    """
    test = tuple(sorted(split.test & {*coded}))
    rest = tuple(sorted({*coded} - {*test}))
    few = len(coded) < FEWEST_CODED
    if few:
        rest = tuple(sorted(coded))
    if len(rest) < 2:
        msg = (
            f"passages of {len(rest)} interview(s) are coded that a model may learn from; it takes "
            "at least two, so that one can be left out to measure on"
        )
        raise InputError(msg)
    parts = folds(rest, most=most_folds, seed=seed)
    if not few and len(test) >= FEWEST_TESTED:
        return Plan(measured_on="test", learn=rest, measure=test, folds=parts)
    return Plan(
        measured_on="folds", learn=rest, measure=rest, folds=parts, notes=(_why(coded, few),)
    )


def _why(coded: Collection[str], few: bool) -> str:
    left_out = "each interview is measured on by a model that has not learned from it"
    if few:
        are = "is" if len(coded) == 1 else "are"
        return (
            f"{counted(len(coded), 'interview')} {are} coded, fewer than {FEWEST_CODED}: "
            f"{left_out}, and the model that is kept learned from all of them, test interviews too"
        )
    return (
        f"fewer than {FEWEST_TESTED} of the test interviews are coded: {left_out}; have passages "
        "of the test interviews coded blind, with nlp-pipeline sample"
    )


def parts_of(plan: Plan, split: StudySplit) -> dict[str, tuple[str, ...]]:
    """Return the interviews of every split for training in full.

    Where one of the splits has no coded interview, those to learn from are divided anew.
    """
    found = {name: tuple(i for i in plan.learn if split.splits[i] == name) for name in SPLITS[:-1]}
    if not all(found.values()):
        found = {
            "train": tuple(i for part in plan.folds[2:] for i in part) or plan.folds[0],
            "validation": plan.folds[-2 if len(plan.folds) < 3 else 0],
            "calibration": plan.folds[-1 if len(plan.folds) < 3 else 1],
        }
    return {**found, TEST: plan.measure}
