import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup
from report_examples import risk_curve

from nlp_pipeline.analysis.panels import (
    MOST_POINTS,
    WORST_RISK,
    Panel,
    lines_picture,
    reliability_picture,
    risk_picture,
    risk_scales,
    series_shapes,
)
from nlp_pipeline.analysis.pictures import (
    SHAPES,
    Mark,
    axis,
    key,
    number,
    scale_over,
    shape,
    strip,
    tag,
)
from nlp_pipeline.analysis.records import Bin, CurvePoint, Estimate, Reliability, RiskCurve

VALUES = st.floats(min_value=-1000, max_value=1000).map(lambda value: round(value, 4))
UNIT = scale_over([0.0, 1.0])


def svg(markup):
    return etree.fromstring(str(markup))


def having(tree, css):
    return [e for e in tree.iter() if css in e.get("class", "").split()]


def make_panel(x=UNIT, y=UNIT):
    return Panel(x=x, y=y, x_name="across", y_name="up", x_text=str, y_text=str)


@given(st.lists(VALUES, min_size=2, max_size=8), st.integers(min_value=2, max_value=10))
@settings(max_examples=60, deadline=None)
def test_a_scale_holds_all_values_on_few_even_round_ticks(values, most):
    assume(max(values) - min(values) > 0.01)
    scale = scale_over(values, most=most)
    assert scale.low <= min(values) + 1e-6
    assert scale.high >= max(values) - 1e-6
    assert scale.ticks[0] == scale.low
    assert scale.ticks[-1] == scale.high
    assert len(scale.ticks) <= most + 1
    steps = {round(b - a, 6) for a, b in zip(scale.ticks, scale.ticks[1:], strict=False)}
    assert len(steps) == 1
    assert f"{steps.pop():e}"[0] in "125"


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([], (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        ([0.0, 1.0], (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        ([0.0, 0.3, 1.0, -0.31], (-0.5, 0.0, 0.5, 1.0)),
        ([0.0, 54.0], (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0)),
    ],
)
def test_ticks_are_what_a_person_would_write(values, ticks):
    assert scale_over(values).ticks == ticks


def test_one_value_still_makes_a_scale():
    scale = scale_over([0.7])
    assert scale.low < 0.7 < scale.high


@given(st.lists(st.floats(min_value=0, max_value=1), min_size=2, max_size=5))
@settings(max_examples=50, deadline=None)
def test_places_keep_the_order_of_values_and_stay_inside(values):
    places = [UNIT.percent(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(0 < place < 100 for place in places)


def test_what_is_outside_a_scale_stands_at_its_end():
    assert UNIT.percent(-3) == UNIT.percent(0)
    assert UNIT.percent(7) == UNIT.percent(1)


def test_a_strip_has_the_whisker_where_the_interval_is_and_the_first_mark_on_top():
    marks = (Mark(value=0.5, low=0.25, high=0.75), Mark(value=0.5, shape="diamond"))
    tree = svg(strip(marks, UNIT))
    (whisker,) = having(tree, "whisker")
    assert whisker.get("x1") == f"{number(UNIT.percent(0.25))}%"
    assert whisker.get("x2") == f"{number(UNIT.percent(0.75))}%"
    drawn = [e.get("class") for e in tree.iter() if e.get("class", "").startswith("mark-")]
    assert drawn == ["mark-diamond", "mark-dot"]
    assert len(having(tree, "zero-line")) == 1
    assert len(having(tree, "grid")) == len(UNIT.ticks) - 1


@pytest.mark.parametrize(("low", "high"), [(None, None), (0.2, None), (None, 0.9)])
def test_half_an_interval_is_no_interval(low, high):
    assert "whisker" not in strip([Mark(value=0.5, low=low, high=high)], UNIT)


def test_an_axis_writes_every_tick_in_the_readers_way():
    texts = list(svg(axis(UNIT, lambda value: f"{value:.1f}".replace(".", ","))).itertext())
    assert texts == ["0,0", "0,2", "0,4", "0,6", "0,8", "1,0"]


def test_shapes_differ_without_colour():
    assert len({shape(name).replace(name, "") for name in SHAPES}) == len(SHAPES)
    assert "whisker" in key("dot", whisker=True)
    assert "whisker" not in key("dot")


def test_text_is_escaped_and_markup_is_not():
    made = tag("text", "<b>&", Markup("<i/>"), aria_label='"<')
    assert made == '<text aria-label="&#34;&lt;">&lt;b&gt;&amp;<i/></text>'


def test_no_picture_has_a_style_that_the_policy_of_a_page_would_block():
    drawn = [strip([Mark(value=0.1)], UNIT), axis(UNIT, str), key("square")]
    drawn.append(lines_picture([[(0.0, 0.1), (1.0, 0.3)]], make_panel(), text="a line"))
    for markup in drawn:
        assert all("style" not in e.attrib for e in svg(markup).iter())


def test_a_panel_names_its_axes_and_says_what_it_shows():
    tree = svg(lines_picture([], make_panel(), text="nothing yet"))
    assert tree.get("role") == "img"
    assert tree.get("aria-label") == "nothing yet"
    assert {"across", "up"} <= set(tree.itertext())


def test_lines_differ_in_shape_and_stroke():
    line = [(0.0, 0.2), (0.5, 0.4)]
    tree = svg(lines_picture([line, line], make_panel(), text=""))
    assert [e.get("class") for e in having(tree, "curve")] == ["curve dot", "curve diamond"]
    assert series_shapes(6)[4:] == series_shapes(2)


def test_a_reliability_diagram_has_a_dot_per_bin_with_passages_larger_for_more():
    bins = (
        Bin(low=0.0, high=0.5, passages=400, mean_score=0.25, coded_share=0.25),
        Bin(low=0.5, high=0.6, passages=0, mean_score=None, coded_share=None),
        Bin(low=0.6, high=1.0, passages=4, mean_score=0.75, coded_share=0.5),
    )
    row = Reliability(code="c", error=Estimate(value=0.02), bins=bins)
    many, few = having(svg(reliability_picture(row, make_panel(), text="")), "bubble")
    assert float(many.get("r")) > float(few.get("r"))
    # The first is on the diagonal of the square field, the second below it.
    assert float(many.get("cx")) / 160 + float(many.get("cy")) / 150 == pytest.approx(1, abs=1e-3)
    assert float(few.get("cx")) / 160 + float(few.get("cy")) / 150 > 1.2


def curve(risks, *, accept_from):
    size = len(risks)
    points = tuple(
        CurvePoint(
            score=1 - place / size,
            coverage=(place + 1) / size,
            risk=risk,
            found=0.5,
            risk_bound=risk + 0.05,
        )
        for place, risk in enumerate(risks)
    )
    return RiskCurve(
        code="c", error=0.1, confidence=0.95, points=points, accept_from=accept_from,
        accepted_share=0.4, dismiss_below=None, dismissed_share=0.0,
    )  # fmt: skip


def test_the_accept_point_stands_at_the_last_point_that_reaches_its_score():
    panel = make_panel(y=scale_over([0.0, WORST_RISK]))
    found = curve([0.0, 0.1, 0.2, 0.4], accept_from=0.6)
    tree = svg(risk_picture(found, panel, text=""))
    (mark,) = having(tree, "mark-diamond")
    x, y = panel.place((0.5, 0.1))
    assert mark.getparent().get("x") == number(x)
    assert mark.getparent().get("y") == number(y)
    none = curve([0.0, 0.1], accept_from=None)
    assert not having(svg(risk_picture(none, panel, text="")), "mark-diamond")


def test_curves_stop_where_half_is_wrong_and_have_few_points():
    risks = [0.6, *(place / 1000 for place in range(900))]
    found = curve(risks, accept_from=None)
    panel = make_panel(*risk_scales([found]))
    (line,) = having(svg(risk_picture(found, panel, text="")), "curve")
    heights = [float(pair.split(",")[1]) for pair in line.get("points").split()]
    assert len(heights) == MOST_POINTS
    assert min(heights) == 0
    assert max(heights) == panel.height
    assert panel.x.high < 0.7


def test_curves_without_points_still_have_scales():
    x, y = risk_scales([curve([], accept_from=None)])
    assert (x.high, y.high) == (1.0, 0.5)


def test_the_same_curve_gives_the_same_picture():
    one, other = (risk_curve(random.Random(3), "c", 0.3) for _ in range(2))
    panel = make_panel(*risk_scales([one]))
    assert risk_picture(one, panel, text="") == risk_picture(other, panel, text="")
