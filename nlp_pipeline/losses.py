"""What training makes small: the loss per code, and the pull between passages of like codes."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    log_softmax,
    logsigmoid,
    normalize,
)

from nlp_pipeline.config import TrainSettings

Array = npt.NDArray[np.float32]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

_NEGATIVE_FOCUS = 2.0
_POSITIVE_FOCUS = {"focal": 2.0, "asymmetric": 0.0}
_CLOSENESS = 0.1
"""Temperature of the contrastive term (Khosla et al. 2020)."""


def loss_of(settings: TrainSettings, targets: Array) -> Loss:
    """Return the loss of logits against targets, both of shape (passages, codes).

    ``bce`` is binary cross-entropy; ``focal`` (Lin et al. 2017) counts what the network already
    has right for less, and ``asymmetric`` (Ridnik et al. 2021) does so for negatives only.

    Args:
        settings: Which loss, and how far codes are balanced.
        targets: The targets of the training split; rare codes weigh more by it.
    """
    weights = _positive_weights(targets, settings.positive_weight)

    def plain(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        balance = weights.to(logits.device)
        return binary_cross_entropy_with_logits(logits, wanted, pos_weight=balance)

    def focused(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        score = torch.sigmoid(logits)
        hit = (1 - score) ** _POSITIVE_FOCUS[settings.loss] * logsigmoid(logits)
        miss = score**_NEGATIVE_FOCUS * logsigmoid(-logits)
        return -(wanted * hit * weights.to(logits.device) + (1 - wanted) * miss).mean()

    return plain if settings.loss == "bce" else focused


def contrast(vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the supervised contrastive loss of a batch of passages.

    Two passages attract each other by the share of codes that they have in common (Jaccard), after
    Khosla et al. (2020) for one label and Zhang et al. (2022) for several.

    Args:
        vectors: Pooled states, shape (passages, hidden size).
        targets: Codes between 0 and 1, shape (passages, codes).
    """
    unit = normalize(vectors, dim=-1)
    likeness = unit @ unit.T / _CLOSENESS
    itself = torch.eye(len(unit), dtype=torch.bool, device=unit.device)
    attraction = _jaccard(targets).masked_fill(itself, 0.0)
    total = attraction.sum(1)
    logs = log_softmax(likeness.masked_fill(itself, -1e4), dim=-1)
    per_passage = -(attraction * logs).sum(1) / total.clamp(min=1e-6)
    partnered = total > 0
    return per_passage[partnered].mean() if partnered.any() else vectors.sum() * 0.0


def _jaccard(targets: torch.Tensor) -> torch.Tensor:
    coded = (targets > 0.5).float()
    both = coded @ coded.T
    either = coded.sum(1)[:, None] + coded.sum(1)[None, :] - both
    return both / either.clamp(min=1.0)


def _positive_weights(targets: Array, power: float) -> torch.Tensor:
    """Return ``(negatives / positives) ** power`` per code: 0 is no weighting, 1 full balance."""
    positives = targets.sum(0).clip(min=1.0)
    return torch.from_numpy((((len(targets) - positives) / positives) ** power).astype(np.float32))
