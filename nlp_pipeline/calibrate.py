"""From logits to scores that can be read as probabilities, and to a threshold per code."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from nlp_pipeline.artifact import Decision
from nlp_pipeline.classify import to_scores

_COOLEST, _HOTTEST = 0.25, 8.0
_THRESHOLDS = np.round(np.arange(0.15, 0.71, 0.01), 2)
_NEIGHBOURS = 5
_FARTHEST = 5.0
"""The greatest offset; a code that never occurred in training would otherwise have none."""


def calibrate(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.float32]) -> list[Decision]:
    """Fit a temperature and an offset and choose a threshold for every code.

    Temperature and offset minimise the log loss (Platt 1999): the first takes back what training
    overstates (Guo et al. 2017), the second that it made rare codes weigh more. The threshold is
    that of the highest F1, averaged over its neighbours so that one lucky passage does not decide.
    A code that no passage carries, or every one, keeps the defaults.

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
    temperature, offset = _platt(logits, coded)
    fitted = Decision(temperature=temperature, offset=offset)
    scores = to_scores(logits[:, None], [fitted])[:, 0]
    f1 = np.array([_f1(scores >= threshold, coded) for threshold in _THRESHOLDS])
    window = 2 * _NEIGHBOURS + 1
    smooth = np.convolve(np.pad(f1, _NEIGHBOURS, mode="edge"), np.ones(window) / window, "valid")
    threshold = float(_THRESHOLDS[int(np.argmax(smooth))])
    return fitted.model_copy(update={"threshold": threshold})


def _platt(logits: npt.NDArray[np.float64], coded: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return the temperature and the offset of the least log loss, within bounds."""

    def log_loss(inner: npt.NDArray[np.float64]) -> float:
        scaled = logits / np.exp(inner[0]) + inner[1]
        return float(np.mean(np.logaddexp(0.0, scaled) - coded * scaled))

    bounds = [(np.log(_COOLEST), np.log(_HOTTEST)), (-_FARTHEST, _FARTHEST)]
    found = minimize(log_loss, np.zeros(2), method="L-BFGS-B", bounds=bounds)
    return round(float(np.exp(found.x[0])), 4), round(float(found.x[1]), 4)


def _f1(suggested: npt.NDArray[np.bool_], coded: npt.NDArray[np.bool_]) -> float:
    total = int(suggested.sum() + coded.sum())
    return 2 * int((suggested & coded).sum()) / total if total else 0.0
