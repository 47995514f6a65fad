"""Small pictures with two axes: whether scores are probabilities, what can be left to the model."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nlp_pipeline.analysis.pictures import (
    SHAPES,
    Scale,
    TextOf,
    join,
    number,
    scale_over,
    shape,
    tag,
)
from nlp_pipeline.analysis.records import CurvePoint, Reliability, RiskCurve

Point = tuple[float, float]

MOST_POINTS = 80
"""A curve is drawn through at most so many points; more cannot be seen."""

WORST_RISK = 0.5
"""A risk-coverage curve is drawn up to the share of errors at which it is of no use."""

_LEFT, _TOP, _RIGHT, _BOTTOM = 38, 24, 14, 40
"""Pixels around the field of a panel, for its numbers and the names of its axes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """A field with two axes; ``width`` and ``height`` are those of the field, in pixels."""

    x: Scale
    y: Scale
    x_name: str
    y_name: str
    x_text: TextOf
    y_text: TextOf
    width: int = 160
    height: int = 150

    def place(self, point: Point) -> Point:
        """Return the pixels of a point within the field, from its upper left corner."""
        x, y = point
        return self.x.share(x) * self.width, (1 - self.y.share(y)) * self.height

    def draw(self, *content: Markup, text: str) -> Markup:
        """Return the picture; ``text`` tells a screen reader what it shows."""
        field = tag(
            "svg", *content, x=_LEFT, y=_TOP, width=self.width, height=self.height,
            overflow="visible",
        )  # fmt: skip
        width, height = self.width + _LEFT + _RIGHT, self.height + _TOP + _BOTTOM
        return tag(
            "svg", self._axes(), field, class_="panel", role="img", aria_label=text,
            width=width, height=height, viewBox=f"0 0 {width} {height}",
        )  # fmt: skip

    def _axes(self) -> Markup:
        right, bottom = _LEFT + self.width, _TOP + self.height
        rows = [(tick, _TOP + self.place((self.x.low, tick))[1]) for tick in self.y.ticks]
        columns = [(tick, _LEFT + self.place((tick, self.y.low))[0]) for tick in self.x.ticks]
        return join(
            [tag("line", x1=_LEFT, x2=right, y1=y, y2=y, class_="grid") for _, y in rows]
            + [tag("line", x1=x, x2=x, y1=_TOP, y2=bottom, class_="grid") for _, x in columns]
            + [
                tag("text", self.y_text(tick), x=_LEFT - 6, y=y + 4, text_anchor="end")
                for tick, y in rows
            ]
            + [
                tag("text", self.x_text(tick), x=x, y=bottom + 17, text_anchor="middle")
                for tick, x in columns
            ]
            + [tag("text", self.y_name, x=0, y=12, class_="axis-name")]
            + [
                tag("text", self.x_name, x=right, y=bottom + 34, text_anchor="end",
                    class_="axis-name")
            ]
        )  # fmt: skip


def reliability_picture(row: Reliability, panel: Panel, *, text: str) -> Markup:
    """Return a reliability diagram: mean score against the share that carries the code.

    A dot on the diagonal is a score that means what it says. The area of a dot goes with the
    number of passages, so that a stray dot of three passages does not look like a failure.
    """
    known = [
        (bin_.mean_score, bin_.coded_share, bin_.passages)
        for bin_ in row.bins
        if bin_.mean_score is not None and bin_.coded_share is not None
    ]
    most = max((passages for *_, passages in known), default=1)
    places = [panel.place((score, share)) for score, share, _ in known]
    ends = (panel.place((panel.x.low, panel.y.low)), panel.place((panel.x.high, panel.y.high)))
    dots = (
        tag("circle", cx=x, cy=y, r=2 + 6 * (passages / most) ** 0.5, class_="bubble")
        for (x, y), (*_, passages) in zip(places, known, strict=True)
    )
    return panel.draw(_line(ends, "ideal"), _line(places, "curve dot"), *dots, text=text)


def risk_scales(curves: Sequence[RiskCurve]) -> tuple[Scale, Scale]:
    """Return one scale of coverage and one of risk for all curves, where these are of use."""
    useful = [p.coverage for curve in curves for p in curve.points if p.risk <= WORST_RISK]
    return scale_over([0.0, max(useful, default=1.0)], most=4), scale_over([0.0, WORST_RISK])


def risk_picture(curve: RiskCurve, panel: Panel, *, text: str) -> Markup:
    """Return a risk-coverage curve: its bound, the error that is allowed and the accept point."""
    points = _thin(curve.points)
    limit = [panel.place((end, curve.error)) for end in (panel.x.low, panel.x.high)]
    risk = [panel.place((p.coverage, p.risk)) for p in points if p.risk <= WORST_RISK]
    bound = [panel.place((p.coverage, p.risk_bound)) for p in points if p.risk_bound <= WORST_RISK]
    accept = curve.accept_from
    # The points are thinned, so the accept point lies at the last of them that reaches its score.
    chosen = [p for p in curve.points if accept is not None and p.score >= accept][-1:]
    marks = (
        tag("svg", shape("diamond"), x=x, y=y, overflow="visible")
        for x, y in (panel.place((p.coverage, p.risk)) for p in chosen)
    )
    return panel.draw(
        _line(limit, "limit"), _line(bound, "bound"), _line(risk, "curve dot"), *marks, text=text
    )


def series_shapes(count: int) -> list[str]:
    """Return the shape of each of so many series; after the last the first comes again."""
    return [SHAPES[place % len(SHAPES)] for place in range(count)]


def lines_picture(series: Sequence[Sequence[Point]], panel: Panel, *, text: str) -> Markup:
    """Return lines with a mark at every point; each series has its own shape and stroke."""
    drawn = []
    for line, name in zip(series, series_shapes(len(series)), strict=True):
        places = [panel.place(point) for point in line]
        drawn.append(_line(places, f"curve {name}"))
        drawn += [tag("svg", shape(name), x=x, y=y, overflow="visible") for x, y in places]
    return panel.draw(*drawn, text=text)


def _line(places: Sequence[Point], css: str) -> Markup:
    points = " ".join(f"{number(x)},{number(y)}" for x, y in places)
    return tag("polyline", points=points, class_=css, fill="none") if points else Markup()


def _thin(points: Sequence[CurvePoint]) -> Sequence[CurvePoint]:
    """Return points spread over the useful part of a curve, its first and last among them."""
    useful = [point for point in points if point.risk <= WORST_RISK]
    if len(useful) <= MOST_POINTS:
        return useful
    step = (len(useful) - 1) / (MOST_POINTS - 1)
    return [useful[round(place * step)] for place in range(MOST_POINTS)]
