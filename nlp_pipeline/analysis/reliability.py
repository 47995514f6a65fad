"""Whether scores are probabilities, and which codes are taken for which."""

import numpy as np

from nlp_pipeline.agreement import Figure, Flags
from nlp_pipeline.analysis.figures import Draws
from nlp_pipeline.analysis.material import Material, Scores
from nlp_pipeline.analysis.records import Bin, Confusion, Reliability
from nlp_pipeline.resample import Reals

BINS = 10


def reliability(material: Material, draws: Draws) -> tuple[Reliability, ...]:
    """Compare the scores of every code with the share of passages that carry it.

    The expected calibration error is the mean distance between the two over ten bins of equal
    width, weighted by the passages in them (Guo et al. 2017). Chance alone makes it larger than
    nought, and the more so the fewer passages there are.
    """
    return tuple(
        _one_code(code, material.scores[:, column], material.coded[:, column], draws)
        for column, code in enumerate(material.codes)
    )


def confusion(material: Material) -> tuple[Confusion, ...]:
    """Count which codes of a facet stand in each other's place, as `Confusion` says."""
    return tuple(_one_facet(material, facet) for facet in material.facets)


def _one_code(code: str, scores: Scores, coded: Flags, draws: Draws) -> Reliability:
    place = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    inside = place[:, None] == np.arange(BINS)
    parts = np.stack([inside, inside * scores[:, None], inside * coded[:, None]], axis=-1)
    sums = draws.sums(parts)
    series = _calibration_error(sums)
    return Reliability(
        code=code,
        error=draws.estimate(_figure(float(series[0])), series),
        bins=tuple(_bin(number, *row) for number, row in enumerate(sums[0].tolist())),
    )


def _calibration_error(sums: Reals) -> Reals:
    passages, scores, coded = np.moveaxis(sums, -1, 0)
    off, whole = np.abs(scores - coded).sum(-1), passages.sum(-1)
    error = np.full(len(whole), np.nan)
    np.divide(off, whole, out=error, where=whole > 0)
    return error


def _figure(value: float) -> Figure:
    return Figure(value=None, reason="no passages") if np.isnan(value) else Figure(value=value)


def _bin(number: int, passages: float, scores: float, coded: float) -> Bin:
    return Bin(
        low=number / BINS,
        high=(number + 1) / BINS,
        passages=round(passages),
        mean_score=scores / passages if passages else None,
        coded_share=coded / passages if passages else None,
    )


def _one_facet(material: Material, facet: str) -> Confusion:
    columns = material.columns(facet)
    coded, suggested = material.coded[:, columns], material.suggested[:, columns]
    missed, wrong = _or_none(coded & ~suggested), _or_none(suggested & ~coded)
    counts = missed.T.astype(np.int64) @ wrong.astype(np.int64)
    hits = (coded & suggested).sum(0)
    counts[np.arange(len(hits)), np.arange(len(hits))] = hits
    counts[-1, -1] = int(np.sum(~coded.any(1) & ~suggested.any(1)))
    return Confusion(
        facet=facet,
        codes=material.facets[facet],
        counts=tuple(tuple(row) for row in counts.tolist()),
    )


def _or_none(flags: Flags) -> Flags:
    """Add a column for passages with none of the codes."""
    return np.column_stack([flags, ~flags.any(1)])
