"""Coded passages to a model: learning, calibration, and what was measured.

The interviews are split before anything is learned. The network learns on the training split and
stops by the validation split; temperatures, thresholds and how facets
hang together are set on the calibration and validation splits; the test split is only measured.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from datasets import Dataset

from nlp_pipeline.agreement import CodeFigures, compare
from nlp_pipeline.artifact import Model, ModelConfig, build_network, head_shapes
from nlp_pipeline.augment import with_joined
from nlp_pipeline.cache import Cache
from nlp_pipeline.calibrate import calibrate
from nlp_pipeline.classify import to_scores
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.examples import Examples, examples_of, softened
from nlp_pipeline.forward import PREDICT_TOKENS, choose_device, pool_code_rows, predict_logits
from nlp_pipeline.heads import fit_heads
from nlp_pipeline.learn import Epoch, Progress, Report, fine_tune, pull_together
from nlp_pipeline.network import Network
from nlp_pipeline.rounding import as_kept
from nlp_pipeline.suggest import facet_weights, suggested_by
from nlp_pipeline.warm import warm_heads


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A trained network with what its model folder needs to say about it.

    ``figures`` holds, for every split but the training one, the figures of each code.
    """

    config: ModelConfig
    network: Network
    epochs: tuple[Epoch, ...]
    figures: Mapping[str, tuple[CodeFigures, ...]]


