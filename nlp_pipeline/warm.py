"""Heads that start from those of another model, and learn from targets between 0 and 1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import minimize

from nlp_pipeline.artifact import Model
from nlp_pipeline.classify import pool_rows
from nlp_pipeline.learn import PREDICT_TOKENS, Examples
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
        """Return logits, shape (passages, codes)."""
        found: Reals = vectors.astype(np.float64) @ self.weights.T + self.biases
        return found


def known_heads(base: Model, codes: Sequence[str]) -> Heads:
    """Return the heads of a model for these codes, found by their ids; nought for the others.

    A model that weighs the tokens of a passage per code has no heads that fit the pooled vector.
    """
    width = base.config.encoder.hidden_size
    weights, biases = np.zeros((len(codes), width)), np.full(len(codes), _SILENT)
    place = {code: number for number, code in enumerate(base.config.codes)}
    known = np.array([code in place and base.config.pooling != "cue" for code in codes])
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
        vectors: Shape (passages, hidden size).
        targets: From 0 to 1, shape (passages, codes).
    """
    vectors = vectors.astype(np.float64)
    spread = vectors.std(0) + 1e-6
    mean = vectors.mean(0)
    standard = (vectors - mean) / spread
    offsets = start.logits(vectors)
    weights, biases = start.weights.copy(), start.biases.copy()
    for row in range(len(biases)):
        wanted = targets[:, row].astype(np.float64)
        if not 0 < wanted.sum() < len(wanted):
            continue
        change, shift = _logistic(standard, wanted, offsets[:, row])
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


def warm_heads(network: Network, base: Model, codes: Sequence[str], examples: Examples) -> None:
    """Fit the heads of a network on its frozen encoder, starting from those of its base."""
    pad_id = base.config.encoder.pad_token_id
    vectors = pool_rows(network, examples.rows, pad_id=pad_id, max_tokens=PREDICT_TOKENS)
    put_heads(network, fit_heads_from(known_heads(base, codes), vectors, examples.targets))


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
