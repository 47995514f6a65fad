"""What more interviews to learn from would bring."""

import random
from collections.abc import Mapping, Sequence

import numpy as np

from nlp_pipeline.agreement import compare
from nlp_pipeline.artifact import Model
from nlp_pipeline.baselines.data import (
    TRAIN,
    Array,
    Flags,
    LearningPoint,
    Rows,
    Scores,
    Told,
    check_rows,
    column,
)
from nlp_pipeline.baselines.learner import Learner, Method
from nlp_pipeline.baselines.rules import facet_columns
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.corpus import TEST


def learning_curve(
    base: Model,
    rows: Rows,
    codebook: Codebook,
    settings: TrainSettings,
    *,
    sizes: Sequence[int],
    draws: int,
    seed: int,
    method: Method = "head",
    vectors: Mapping[str, Array] | None = None,
    progress: Told | None = None,
) -> tuple[LearningPoint, ...]:
    """Learn from fewer interviews; return the figures on the test split by number of interviews.

    Whole interviews are drawn from the training split, and within a draw a larger set holds the
    smaller ones. The validation and calibration splits, on which thresholds are set, stay whole:
    the curve says what more interviews to learn from would bring, not what a whole smaller study
    would.

    Args:
        base: The encoder to start from; it stays as it is.
        rows: The splits of `SPLITS`, with the column ``transcript_id``.
        codebook: The codes to learn; codes of the rows that are not in it are passed over.
        settings: How to learn; its ``method`` is not used.
        sizes: Numbers of interviews; one beyond what there is becomes all of them.
        draws: How often to draw.
        seed: Of the draws.
        method: ``head`` takes a second per size and draw, ``full`` up to as long as training does.
        vectors: What `frozen_vectors` gave for these rows and this base, to save the work.
        progress: Called with what begins.

    Raises:
        CorpusError: A split is missing or empty, or a passage does not say its interview.
        ValueError: There is no size or draw, or a size below 1.
    """
    if not sizes or min(sizes) < 1 or draws < 1:
        msg = "a learning curve needs sizes and draws of at least 1"
        raise ValueError(msg)
    check_rows(rows)
    interviews = column(rows[TRAIN], "transcript_id", TRAIN)
    orders = [_shuffled(interviews, f"{seed} {draw}") for draw in range(draws)]
    learner = Learner(base, rows, codebook, settings, method, vectors, progress)
    points = []
    for size in sorted({min(size, len(orders[0])) for size in sizes}):
        # All draws of all interviews are the same one.
        drawn = orders[:1] if size == len(orders[0]) else orders
        learner.tell(f"learning from {size} interview(s), {len(drawn)} time(s)")
        chosen = [_where_any(interviews, order[:size]) for order in drawn]
        points.append(_point(learner, chosen, size, method))
    return tuple(points)


def _point(
    learner: Learner, chosen: Sequence[Sequence[int]], size: int, method: Method
) -> LearningPoint:
    found = [
        _facet_means(learner.codebook, *learner.learn({TRAIN: own}), learner.coded[TEST])
        for own in chosen
    ]
    return LearningPoint(
        interviews=size,
        passages=round(float(np.mean([len(own) for own in chosen]))),
        draws=len(chosen),
        method=method,
        macro_f1=_mean_of([f1 for f1, _ in found]),
        mean_kappa=_mean_of([kappa for _, kappa in found]),
    )


def _facet_means(
    codebook: Codebook, scores: Scores, suggested: Flags, coded: Flags
) -> tuple[dict[str, float], dict[str, float]]:
    figures = [
        compare(code, scores=scores[:, i], suggested=suggested[:, i], coded=coded[:, i])
        for i, code in enumerate(codebook.code_ids)
    ]
    macro_f1, mean_kappa = {}, {}
    for facet, columns in zip(codebook.facets, facet_columns(codebook), strict=True):
        occurring = [row for row in figures[columns] if row.coded]
        f1 = [row.f1.value for row in occurring if row.f1.value is not None]
        kappa = [row.kappa.value for row in occurring if row.kappa.value is not None]
        macro_f1.update({facet.id: float(np.mean(f1))} if f1 else {})
        mean_kappa.update({facet.id: float(np.mean(kappa))} if kappa else {})
    return macro_f1, mean_kappa


def _mean_of(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    facets = dict.fromkeys(facet for figures in found for facet in figures)
    return {
        facet: float(np.mean([figures[facet] for figures in found if facet in figures]))
        for facet in facets
    }


def _where_any(values: Sequence[str], wanted: Sequence[str]) -> list[int]:
    chosen = set(wanted)
    return [i for i, found in enumerate(values) if found in chosen]


def _shuffled(interviews: Sequence[str], seed: str) -> list[str]:
    order = sorted(set(interviews))
    random.Random(seed).shuffle(order)
    return order
