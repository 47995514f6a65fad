"""What is suggested is the best set of codes: thresholds, facets that go together, one at most."""

from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.artifact import Decision, HeadShape
from nlp_pipeline.suggest import MOST_FACETS, facet_weights, suggested

VALENCE = HeadShape(facet="valence", codes=("barrier", "facilitator"))
LEVEL = HeadShape(facet="level", codes=("clinical", "system", "normative"))
FACETS = (VALENCE, LEVEL)
HALF = [Decision(threshold=0.5)] * 5
PAIRED = {"11": 0.3, "00": 0.5, "10": -2.0, "01": -1.0}


def flags(*rows):
    return np.array([[c == "x" for c in row] for row in rows])


def of(scores, *, decisions=HALF, facets=FACETS, together=PAIRED):
    found = suggested(np.array([scores]), decisions, facets, together)[0]
    codes = [code for facet in facets for code in facet.codes]
    return [code for code, yes in zip(codes, found, strict=True) if yes]


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5), st.floats(0.05, 0.95))
def test_without_weights_thresholds_alone_decide(scores, threshold):
    scores = np.array([scores])
    decisions = [Decision(threshold=threshold)] * 5
    for together in ({}, dict.fromkeys(("00", "01", "10", "11"), 0.0)):
        found = suggested(scores, decisions, FACETS, together)
        assert (found == (scores >= threshold)).all()


def test_a_clear_level_helps_a_valence_that_is_nearly_sure():
    assert of([0.45, 0.1, 0.1, 0.9, 0.1]) == ["barrier", "system"]
    assert of([0.45, 0.1, 0.1, 0.9, 0.1], together={}) == ["system"]


def test_a_clear_valence_brings_the_likeliest_level():
    assert of([0.95, 0.1, 0.1, 0.2, 0.4]) == ["barrier", "normative"]


def test_half_a_suggestion_with_nothing_for_the_other_half_is_dropped():
    assert of([0.55, 0.01, 0.01, 0.02, 0.01]) == []


def test_what_often_occurs_by_itself_stays_by_itself():
    alone = {**PAIRED, "01": 0.5}
    assert of([0.01, 0.01, 0.1, 0.9, 0.1], together=alone) == ["system"]


def test_an_exclusive_facet_has_one_code_at_most():
    facets = (VALENCE.model_copy(update={"exclusive": True}), LEVEL)
    assert of([0.8, 0.9, 0.9, 0.8, 0.1], facets=facets) == ["facilitator", "clinical", "system"]
    assert of([0.8, 0.9, 0.1, 0.1, 0.1], facets=facets, together={}) == ["facilitator"]


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_no_other_set_of_codes_is_worth_more(seed):
    """All sets are tried: 2 codes by 3, one of the facets exclusive in half of the cases."""
    chance = np.random.default_rng(seed)
    facets = (VALENCE.model_copy(update={"exclusive": bool(seed % 2)}), LEVEL)
    thresholds = chance.uniform(0.2, 0.7, 5)
    decisions = [Decision(threshold=t) for t in thresholds]
    together = {"".join(p): float(chance.normal()) for p in product("01", repeat=2)}
    scores = chance.random(5)
    margins = np.log(scores / (1 - scores)) - np.log(thresholds / (1 - thresholds))

    def worth(codes):
        pattern = "".join(
            "1" if any(c in part for c in codes) else "0" for part in ((0, 1), (2, 3, 4))
        )
        return sum(margins[c] for c in codes) + together[pattern]

    every = chain.from_iterable(combinations(range(5), n) for n in range(6))
    allowed = [codes for codes in every if not (facets[0].exclusive and {0, 1} <= {*codes})]
    found = suggested(scores[None, :], decisions, facets, together)[0]
    assert worth(np.flatnonzero(found).tolist()) == pytest.approx(max(map(worth, allowed)))


def test_facets_that_have_nothing_to_do_with_each_other_weigh_nought():
    chance = np.random.default_rng(1)
    coded = np.stack([chance.random(50_000) < 0.3, chance.random(50_000) < 0.6], axis=1)
    facets = tuple(HeadShape(facet=name, codes=(name,)) for name in "ab")
    assert max(map(abs, facet_weights(coded, facets).values())) < 0.02


def test_weights_are_half_the_logarithm_of_how_much_oftener_a_pattern_occurs():
    coded = np.repeat(flags("x.x..", "....."), [30, 70], axis=0)
    weights = facet_weights(coded, FACETS)
    both, neither = 30.09 / 101 / 0.09, 70.49 / 101 / 0.49
    assert weights["11"] == pytest.approx(0.5 * np.log(both), abs=1e-3)
    assert weights["00"] == pytest.approx(0.5 * np.log(neither), abs=1e-3)
    assert weights["10"] == weights["01"] == pytest.approx(-0.5 * np.log(101), abs=1e-3)


def test_a_facet_that_nobody_fills_in_weighs_nought():
    weights = facet_weights(flags("x....", "....."), FACETS)
    assert set(weights.values()) == {0.0}


def test_there_are_no_weights_for_one_facet_for_very_many_or_without_passages():
    one = (HeadShape(facet="a", codes=("x",)),)
    many = tuple(HeadShape(facet=str(n), codes=(str(n),)) for n in range(MOST_FACETS + 1))
    assert facet_weights(np.ones((4, 1), dtype=bool), one) == {}
    assert facet_weights(np.ones((4, len(many)), dtype=bool), many) == {}
    assert facet_weights(np.zeros((0, 5), dtype=bool), FACETS) == {}
    assert suggested(np.full((3, len(many)), 0.9), [Decision()] * 7, many, {}).all()


def test_no_passages_give_no_suggestions():
    assert suggested(np.zeros((0, 5)), HALF, FACETS, PAIRED).shape == (0, 5)
