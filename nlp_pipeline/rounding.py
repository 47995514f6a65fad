"""Weights in 8 bits: rows of int8 with one fp16 scale each, and rounding a network to them."""

from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import nn

_SCALE = ".scale"
_MOST = 127

N = TypeVar("N", bound=nn.Module)


def narrow(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Store every matrix as int8 rows with an fp16 scale per row; the rest stays fp32.

    A weight moves by at most half a step, and a step is 1/127 of the largest weight of its row.
    Rows whose largest weight is under 0.008 fare worse, because fp16 has few digits left there.

    >>> t = narrow({"w": torch.tensor([[1.0, -0.5], [0.0, 0.0]]), "b": torch.zeros(2)})
    >>> sorted(t), t["w"].tolist()
    (['b', 'w', 'w.scale'], [[127, -64], [0, 0]])
    """
    stored: dict[str, torch.Tensor] = {}
    for name, tensor in state.items():
        tensor = tensor.detach().cpu().float()
        if tensor.ndim != 2:
            stored[name] = tensor.contiguous()
            continue
        steps, scale = _in_steps(tensor)
        stored[name] = steps.round().clamp(-_MOST, _MOST).to(torch.int8)
        stored[name + _SCALE] = scale
    return stored


def widen(stored: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Undo `narrow`: return every tensor in fp32."""
    return {
        name: tensor.float() * stored[name + _SCALE].float()
        if tensor.dtype == torch.int8
        else tensor
        for name, tensor in stored.items()
        if not name.endswith(_SCALE)
    }


def as_kept(network: N) -> N:
    """Round the weights of a network, in place, to what a folder keeps of them.

    What is measured after that, thresholds and figures, is so of the model that people load.
    Rounded weights stay as they are when they are kept, but for rows without a weight over 0.001.

    An encoder that was loaded lies on the steps of its rows, and a short training moves most of
    its weights by less than half a step: the nearest step is where they came from, and what was
    learned would be lost. So what rounding takes from a weight is carried to the next one of its
    row (error diffusion after Floyd and Steinberg, 1976, along one line).
    """
    state = network.state_dict()
    network.load_state_dict(
        {name: _diffused(value) if value.ndim == 2 else value for name, value in state.items()}
    )
    return network


def _diffused(matrix: torch.Tensor) -> torch.Tensor:
    """Round to steps; sums from the start of a row move by about a step at most."""
    steps, scale = _in_steps(matrix.detach().cpu().float())
    nearest = steps.round().clamp(-_MOST, _MOST)
    kept, carried = nearest.T.contiguous(), torch.zeros_like(nearest[:, 0])
    for column, wanted in enumerate(steps.T):
        # The largest weight of a row stays at its end of the scale, or the scale would change.
        inner = kept[column].abs() < _MOST
        kept[column] = torch.where(
            inner, (wanted + carried).round().clamp(-_MOST, _MOST), kept[column]
        )
        carried = wanted + carried - kept[column]
    return (kept.T * scale.float()).contiguous()


def _in_steps(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a matrix in steps of its rows, and the fp16 size of a step, of shape (rows, 1)."""
    scale = (matrix.abs().amax(1, keepdim=True) / _MOST).half()
    # A row too small for fp16 would be divided by zero; such a row is stored as zeros.
    return matrix / scale.float().masked_fill(scale == 0, 1.0), scale
