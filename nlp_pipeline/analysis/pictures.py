"""Scales and rows of dots with whiskers, as SVG that stands in a page of HTML.

A row of a picture is a cell of a table, so that its label and its figures are text that everybody
can read. Places along a row are per cent and heights are pixels: a row fits any width, and letters
keep their size. Colours come from the style sheet by class; shapes differ wherever colours do.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup, escape

SHAPES = ("dot", "diamond", "square", "triangle")
"""The shapes of marks, in the order in which series get them."""

ROW_HEIGHT = 26
"""The height of a row of dots, in pixels."""

_BEYOND = 60
"""Pixels by which the lines of a scale leave a row, to meet those of its neighbours in a table."""

_INSET = 4.0
"""Per cent kept free at both ends of a row, so that a mark at an end is whole."""

_PATHS = {
    "diamond": "M0-6.5 6.5 0 0 6.5-6.5 0Z",
    "square": "M-4.5-4.5H4.5V4.5H-4.5Z",
    "triangle": "M0-6 5.8 4.5H-5.8Z",
}

TextOf = Callable[[float], str]
"""How a number is written, which differs between languages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A line of numbers from ``low`` to ``high`` with the ticks that are written beside it."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Return where a value lies, from 0 at the low end to 1; what lies outside is at the end.

        >>> scale_over([0.0, 1.0]).share(0.25)
        0.25
        """
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def percent(self, value: float) -> float:
        """Return the place of a value in a row, in per cent of its width."""
        return _INSET + (100 - 2 * _INSET) * self.share(value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A value in a row of dots, with its interval if there is one; ``shape`` is in `SHAPES`."""

    value: float
    low: float | None = None
    high: float | None = None
    shape: str = "dot"


def scale_over(values: Iterable[float], *, most: int = 6) -> Scale:
    """Return a scale from one round number to another that holds all values.

    Args:
        values: What has to fit; nothing at all gives 0 to 1.
        most: How many steps there may be, at least 2.

    >>> scale_over([-0.05, 1.0]).ticks
    (-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    """
    known = sorted(values) or [0.0, 1.0]
    low, high = known[0], known[-1]
    if low == high:
        low, high = low - 0.5, high + 0.5
    for step in _steps((high - low) / most):
        # The tenth decimal of a step is noise of the division, not a reason for one step more.
        first, last = floor(round(low / step, 9)), ceil(round(high / step, 9))
        if last - first <= most:
            break
    ticks = tuple(round(place * step, 10) + 0.0 for place in range(first, last + 1))
    return Scale(low=ticks[0], high=ticks[-1], ticks=ticks)


def strip(marks: Sequence[Mark], scale: Scale, *, height: int = ROW_HEIGHT) -> Markup:
    """Return one row: the lines of the scale, then whiskers, then marks, the first on top.

    It is hidden from a screen reader; its figures have to stand beside it.
    """
    middle = height / 2
    grid = join(_upright(scale, tick, height) for tick in scale.ticks)
    whiskers = join(_whisker(mark, scale, middle) for mark in reversed(marks))
    places = ((scale.percent(mark.value), mark.shape) for mark in reversed(marks))
    dots = join(
        tag("svg", shape(name), x=f"{number(x)}%", y=middle, overflow="visible")
        for x, name in places
    )
    return tag(
        "svg", grid, whiskers, dots, class_="strip", width="100%", height=height, aria_hidden="true"
    )


def axis(scale: Scale, text_of: TextOf) -> Markup:
    """Return the numbers of a scale, to stand above or below the rows that use it."""
    labels = join(
        tag("text", text_of(tick), x=f"{number(scale.percent(tick))}%", y=12, text_anchor="middle")
        for tick in scale.ticks
    )
    return tag("svg", labels, class_="strip", width="100%", height=16, aria_hidden="true")


def key(name: str, *, whisker: bool = False) -> Markup:
    """Return a shape as it stands in a legend."""
    line = tag("line", x1=1, x2=23, y1=8, y2=8, class_=f"whisker {name}") if whisker else ""
    mark = tag("svg", shape(name), x=12, y=8, overflow="visible")
    return tag("svg", line, mark, class_="key", width=24, height=16, aria_hidden="true")


def shape(name: str) -> Markup:
    """Return a mark around the origin."""
    if name == "dot":
        return tag("circle", r=5, class_="mark-dot")
    return tag("path", d=_PATHS[name], class_=f"mark-{name}")


def tag(name: str, *body: str, **attributes: object) -> Markup:
    """Return an element; what it holds and its attributes are escaped unless they are markup.

    An underscore in the name of an attribute stands for a hyphen; one at its end is dropped.

    >>> str(tag("text", "a < b", text_anchor="end", class_="tick"))
    '<text text-anchor="end" class="tick">a &lt; b</text>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
    )
    inside = join(body)
    return Markup(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")


def join(parts: Iterable[str]) -> Markup:
    """Return parts one after the other, escaped unless they are markup."""
    return Markup("").join(parts)


def number(value: float) -> str:
    """Return a place in a picture with at most two decimals, the same on every machine.

    >>> number(12.50), number(-0.001), number(3)
    ('12.5', '0', '3')
    """
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _written(value: object) -> str:
    return number(value) if isinstance(value, int | float) else str(value)


def _steps(least: float) -> Iterable[float]:
    """Yield round steps that are not smaller than ``least``, the smallest first."""
    power = floor(log10(least))
    rounds = (base * 10.0**exponent for exponent in (power, power + 1) for base in (1, 2, 5))
    yield from (step for step in rounds if step >= least * (1 - 1e-9))


def _upright(scale: Scale, tick: float, height: int) -> Markup:
    x = f"{number(scale.percent(tick))}%"
    css = "zero-line" if tick == 0 else "grid"
    return tag("line", x1=x, x2=x, y1=-_BEYOND, y2=height + _BEYOND, class_=css)


def _whisker(mark: Mark, scale: Scale, y: float) -> Markup:
    if mark.low is None or mark.high is None:
        return Markup()
    ends = (f"{number(scale.percent(end))}%" for end in (mark.low, mark.high))
    x1, x2 = ends
    return tag("line", x1=x1, x2=x2, y1=y, y2=y, class_=f"whisker {mark.shape}")