def train(
    base: Model,
    corpus: Mapping[str, Dataset],
    codebook: Codebook,
    settings: TrainSettings,
    *,
    name: str,
    teachers: Sequence[Model] = (),
    warm: bool = False,
    cache: Cache | None = None,
    checkpoint: Path | None = None,
    report: Report | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Train a model for a codebook, starting from the encoder of another.

    Args:
        base: Where the encoder comes from; it is changed by training, so load it anew afterwards.
        corpus: The splits of `SPLITS`, each with the columns ``text``, ``context`` and ``codes``;
            ``codes_a`` and ``codes_b``, if there, are what single coders said of a passage, and
            ``coders`` is a list of what any number of them said;
            passages are joined (``settings.joined``) by ``language``.
        codebook: The codes to learn.
        settings: How to learn.
        name: The name of the new model.
        teachers: Models for the same codes; their scores are mixed into the targets of training.
        warm: Whether heads start from those of the base, for codes that it knows.
        cache: For heads alone: where vectors of passages are looked up first, and kept.
        checkpoint: Where the state is kept, so that a run that was stopped goes on.
        report: Called after every epoch.
        progress: Called after every batch with the passages done and in all, over all epochs, and
            how it stands in words; for heads alone, with the passages read and those of all splits.

    Raises:
        CorpusError: A split is missing or empty, or a code is not in the codebook.
    """
    _seed(settings.seed)
    config = _config(base, codebook, settings, name)
    corpus = dict(corpus)
    if settings.joined and "train" in corpus:
        corpus["train"] = with_joined(corpus["train"], settings.joined, seed=settings.seed)
    splits = {split: examples_of(base, config, corpus, split) for split in SPLITS}
    network = build_network(config)
    network.encoder = base.network.encoder
    network.dropout.p = settings.dropout
    network.to(choose_device("auto"))
    pad_id = config.encoder.pad_token_id
    epochs: list[Epoch] = []
    learned = softened(splits["train"], corpus["train"], settings, config, teachers)
    splits["train"] = learned
    before = _before(checkpoint)
    # Heads that start from those of the base fit its encoder as it is.
    first = 0 if warm or settings.method != "full" else settings.contrast_epochs
    if first:
        pull_together(
            network,
            splits["train"],
            settings,
            pad_id=pad_id,
            checkpoint=before,
            progress=_part(progress, 0, first, settings.epochs),
        )
    cache = (cache or Cache()) if settings.method == "head" else None
    if cache is not None:
        _read_all(as_kept(network), splits, cache, pad_id=pad_id, progress=progress)
    reading = _reading(progress, settings, first=first, passages=len(learned.rows))
    if warm:
        warm_heads(network, base, config.codes, learned, progress=reading)
    else:
        fit_heads(
            network, learned.rows, learned.targets, pad_id=pad_id, progress=reading, cache=cache
        )
    if settings.method == "full":
        epochs = fine_tune(
            network,
            splits["train"],
            splits["validation"],
            settings,
            pad_id=pad_id,
            checkpoint=checkpoint,
            report=report,
            progress=_part(progress, first, settings.epochs, 0),
        )
    if before is not None:
        before.unlink(missing_ok=True)
    return _measured(as_kept(network.eval()), splits, config, epochs, cache)


def _read_all(
    network: Network,
    splits: Mapping[str, Examples],
    cache: Cache,
    *,
    pad_id: int,
    progress: Progress | None,
) -> None:
    """Put the vectors of all passages into a cache, where heads find them."""
    rows = [row for split in splits.values() for row in split.rows]
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, len(rows), "")

    pool_code_rows(
        network, rows, pad_id=pad_id, max_tokens=PREDICT_TOKENS, progress=told, cache=cache
    )


def _before(checkpoint: Path | None) -> Path | None:
    return None if checkpoint is None else checkpoint.with_name(checkpoint.name + ".contrast")


def _part(progress: Progress | None, before: int, own: int, after: int) -> Progress | None:
    """Return what tells the progress of some epochs as a part of all."""
    if progress is None:
        return None

    def told(done: int, of: int, note: str) -> None:
        passages = of // own
        progress(before * passages + done, (before + own + after) * passages, note)

    return told


def _reading(
    progress: Progress | None, settings: TrainSettings, *, first: int, passages: int
) -> Callable[[int], None] | None:
    """Return what tells how far passages are read for the first heads, before the epochs."""
    if progress is None or settings.method != "full":
        return None
    read = 0

    def told(more: int) -> None:
        nonlocal read
        read += more
        note = f"first reading {read:,} of {passages:,}"
        progress(first * passages, (first + settings.epochs) * passages, note)

    return told


def _measured(
    network: Network,
    splits: Mapping[str, Examples],
    config: ModelConfig,
    epochs: list[Epoch],
    cache: Cache | None,
) -> Trained:
    held_out = SPLITS[1:]
    logits = {split: _logits(network, splits[split], config, cache) for split in held_out}
    tuning = ("validation", "calibration")
    decisions = calibrate(
        np.concatenate([logits[split] for split in tuning]),
        np.concatenate([splits[split].targets for split in tuning]),
    )
    coded_for_tuning = np.concatenate([splits[split].targets > 0.5 for split in tuning])
    config = config.model_copy(
        update={
            "decisions": dict(zip(config.codes, decisions, strict=True)),
            "together": facet_weights(coded_for_tuning, config.heads),
            "calibrated": True,
        }
    )
    figures = {}
    for split in held_out:
        scores, coded = to_scores(logits[split], decisions), splits[split].targets > 0.5
        suggested = suggested_by(config, scores)
        figures[split] = tuple(
            compare(
                code,
                scores=scores[:, i],
                suggested=suggested[:, i],
                coded=coded[:, i],
            )
            for i, code in enumerate(config.codes)
        )
    return Trained(
        config=config,
        network=network,
        epochs=tuple(epochs),
        figures=figures,
    )


def _logits(
    network: Network, split: Examples, config: ModelConfig, cache: Cache | None
) -> npt.NDArray[np.float32]:
    return predict_logits(
        network,
        split.rows,
        pad_id=config.encoder.pad_token_id,
        max_tokens=PREDICT_TOKENS,
        cache=cache,
    )


def _config(base: Model, codebook: Codebook, settings: TrainSettings, name: str) -> ModelConfig:
    return ModelConfig(
        name=name,
        encoder=base.config.encoder,
        prefix=base.config.prefix if settings.prefix is None else settings.prefix,
        max_tokens=settings.max_tokens,
        context_tokens=settings.context_tokens,
        pooling=settings.pooling,
        heads=head_shapes(codebook),
    )


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
