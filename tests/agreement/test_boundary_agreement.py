import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.agreement import (
    boundary_similarities,
    boundary_similarity,
    boundary_terms,
    cut_flags,
    window_diff,
    window_diffs,
    window_terms,
)

cuts = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=3, max_size=30).map(
    lambda rows: np.array(rows).T
)
some = settings(max_examples=60, deadline=None)


def flags(text):
    return np.array([mark == "|" for mark in text])


@pytest.mark.parametrize(
    ("first", "second", "near", "value"),
    [
        ("..|..|", "..|..|", 1, 1.0),
        ("..|...", "....|.", 1, 0.0),
        ("..|...", "...|..", 1, 0.5),
        ("..|...", "....|.", 2, 1 / 3),
        ("|.|...", "|.....", 1, 0.5),
        ("|.|...", "|..|..", 1, 0.75),
    ],
)
def test_boundary_similarity_of_small_texts(first, second, near, value):
    found = boundary_similarity(flags(first), flags(second), near=near)
    assert found.value == pytest.approx(value)


@some
@given(cuts)
def test_boundary_similarity_is_the_same_both_ways_and_reads_either_way_round(both):
    first, second = both
    found = boundary_similarity(first, second)
    assert found == boundary_similarity(second, first)
    if found.value is not None:
        assert 0 <= found.value <= 1
        assert (found.value == 1) == bool((first == second).all())


@some
@given(cuts)
def test_a_moved_cut_costs_less_than_two_errors(both):
    strict, lenient = (boundary_similarity(*both, near=near).value for near in (0, 1))
    assert strict is None or lenient >= strict


@some
@given(cuts)
def test_windowdiff_is_a_share_and_nought_for_the_same_cuts(both):
    found = window_diff(*both, window=2)
    assert found.value is None or 0 <= found.value <= 1
    assert window_diff(both[0], both[0], window=2).value in (None, 0.0)


def test_figures_of_several_texts_are_those_of_the_added_terms():
    texts = [(flags("|..|.."), flags("|...|.")), (flags("...|.."), flags("...|.."))]
    similar = sum(boundary_terms(*text) for text in texts)
    assert boundary_similarities(similar) == pytest.approx(2.5 / 3)
    windows = sum(window_terms(*text, window=2) for text in texts)
    assert window_diffs(windows) == pytest.approx(2 / 10)


def test_edges_move_to_the_nearest_place_and_the_ends_of_the_text_are_no_cuts():
    places = [10, 20, 30, 40]
    assert cut_flags([(0, 11), (28, 50)], places).tolist() == [True, False, True, False]
    assert cut_flags([], places).tolist() == [False] * 4
    assert cut_flags([(0, 5)], []).tolist() == []


def test_no_cut_at_all_is_no_agreement_on_cuts():
    nothing = flags("......")
    assert boundary_similarity(nothing, nothing).reason == "neither coder sets a boundary"
    assert window_diff(nothing, nothing, window=2).reason == "neither coder sets a boundary"
    assert window_diff(nothing, nothing, window=7).reason == "the text is shorter than the window"
    assert np.isnan(boundary_similarities(boundary_terms(nothing, nothing)))
