"""A new model of a study beside what there was: the same passages, none of them learned from.

Importing this loads torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp_pipeline.agreement import Flags
from nlp_pipeline.analysis.comparison import Compared, Entry, compare_models
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.material import Material
from nlp_pipeline.artifact import Model, load_model
from nlp_pipeline.cache import Cache
from nlp_pipeline.classify import Classifier, Embedder
from nlp_pipeline.config import ClassifySettings
from nlp_pipeline.pipeline.heritage import Heritage
from nlp_pipeline.pipeline.lessons import Lessons
from nlp_pipeline.pipeline.reporting import Progress
from nlp_pipeline.resample import Reals
from nlp_pipeline.suggest import suggested_by
from nlp_pipeline.untrained import Untrained, suggest

UNTRAINED_NAME = "definitions"
"""The name of the comparison with definitions and examples in tables."""


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The comparison, the new model first, and whether the new one is to be the default."""

    material: Material
    compared: tuple[Compared, ...]
    is_better: bool
    reason: str
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """What is compared: ``lessons`` are the passages measured, the model's scores beside them.

    ``heritage`` knows what the study's present model has learned from; ``cache`` has the vectors of
    passages that were read before.
    """

    name: str
    lessons: Lessons
    scores: Reals
    suggested: Flags
    heritage: Heritage
    measured: frozenset[str]
    study: Path
    settings: ClassifySettings
    sampling: Sampling
    steps: Progress
    cache: Cache


def weigh(job: Weighing) -> Weighed:
    """Compare a new model with what runs would otherwise take, and say which is better.

    Raises:
        ModelError: A model that it is compared with is missing or damaged.
    """
    material = material_of(job.lessons, job.scores, job.suggested)
    own = Entry(
        name=job.name,
        note="the new model",
        knows=job.lessons.codes,
        scores=job.scores,
        suggested=job.suggested,
    )
    notes = _aided(job)
    others = list(_others(job, notes))
    with job.steps.stage("Resampling interviews", None):
        compared = compare_models(material, [own, *others], job.sampling)
    better, reason = _verdict(compared)
    return Weighed(
        material=material,
        compared=compared,
        is_better=better,
        reason=reason,
        notes=tuple(notes),
    )


def _aided(job: Weighing) -> list[str]:
    aided = int(job.lessons.aided.sum())
    if not aided:
        return []
    return [
        f"{aided} of the {len(job.lessons.passages)} passages measured were only coded with "
        "suggestions in view, which flatters the model that made these"
    ]


def material_of(lessons: Lessons, scores: Reals, suggested: Flags) -> Material:
    """Return what a model says of passages beside what people said."""
    return Material(
        facets={facet.id: tuple(c.id for c in facet.codes) for facet in lessons.codebook.facets},
        scores=scores,
        suggested=suggested,
        coded=lessons.coded,
        people=lessons.people,
        read_twice=lessons.read_twice,
        interviews=lessons.interviews,
    )


def classified(
    model: Model, lessons: Lessons, settings: ClassifySettings, cache: Cache
) -> tuple[Reals, Flags]:
    """Return scores and suggestions of a model, nought for codes that it does not know."""
    rows = lessons.rows
    found = Classifier(model, settings, cache=cache).scores(rows["text"], rows["context"])
    flags = suggested_by(model.config, found)
    scores = np.zeros(lessons.targets.shape)
    suggested = np.zeros(scores.shape, dtype=np.bool_)
    for column, code in enumerate(lessons.codes):
        if code in model.config.codes:
            known = model.config.codes.index(code)
            scores[:, column], suggested[:, column] = found[:, known], flags[:, known]
    return scores, suggested


def _others(job: Weighing, notes: list[str]) -> Iterator[Entry]:
    heritage = job.heritage
    with job.steps.stage("Comparing with other models", None):
        outside = load_model(heritage.outside, folder=job.study)
        if heritage.is_own:
            if heritage.has_learned_from(job.measured):
                notes.append(
                    f"{heritage.model} is not compared with: it has learned from interviews on "
                    "which the new model is measured"
                )
            else:
                present = load_model(heritage.model, folder=job.study)
                yield from _known(job, present, "the study's present model")
        if outside.config.heads:
            yield from _known(job, outside, "made before this study")
        yield _untrained(job, outside)


def _known(job: Weighing, model: Model, note: str) -> Iterator[Entry]:
    knows = tuple(code for code in job.lessons.codes if code in model.config.codes)
    if knows:
        scores, suggested = classified(model, job.lessons, job.settings, job.cache)
        yield Entry(
            name=model.config.name, note=note, knows=knows, scores=scores, suggested=suggested
        )


def _untrained(job: Weighing, outside: Model) -> Entry:
    lessons = job.lessons
    comparison = Untrained(Embedder(outside, job.settings, cache=job.cache), lessons.codebook)
    likeness = comparison.likeness(
        lessons.rows["text"], [passage.language for passage in lessons.passages]
    )
    cut_off = comparison.comparison.cut_off
    return Entry(
        name=UNTRAINED_NAME,
        note="likeness to the definitions and examples, untrained",
        knows=lessons.codes,
        scores=likeness,
        suggested=suggest(likeness, lessons.codebook, cut_off=cut_off),
    )


def _verdict(compared: tuple[Compared, ...]) -> tuple[bool, str]:
    """Tell whether the new model has a higher mean F1 than all that a run could take instead.

    A model that knows a part of the codes is not among these: a run then compares definitions.
    """
    new = compared[0].mean_f1.value
    all_codes = compared[0].knows
    rivals = [
        row for row in compared[1:] if row.knows == all_codes and row.mean_f1.value is not None
    ]
    if new is None:
        return False, f"the new model could not be measured ({compared[0].mean_f1.reason})"
    best = max(rivals, key=lambda row: row.mean_f1.value or 0.0, default=None)
    if best is None or best.mean_f1.value is None:
        return True, f"mean F1 {new:.2f}, and there is nothing to compare with"
    better = new > best.mean_f1.value
    how = "better than" if better else "not better than"
    reason = f"mean F1 {new:.2f}, {how} {best.name} ({best.mean_f1.value:.2f})"
    low, high = best.ahead.low, best.ahead.high
    if low is not None and high is not None and low <= 0 <= high:
        reason += ", a difference that may be chance"
    return better, reason
