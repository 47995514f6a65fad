"""Token rows through a network, batch by batch: logits and vectors, in the order of the rows."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import torch

from nlp_pipeline.cache import Cache
from nlp_pipeline.encode import batches, pad
from nlp_pipeline.errors import ModelError
from nlp_pipeline.network import Network

Array = npt.NDArray[np.float32]
Rows = Sequence[Sequence[int]]
Progress = Callable[[int], None]

PREDICT_TOKENS = 4096
"""Tokens in one batch when nothing is learned."""

_POOLING = 1
"""To be raised when `network` makes other vectors of the same weights, for caches."""

_SOURCE_DIGITS = 16


def choose_device(wanted: str) -> torch.device:
    """Return the device for ``auto``, ``cpu`` or ``cuda``.

    Raises:
        ModelError: ``cuda`` was asked for and there is no such GPU.
    """
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        msg = 'no CUDA device was found; set "device: auto" or "device: cpu"'
        raise ModelError(msg)
    return torch.device("cuda" if available and wanted != "cpu" else "cpu")


def predict_logits(
    network: Network,
    rows: Rows,
    *,
    pad_id: int,
    max_tokens: int,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Array:
    """Return the logits of token rows, shape (rows, codes), in their order.

    With a cache, the vectors that the heads see are looked up there first and kept.
    """
    if cache is None:
        shape = (network.width,)
        return _over_batches(network, network, rows, pad_id, max_tokens, shape, progress)
    vectors = pool_code_rows(
        network, rows, pad_id=pad_id, max_tokens=max_tokens, progress=progress, cache=cache
    )
    heads = network.linear_heads()
    weights = np.concatenate([head.weight.detach().cpu().numpy() for head in heads])
    biases = np.concatenate([head.bias.detach().cpu().numpy() for head in heads])
    logits: Array = (vectors * weights).sum(-1) + biases
    return logits


def pool_rows(
    network: Network,
    rows: Rows,
    *,
    pad_id: int,
    max_tokens: int,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Array:
    """Return mean-pooled vectors of token rows, shape (rows, hidden size), in their order."""
    alike = torch.zeros(1, 0)
    return _pooled(network, alike, rows, pad_id, max_tokens, progress, cache)[:, 0]


def pool_code_rows(
    network: Network,
    rows: Rows,
    *,
    pad_id: int,
    max_tokens: int,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Array:
    """Return what the heads see of token rows: shape (rows, codes, hidden size), in their order.

    Where all heads see the same vector it is there once: (rows, 1, hidden size).
    """
    cues, of_code = network.distinct_cues()
    vectors = _pooled(network, cues, rows, pad_id, max_tokens, progress, cache)
    return vectors if len(cues) == 1 else vectors[:, of_code.cpu().numpy()]


def _pooled(
    network: Network,
    cues: torch.Tensor,
    rows: Rows,
    pad_id: int,
    max_tokens: int,
    progress: Progress | None,
    cache: Cache | None,
) -> Array:
    shape = (len(cues), network.encoder.config.hidden_size)
    pool = partial(network.pool_cues, cues=cues)

    def compute(some: Rows, told: Progress | None) -> Array:
        return _over_batches(network, pool, some, pad_id, max_tokens, shape, told)

    if cache is None:
        return compute(rows, progress)
    return cache.vectors(_source(network, cues), rows, shape, compute, progress=progress)


def _source(network: Network, cues: torch.Tensor) -> str:
    """Return the hash of all that decides which vectors a token row gets."""
    told = hashlib.sha256(f"{_POOLING} {network.pooling} {network.end_token}".encode())
    deciding = [*network.encoder.state_dict().values(), *([cues] if cues.any() else [])]
    for tensor in deciding:
        told.update(tensor.detach().cpu().contiguous().numpy().data)
    return told.hexdigest()[:_SOURCE_DIGITS]


def _over_batches(
    network: Network,
    function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    rows: Rows,
    pad_id: int,
    max_tokens: int,
    shape: tuple[int, ...],
    progress: Progress | None,
) -> Array:
    result = np.zeros((len(rows), *shape), dtype=np.float32)
    device = next(network.parameters()).device
    with torch.inference_mode():
        for batch in batches(rows, max_tokens=max_tokens):
            ids, mask = pad([rows[i] for i in batch], pad_id=pad_id)
            result[batch] = function(ids.to(device), mask.to(device)).float().cpu().numpy()
            if progress is not None:
                progress(len(batch))
    return result
