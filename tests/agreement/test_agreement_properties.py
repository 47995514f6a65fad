"""What must hold for any codings, and what a figure says where there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nlp_pipeline.agreement import (
    MISSING,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_alpha,
    masi_alphas,
    masi_distances,
    number_sets,
    number_values,
    pabak,
    percent_agreement,
    set_tables,
)

NOMINAL = (percent_agreement, fleiss_kappa, krippendorff_alpha, gwet_ac1, pabak)
CORRECTED = NOMINAL[1:]

shapes = st.tuples(st.integers(1, 12), st.integers(2, 4))
ratings = shapes.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(MISSING, 3)))
label_sets = st.tuples(st.integers(1, 10), st.integers(2, 3), st.just(3)).flatmap(
    lambda shape: arrays(np.bool_, shape)
)
some = settings(max_examples=60, deadline=None)


def same(one, other):
    assert (one.value is None) == (other.value is None)
    assert one.reason == other.reason
    if one.value is not None:
        assert one.value == pytest.approx(other.value, abs=1e-9)


@some
@given(ratings, st.randoms(use_true_random=False))
def test_the_order_of_passages_and_coders_does_not_matter(values, chance):
    rows, columns = list(range(len(values))), list(range(values.shape[1]))
    chance.shuffle(rows)
    chance.shuffle(columns)
    for figure in NOMINAL:
        same(figure(values), figure(values[rows][:, columns]))
    same(cohen_kappa(*values.T[:2]), cohen_kappa(*values[rows].T[1::-1]))


@some
@given(ratings, st.permutations(range(4)))
def test_other_names_for_the_values_change_nothing(values, names):
    renamed = np.where(values < 0, MISSING, np.array(names)[values] * 7)
    for figure in NOMINAL:
        same(figure(values), figure(renamed))
    same(cohen_kappa(*values.T[:2]), cohen_kappa(*renamed.T[:2]))


@some
@given(ratings)
def test_only_alpha_changes_with_every_passage_twice_and_towards_less(values):
    twice = np.concatenate([values, values])
    for figure in (percent_agreement, fleiss_kappa, gwet_ac1, pabak):
        same(figure(values), figure(twice))
    one, two = krippendorff_alpha(values), krippendorff_alpha(twice)
    if one.value is not None:
        assert two.value <= one.value + 1e-9


@some
@given(ratings)
def test_figures_are_numbers_of_at_most_one_or_have_a_reason(values):
    for figure in NOMINAL:
        found = figure(values)
        if found.value is None:
            assert found.reason
        else:
            # With ratings missing, what is expected by chance may be so high that -1 is no bound.
            assert (-1 - 1e-9 if (values >= 0).all() else -np.inf) < found.value <= 1 + 1e-9
            assert not found.reason


@some
@given(ratings)
def test_a_passage_that_nobody_has_seen_changes_nothing(values):
    more = np.concatenate([values, np.full((2, values.shape[1]), MISSING)])
    for figure in NOMINAL:
        same(figure(values), figure(more))


@some
@given(label_sets, st.permutations(range(3)), st.randoms(use_true_random=False))
def test_alpha_of_label_sets_knows_no_order(sets, codes, chance):
    rows, coders = list(range(len(sets))), list(range(sets.shape[1]))
    chance.shuffle(rows)
    chance.shuffle(coders)
    same(masi_alpha(sets), masi_alpha(sets[rows][:, coders][:, :, codes]))


@some
@given(label_sets)
def test_alpha_of_label_sets_of_at_most_one_code_is_the_nominal_one(sets):
    single = sets & (np.cumsum(sets, axis=-1) == 1)
    values = np.where(single.any(-1), single.argmax(-1), 3)
    same(masi_alpha(single), krippendorff_alpha(values))


@some
@given(label_sets)
def test_weights_are_the_same_as_copies_of_passages(sets):
    seen = np.ones(sets.shape[:2], dtype=bool)
    copies = np.arange(len(sets)) % 3 + 1
    found, values = number_sets(sets, seen)
    nowhere = np.zeros(len(sets), dtype=np.int64)
    tables = set_tables(
        values, masi_distances(found), nowhere, n_groups=1, weights=copies.astype(float)
    )
    weighted = masi_alphas(tables[0], masi_distances(found))
    repeated = masi_alpha(np.repeat(sets, copies, axis=0)).value
    expected = np.nan if repeated is None else repeated
    assert weighted == pytest.approx(expected, nan_ok=True)


def test_sets_of_more_codes_than_a_number_has_bits():
    sets = np.zeros((4, 2, 70), dtype=bool)
    sets[0, :, 69] = sets[1, :, 3] = sets[2, 0, 69] = True
    found, values = number_sets(sets, np.ones((4, 2), dtype=bool))
    assert found.shape == (3, 70)
    assert (found[values] == sets).all()


@pytest.mark.parametrize("figure", CORRECTED)
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "no passages"),
        ([[MISSING, MISSING]], "no passages"),
        ([[0], [1]], "no passage was coded by two people"),
        ([[0, MISSING], [MISSING, 1]], "no passage was coded by two people"),
        ([[1, 1], [1, 1]], "all coders use one value only"),
        ([[1, 1], [1, 1], [0, MISSING]], "all coders use one value only"),
    ],
)
def test_a_figure_that_is_not_defined_says_why(figure, values, reason):
    width = len(values[0]) if values else 2
    found = figure(np.array(values, dtype=np.int64).reshape(len(values), width))
    assert found.value is None
    assert found.reason == reason


def test_percent_agreement_needs_no_second_value():
    assert percent_agreement(np.ones((3, 2), dtype=np.int64)).value == 1.0


@pytest.mark.parametrize(
    ("sets", "seen", "reason"),
    [
        (np.zeros((0, 2, 3)), np.zeros((0, 2)), "no passages"),
        (np.zeros((4, 2, 3)), np.zeros((4, 2)), "no passages"),
        (np.eye(3)[:, None, :], np.ones((3, 1)), "no passage was coded by two people"),
        (np.zeros((4, 2, 3)), np.ones((4, 2)), "all coders use one value only"),
    ],
)
def test_label_sets_without_alpha_say_why(sets, seen, reason):
    found = masi_alpha(sets.astype(bool), seen.astype(bool))
    assert found.value is None
    assert found.reason == reason


def test_kappa_leaves_out_what_one_of_the_two_has_not_seen():
    values = np.array([[0, 0], [1, 1], [0, MISSING], [MISSING, 1], [1, 0]])
    assert cohen_kappa(*values.T) == cohen_kappa(*values[[0, 1, 4]].T)
    assert cohen_kappa(*values[2:4].T).reason == "no passages"


def test_values_may_be_words():
    names, values = number_values([["belemmerend", "belemmerend"], ["geen", None]])
    assert names == ["belemmerend", "geen"]
    assert values.tolist() == [[0, 0], [1, MISSING]]
