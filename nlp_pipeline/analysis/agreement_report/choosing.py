"""Which of all comparisons a reader is shown first."""

from collections.abc import Iterable

from nlp_pipeline.analysis.agreement_records import (
    AgreementSlice,
    CodeAgreement,
    Comparison,
    Estimate,
    FacetAgreement,
    Part,
)
from nlp_pipeline.frame import CONSENSUS

MOST_PAIRS = 4
"""More pairs than this with the model are shown as one group."""


def people_of(part: Part) -> Comparison | None:
    """Return all people together: a group of three or more, or the one pair; else None."""
    own = [c for c in part.comparisons if not c.with_model and CONSENSUS not in c.coders]
    groups = [c for c in own if c.kind == "people"] or own
    return groups[0] if len(groups) == 1 else None


def model_pairs(part: Part) -> tuple[Comparison, ...]:
    """Return the model with each person, without the consensus."""
    pairs = (c for c in part.comparisons if c.with_model and c.kind == "pair")
    return tuple(c for c in pairs if CONSENSUS not in c.coders)


def shown_in(part: Part) -> tuple[Comparison, ...]:
    """Return the comparisons of the pictures: people, then the model with each or with all."""
    people = people_of(part)
    pairs = model_pairs(part)
    if len(pairs) > MOST_PAIRS:
        pairs = tuple(c for c in part.comparisons if c.kind == "everybody")
    settled = (c for c in part.comparisons if c.with_model and CONSENSUS in c.coders)
    return (*([people] if people else []), *pairs, *settled)


def best(compared: Comparison) -> str:
    """Return the name of the figure of a code to go by."""
    return "cohen_kappa" if compared.kind == "pair" else "krippendorff_alpha"


def figure_of(row: CodeAgreement, compared: Comparison) -> Estimate:
    """Return the figure of a code to go by."""
    return row.figures[best(compared)]


def row_of(rows: Iterable[CodeAgreement], code: str) -> CodeAgreement | None:
    """Return the figures of a code, None where it was not compared."""
    return next((row for row in rows if row.code == code), None)


def facet_of(part: AgreementSlice, facet: str) -> FacetAgreement | None:
    """Return the figures of a facet, None where it was not compared."""
    return next((row for row in part.facets if row.facet == facet), None)


def in_order(part: Part) -> tuple[Comparison, ...]:
    """Return all comparisons: people first, then the model with each, then with all of them."""
    return tuple(
        sorted(part.comparisons, key=lambda one: (one.with_model, one.kind == "everybody"))
    )
