"""What of each code can be left to the model."""

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


def risk_curves(material: Material, allowed: Allowed, sampling: Sampling) -> tuple[RiskCurve, ...]:
    """Return the risk-coverage curve and the cut-offs of every code.

    Args:
        material: What is compared.
        allowed: Which errors are allowed.
        sampling: How interviews are resampled.
    """
    return tuple(
        _one_code(material, column, allowed, sampling) for column in range(len(material.codes))
    )


def _one_code(material: Material, column: int, allowed: Allowed, sampling: Sampling) -> RiskCurve:
    found = risk_coverage(
        material.codes[column],
        scores=material.scores[:, column],
        coded=material.coded[:, column],
        interviews=material.interviews,
        suggested=material.suggested[:, column],
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
