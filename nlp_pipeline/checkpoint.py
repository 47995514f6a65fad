"""The state of a training run on disk, so that one that was stopped goes on where it was.

One safetensors file holds every tensor, and in its header a JSON text with the rest: no pickle, and
never half of a state, because the file is written beside its place and renamed.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from nlp_pipeline.errors import ModelError
from nlp_pipeline.store import atomic_write

_HEADER = "training"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Tensors by name, and what is not a tensor as JSON-like values."""

    tensors: dict[str, torch.Tensor]
    facts: dict[str, Any]


def save_checkpoint(path: Path, state: Checkpoint) -> None:
    """Write a checkpoint; an earlier one is replaced only when this one is whole."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.tensors.items()}
    with atomic_write(path) as temporary:
        save_file(tensors, temporary, metadata={_HEADER: json.dumps(state.facts)})


def load_checkpoint(path: Path, *, fingerprint: str) -> Checkpoint | None:
    """Read a checkpoint, or return None if there is none or it is of another training run.

    Args:
        path: The file.
        fingerprint: What ``facts["fingerprint"]`` must be.

    Raises:
        ModelError: The file is damaged.
    """
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {}).get(_HEADER, "{}"))
            if facts.get("fingerprint") != fingerprint:
                return None
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        msg = f"{path}: this checkpoint is damaged; delete it to begin the training anew"
        raise ModelError(msg) from error
    return Checkpoint(tensors=tensors, facts=facts)


def split_names(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """Return the tensors whose name begins with a prefix, without the prefix.

    >>> sorted(split_names({"a.x": torch.zeros(1), "b.x": torch.zeros(1)}, "a."))
    ['x']
    """
    return {name[len(prefix) :]: t for name, t in tensors.items() if name.startswith(prefix)}
