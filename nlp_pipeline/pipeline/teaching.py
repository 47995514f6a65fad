"""Learning from the codings of a study, by heads or in full. Importing this loads torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from datasets import Dataset

from nlp_pipeline.agreement import Flags
from nlp_pipeline.artifact import Decision, Model, ModelConfig, build_network, head_shapes
from nlp_pipeline.cache import Cache
from nlp_pipeline.calibrate import calibrate
from nlp_pipeline.classify import to_scores
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.encode import token_ids
from nlp_pipeline.forward import PREDICT_TOKENS, pool_code_rows, predict_logits
from nlp_pipeline.learn import Epoch
from nlp_pipeline.network import Network
from nlp_pipeline.pipeline.lessons import Lessons
from nlp_pipeline.pipeline.plan import Plan, parts_of
from nlp_pipeline.pipeline.reporting import Progress, of_training
from nlp_pipeline.pipeline.splitting import StudySplit
from nlp_pipeline.resample import Counts, Reals
from nlp_pipeline.suggest import facet_weights, suggested_by
from nlp_pipeline.train import Trained, train
from nlp_pipeline.warm import Heads, fit_heads_from, known_heads, put_cues, put_heads

MOST_FOLDS = {"head": 10, "full": 4}
"""Into how many parts interviews are divided: to fit heads takes a second, all of it minutes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Taught:
    """A network that has learned, with what its folder needs to say.

    ``scores`` and ``suggested`` are of every interview that was learned from, by a model that had
    not learned from it, shape (passages, codes); None where none was left out.
    """

    config: ModelConfig
    network: Network
    epochs: tuple[Epoch, ...] = ()
    scores: Reals | None = None
    suggested: Flags | None = None


@dataclass(frozen=True, kw_only=True)
class Teaching:
    """All that teaching goes by.

    ``load`` loads the model to start from, anew each time; ``beside`` is the path of the folder
    that the model will have, beside which the state of training is kept. ``cache`` has the vectors
    of passages that were read before.
    """

    lessons: Lessons
    plan: Plan
    split: StudySplit
    settings: TrainSettings
    name: str
    load: Callable[[], Model]
    beside: Path
    steps: Progress
    cache: Cache
    report: Callable[[Epoch], None] | None = None


def teach(job: Teaching) -> Taught:
    """Learn by the method of the settings. Raises `ModelError` if the base is damaged."""
    if job.settings.method == "head":
        return _heads(job)
    return _folds_in_full(job) if job.plan.measured_on == "folds" else _in_full(job)


def fitted_settings(settings: TrainSettings, base: Model) -> TrainSettings:
    """Return settings by which inputs look as they did to the base, so that its heads fit."""
    same = {
        "max_tokens": base.config.max_tokens,
        "context_tokens": base.config.context_tokens,
        "joined": 0.0,
        "prefix": base.config.prefix,
    }
    if base.config.heads:
        same["pooling"] = base.config.pooling
    return settings.model_copy(update=same)


def _heads(job: Teaching) -> Taught:
    lessons, base = job.lessons, job.load()
    config = _config(job, base)
    network = build_network(config)
    network.encoder = base.network.encoder
    put_cues(network, base, lessons.codes)
    vectors = _vectors(network, base, job)
    start = known_heads(base, lessons.codes)
    learn = lessons.places(job.plan.learn)
    logits = np.full(lessons.targets.shape, np.nan)
    for part in job.plan.folds:
        own = lessons.places(part)
        others = np.setdiff1d(learn, own)
        heads = fit_heads_from(start, vectors[others], lessons.targets[others])
        logits[own] = heads.logits(vectors[own])
    final = fit_heads_from(start, vectors[learn], lessons.targets[learn])
    kept = _kept_decisions(base, start, lessons)
    config = _decided(config, logits[learn], lessons.coded[learn], kept)
    put_heads(network, final)
    return _taught(job, config, network, logits, kept)


