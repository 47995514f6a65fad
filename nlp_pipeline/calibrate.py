"""From logits to scores that can be read as probabilities, and to a threshold per code."""

import numpy as np
import numpy.typing as npt

from nlp_pipeline.artifact import Decision
from nlp_pipeline.classify import to_scores

_TEMPERATURES = np.geomspace(0.25, 8.0, 161)
_THRESHOLDS = np.round(np.arange(0.15, 0.71, 0.01), 2)
_NEIGHBOURS = 5


def calibrate(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.float32]) -> list[Decision]:
    """Fit a temperature and choose a threshold for every code.

    The temperature minimises the log loss (Guo et al. 2017, one per code). The threshold is that of
    the highest F1, averaged over its neighbours so that one lucky passage does not decide. A code
    that no passage carries, or every one, keeps the defaults.

    Args:
        logits: Shape (passages, codes).
        targets: 0 or 1, same shape.
    """
    return [
        _one_code(logits[:, i].astype(np.float64), targets[:, i] > 0.5)
        for i in range(logits.shape[1])
    ]


def _one_code(logits: npt.NDArray[np.float64], coded: npt.NDArray[np.bool_]) -> Decision:
    if not 0 < coded.sum() < len(coded):
        return Decision()
    losses = [np.mean(np.logaddexp(0.0, logits / t) - coded * logits / t) for t in _TEMPERATURES]
    temperature = round(float(_TEMPERATURES[int(np.argmin(losses))]), 4)
    scores = to_scores(logits[:, None], [Decision(temperature=temperature)])[:, 0]
    f1 = np.array([_f1(scores >= threshold, coded) for threshold in _THRESHOLDS])
    window = 2 * _NEIGHBOURS + 1
    smooth = np.convolve(np.pad(f1, _NEIGHBOURS, mode="edge"), np.ones(window) / window, "valid")
    return Decision(temperature=temperature, threshold=float(_THRESHOLDS[int(np.argmax(smooth))]))


def _f1(suggested: npt.NDArray[np.bool_], coded: npt.NDArray[np.bool_]) -> float:
    total = int(suggested.sum() + coded.sum())
    return 2 * int((suggested & coded).sum()) / total if total else 0.0
