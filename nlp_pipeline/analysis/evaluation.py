"""From scores and codings to everything that is said of a model: pure, and without words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlp_pipeline.agreement import Flags
from nlp_pipeline.analysis.figures import Draws, Sampling
from nlp_pipeline.analysis.material import Material, Scores
from nlp_pipeline.analysis.records import Contender, Evaluation, FacetRow, RiskCurve
from nlp_pipeline.analysis.reliability import confusion, reliability
from nlp_pipeline.analysis.slices import ALL, slice_of, slices

MEASURES = ("macro_f1", "mean_kappa")
"""The figures of a facet by which a model is compared with a baseline."""

NO_PROBABILITIES = (
    "scores of this model are not calibrated, so they are not tested as probabilities"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What is measured: the model, the corpus, the split and the hash of the split's file."""

    model_id: str
    calibrated: bool
    corpus: str
    corpus_sha256: str
    split: str


def evaluate(
    material: Material,
    attributes: Mapping[str, Sequence[str]],
    about: About,
    *,
    sampling: Sampling,
    risk: tuple[RiskCurve, ...] = (),
) -> Evaluation:
    """Return all figures of a model that follow from its scores on one split.

    Args:
        material: What is compared.
        attributes: A value per passage of each attribute by which passages are cut.
        about: What is measured.
        sampling: How intervals are made.
        risk: What can be left to the model, per code.
    """
    draws = Draws(material.interviews, sampling)
    return Evaluation(
        model_id=about.model_id,
        corpus=about.corpus,
        corpus_sha256=about.corpus_sha256,
        split=about.split,
        seed=sampling.seed,
        resamples=sampling.resamples,
        passages=len(material.interviews),
        interviews=draws.n_groups,
        slices=slices(material, attributes, sampling),
        reliability=reliability(material, draws) if about.calibrated else (),
        risk=risk,
        confusion=confusion(material),
        notes=() if about.calibrated else (NO_PROBABILITIES,),
    )


def contender(
    material: Material,
    scores: Scores,
    suggested: Flags,
    *,
    name: str,
    note: str,
    sampling: Sampling,
) -> Contender:
    """Measure the suggestions of something else on the same passages."""
    found = slice_of(material.judged(scores, suggested), ALL, ALL, sampling)
    return Contender(name=name, note=note, facets=found.facets, codes=found.codes)


def not_beaten(
    model: Sequence[FacetRow], others: Sequence[Contender]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return per facet and figure the contenders that are as good as a model or better.

    A figure that is undefined beats nothing, and is beaten by any that is defined.
    """
    return {
        row.facet: {
            measure: tuple(
                other.name
                for other in others
                if _value(_of_facet(other, row.facet), measure) >= _value(row, measure)
            )
            for measure in MEASURES
        }
        for row in model
    }


def _of_facet(other: Contender, facet: str) -> FacetRow:
    return next(row for row in other.facets if row.facet == facet)


def _value(row: FacetRow, measure: str) -> float:
    value: float | None = getattr(row, measure).value
    return float("-inf") if value is None else value
