from xml.etree import ElementTree

import pytest

from nlp_pipeline.analysis.progress_curve import Gain, curve_lines, curve_svg

ROUNDS = [
    Gain(passages=50, value=0.3, low=0.1, high=0.45, on="folds"),
    Gain(passages=150, value=0.6, low=0.5, high=0.7),
    Gain(passages=100, value=0.5),
]


def test_only_rounds_measured_alike_stand_in_one_curve():
    lines = curve_lines(ROUNDS, language="en")
    assert lines[0].endswith("mean F1, on the test interviews")
    assert [line.split()[0] for line in lines[1:]] == ["100", "150"]
    assert lines[2].endswith("0.60 [0.50, 0.70]")
    assert lines[2].count("#") == 18


def test_without_a_round_there_is_nothing_to_show():
    assert curve_lines([], language="nl") == []


@pytest.mark.parametrize(("language", "word"), [("nl", "testinterviews"), ("en", "interviews")])
def test_the_picture_stands_on_its_own(language, word):
    root = ElementTree.fromstring(curve_svg(ROUNDS, language=language))
    space = "{http://www.w3.org/2000/svg}"
    dots = root.findall(f"{space}circle")
    assert len(dots) == 2
    assert float(dots[0].get("cx")) < float(dots[1].get("cx"))
    assert float(dots[0].get("cy")) > float(dots[1].get("cy"))
    assert word in root.find(f"{space}title").text
