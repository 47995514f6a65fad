import numpy as np
import pytest

from nlp_pipeline.agreement import (
    MISSING,
    boundary_similarities,
    boundary_terms,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_alpha,
    masi_alphas,
    masi_distances,
    number_sets,
    pabak,
    percent_agreement,
    rating_terms,
    set_tables,
    yes_no_counts,
)
from nlp_pipeline.intervals import (
    CHANCE_CORRECTED,
    PERCENT,
    Method,
    Resamples,
    measure_codes,
    measure_pair,
    measure_sets,
)
from nlp_pipeline.resample import totals

SINGULAR = {
    "fleiss_kappa": fleiss_kappa,
    "krippendorff_alpha": krippendorff_alpha,
    "gwet_ac1": lambda values: gwet_ac1(values, n_values=2),
    "pabak": lambda values: pabak(values, n_values=2),
}
CODES = ("barrier", "facilitator", "rare")


def coded(seed, *, passages=120, interviews=8, coders=3, slips=0.1):
    """Return label sets of coders who slip now and then, what they saw, and the interviews."""
    chance = np.random.default_rng(seed)
    truth = chance.random((passages, 1, len(CODES))) < (0.4, 0.25, 0.03)
    sets = truth ^ (chance.random((passages, coders, len(CODES))) < slips * truth.mean((0, 1)) * 2)
    seen = chance.random((passages, coders)) < 0.85
    return sets, seen, [f"i{n}" for n in chance.integers(0, interviews, passages)]


def values_of(sets, seen, column):
    return np.where(seen, sets[:, :, column], MISSING).astype(np.int64)


def as_nan(figure):
    return np.nan if figure.value is None else figure.value


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_of_resamples_are_those_of_the_repeated_passages(seed):
    sets, seen, interviews = coded(seed)
    resamples = Resamples(interviews, resamples=12, seed=seed)
    sums = resamples.sums(rating_terms(yes_no_counts(sets, seen)))
    found, numbers = number_sets(sets, seen)
    away = masi_distances(found)
    tables = set_tables(numbers, away, resamples.groups, n_groups=resamples.n_groups)
    alphas = masi_alphas(totals(resamples.weights, tables), away)
    for row, weights in enumerate(resamples.weights):
        places = np.repeat(np.arange(len(seen)), weights[resamples.groups])
        assert alphas[row] == pytest.approx(masi_alpha(sets[places], seen[places]).value)
        for column in range(len(CODES)):
            values = values_of(sets, seen, column)[places]
            for name, figure in SINGULAR.items():
                one = CHANCE_CORRECTED[name](sums[row, column])
                assert one == pytest.approx(as_nan(figure(values)), nan_ok=True)


def test_codes_come_with_their_prevalence_and_numbers():
    sets, seen, interviews = coded(3)
    rows = measure_codes(sets, seen, Resamples(interviews, resamples=200), codes=CODES)
    assert [row.code for row in rows] == list(CODES)
    for column, row in enumerate(rows):
        values = values_of(sets, seen, column)
        twice = seen.sum(axis=1) >= 2
        assert row.passages == twice.sum()
        assert row.interviews == 8
        assert row.prevalence == pytest.approx(sets[:, :, column][seen & twice[:, None]].mean())
        assert row.figures[PERCENT].figure.value == pytest.approx(percent_agreement(values).value)
        for name, figure in SINGULAR.items():
            assert row.figures[name].figure.value == pytest.approx(figure(values).value)
        for measured in row.figures.values():
            if not measured.interval.reason:
                assert measured.interval.low <= measured.interval.high


def test_a_pair_has_kappa_and_the_figures_of_a_reference():
    sets, looked, interviews = coded(4)
    first, second, seen = sets[:, 0], sets[:, 1], looked[:, 0] & looked[:, 1]
    rows = measure_pair(first, second, seen, Resamples(interviews, resamples=100), codes=CODES)
    for column, row in enumerate(rows):
        one, two = first[seen, column], second[seen, column]
        assert row.passages == seen.sum()
        assert row.figures["cohen_kappa"].figure.value == pytest.approx(cohen_kappa(one, two).value)
        assert row.figures["precision"].figure.value == pytest.approx((one & two).sum() / one.sum())
        assert row.figures["recall"].figure.value == pytest.approx((one & two).sum() / two.sum())
    other = measure_pair(second, first, seen, Resamples(interviews, resamples=100), codes=CODES)
    for row, turned in zip(rows, other, strict=True):
        assert row.figures["precision"] == turned.figures["recall"]
        assert row.figures["f1"] == turned.figures["f1"]


def test_the_seed_decides_and_both_methods_hold_the_figure():
    sets, seen, interviews = coded(5, passages=400)
    for method in Method:
        made = [
            measure_sets(sets, seen, Resamples(interviews, resamples=300, seed=seed, method=method))
            for seed in (1, 1, 2)
        ]
        assert made[0] == made[1]
        assert made[0].interval != made[2].interval
        assert made[0].interval.low < made[0].figure.value < made[0].interval.high
    assert made[0].figure.value == pytest.approx(masi_alpha(sets, seen).value)


