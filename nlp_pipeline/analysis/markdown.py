"""An evaluation as tables in Markdown, with the 95 % interval of every figure that has one."""

from collections.abc import Iterable, Sequence

from nlp_pipeline.analysis.figures import LEAST_PASSAGES
from nlp_pipeline.analysis.records import (
    CodeRow,
    Contender,
    Estimate,
    Evaluation,
    RiskCurve,
    Slice,
)
from nlp_pipeline.analysis.slices import ANY, HARD, NONE

NOTHING = "–"
_MARKS = {ANY: "hard, any mark", NONE: "not hard"}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return a table in Markdown; a bar inside a cell is escaped.

    >>> print(table(["code", "kappa"], [["a|b", "0.61"]]))
    | code | kappa |
    |---|---|
    | a\|b | 0.61 |
    """
    lines = [list(header), *([*row] for row in rows)]
    shown = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    shown.insert(1, "|" + "---|" * len(header))
    return "\n".join(shown)


def number(value: float | None) -> str:
    """Return a figure with two decimals, a dash where there is none."""
    return NOTHING if value is None else f"{round(value, 2) + 0.0:.2f}"


def figure(estimate: Estimate) -> str:
    """Return a figure with its interval, as far as there are any.

    >>> figure(Estimate(value=0.614, low=0.55, high=0.66))
    '0.61 (0.55 to 0.66)'
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return number(estimate.value)
    return f"{number(estimate.value)} ({number(estimate.low)} to {number(estimate.high)})"


def share(value: float) -> str:
    """Return a share as a percentage."""
    return f"{100 * value:.0f} %"


def facet_table(part: Slice) -> str:
    """Return the figures of every facet, and those of two people beside them."""
    return table(
        ["facet", "macro-F1", "mean kappa", "of two people", "kappa of sets", "of two people"],
        [
            [
                row.facet,
                figure(row.macro_f1),
                figure(row.mean_kappa),
                figure(row.human_mean_kappa),
                figure(row.pattern_kappa),
                figure(row.human_pattern_kappa),
            ]
            for row in part.facets
        ],
    )


def code_table(part: Slice) -> str:
    """Return the figures of every code, and the kappa of two people beside them."""
    return table(
        [
            *("code", "coded", "suggested", "precision", "recall", "F1", "AP", "kappa"),
            "of two people",
        ],
        [
            [row.code, str(row.coded), str(row.suggested), *map(figure, _figures(row))]
            for row in part.codes
        ],
    )


def parts_table(evaluation: Evaluation, by: str) -> str:
    """Return the figures of the parts of the passages by one attribute; nothing if there are none.

    Parts with fewer passages than an interval takes are left out.
    """
    parts = [
        part
        for part in evaluation.slices
        if part.by == by and (part.passages >= LEAST_PASSAGES or by != HARD)
    ]
    if not parts:
        return ""
    return table(
        [by, "passages", "interviews", *_facet_titles(parts[0])],
        [_part_cells(part) for part in parts],
    )


def contenders_table(evaluation: Evaluation) -> str:
    """Return the model beside what it was compared with; nothing if that is nothing."""
    if not evaluation.contenders:
        return ""
    return table(
        ["", *_facet_titles(evaluation.contenders[0])],
        [[other.name, *_both(other)] for other in evaluation.contenders],
    )


def trust_table(evaluation: Evaluation) -> str:
    """Return how well scores of each code are probabilities, and what may be left to them."""
    errors = {row.code: figure(row.error) for row in evaluation.reliability}
    curves = {row.code: row for row in evaluation.risk}
    return table(
        [
            *("code", "calibration error", "may stand from", "of its suggestions"),
            *("may be passed over below", "of all passages"),
        ],
        [
            [row.code, errors.get(row.code, NOTHING), *_left(curves.get(row.code))]
            for row in evaluation.slices[0].codes
        ],
    )


def _figures(row: CodeRow) -> tuple[Estimate, ...]:
    own = (row.precision, row.recall, row.f1, row.average_precision, row.kappa)
    return (*own, row.human_kappa)


def _part_cells(part: Slice) -> list[str]:
    name = _MARKS.get(part.value, part.value) if part.by == HARD else part.value
    return [name, str(part.passages), str(part.interviews), *_both(part)]


def _facet_titles(of: Slice | Contender) -> list[str]:
    return [f"{row.facet}: {name}" for row in of.facets for name in ("macro-F1", "mean kappa")]


def _both(of: Slice | Contender) -> list[str]:
    return [figure(kind) for row in of.facets for kind in (row.macro_f1, row.mean_kappa)]


def _left(curve: RiskCurve | None) -> list[str]:
    if curve is None:
        return [NOTHING] * 4
    accept, dismiss = curve.accept_from, curve.dismiss_below
    return [
        "never" if accept is None else _score(accept),
        NOTHING if accept is None else share(curve.accepted_share),
        "never" if dismiss is None else _score(dismiss),
        NOTHING if dismiss is None else share(curve.dismissed_share),
    ]


def _score(value: float) -> str:
    return f"{value:.3f}" if value < 0.1 else number(value)
