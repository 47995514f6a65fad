import numpy as np
import pytest
from test_intervals import CODES, coded

from nlp_pipeline.agreement import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    number_sets,
    rating_terms,
    value_counts,
)
from nlp_pipeline.intervals import PERCENT, Resamples
from nlp_pipeline.patterns import measure_pair_patterns, measure_patterns, pattern_terms


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_terms_are_those_of_the_passages_added_up(seed):
    sets, seen, interviews = coded(seed)
    resamples = Resamples(interviews, resamples=5)
    found, values = number_sets(sets, seen)
    slow = resamples.tables(rating_terms(value_counts(values, n_values=len(found))))
    fast = pattern_terms(values, resamples.groups, n_values=len(found), n_groups=slow.shape[0])
    np.testing.assert_allclose(fast, slow)


def test_figures_of_sets_are_those_of_numbered_values():
    sets, seen, interviews = coded(4)
    _, values = number_sets(sets, seen)
    found = measure_patterns(sets, seen, Resamples(interviews, resamples=100))
    assert found["fleiss_kappa"].figure.value == pytest.approx(fleiss_kappa(values).value)
    alpha = found["krippendorff_alpha"]
    assert alpha.figure.value == pytest.approx(krippendorff_alpha(values).value)
    assert alpha.interval.low < alpha.figure.value < alpha.interval.high


def test_a_pair_has_kappa_of_sets_and_means_over_the_codes_that_occur():
    sets, looked, interviews = coded(5)
    sets[:, :, 2] = False
    seen = looked[:, 0] & looked[:, 1]
    found = measure_pair_patterns(
        sets[:, 0], sets[:, 1], seen, Resamples(interviews, resamples=100)
    )
    _, values = number_sets(sets[seen][:, :2], np.ones((seen.sum(), 2), dtype=bool))
    assert found["cohen_kappa"].figure.value == pytest.approx(cohen_kappa(*values.T).value)
    kappas = [cohen_kappa(sets[seen, 0, c], sets[seen, 1, c]).value for c in (0, 1)]
    assert found["mean_cohen_kappa"].figure.value == pytest.approx(np.mean(kappas))
    assert 0 < found["macro_f1"].figure.value < 1


def test_where_there_is_nothing_to_compare_each_figure_says_why():
    none = np.zeros((6, 2, len(CODES)), dtype=bool)
    interviews = [f"i{n}" for n in range(6)]
    resamples = Resamples(interviews, resamples=50)
    seen = np.ones((6, 2), dtype=bool)
    one_value = measure_patterns(none, seen, resamples)
    assert one_value[PERCENT].figure.value == 1
    assert one_value["fleiss_kappa"].figure.reason == "all coders use one value only"
    pair = measure_pair_patterns(none[:, 0], none[:, 1], seen[:, 0], resamples)
    assert {m.figure.value for m in pair.values()} == {None}
    assert pair["macro_f1"].figure.reason == "no code occurs in either coding"
    unseen = measure_pair_patterns(none[:, 0], none[:, 1], ~seen[:, 0], resamples)
    assert {m.figure.reason for m in unseen.values()} == {"no passage was coded by two people"}
    alone = measure_patterns(none, seen & [True, False], resamples)
    assert alone[PERCENT].figure.reason == "no passage was coded by two people"