@pytest.mark.parametrize("method", list(Method))
def test_intervals_hold_the_true_kappa_about_as_often_as_they_say(method):
    """Two coders who slip independently on 4 in 25 of evenly spread yes and no."""
    slip, hits, rounds = 0.16, 0, 60
    true_kappa = (1 - 2 * slip) ** 2
    for seed in range(rounds):
        chance = np.random.default_rng(seed)
        truth = chance.random((600, 1, 1)) < 0.5
        sets = truth ^ (chance.random((600, 2, 1)) < slip)
        interviews = [f"i{n}" for n in np.arange(600) % 24]
        resamples = Resamples(interviews, resamples=300, seed=seed, method=method)
        seen = np.ones(600, dtype=bool)
        (row,) = measure_pair(sets[:, 0], sets[:, 1], seen, resamples, codes=["barrier"])
        interval = row.figures["cohen_kappa"].interval
        hits += interval.low <= true_kappa <= interval.high
    assert hits / rounds >= 0.85


def test_few_interviews_give_a_figure_without_an_interval():
    sets, seen, _ = coded(6)
    few = Resamples(["a", "b", "c"] * 40)
    (row, *_) = measure_codes(sets, seen, few, codes=CODES)
    kappa = row.figures["fleiss_kappa"]
    assert kappa.figure.value is not None
    assert kappa.interval.low is None
    assert kappa.interval.reason == "3 interviews; an interval takes 5"


def test_a_code_of_two_interviews_has_no_interval_but_percent_agreement_has():
    sets, seen, interviews = coded(7, slips=0)
    sets[:, :, 2] = False
    for interview in ("i1", "i2"):
        sets[interviews.index(interview), :, 2] = True
    seen[:] = True
    row = measure_codes(sets, seen, Resamples(interviews, resamples=100), codes=CODES)[2]
    assert row.figures["krippendorff_alpha"].interval.reason == "2 interviews; an interval takes 5"
    assert row.figures[PERCENT].interval.low == 1.0


def test_undefined_figures_say_why():
    sets, seen, interviews = coded(8)
    resamples = Resamples(interviews, resamples=50)
    nobody, once = np.zeros_like(seen), np.zeros_like(seen)
    once[:, 0] = True
    for looked, reason in (
        (nobody, "no passages"),
        (once, "no passage was coded by two people"),
    ):
        for row in measure_codes(sets, looked, resamples, codes=CODES):
            assert {one.figure.reason for one in row.figures.values()} == {reason}
            assert {one.interval.reason for one in row.figures.values()} == {reason}
            assert row.prevalence is None
        assert measure_sets(sets, looked, resamples).figure.reason == reason
    never = np.zeros_like(sets)
    (row, *_) = measure_pair(
        never[:, 0], never[:, 1], np.ones(len(seen), dtype=bool), resamples, codes=CODES
    )
    assert row.figures["precision"].figure.reason == "the first coder never gives the code"
    assert row.figures["recall"].figure.reason == "the second coder never gives the code"
    assert row.figures["gwet_ac1"].figure.reason == "all coders use one value only"
    assert row.figures["cohen_kappa"].figure.reason == "both coders use one value only"
    assert row.figures[PERCENT].figure.value == 1.0


def test_a_pair_who_have_seen_nothing_in_common():
    sets, seen, interviews = coded(9)
    rows = measure_pair(
        sets[:, 0], sets[:, 1], np.zeros(len(seen), dtype=bool), Resamples(interviews), codes=CODES
    )
    reasons = {one.figure.reason for row in rows for one in row.figures.values()}
    assert reasons == {"no passages", "no passage was coded by two people"}


def test_no_passages_at_all():
    sets, seen = np.zeros((0, 2, 3), dtype=bool), np.zeros((0, 2), dtype=bool)
    for row in measure_codes(sets, seen, Resamples([]), codes=CODES):
        assert {one.figure.reason for one in row.figures.values()} == {"no passages"}
    assert measure_sets(sets, seen, Resamples([])).figure.reason == "no passages"


def test_texts_can_be_resampled_for_their_cuts():
    chance = np.random.default_rng(1)
    terms = []
    for _ in range(12):
        first = chance.random(40) < 0.2
        terms.append(boundary_terms(first, first ^ (chance.random(40) < 0.05)))
    resamples = Resamples([f"i{n}" for n in range(12)], resamples=200)
    measured = resamples.measure(boundary_similarities(resamples.sums(np.array(terms))))
    assert measured.figure.value == pytest.approx(boundary_similarities(sum(terms)))
    assert measured.interval.low < measured.figure.value < measured.interval.high
