"""Heads that start from those of another model, and learn from targets between 0 and 1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import minimize

from nlp_pipeline.artifact import Model
from nlp_pipeline.examples import Examples
from nlp_pipeline.forward import PREDICT_TOKENS, Progress, pool_code_rows
from nlp_pipeline.network import Network

Reals = npt.NDArray[np.float64]

PENALTY = 20.0
"""Of the square of what a head changes, on vectors with a spread of 1."""

_SILENT = -4.0
"""The bias of a code that nobody gave: it is never suggested."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Heads:
    """Linear heads: ``weights`` of shape (codes, hidden size), ``biases`` of shape (codes,).

    ``known`` says which of them come from, or started from, another model.
    """

    weights: Reals
    biases: Reals
    known: npt.NDArray[np.bool_]

    def logits(self, vectors: npt.NDArray[np.floating]) -> Reals:
        """Return logits, shape (passages, codes).

        Args:
            vectors: Shape (passages, codes, hidden size), or (passages, 1, hidden size) where all
                heads see the same.
        """
        found = [
            _seen_by(vectors, row) @ weight + bias
            for row, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True))
        ]
        return np.stack(found, axis=1)


def known_heads(base: Model, codes: Sequence[str]) -> Heads:
    """Return the heads of a model for these codes, found by their ids; nought for the others."""
    width = base.config.encoder.hidden_size
    weights, biases = np.zeros((len(codes), width)), np.full(len(codes), _SILENT)
    place = {code: number for number, code in enumerate(base.config.codes)}
    known = np.array([code in place for code in codes], dtype=np.bool_)
    heads = base.network.linear_heads()
    if heads:
        their = torch.cat([head.weight for head in heads]).detach().cpu().numpy()
        bias = torch.cat([head.bias for head in heads]).detach().cpu().numpy()
        for row in np.flatnonzero(known).tolist():
            weights[row], biases[row] = their[place[codes[row]]], bias[place[codes[row]]]
    return Heads(weights=weights, biases=biases, known=known)


def fit_heads_from(
    start: Heads, vectors: npt.NDArray[np.floating], targets: npt.NDArray[np.floating]
) -> Heads:
    """Fit a logistic regression per code that stays near where it starts.

    The penalty is on what changes (Evgeniou and Pontil 2004), so that with few passages a head is
    that of the other model, and with many its own. A code that no passage carries, or every one,
    stays as it is.

    Args:
        start: Where the heads start.
        vectors: What the heads see, shape (passages, codes, hidden size), or (passages, 1, hidden
            size) where all see the same.
        targets: From 0 to 1, shape (passages, codes).
    """
    offsets = start.logits(vectors)
    weights, biases = start.weights.copy(), start.biases.copy()
    for row in range(len(biases)):
        wanted = targets[:, row].astype(np.float64)
        if not 0 < wanted.sum() < len(wanted):
            continue
        own = _seen_by(vectors, row)
        mean, spread = own.mean(0), own.std(0) + 1e-6
        change, shift = _logistic((own - mean) / spread, wanted, offsets[:, row])
        weights[row] += change / spread
        biases[row] += shift - float((change * mean / spread).sum())
    return Heads(weights=weights, biases=biases, known=start.known)


def put_heads(network: Network, heads: Heads) -> None:
    """Put heads into a network, in the order of its codes."""
    first = 0
    with torch.no_grad():
        for head in network.linear_heads():
            own = slice(first, first + head.out_features)
            head.weight.copy_(torch.from_numpy(heads.weights[own].astype(np.float32)))
            head.bias.copy_(torch.from_numpy(heads.biases[own].astype(np.float32)))
            first += head.out_features


def put_cues(network: Network, base: Model, codes: Sequence[str]) -> None:
    """Let the codes that a base knows look for the same cues; the others weigh all tokens alike."""
    if network.pooling != "cue" or base.config.pooling != "cue":
        return
    place = {code: number for number, code in enumerate(base.config.codes)}
    with torch.no_grad():
        for row, code in enumerate(codes):
            if code in place:
                network.cues.weight[row] = base.network.cues.weight[place[code]]
                network.cues.bias[row] = base.network.cues.bias[place[code]]


def warm_heads(
    network: Network,
    base: Model,
    codes: Sequence[str],
    examples: Examples,
    *,
    progress: Progress | None = None,
) -> None:
    """Fit the heads of a network on its frozen encoder, starting from those of its base.

    Both have to pool in the same way, or the heads of the base do not fit what they see.
    """
    put_cues(network, base, codes)
    pad_id = base.config.encoder.pad_token_id
    vectors = pool_code_rows(
        network, examples.rows, pad_id=pad_id, max_tokens=PREDICT_TOKENS, progress=progress
    )
    put_heads(network, fit_heads_from(known_heads(base, codes), vectors, examples.targets))


def _seen_by(vectors: npt.NDArray[np.floating], row: int) -> Reals:
    return vectors[:, row if vectors.shape[1] > 1 else 0].astype(np.float64)


def _logistic(vectors: Reals, wanted: Reals, offsets: Reals) -> tuple[Reals, float]:
    def loss(inner: Reals) -> tuple[float, Reals]:
        change, shift = inner[:-1], inner[-1]
        logits = offsets + vectors @ change + shift
        error = 0.5 * (1.0 + np.tanh(logits / 2.0)) - wanted
        value = np.logaddexp(0.0, logits).sum() - wanted @ logits
        value += PENALTY / 2 * change @ change
        slope = np.append(vectors.T @ error + PENALTY * change, error.sum())
        return float(value), slope

    start = np.zeros(vectors.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return found[:-1], float(found[-1])
