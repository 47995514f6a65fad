"""`train` for a study: from its codings to a model of its own. Importing this loads torch."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_pipeline.agreement import Flags
from nlp_pipeline.analysis.comparison import Compared, Entry, compare_models
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.records import Estimate
from nlp_pipeline.artifact import Model, load_model, save_model
from nlp_pipeline.cache import FOLDER, Cache
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.errors import InputError
from nlp_pipeline.learn import Epoch
from nlp_pipeline.pipeline.defaulting import set_default
from nlp_pipeline.pipeline.lessons import Lessons
from nlp_pipeline.pipeline.modelnames import MODELS, codebook_yaml
from nlp_pipeline.pipeline.portrait import Made, portray, provenance_of
from nlp_pipeline.pipeline.preparing import AdaptOptions, Prepared, prepare
from nlp_pipeline.pipeline.reporting import Progress, Silent
from nlp_pipeline.pipeline.reviewing import now
from nlp_pipeline.pipeline.rounds import CodeResult, Round, add_round
from nlp_pipeline.pipeline.study import STUDY_FILE
from nlp_pipeline.pipeline.teaching import Taught, Teaching, teach
from nlp_pipeline.pipeline.weighing import Weighed, Weighing, classified, material_of, weigh
from nlp_pipeline.resample import Reals
from nlp_pipeline.store import lock_folder, move_file, remove_folder

LITTLE = 10
"""A code on fewer passages has too little data to learn or to measure it."""

_WORK = ".work"


@dataclass(frozen=True, kw_only=True)
class AdaptSummary:
    """What training gave: the model, the comparison, and what became of the study's default.

    ``little`` are the codes with too little data, with the passages that carry them.
    """

    folder: Path
    round: Round
    compared: tuple[Compared, ...]
    little: dict[str, int]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            "folder": str(self.folder),
            "round": self.round.model_dump(mode="json"),
            "compared": [row.to_json() for row in self.compared],
            "too_little_data": self.little,
            "notes": list(self.notes),
        }


def train_study(
    study: Path,
    *,
    options: AdaptOptions,
    settings: TrainSettings,
    sampling: Sampling,
    progress: Progress | None = None,
    report: Callable[[Epoch], None] | None = None,
) -> AdaptSummary:
    """Learn from the codings of a study, compare, and make the better model the default.

    What is there stays as it is until the new model is complete; training that was stopped starts
    again, and training in full goes on where it was.

    Args:
        study: The study folder.
        options: What to make.
        settings: How to learn.
        sampling: How intervals are made.
        progress: Where to show how far it is.
        report: Called after every epoch of training in full.

    Raises:
        InputError: There is nothing to learn from, or the name is taken.
        ModelError: A model is missing or damaged, or has learned from what it would be tried on.
        StoreError: The disk refuses.
    """
    folder = study.parent if study.name == STUDY_FILE else study
    if not (folder / STUDY_FILE).is_file():
        msg = f"{folder}: there is no {STUDY_FILE} in it; give a study folder"
        raise InputError(msg)
    steps = progress or Silent()
    with lock_folder(folder / MODELS):
        given = prepare(folder, options, settings)
        path, model_id, weighed, left_out = _make(given, sampling, steps, report)
        is_default = weighed.is_better and not options.keep_default
        found = _round(given, model_id, weighed, left_out, is_default=is_default)
        if is_default:
            set_default(folder, given.name)
        add_round(folder, found)
    counts = given.lessons.coded.sum(0).tolist()
    return AdaptSummary(
        folder=path,
        round=found,
        compared=weighed.compared,
        little={c: n for c, n in zip(given.lessons.codes, counts, strict=True) if n < LITTLE},
        notes=(*given.notes, *weighed.notes),
    )


def _make(
    given: Prepared, sampling: Sampling, steps: Progress, report: Callable[[Epoch], None] | None
) -> tuple[Path, str, Weighed, Estimate | None]:
    """Learn, save aside, measure, write the card, and only then put the model in its place."""
    models = given.folder / MODELS
    work = models / _WORK
    remove_folder(work)
    cache = Cache(models / FOLDER)
    taught = teach(_teaching(given, models / given.name, steps, cache, report))
    made = _made(given, taught)
    save_model(
        work / given.name,
        config=taught.config,
        network=taught.network,
        tokenizer_json=given.load_base().tokenizer.to_str(),
        codebook_yaml=codebook_yaml(given.lessons.codebook),
        provenance=provenance_of(made),
        card=f"# {given.name}\n",
    )
    model = load_model(work / given.name)
    measured = given.lessons.take(given.lessons.places(given.plan.measure))
    scores, suggested = _scores(given, model, taught, measured, steps, cache)
    weighed = weigh(_weighing(given, measured, scores, suggested, sampling, steps, cache))
    cache.tidy()
    portray(work / given.name, made, model, weighed.material, measured, sampling)
    move_file(work / given.name, models / given.name)
    remove_folder(work)
    return models / given.name, model.id, weighed, _left_out(given, taught, sampling)


def _teaching(
    given: Prepared,
    path: Path,
    steps: Progress,
    cache: Cache,
    report: Callable[[Epoch], None] | None,
) -> Teaching:
    return Teaching(
        lessons=given.lessons,
        plan=given.plan,
        split=given.split,
        settings=given.settings,
        name=given.name,
        load=given.load_base,
        beside=path,
        steps=steps,
        cache=cache,
        report=report,
    )


def _made(given: Prepared, taught: Taught) -> Made:
    return Made(
        taught=taught,
        lessons=given.lessons,
        plan=given.plan,
        split=given.split,
        settings=given.settings,
        base=given.base_id,
        study=given.title,
        extra=given.base.after(given.plan.learn),
    )


def _scores(
    given: Prepared,
    model: Model,
    taught: Taught,
    measured: Lessons,
    steps: Progress,
    cache: Cache,
) -> tuple[Reals, Flags]:
    """Return scores by models that have not learned from the passages."""
    folds = given.plan.measured_on == "folds"
    if folds and taught.scores is not None and taught.suggested is not None:
        places = given.lessons.places(given.plan.measure)
        return taught.scores[places], taught.suggested[places]
    with steps.stage("Measuring", None):
        return classified(model, measured, given.study.settings.classify, cache)


def _left_out(given: Prepared, taught: Taught, sampling: Sampling) -> Estimate | None:
    """Return the mean F1 on the interviews learned from, each scored without having been."""
    if given.plan.measured_on == "folds" or taught.scores is None or taught.suggested is None:
        return None
    places = given.lessons.places(given.plan.learn)
    lessons = given.lessons.take(places)
    scores, suggested = taught.scores[places], taught.suggested[places]
    entry = Entry(name=given.name, note="", knows=lessons.codes, scores=scores, suggested=suggested)
    return compare_models(material_of(lessons, scores, suggested), [entry], sampling)[0].mean_f1


def _weighing(
    given: Prepared,
    measured: Lessons,
    scores: Reals,
    suggested: Flags,
    sampling: Sampling,
    steps: Progress,
    cache: Cache,
) -> Weighing:
    return Weighing(
        name=given.name,
        lessons=measured,
        scores=scores,
        suggested=suggested,
        heritage=given.present,
        measured=frozenset(given.plan.measure),
        study=given.folder,
        settings=given.study.settings.classify,
        sampling=sampling,
        steps=steps,
        cache=cache,
    )


def _round(
    given: Prepared,
    model_id: str,
    weighed: Weighed,
    left_out: Estimate | None,
    *,
    is_default: bool,
) -> Round:
    learned = given.lessons.take(given.lessons.places(given.plan.learn))
    own = weighed.compared[0]
    return Round(
        trained_at=now(),
        model=given.name,
        model_id=model_id,
        base=given.base_id,
        method=given.settings.method,
        passages=len(learned.passages),
        coded=int(learned.coded.any(1).sum()),
        interviews=len(given.plan.learn),
        measured_on=given.plan.measured_on,
        measured_passages=len(weighed.material.interviews),
        measured_interviews=len({*weighed.material.interviews}),
        mean_f1=own.mean_f1,
        codes=tuple(
            CodeResult(**{name: getattr(row, name) for name in CodeResult.model_fields})
            for row in own.codes
        ),
        mean_f1_left_out=left_out,
        others={row.name: row.mean_f1 for row in weighed.compared[1:]},
        is_default=is_default,
        reason=weighed.reason,
        seed=given.settings.seed,
    )
