"""The optimisation: heads on frozen vectors in seconds, or the whole network."""

import copy
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from nlp_pipeline.agreement import average_precision
from nlp_pipeline.classify import pool_rows, predict_logits
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.encode import pad
from nlp_pipeline.network import Network

Array = npt.NDArray[np.float32]
PREDICT_TOKENS = 4096
"""Tokens in one batch when nothing is learned."""

_INVERSE_PENALTY = 0.05
"""Of the ridge penalty on frozen vectors: few passages, many correlated features."""


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Token ids and targets (0 or 1, shape passages by codes) of one split.

    ``bare`` are the token ids of the same passages without their questions.
    """

    rows: list[list[int]]
    bare: list[list[int]]
    targets: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Epoch:
    """What one pass over the training split gave.

    ``loss`` is the mean training loss, ``validation`` the mean average precision over codes.
    """

    number: int
    of: int
    loss: float
    validation: float
    best: bool


Report = Callable[[Epoch], None]
Progress = Callable[[int, int], None]


def fit_heads(network: Network, examples: Examples, *, pad_id: int) -> None:
    """Fit a logistic regression per code on the frozen encoder and put it into the heads.

    The vectors are standardised for the fit, because those of E5 lie in a narrow cone; the heads
    absorb the standardisation, so that the network needs no further step.
    """
    vectors = pool_rows(network, examples.rows, pad_id=pad_id, max_tokens=PREDICT_TOKENS)
    mean, spread = vectors.mean(0), vectors.std(0) + 1e-6
    standard = (vectors - mean) / spread
    column = 0
    with torch.no_grad():
        for head in network.linear_heads():
            for row in range(head.out_features):
                weight, bias = _logistic(standard, examples.targets[:, column] > 0.5)
                head.weight[row] = torch.from_numpy(weight / spread)
                head.bias[row] = float(bias - (weight * mean / spread).sum())
                column += 1


def fine_tune(
    network: Network,
    training: Examples,
    validation: Examples,
    settings: TrainSettings,
    *,
    pad_id: int,
    report: Report | None = None,
    progress: Progress | None = None,
) -> list[Epoch]:
    """Train the whole network and leave it in the state of its best epoch.

    Args:
        network: Changed in place.
        training: What it learns from.
        validation: What decides which epoch is best and when to stop.
        settings: Learning rates, epochs and the rest.
        pad_id: The id of the padding token.
        report: Called after each epoch.
        progress: Called after each batch with the passages done and in all, over all epochs.
    """
    weights = _positive_weights(training.targets, settings.positive_weight)
    optimizer = torch.optim.AdamW(parameter_groups(network, settings))
    steps = settings.epochs * math.ceil(len(training.rows) / settings.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _ramp(steps, settings.warmup))
    shuffle = random.Random(settings.seed)
    best: dict[str, Any] = {}
    epochs: list[Epoch] = []
    for number in range(1, settings.epochs + 1):
        network.train()
        losses = []
        # Real passages come with and without a question; the network learns to do without.
        rows = [
            bare if shuffle.random() < settings.context_dropout else row
            for row, bare in zip(training.rows, training.bare, strict=True)
        ]
        for batch in shuffled_batches(rows, settings.batch_size, shuffle):
            ids, mask = pad([rows[i] for i in batch], pad_id=pad_id)
            targets = torch.from_numpy(training.targets[batch])
            loss = _step(network, optimizer, ids, mask, targets, weights)
            schedule.step()
            losses.append(loss)
            if progress is not None:
                done = (number - 1) * len(training.rows) + len(losses) * settings.batch_size
                progress(done, settings.epochs * len(training.rows))
        network.eval()
        value = mean_average_precision(network, validation, pad_id=pad_id)
        better = value > max((epoch.validation for epoch in epochs), default=-1.0)
        epochs.append(
            Epoch(
                number=number,
                of=settings.epochs,
                loss=float(np.mean(losses)),
                validation=value,
                best=better,
            )
        )
        if better:
            best = copy.deepcopy(network.state_dict())
        if report is not None:
            report(epochs[-1])
        if number - max(epoch.number for epoch in epochs if epoch.best) >= settings.patience:
            break
    network.load_state_dict(best)
    return epochs


def mean_average_precision(network: Network, examples: Examples, *, pad_id: int) -> float:
    """Return the mean of average precision over the codes that some passage carries."""
    logits = predict_logits(
        network,
        examples.rows,
        pad_id=pad_id,
        max_tokens=PREDICT_TOKENS,
        width=examples.targets.shape[1],
    ).astype(np.float64)
    figures = [
        average_precision(logits[:, i], examples.targets[:, i] > 0.5).value
        for i in range(logits.shape[1])
    ]
    return float(np.mean([value for value in figures if value is not None] or [0.0]))


def parameter_groups(network: Network, settings: TrainSettings) -> list[dict[str, Any]]:
    """Group parameters by learning rate: full for the heads, smaller the deeper the layer."""
    encoder = network.encoder
    layers = [encoder.embeddings, *encoder.encoder.layer]
    groups = [_group(network.heads, settings.head_learning_rate, settings.weight_decay)]
    for depth, layer in enumerate(reversed(layers)):
        rate = settings.learning_rate * settings.layer_decay**depth
        groups.append(_group(layer, rate, settings.weight_decay))
    if settings.freeze_embeddings:
        encoder.embeddings.requires_grad_(False)
        groups.pop()
    return groups


def shuffled_batches(
    rows: Sequence[Sequence[int]], size: int, shuffle: random.Random
) -> Iterator[list[int]]:
    """Cut shuffled indices into batches of rows of like length.

    Rows are shuffled, sorted by length within pools of 16 batches, and the batches shuffled again:
    little padding, yet no fixed order.
    """
    indices = list(range(len(rows)))
    shuffle.shuffle(indices)
    found = []
    for start in range(0, len(indices), 16 * size):
        pool = sorted(indices[start : start + 16 * size], key=lambda i: len(rows[i]))
        found += [pool[i : i + size] for i in range(0, len(pool), size)]
    shuffle.shuffle(found)
    yield from found


def _group(module: nn.Module, rate: float, decay: float) -> dict[str, Any]:
    return {"params": list(module.parameters()), "lr": rate, "weight_decay": decay}


def _step(
    network: Network,
    optimizer: torch.optim.Optimizer,
    ids: torch.Tensor,
    mask: torch.Tensor,
    targets: torch.Tensor,
    weights: torch.Tensor,
) -> float:
    device = next(network.parameters()).device
    logits = network(ids.to(device), mask.to(device))
    loss = binary_cross_entropy_with_logits(
        logits, targets.to(device), pos_weight=weights.to(device)
    )
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return float(loss.detach())


def _logistic(vectors: Array, coded: npt.NDArray[np.bool_]) -> tuple[Array, float]:
    if not 0 < coded.sum() < len(coded):
        return np.zeros(vectors.shape[1], dtype=np.float32), 4.0 if coded.any() else -4.0
    fitted = LogisticRegression(C=_INVERSE_PENALTY, max_iter=2000).fit(vectors, coded)
    return fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])


def _positive_weights(targets: Array, power: float) -> torch.Tensor:
    """Return ``(negatives / positives) ** power`` per code: 0 is no weighting, 1 full balance."""
    positives = targets.sum(0).clip(min=1.0)
    return torch.from_numpy((((len(targets) - positives) / positives) ** power).astype(np.float32))


def _ramp(steps: int, warmup: float) -> Callable[[int], float]:
    rising = max(1, round(steps * warmup))

    def factor(step: int) -> float:
        return min((step + 1) / rising, max(0.0, (steps - step) / max(1, steps - rising)))

    return factor
