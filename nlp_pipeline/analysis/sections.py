"""The pictures and tables of the report, made ready for its template in one language."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nlp_pipeline.analysis.panels import (
    Panel,
    lines_picture,
    reliability_picture,
    risk_picture,
    risk_scales,
    series_shapes,
)
from nlp_pipeline.analysis.pictures import scale_over
from nlp_pipeline.analysis.records import (
    Confusion,
    Evaluation,
    LearningPoint,
    Reliability,
    RiskCurve,
)
from nlp_pipeline.analysis.speech import Speech

SHADES = 8
"""How many shades a heat map has, apart from none at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture with its title and a line below that; ``rows`` are its numbers as text."""

    title: str
    caption: str
    svg: Markup
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """How many passages of a row have the column's code; ``shade`` is at most `SHADES`."""

    count: int
    shade: int
    is_right: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A heat map: names of columns, and rows with their cells."""

    facet: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What of one code can be left to the model, as text; and why nothing, where that is so."""

    code: str
    accept: str
    accepted: str
    dismiss: str
    dismissed: str
    not_accept: str = ""
    not_dismiss: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Learning:
    """Learning curves per facet, with the shape of each method."""

    pictures: tuple[Picture, ...]
    methods: tuple[tuple[str, str], ...]


def reliability_pictures(evaluation: Evaluation, speech: Speech) -> tuple[Picture, ...]:
    """Return a reliability diagram per code."""
    scale = scale_over([0.0, 1.0])
    panel = Panel(
        x=scale,
        y=scale,
        x_name=speech.word("mean_score"),
        y_name=speech.word("share_coded"),
        x_text=speech.tick,
        y_text=speech.tick,
    )
    return tuple(_reliability(row, panel, speech) for row in evaluation.reliability)


def risk_pictures(evaluation: Evaluation, speech: Speech) -> tuple[Picture, ...]:
    """Return a risk-coverage curve per code, all on the same scales."""
    x, y = risk_scales(evaluation.risk)
    panel = Panel(
        x=x,
        y=y,
        x_name=speech.word("coverage"),
        y_name=speech.word("wrong"),
        x_text=speech.percent,
        y_text=speech.percent,
    )
    drawn = (curve for curve in evaluation.risk if curve.points)
    return tuple(_risk(curve, panel, speech) for curve in drawn)


def left_to_model(evaluation: Evaluation, speech: Speech) -> tuple[Left, ...]:
    """Return the rows of the table of what can be left to the model."""
    return tuple(_left(curve, speech) for curve in evaluation.risk)


def confusion_grids(evaluation: Evaluation, speech: Speech) -> tuple[Grid, ...]:
    """Return a heat map per facet; the last row and column stand for none of its codes."""
    return tuple(_grid(table, speech) for table in evaluation.confusion)


def learning(evaluation: Evaluation, speech: Speech) -> Learning:
    """Return a learning curve per facet, a line for each method."""
    points = sorted(evaluation.learning, key=lambda point: point.interviews)
    methods = tuple(dict.fromkeys(point.method for point in points))
    values = [value for point in points for value in point.mean_kappa.values()]
    panel = Panel(
        x=scale_over([0.0, *(float(point.interviews) for point in points)], most=5),
        y=scale_over([0.0, 1.0, *values]),
        x_name=speech.word("coded_interviews"),
        y_name=speech.word("mean_kappa"),
        x_text=speech.tick,
        y_text=speech.tick,
        width=290,
        height=190,
    )
    facets = dict.fromkeys(facet for point in points for facet in point.mean_kappa)
    return Learning(
        pictures=tuple(_learning(facet, points, methods, panel, speech) for facet in facets),
        methods=tuple(
            (shape, speech.name(method))
            for shape, method in zip(series_shapes(len(methods)), methods, strict=True)
        ),
    )


