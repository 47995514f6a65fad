"""Figures as they are recorded: with bounds, a band, or the reason why there are none."""

from collections.abc import Callable, Mapping

from nlp_pipeline.agreement import Band, krippendorff_band, landis_koch
from nlp_pipeline.analysis.agreement_records import Estimate
from nlp_pipeline.intervals import Measured

BANDS: Mapping[str, Callable[[float], Band]] = {
    "cohen_kappa": landis_koch,
    "fleiss_kappa": landis_koch,
    "mean_cohen_kappa": landis_koch,
    "krippendorff_alpha": krippendorff_band,
    "alpha_masi": krippendorff_band,
    "character_alpha": krippendorff_band,
}
"""What names a figure; the words of these authors are meant for no other."""


def estimate(name: str, measured: Measured) -> Estimate:
    """Return a figure of a name as it is recorded."""
    value, interval = measured.figure.value, measured.interval
    if value is None:
        return Estimate(value=None, reason=measured.figure.reason, no_interval=interval.reason)
    band = BANDS.get(name)
    return Estimate(
        value=value,
        low=interval.low,
        high=interval.high,
        no_interval=interval.reason,
        band="" if band is None else band(value).id,
        low_band="" if band is None or interval.low is None else band(interval.low).id,
    )


def estimates(figures: Mapping[str, Measured]) -> dict[str, Estimate]:
    """Return figures by name as they are recorded."""
    return {name: estimate(name, measured) for name, measured in figures.items()}
