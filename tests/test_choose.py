import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.choose import (
    ENOUGH_INTERVIEWS,
    ENOUGH_PASSAGES,
    has_test_set,
    most_diverse,
    most_doubted,
)


def unit(seed, number, width=8):
    rows = np.random.default_rng(seed).normal(size=(number, width))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_test_set_takes_interviews_and_passages():
    many = {f"i{n}": 60 for n in range(ENOUGH_INTERVIEWS + 2)}
    each = -(-ENOUGH_PASSAGES // ENOUGH_INTERVIEWS)
    some = dict.fromkeys(list(many)[:ENOUGH_INTERVIEWS], each)
    assert has_test_set(some, many)
    few = dict(list(some.items())[1:])
    assert not has_test_set(few, many)
    assert not has_test_set(dict.fromkeys(many, 3), many)


def test_a_test_set_is_enough_when_there_is_no_more():
    assert has_test_set({"a": 4}, {"a": 4})
    assert not has_test_set({"a": 3}, {"a": 4})


def test_the_highest_doubts_come_first_and_equal_ones_keep_their_order():
    assert most_doubted([-0.5, -0.1, -0.5, 0.0], 3) == [3, 1, 0]


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(1, 30), st.integers(0, 10), st.integers(1, 12))
def test_what_is_spread_out_is_no_nearer_to_the_known_than_what_is_left(
    seed, number, known, wanted
):
    vectors, before = unit(seed, number), unit(seed + 1, known)
    chosen = most_diverse(vectors, before, wanted)
    assert len(chosen) == len(set(chosen)) == min(wanted, number)
    if known:
        nearest = (vectors @ before.T).max(axis=1)
        assert nearest[chosen[0]] == nearest.min()


def test_a_batch_has_one_of_every_kind_before_it_has_two_of_one():
    kinds = np.eye(5)
    vectors = np.repeat(kinds, 10, axis=0) + 0.01 * unit(3, 50, width=5)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chosen = most_diverse(vectors, kinds[:1], 4)
    assert {place // 10 for place in chosen} == {1, 2, 3, 4}
