"""Heads on a frozen encoder: a logistic regression per code."""

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression

from nlp_pipeline.cache import Cache
from nlp_pipeline.forward import PREDICT_TOKENS, Array, Progress, Rows, pool_code_rows
from nlp_pipeline.network import Network

_INVERSE_PENALTY = 0.05
"""Of the ridge penalty on frozen vectors: few passages, many correlated features."""


def fit_heads(
    network: Network,
    rows: Rows,
    targets: Array,
    *,
    pad_id: int,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> None:
    """Fit a logistic regression per code on the frozen encoder and put it into the heads.

    Args:
        network: Its heads are changed.
        rows: Token ids of the passages.
        targets: From 0 to 1, shape (passages, codes); a code is there from over 0.5 on.
        pad_id: The id of the padding token.
        progress: Called after every batch with how many passages were read.
        cache: Where vectors are looked up first, and kept.
    """
    vectors = pool_code_rows(
        network, rows, pad_id=pad_id, max_tokens=PREDICT_TOKENS, progress=progress, cache=cache
    )[:, 0]
    weights, biases = fit_linear(vectors, targets > 0.5)
    column = 0
    with torch.no_grad():
        for head in network.linear_heads():
            own = slice(column, column + head.out_features)
            head.weight.copy_(torch.from_numpy(weights[own]))
            head.bias.copy_(torch.from_numpy(biases[own]))
            column += head.out_features


def fit_linear(vectors: Array, coded: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
    """Fit a logistic regression per code.

    The vectors are standardised for the fit, because those of E5 lie in a narrow cone; the weights
    absorb the standardisation, so that they are used on vectors as they are.

    Args:
        vectors: Shape (passages, hidden size).
        coded: Shape (passages, codes).

    Returns:
        Weights, shape (codes, hidden size), and biases, shape (codes,).
    """
    mean, spread = vectors.mean(0), vectors.std(0) + 1e-6
    standard = (vectors - mean) / spread
    fitted = [_logistic(standard, coded[:, i]) for i in range(coded.shape[1])]
    weights = np.array([weight / spread for weight, _ in fitted], dtype=np.float32)
    biases = [bias - (weight * mean / spread).sum() for weight, bias in fitted]
    return weights, np.array(biases, dtype=np.float32)


def _logistic(vectors: Array, coded: npt.NDArray[np.bool_]) -> tuple[Array, float]:
    if not 0 < coded.sum() < len(coded):
        return np.zeros(vectors.shape[1], dtype=np.float32), 4.0 if coded.any() else -4.0
    fitted = LogisticRegression(C=_INVERSE_PENALTY, max_iter=2000).fit(vectors, coded)
    return fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])
