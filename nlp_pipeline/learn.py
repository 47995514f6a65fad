"""The optimisation of the whole network, and how it goes on after a stop."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from nlp_pipeline.agreement import average_precision
from nlp_pipeline.checkpoint import Checkpoint, load_checkpoint, save_checkpoint, split_names
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.encode import pad
from nlp_pipeline.examples import Examples
from nlp_pipeline.forward import PREDICT_TOKENS, predict_logits
from nlp_pipeline.ids import sha256_bytes, sha256_json
from nlp_pipeline.losses import contrast, loss_of
from nlp_pipeline.network import Network
from nlp_pipeline.pace import averaged, parameter_groups, ramp, settled, shuffled_batches

Array = npt.NDArray[np.float32]
_SHOWN_BATCHES = 50
"""Over so many batches is the loss that is shown while training."""


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
Progress = Callable[[int, int, str], None]
"""Told passages done, passages in all, and in words how it stands, such as ``"loss 0.31"``."""


def fine_tune(
    network: Network,
    training: Examples,
    validation: Examples,
    settings: TrainSettings,
    *,
    pad_id: int,
    checkpoint: Path | None = None,
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
        checkpoint: Where to keep the state, so that training that was stopped goes on there and
            ends with the same weights; deleted at the end.
        report: Called after each epoch.
        progress: Called after each batch with the passages done and in all, over all epochs, and
            the loss in words.

    Raises:
        ModelError: The checkpoint is damaged.
    """
    run = _Run(network, training, validation, settings, pad_id)
    _pursue(run, checkpoint=checkpoint, report=report, progress=progress)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    return run.epochs


