"""The records that baselines give, and the rows of a corpus as they need them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp_pipeline.artifact import HeadShape
from nlp_pipeline.calibrate import calibrate
from nlp_pipeline.classify import to_scores
from nlp_pipeline.corpus import SPLITS, TEST
from nlp_pipeline.errors import CorpusError
from nlp_pipeline.suggest import facet_weights, suggested

Array = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
Told = Callable[[str], None]
"""Called with what begins now, in a few words."""

TRAIN, TUNING = SPLITS[0], SPLITS[1:-1]
"""What is learned from, and what thresholds are chosen on."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A baseline on the test passages.

    Attributes:
        name: One word.
        note: What it does, in a sentence.
        codes: The codes, in the order of the columns.
        scores: Shape (passages, codes), in the order of the test rows; the higher the likelier,
            but a probability only where the note says so.
        suggested: Same shape.
    """

    name: str
    note: str
    codes: tuple[str, ...]
    scores: Scores
    suggested: Flags


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Learned from the interviews in one language, measured on the test passages in another.

    Attributes:
        learned_from: A language.
        measured_on: A language, which may be the same.
        method: ``head`` or ``full``.
        positions: Which of the test rows are measured, ascending.
        codes: The codes, in the order of the columns.
        scores: Shape (positions, codes).
        suggested: Same shape.
    """

    learned_from: str
    measured_on: str
    method: str
    positions: npt.NDArray[np.int64]
    codes: tuple[str, ...]
    scores: Scores
    suggested: Flags


@dataclass(frozen=True, kw_only=True)
class LearningPoint:
    """Learned from so many interviews; figures are means over draws of interviews.

    Attributes:
        interviews: Interviews of the training split that were learned from.
        passages: Passages in them, the mean over draws.
        draws: How often interviews were drawn; 1 where all there are were taken.
        method: ``head`` or ``full``.
        macro_f1: Per facet, the mean F1 of the codes that occur in the test split; a facet of which
            no code occurs is left out.
        mean_kappa: The same for Cohen's kappa.
    """

    interviews: int
    passages: int
    draws: int
    method: str
    macro_f1: dict[str, float]
    mean_kappa: dict[str, float]


def check_rows(rows: Rows) -> None:
    """Check that every split has passages.

    Raises:
        CorpusError: One has not.
    """
    empty = [split for split in SPLITS if not rows.get(split)]
    if empty:
        msg = f"the corpus has no passages in the split(s) {', '.join(empty)}"
        raise CorpusError(msg)


def column(rows: Sequence[Row], name: str, split: str) -> list[str]:
    """Return a column that rows need not have in general, but need here.

    Raises:
        CorpusError: A row lacks it.
    """
    values = [row.get(name) for row in rows]
    for number, value in enumerate(values, 1):
        if not isinstance(value, str) or not value:
            msg = f'split "{split}", row {number}: "{name}" is missing; this comparison needs it'
            raise CorpusError(msg)
    return [str(value) for value in values]


def coded_flags(rows: Sequence[Row], codes: Sequence[str]) -> Flags:
    """Return which codes passages carry, shape (rows, codes); other codes are passed over."""
    flags = np.zeros((len(rows), len(codes)), dtype=np.bool_)
    for index, row in enumerate(rows):
        flags[index] = [code in row["codes"] for code in codes]
    return flags


def all_flags(rows: Rows, codes: Sequence[str]) -> dict[str, Flags]:
    """Return `coded_flags` of every split."""
    return {split: coded_flags(rows[split], codes) for split in SPLITS}


def decide(
    logits: Mapping[str, npt.NDArray[np.floating[Any]]],
    coded: Mapping[str, Flags],
    facets: Sequence[HeadShape],
) -> tuple[Scores, Flags]:
    """Turn logits into scores and suggestions on the test split, as training does for a model.

    Temperatures, thresholds and how facets hang together are set on the validation and calibration
    splits.

    Args:
        logits: Of the validation, calibration and test splits, shape (passages, codes).
        coded: The codes of the same passages; those of the test split are not looked at.
        facets: The facets that the codes are of.
    """
    tuning = np.concatenate([coded[split] for split in TUNING])
    decisions = calibrate(
        np.concatenate([logits[split] for split in TUNING]).astype(np.float32),
        tuning.astype(np.float32),
    )
    scores = to_scores(logits[TEST], decisions)
    return scores, suggested(scores, decisions, facets, facet_weights(tuning, facets))
