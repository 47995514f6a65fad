"""What coding more brought: a figure over the passages coded, as lines of text and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, StrictUndefined

_BAR = 30
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 560, 300, 52, 20, 30, 48

_TEXT = {
    "nl": {"over": "gecodeerde passages", "figure": "gemiddelde F1, {on}"},
    "en": {"over": "passages coded", "figure": "mean F1, {on}"},
}
_ON = {
    "nl": {"test": "op de testinterviews", "folds": "op telkens weggelaten interviews"},
    "en": {"test": "on the test interviews", "folds": "on interviews left out in turn"},
}

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{ width }} {{ height }}" role="img"
 font-family="sans-serif" font-size="12">
<title>{{ figure }}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
{% for tick in ticks %}<line x1="{{ left }}" x2="{{ right }}" y1="{{ tick.y }}" y2="{{ tick.y }}"
 stroke="#dddddd"/><text x="{{ left - 8 }}" y="{{ tick.y + 4 }}" text-anchor="end" fill="#444444">\
{{ tick.label }}</text>
{% endfor %}{% for p in points %}<line x1="{{ p.x }}" x2="{{ p.x }}" y1="{{ p.low }}" \
y2="{{ p.high }}" stroke="#1b5e8c" stroke-width="2" opacity="0.45"/>
{% endfor %}<polyline fill="none" stroke="#1b5e8c" stroke-width="2" points="{% for p in points %}\
{{ p.x }},{{ p.y }} {% endfor %}"/>
{% for p in points %}<circle cx="{{ p.x }}" cy="{{ p.y }}" r="4" fill="#1b5e8c"><title>\
{{ p.passages }}: {{ p.label }}</title></circle><text x="{{ p.x }}" y="{{ bottom + 18 }}" \
text-anchor="middle" fill="#444444">{{ p.passages }}</text>
{% endfor %}<text x="{{ left }}" y="18" fill="#222222">{{ figure }}</text>
<text x="{{ right }}" y="{{ bottom + 36 }}" text-anchor="end" fill="#222222">{{ over }}</text>
</svg>
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """A round of training: passages learned from, and a share with its interval, if there is one.

    ``on`` says on what it was measured, "test" or "folds".
    """

    passages: int
    value: float
    low: float | None = None
    high: float | None = None
    on: str = "test"


def comparable(gains: Sequence[Gain]) -> list[Gain]:
    """Return the rounds measured in the same way as the last, by passages; a curve needs that."""
    return sorted((g for g in gains if g.on == gains[-1].on), key=lambda g: g.passages)


def curve_lines(gains: Sequence[Gain], *, language: str) -> list[str]:
    """Return the curve as lines for a console, a bar for each round; none without rounds."""
    if not gains:
        return []
    shown = comparable(gains)
    text = _TEXT[language]
    head = f"{text['over']:>20}  {text['figure'].format(on=_ON[language][shown[0].on])}"
    return [head, *(_line(gain) for gain in shown)]


def _line(gain: Gain) -> str:
    bar = "#" * round(_BAR * gain.value)
    inside = "" if gain.low is None or gain.high is None else f" [{gain.low:.2f}, {gain.high:.2f}]"
    return f"{gain.passages:>20}  {bar:<{_BAR}} {gain.value:.2f}{inside}"


def curve_svg(gains: Sequence[Gain], *, language: str) -> str:
    """Return the curve as a picture that stands on its own. There has to be a round."""
    shown, text = comparable(gains), _TEXT[language]
    most = max(gain.passages for gain in shown)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def x(passages: int) -> float:
        return round(_LEFT + (right - _LEFT) * passages / max(most, 1) * 0.97, 1)

    def y(value: float) -> float:
        return round(bottom - (bottom - _TOP) * min(max(value, 0.0), 1.0), 1)

    points = [
        {
            "x": x(g.passages),
            "y": y(g.value),
            "low": y(g.value if g.low is None else g.low),
            "high": y(g.value if g.high is None else g.high),
            "passages": g.passages,
            "label": f"{g.value:.2f}",
        }
        for g in shown
    ]
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(_SVG)
    return template.render(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=right,
        bottom=bottom,
        ticks=[{"y": y(tick / 5), "label": f"{tick / 5:.1f}"} for tick in range(6)],
        points=points,
        figure=text["figure"].format(on=_ON[language][shown[0].on]),
        over=text["over"],
    )
