"""The same figures as other packages give, on random codings."""

import numpy as np
import pytest
import segeval
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, masi_distance
from nltk.metrics.segmentation import windowdiff
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss_kappa

from nlp_pipeline.agreement import (
    MISSING,
    boundary_similarity,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_alpha,
    masi_distances,
    pabak,
    percent_agreement,
    value_counts,
    window_diff,
)

SEEDS = range(12)


def random_values(seed, *, gaps=0.0):
    """Return values of 2 to 5 coders who agree more or less."""
    chance = np.random.default_rng(seed)
    passages, coders, values = chance.integers(5, 60), chance.integers(2, 6), chance.integers(2, 6)
    truth = chance.integers(0, values, (passages, 1))
    slips = chance.random((passages, coders)) < chance.random()
    given = np.where(slips, chance.integers(0, values, slips.shape), truth)
    return np.where(chance.random(slips.shape) < gaps, MISSING, given)


def random_cuts(seed):
    chance = np.random.default_rng(seed)
    return chance.random((2, chance.integers(8, 60))) < chance.uniform(0.05, 0.6)


def masses(cuts):
    edges = [0, *(np.flatnonzero(cuts) + 1).tolist(), len(cuts) + 1]
    return tuple(np.diff(edges).tolist())


def codes_of(row):
    return frozenset(np.flatnonzero(row).tolist()) or frozenset({"none"})


def task(labels, distance):
    """Return nltk's task of labels, shape (passages, coders); None where there is none."""
    rows = [
        (coder, passage, label)
        for passage, given in enumerate(labels)
        for coder, label in enumerate(given)
        if label is not None
    ]
    return AnnotationTask(rows, distance)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("gaps", [0.0, 0.3])
def test_alpha_is_that_of_nltk(seed, gaps):
    values = random_values(seed, gaps=gaps)
    labels = [[None if v < 0 else int(v) for v in row] for row in values]
    other = task(labels, binary_distance)
    assert krippendorff_alpha(values).value == pytest.approx(other.alpha())


@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_of_label_sets_is_that_of_nltk(seed):
    chance = np.random.default_rng(seed)
    truth = chance.random((40, 1, 4)) < 0.35
    sets = truth ^ (chance.random((40, 3, 4)) < 0.2)
    seen = chance.random((40, 3)) < 0.8
    labels = [
        [codes_of(one) if known else None for one, known in zip(row, looked, strict=True)]
        for row, looked in zip(sets, seen, strict=True)
    ]
    other = task(labels, masi_distance)
    assert masi_alpha(sets, seen).value == pytest.approx(other.alpha())


def test_masi_distances_are_those_of_nltk():
    sets = np.array([[bool(n >> bit & 1) for bit in range(5)] for n in range(32)])
    other = [[masi_distance(codes_of(a), codes_of(b)) for b in sets] for a in sets]
    assert masi_distances(sets) == pytest.approx(np.array(other))


@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_of_two_coders_is_that_of_scikit_learn_and_nltk(seed):
    values = random_values(seed)
    found = cohen_kappa(values[:, 0], values[:, 1]).value
    assert found == pytest.approx(cohen_kappa_score(values[:, 0], values[:, 1]))
    other = task(values[:, :2].tolist(), binary_distance)
    assert found == pytest.approx(other.kappa())


@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_of_many_coders_is_that_of_statsmodels(seed):
    values = random_values(seed)
    counts = value_counts(values, n_values=int(values.max()) + 1)
    assert fleiss_kappa(values).value == pytest.approx(statsmodels_fleiss_kappa(counts))


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_are_those_of_a_loop_over_pairs_of_coders(seed):
    """AC1 and PABAK from their definitions, in plain Python."""
    rows = [[v for v in row if v >= 0] for row in random_values(seed, gaps=0.3).tolist()]
    twice = [row for row in rows if len(row) > 1]
    agreed = [
        np.mean([a == b for i, a in enumerate(row) for j, b in enumerate(row) if i != j])
        for row in twice
    ]
    once = [row for row in rows if row]
    values = sorted({v for row in once for v in row})
    usage = [np.mean([row.count(v) / len(row) for row in once]) for v in values]
    by_chance = sum(share * (1 - share) for share in usage) / (len(values) - 1)
    observed, given = np.mean(agreed), random_values(seed, gaps=0.3)
    assert percent_agreement(given).value == pytest.approx(observed)
    assert gwet_ac1(given).value == pytest.approx((observed - by_chance) / (1 - by_chance))
    even = 1 / len(values)
    assert pabak(given).value == pytest.approx((observed - even) / (1 - even))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("near", [1, 2, 3])
def test_boundary_similarity_is_that_of_segeval(seed, near):
    first, second = random_cuts(seed)
    other = segeval.boundary_similarity(masses(first), masses(second), n_t=near + 1)
    assert boundary_similarity(first, second, near=near).value == pytest.approx(float(other))


@pytest.mark.parametrize("seed", range(30))
def test_windowdiff_is_that_of_segeval_and_nltk(seed):
    reference, other = random_cuts(seed)
    found = window_diff(reference, other)
    if found.value is None:
        assert found.reason == "the text is shorter than the window"
        return
    assert found.value == pytest.approx(
        float(segeval.window_diff(masses(other), masses(reference)))
    )
    strings = ["".join("01"[int(cut)] for cut in cuts) for cuts in (reference, other)]
    for width in (2, 3, 5):
        expected = windowdiff(*strings, width)
        assert window_diff(reference, other, window=width).value == pytest.approx(expected)