def _vectors(
    network: Network, base: Model, job: Teaching
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    rows = job.lessons.rows
    ids = token_ids(base.tokenizer, rows["text"], rows["context"], base.config.input_format)
    pad_id = base.config.encoder.pad_token_id
    with job.steps.stage("Reading coded passages", len(ids)) as advance:
        return pool_code_rows(
            network.eval(),
            ids,
            pad_id=pad_id,
            max_tokens=PREDICT_TOKENS,
            progress=advance,
            cache=job.cache,
        )


def _config(job: Teaching, base: Model) -> ModelConfig:
    return ModelConfig(
        name=job.name,
        encoder=base.config.encoder,
        prefix=base.config.prefix,
        max_tokens=base.config.max_tokens,
        context_tokens=base.config.context_tokens,
        pooling=base.config.pooling,
        heads=head_shapes(job.lessons.codebook),
    )


def _kept_decisions(base: Model, start: Heads, lessons: Lessons) -> list[Decision]:
    """Return the decisions for codes that cannot be calibrated: those of the base, if it knows."""
    known = dict(zip(lessons.codes, start.known.tolist(), strict=True))
    return [
        base.config.decisions.get(code, Decision()) if known[code] else Decision()
        for code in lessons.codes
    ]


def _decided(
    config: ModelConfig, logits: Reals, coded: Flags, kept: Sequence[Decision]
) -> ModelConfig:
    """Return the configuration with what was set on these logits of interviews left out."""
    found = calibrate(logits.astype(np.float32), coded.astype(np.float32))
    occurs = _occurs(coded)
    return config.model_copy(
        update={
            "decisions": {
                code: new if yes else old
                for code, new, old, yes in zip(config.codes, found, kept, occurs, strict=True)
            },
            "together": facet_weights(coded, config.heads),
            "calibrated": True,
        }
    )


def _occurs(coded: Flags) -> list[bool]:
    """Tell for every code whether some passages carry it and others do not."""
    return [0 < int(count) < len(coded) for count in coded.sum(0)]


def _taught(
    job: Teaching,
    config: ModelConfig,
    network: Network,
    logits: Reals,
    kept: Sequence[Decision],
    epochs: tuple[Epoch, ...] = (),
) -> Taught:
    """Return what was learned, with the scores of the interviews that were left out in turn.

    These are turned into scores by decisions that were set without the interviews in question.
    """
    lessons = job.lessons
    learn = lessons.places(job.plan.learn)
    scores, suggested = np.zeros(logits.shape), np.zeros(logits.shape, dtype=np.bool_)
    for part in job.plan.folds:
        own = lessons.places(part)
        others: Counts = np.setdiff1d(learn, own)
        without = _decided(config, logits[others], lessons.coded[others], kept)
        scores[own] = to_scores(logits[own], list(without.decisions.values()))
        suggested[own] = suggested_by(without, scores[own])
    return Taught(config=config, network=network, epochs=epochs, scores=scores, suggested=suggested)


def _in_full(job: Teaching) -> Taught:
    trained = _trained(job, parts_of(job.plan, job.split), "training", job.settings)
    start = known_heads(job.load(), job.lessons.codes)
    # A code that nobody gave in the interviews that set thresholds keeps what the base had.
    kept = _kept_decisions(job.load(), start, job.lessons)
    parts = parts_of(job.plan, job.split)
    tuned = job.lessons.coded[job.lessons.places((*parts["validation"], *parts["calibration"]))]
    decisions = {
        code: trained.config.decisions[code] if yes else old
        for code, old, yes in zip(job.lessons.codes, kept, _occurs(tuned), strict=True)
    }
    config = trained.config.model_copy(update={"decisions": decisions})
    return Taught(config=config, network=trained.network, epochs=trained.epochs)


def _folds_in_full(job: Teaching) -> Taught:
    folds, lessons = job.plan.folds, job.lessons
    logits = np.full(lessons.targets.shape, np.nan)
    best = []
    for number, part in enumerate(folds):
        aside = folds[(number + 1) % len(folds)]
        others = tuple(i for i in job.plan.learn if i not in (*part, *aside)) or aside
        parts = {"train": others, "validation": aside, "calibration": aside, "test": part}
        trained = _trained(job, parts, f"fold-{number + 1}", job.settings)
        best += [epoch.number for epoch in trained.epochs if epoch.best][-1:]
        own = lessons.places(part)
        logits[own] = _logits(job, trained, own)
    # The last one learns from all, for as long as was best without the interviews left out.
    settings = job.settings.model_copy(update={"epochs": max(1, round(float(np.mean(best))))})
    everything = dict.fromkeys(("train", "validation", "calibration", "test"), job.plan.learn)
    trained = _trained(job, everything, "training", settings)
    base = job.load()
    kept = _kept_decisions(base, known_heads(base, lessons.codes), lessons)
    learn = lessons.places(job.plan.learn)
    config = _decided(trained.config, logits[learn], lessons.coded[learn], kept)
    return _taught(job, config, trained.network, logits, kept, trained.epochs)


def _trained(
    job: Teaching, parts: dict[str, tuple[str, ...]], what: str, settings: TrainSettings
) -> Trained:
    data = {
        split: Dataset.from_dict(dict(job.lessons.take(job.lessons.places(own)).rows))
        for split, own in parts.items()
    }
    total = settings.epochs * len(data["train"])
    with job.steps.stage(f"Training ({what})", total) as advance:
        return train(
            job.load(),
            data,
            job.lessons.codebook,
            settings,
            name=job.name,
            warm=True,
            checkpoint=job.beside.with_name(f".{job.name}.{what}"),
            report=job.report,
            progress=of_training(advance),
        )


def _logits(job: Teaching, trained: Trained, places: Counts) -> Reals:
    base, rows = job.load(), job.lessons.take(places).rows
    form = trained.config.input_format
    ids = token_ids(base.tokenizer, rows["text"], rows["context"], form)
    found = predict_logits(
        trained.network,
        ids,
        pad_id=trained.config.encoder.pad_token_id,
        max_tokens=PREDICT_TOKENS,
    )
    return found.astype(np.float64)