def pull_together(
    network: Network,
    training: Examples,
    settings: TrainSettings,
    *,
    pad_id: int,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> None:
    """Train the encoder so that passages of like codes lie near each other; the heads stay.

    The first of the two steps of SetFit (Tunstall et al. 2022), for `settings.contrast_epochs`
    passes, with the contrastive loss of `losses.contrast`, which takes several codes per passage.
    Batches are twice as large, as every pair in a batch counts.

    Args:
        network: Changed in place.
        training: What it learns from.
        settings: Learning rates and the rest.
        pad_id: The id of the padding token.
        checkpoint: Where to keep the state; it stays there, so that training that was stopped later
            need not do this again.
        progress: As in `fine_tune`, with the passages of these epochs.

    Raises:
        ModelError: The checkpoint is damaged.
    """
    only = settings.model_copy(
        update={
            "epochs": settings.contrast_epochs,
            "patience": settings.contrast_epochs,
            "batch_size": 2 * settings.batch_size,
            "average": 0.0,
        }
    )
    _pursue(_Run(network, training, None, only, pad_id), checkpoint=checkpoint, progress=progress)


def _pursue(
    run: "_Run",
    *,
    checkpoint: Path | None,
    report: Report | None = None,
    progress: Progress | None = None,
) -> None:
    """Go on to the end of a run and leave its network in the state of its best epoch."""
    settings, rows = run.settings, run.training.rows
    if checkpoint is not None:
        run.resume(checkpoint)
    while not run.finished:
        for done in run.batches_of_epoch():
            if progress is not None:
                loss = float(np.mean(run.losses[-_SHOWN_BATCHES:]))
                progress(done, settings.epochs * len(rows), f"loss {loss:.3f}")
            if checkpoint is not None and run.batch % settings.checkpoint_batches == 0:
                run.keep(checkpoint)
        epoch = run.end_epoch()
        if checkpoint is not None:
            run.keep(checkpoint)
        if report is not None:
            report(epoch)
    run.network.load_state_dict(run.best)


class _Run:
    """A training run between two batches: all that decides how it goes on.

    Without a validation split it learns contrast only, and the last epoch is the best.

    The order of an epoch's batches comes from the state of the shuffle at its start, so a run that
    is resumed in the middle of an epoch sees the rest of the same batches.
    """

    def __init__(
        self,
        network: Network,
        training: Examples,
        validation: Examples | None,
        settings: TrainSettings,
        pad_id: int,
    ) -> None:
        self.network, self.training, self.validation = network, training, validation
        settings = settled(settings)
        self.settings, self.pad_id = settings, pad_id
        self.optimizer = torch.optim.AdamW(parameter_groups(network, settings))
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.steps = settings.epochs * math.ceil(len(training.rows) / settings.batch_size)
        self.ramp = ramp(self.steps, settings.warmup)
        self.loss = loss_of(settings, training.targets)
        self.averaged = averaged(network, settings.average)
        self.shuffle = random.Random(settings.seed)
        self.epoch_state = self.shuffle.getstate()
        self.batch = 0
        self.step = 0
        self.losses: list[float] = []
        self.epochs: list[Epoch] = []
        self.best: dict[str, torch.Tensor] = {}

    @property
    def finished(self) -> bool:
        if not self.epochs:
            return False
        best = max(epoch.number for epoch in self.epochs if epoch.best)
        number = len(self.epochs)
        return number >= self.settings.epochs or number - best >= self.settings.patience

    def batches_of_epoch(self) -> Iterator[int]:
        """Learn from the batches of this epoch that are left; yield the passages done in all."""
        self.network.train()
        self.shuffle.setstate(self.epoch_state)
        # Real passages come with and without a question; the network learns to do without.
        rows = [
            bare if self.shuffle.random() < self.settings.context_dropout else row
            for row, bare in zip(self.training.rows, self.training.bare, strict=True)
        ]
        batches = list(shuffled_batches(rows, self.settings.batch_size, self.shuffle))
        for batch in batches[self.batch :]:
            self._learn([rows[i] for i in batch], self.training.targets[batch])
            self.batch += 1
            done = len(self.epochs) * len(rows) + self.batch * self.settings.batch_size
            yield min(done, (len(self.epochs) + 1) * len(rows))

    def end_epoch(self) -> Epoch:
        """Measure the network on the validation split and keep it if it is the best so far."""
        judged = self.network if self.averaged is None else cast("Network", self.averaged.module)
        judged.eval()
        value = float(len(self.epochs))
        if self.validation is not None:
            value = mean_average_precision(judged, self.validation, pad_id=self.pad_id)
        better = value > max((epoch.validation for epoch in self.epochs), default=-1.0)
        if better:
            self.best = {name: t.detach().clone() for name, t in judged.state_dict().items()}
        self.epochs.append(
            Epoch(
                number=len(self.epochs) + 1,
                of=self.settings.epochs,
                loss=float(np.mean(self.losses)),
                validation=value,
                best=better,
            )
        )
        self.epoch_state, self.batch, self.losses = self.shuffle.getstate(), 0, []
        return self.epochs[-1]

    def keep(self, path: Path) -> None:
        """Write the state to disk."""
        tensors = {f"network.{name}": t for name, t in self.network.state_dict().items()}
        tensors |= {f"best.{name}": t for name, t in self.best.items()}
        if self.averaged is not None:
            tensors |= {f"averaged.{name}": t for name, t in self.averaged.state_dict().items()}
        for number, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{name}": t for name, t in moments.items()}
        tensors["random"] = torch.get_rng_state()
        version, inner, gauss = self.epoch_state
        facts = {
            "fingerprint": self._fingerprint(),
            "shuffle": [version, list(inner), gauss],
            "batch": self.batch,
            "step": self.step,
            "losses": self.losses,
            "epochs": [asdict(epoch) for epoch in self.epochs],
        }
        save_checkpoint(path, Checkpoint(tensors=tensors, facts=facts))

    def resume(self, path: Path) -> None:
        """Go on from the state on disk, if there is one of the same data and settings."""
        found = load_checkpoint(path, fingerprint=self._fingerprint())
        if found is None:
            return
        self.network.load_state_dict(split_names(found.tensors, "network."))
        self.best = split_names(found.tensors, "best.")
        if self.averaged is not None:
            self.averaged.load_state_dict(split_names(found.tensors, "averaged."))
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in split_names(found.tensors, "optimizer.").items():
            number, _, moment = name.partition(".")
            state.setdefault(int(number), {})[moment] = tensor
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        torch.set_rng_state(found.tensors["random"])
        version, inner, gauss = found.facts["shuffle"]
        self.epoch_state = (version, tuple(inner), gauss)
        self.batch, self.step = found.facts["batch"], found.facts["step"]
        self.losses = found.facts["losses"]
        self.epochs = [Epoch(**epoch) for epoch in found.facts["epochs"]]

    def _learn(self, rows: list[list[int]], targets: Array) -> None:
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * self.ramp(self.step)
        device = next(self.network.parameters()).device
        ids, mask = pad(rows, pad_id=self.pad_id)
        wanted = torch.from_numpy(targets).to(device)
        halved = self.settings.precision == "bf16"
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=halved):
            found = self.network.both(ids.to(device), mask.to(device))
        # Sums over codes and pairs of passages need all digits.
        logits, vectors = (part.float() for part in found)
        loss = self.loss(logits, wanted)
        if self.validation is None:
            loss = contrast(vectors, wanted)
        elif self.settings.contrast:
            loss = loss + self.settings.contrast * contrast(vectors, wanted)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.averaged is not None:
            self.averaged.update_parameters(self.network)
        self.step += 1
        self.losses.append(float(loss.detach()))

    def _fingerprint(self) -> str:
        told = {
            "settings": self.settings.model_dump(mode="json"),
            "rows": self.training.rows,
            "bare": self.training.bare,
            "targets": sha256_bytes(self.training.targets.tobytes()),
            "validation": None if self.validation is None else self.validation.rows,
            "codes": [head.out_features for head in self.network.linear_heads()],
        }
        return sha256_json(told)


def mean_average_precision(network: Network, examples: Examples, *, pad_id: int) -> float:
    """Return the mean of average precision over the codes that some passage carries."""
    logits = predict_logits(
        network,
        examples.rows,
        pad_id=pad_id,
        max_tokens=PREDICT_TOKENS,
    ).astype(np.float64)
    figures = [
        average_precision(logits[:, i], examples.targets[:, i] > 0.5).value
        for i in range(logits.shape[1])
    ]
    return float(np.mean([value for value in figures if value is not None] or [0.0]))