def _reliability(row: Reliability, panel: Panel, speech: Speech) -> Picture:
    code, error = speech.code(row.code), speech.both(row.error)
    text = speech.word("reliability_text", code=code, error=error)
    rows = (
        (
            f"{speech.tick(bin_.low)} {speech.word('to')} {speech.tick(bin_.high)}",
            speech.count(bin_.passages),
            _decimal(bin_.mean_score, speech),
            _decimal(bin_.coded_share, speech),
        )
        for bin_ in row.bins
    )
    return Picture(
        title=code,
        caption=f"{speech.word('ece')} {error}",
        svg=reliability_picture(row, panel, text=text),
        rows=tuple(rows),
    )


def _risk(curve: RiskCurve, panel: Panel, speech: Speech) -> Picture:
    code = speech.code(curve.code)
    if curve.accept_from is None:
        text = speech.word("risk_text_none", code=code)
    else:
        score, share = speech.score(curve.accept_from), speech.percent(curve.accepted_share)
        text = speech.word("risk_text_accept", code=code, score=score, share=share)
    return Picture(title=code, caption="", svg=risk_picture(curve, panel, text=text))


def _left(curve: RiskCurve, speech: Speech) -> Left:
    accept, dismiss = _why(curve.reason)
    return Left(
        code=speech.code(curve.code),
        accept=_cut(curve.accept_from, speech),
        not_accept=speech.reason(accept) if curve.accept_from is None else "",
        accepted="" if curve.accept_from is None else speech.percent(curve.accepted_share),
        dismiss=_cut(curve.dismiss_below, speech),
        not_dismiss=speech.reason(dismiss) if curve.dismiss_below is None else "",
        dismissed="" if curve.dismiss_below is None else speech.percent(curve.dismissed_share),
    )


def _cut(score: float | None, speech: Speech) -> str:
    return speech.word("none") if score is None else speech.score(score)


def _why(reason: str) -> tuple[str, str]:
    """Return why nothing can be accepted and why nothing can be dismissed.

    >>> _why("accept: too few; dismiss: none")
    ('too few', 'none')
    >>> _why("no scores")
    ('no scores', 'no scores')
    """
    if "accept:" not in reason and "dismiss:" not in reason:
        return reason, reason
    accept, _, dismiss = reason.partition("dismiss:")
    return accept.removeprefix("accept:").strip(" ;"), dismiss.strip()


def _grid(table: Confusion, speech: Speech) -> Grid:
    heads = (*(speech.code(code) for code in table.codes), speech.word("none"))
    return Grid(
        facet=speech.facet(table.facet),
        heads=heads,
        rows=tuple(
            (head, _cells(number, counts))
            for number, (head, counts) in enumerate(zip(heads, table.counts, strict=True))
        ),
    )


def _cells(row: int, counts: Sequence[int]) -> tuple[Cell, ...]:
    whole = sum(counts)
    return tuple(
        Cell(count=count, shade=-(-count * SHADES // whole) if whole else 0, is_right=row == column)
        for column, count in enumerate(counts)
    )


def _learning(
    facet: str,
    points: Sequence[LearningPoint],
    methods: Sequence[str],
    panel: Panel,
    speech: Speech,
) -> Picture:
    known = [point for point in points if facet in point.mean_kappa]
    series = [
        [(float(p.interviews), p.mean_kappa[facet]) for p in known if p.method == method]
        for method in methods
    ]
    name = speech.facet(facet)
    first, last = (speech.decimal(known[end].mean_kappa[facet]) for end in (0, -1))
    text = speech.word("learning_text", facet=name, first=first, last=last)
    rows = (
        (
            speech.name(point.method),
            speech.count(point.interviews),
            speech.count(point.passages),
            speech.count(point.draws),
            speech.decimal(point.mean_kappa[facet]),
            _decimal(point.macro_f1.get(facet), speech),
        )
        for point in sorted(known, key=lambda point: methods.index(point.method))
    )
    return Picture(
        title=name, caption="", svg=lines_picture(series, panel, text=text), rows=tuple(rows)
    )


def _decimal(value: float | None, speech: Speech) -> str:
    return "–" if value is None else speech.decimal(value)
