"""Models side by side on the same passages: F1 and kappa per code, and means, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nlp_pipeline.agreement import Figure, Flags
from nlp_pipeline.analysis.figures import Draws, Sampling, code_rows
from nlp_pipeline.analysis.material import Material, Scores
from nlp_pipeline.analysis.records import CodeRow, Estimate
from nlp_pipeline.resample import Reals, f1, mean_over_codes

_NO_CODE = "no passage measured carries a code that it knows"


@dataclass(frozen=True, kw_only=True, eq=False)
class Entry:
    """What one model says of the passages.

    Attributes:
        name: Its name in the table.
        note: What it is.
        knows: The codes that it can suggest; the columns of the others are not looked at.
        scores: Shape (passages, codes), in the order of the material.
        suggested: Same shape.
    """

    name: str
    note: str
    knows: tuple[str, ...]
    scores: Scores
    suggested: Flags


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """The figures of one model.

    ``mean_f1`` is the mean of F1 over the codes that people gave to some passage here; a code that
    a model does not know counts as 0, because it is never found. ``mean_known`` leaves those out.
    ``ahead`` is how much higher the mean of the first model is than that of this one.
    """

    name: str
    note: str
    knows: tuple[str, ...]
    codes: tuple[CodeRow, ...]
    mean_f1: Estimate
    mean_known: Estimate
    ahead: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON-like mapping."""
        return asdict(self)


def compare_models(
    material: Material, entries: Sequence[Entry], sampling: Sampling
) -> tuple[Compared, ...]:
    """Return the figures of every model, in their order.

    Args:
        material: The passages and what people said of them; its scores are not looked at.
        entries: The models, the new one first.
        sampling: How interviews are resampled: alike for all, so that they can be subtracted.
    """
    draws = Draws(material.interviews, sampling)
    means = [_means(material, entry, draws, material.codes) for entry in entries]
    found = []
    for entry, mean in zip(entries, means, strict=True):
        rows = code_rows(material.judged(entry.scores, entry.suggested), draws)
        known = _means(material, entry, draws, entry.knows)
        found.append(
            Compared(
                name=entry.name,
                note=entry.note,
                knows=entry.knows,
                codes=tuple(row for row in rows if row.code in entry.knows),
                mean_f1=_estimate(draws, mean),
                mean_known=_estimate(draws, known),
                ahead=_estimate(draws, means[0] - mean),
            )
        )
    return tuple(found)


def by_code(compared: Compared) -> Mapping[str, CodeRow]:
    """Return the rows of a model by the id of their code."""
    return {row.code: row for row in compared.codes}


def _means(material: Material, entry: Entry, draws: Draws, codes: Sequence[str]) -> Reals:
    columns = [column for column, code in enumerate(material.codes) if code in codes]
    known = np.array([code in entry.knows for code in material.codes], dtype=np.bool_)
    tables = draws.tables(entry.suggested & known, material.coded)[:, columns]
    occurs = tables[..., 0] + tables[..., 2] > 0
    return mean_over_codes(np.where(occurs, f1(tables), np.nan))


def _estimate(draws: Draws, series: Reals) -> Estimate:
    value = float(series[0])
    figure = Figure(value=None, reason=_NO_CODE) if np.isnan(value) else Figure(value=value)
    return draws.estimate(figure, series)
