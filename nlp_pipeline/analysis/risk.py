"""What of each code can be left to the model."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.material import Material
from nlp_pipeline.analysis.records import CurvePoint, RiskCurve
from nlp_pipeline.selective import risk_coverage


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """The share of errors that is allowed, and how sure it is to be that there are no more."""

    error: float = 0.10
    confidence: float = 0.95


def risk_curves(
    material: Material, thresholds: Mapping[str, float], allowed: Allowed, sampling: Sampling
) -> tuple[RiskCurve, ...]:
    """Return the risk-coverage curve and the cut-offs of every code.

    Args:
        material: What is compared.
        thresholds: The score from which each code is suggested.
        allowed: Which errors are allowed.
        sampling: How interviews are resampled.
    """
    return tuple(
        _one_code(material, column, thresholds[code], allowed, sampling)
        for column, code in enumerate(material.codes)
    )


def _one_code(
    material: Material, column: int, threshold: float, allowed: Allowed, sampling: Sampling
) -> RiskCurve:
    found = risk_coverage(
        material.codes[column],
        scores=material.scores[:, column],
        coded=material.coded[:, column],
        interviews=material.interviews,
        suggest_from=threshold,
        error=allowed.error,
        confidence=allowed.confidence,
        resamples=sampling.resamples,
        seed=sampling.seed,
    )
    return RiskCurve(
        code=found.code,
        error=found.error,
        confidence=found.confidence,
        points=tuple(CurvePoint(**asdict(point)) for point in found.points),
        accept_from=found.accept_from,
        accepted_share=found.accepted_share,
        dismiss_below=found.dismiss_below,
        dismissed_share=found.dismissed_share,
        reason=found.reason,
    )
