"""How fast each part of a network learns, in which order it sees passages, and how exactly."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from nlp_pipeline.config import TrainSettings
from nlp_pipeline.forward import choose_device
from nlp_pipeline.network import Network

_BF16_FEATURES = ("amx_bf16", "avx512_bf16")
"""Of processors that multiply matrices of bf16 faster than those of fp32."""


def settled(settings: TrainSettings) -> TrainSettings:
    """Return the settings with the precision that ``auto`` stands for on this machine."""
    if settings.precision != "auto":
        return settings
    device = choose_device("auto")
    if device.type == "cuda":
        has_bf16 = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        # Older versions of torch cannot tell; then it stays at fp32, which is never wrong.
        told: Mapping[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
        has_bf16 = any(told.get(name, False) for name in _BF16_FEATURES)
    return settings.model_copy(update={"precision": "bf16" if has_bf16 else "fp32"})


def parameter_groups(network: Network, settings: TrainSettings) -> list[dict[str, Any]]:
    """Group parameters by learning rate: full for the heads, smaller the deeper the layer."""
    encoder = network.encoder
    layers = [encoder.embeddings, *encoder.encoder.layer]
    # What lies under a frozen layer learns nothing either.
    frozen = (
        settings.frozen_layers + 1 if settings.frozen_layers else int(settings.freeze_embeddings)
    )
    heads = [network.heads, *([network.cues] if network.pooling == "cue" else [])]
    groups = [_group(head, settings.head_learning_rate, settings.weight_decay) for head in heads]
    for depth, layer in enumerate(reversed(layers[frozen:])):
        rate = settings.learning_rate * settings.layer_decay**depth
        groups.append(_group(layer, rate, settings.weight_decay))
    for layer in layers[:frozen]:
        layer.requires_grad_(False)
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


def ramp(steps: int, warmup: float) -> Callable[[int], float]:
    """Return the factor of all learning rates by step: it rises to 1 and falls to nothing.

    Args:
        steps: How many there are.
        warmup: The share of them in which it rises.
    """
    rising = max(1, round(steps * warmup))

    def factor(step: int) -> float:
        return min((step + 1) / rising, max(0.0, (steps - step) / max(1, steps - rising)))

    return factor


def averaged(network: Network, decay: float) -> AveragedModel | None:
    """Return a running mean of the weights over the steps, or None for a decay of nought."""
    if not decay:
        return None
    running_mean = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return AveragedModel(network, multi_avg_fn=running_mean)
