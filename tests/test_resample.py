import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from nlp_pipeline.agreement import average_precision, compare
from nlp_pipeline.resample import (
    average_precisions,
    bca_interval,
    draw_counts,
    f1,
    group_index,
    kappa,
    leave_one_out,
    mean_over_codes,
    pattern_kappa,
    pattern_tables,
    percentile_interval,
    precision,
    recall,
    resample_any,
    totals,
    yes_no_tables,
)


def coded_passages(seed, *, interviews=7, passages=90, codes=3):
    """Return suggestions, codings and scores of passages, in which the last code is rare."""
    chance = np.random.default_rng(seed)
    rates = np.linspace(0.5, 0.03, codes)
    coded = chance.random((passages, codes)) < rates
    scores = np.round(np.clip(0.6 * coded + 0.6 * chance.random(coded.shape), 0, 1), 2)
    return scores > 0.5, coded, scores, chance.integers(0, interviews, passages)


def as_nan(figure):
    return np.nan if figure.value is None else figure.value


def repeated(groups, counts):
    """Yield the passages of each resample, put together one interview after the other."""
    for row in counts:
        parts = [np.flatnonzero(groups == group) for group in np.repeat(np.arange(len(row)), row)]
        yield np.concatenate(parts)


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_of_resamples_are_those_of_the_repeated_passages(seed):
    suggested, coded, scores, groups = coded_passages(seed)
    counts = draw_counts(7, resamples=25, seed=seed)
    sums = totals(counts, yes_no_tables(suggested, coded, groups, n_groups=7))
    ranked = np.stack(
        [average_precisions(scores[:, i], coded[:, i], groups, counts) for i in range(3)], axis=-1
    )
    found = np.stack([precision(sums), recall(sums), f1(sums), kappa(sums), ranked], axis=-1)
    for row, places in zip(found, repeated(groups, counts), strict=True):
        for code in range(3):
            one = compare(
                "c",
                scores=scores[places, code],
                suggested=suggested[places, code],
                coded=coded[places, code],
            )
            figures = (one.precision, one.recall, one.f1, one.kappa, one.average_precision)
            assert row[code] == pytest.approx([as_nan(figure) for figure in figures], nan_ok=True)


def test_kappa_of_patterns_is_that_of_scikit_learn_on_the_repeated_passages():
    chance = np.random.default_rng(5)
    first, groups = chance.integers(0, 4, 80), chance.integers(0, 6, 80)
    second = np.where(chance.random(80) < 0.7, first, chance.integers(0, 4, 80))
    counts = draw_counts(6, resamples=20, seed=5)
    found = pattern_kappa(
        totals(counts, pattern_tables(first, second, groups, n_values=4, n_groups=6))
    )
    loop = [cohen_kappa_score(first[at], second[at]) for at in repeated(groups, counts)]
    assert found == pytest.approx(loop)


def test_any_statistic_can_be_resampled():
    suggested, coded, scores, groups = coded_passages(3)
    counts = draw_counts(7, resamples=30, seed=3)
    slow = resample_any(
        lambda at: average_precision(scores[at, 0], coded[at, 0]).value, groups, counts
    )
    assert slow == pytest.approx(average_precisions(scores[:, 0], coded[:, 0], groups, counts))
    agreed = resample_any(
        lambda at: float(np.mean(suggested[at, 0] == coded[at, 0])), groups, counts
    )
    tables = totals(counts, yes_no_tables(suggested, coded, groups, n_groups=7))[:, 0]
    assert agreed == pytest.approx((tables[:, 0] + tables[:, 3]) / tables.sum(axis=1))


def test_a_code_that_nobody_uses_has_no_figures():
    nothing = np.zeros((12, 1), dtype=bool)
    groups = np.repeat(np.arange(6), 2)
    sums = totals(
        draw_counts(6, resamples=4, seed=0), yes_no_tables(nothing, nothing, groups, n_groups=6)
    )
    for figure in (precision, recall, f1, kappa):
        assert np.isnan(figure(sums)).all()
    ranked = average_precisions(
        np.linspace(0, 1, 12), nothing[:, 0], groups, draw_counts(6, resamples=4, seed=0)
    )
    assert np.isnan(ranked).all()


def test_the_mean_over_codes_leaves_out_those_that_are_undefined():
    figures = np.array([[0.2, np.nan, 0.6], [np.nan, np.nan, np.nan]])
    assert mean_over_codes(figures) == pytest.approx([0.4, np.nan], nan_ok=True)


def test_every_resample_has_as_many_interviews():
    counts = draw_counts(9, resamples=50, seed=1)
    assert (counts.sum(axis=1) == 9).all()
    assert np.array_equal(counts, draw_counts(9, resamples=50, seed=1))
    assert not np.array_equal(counts, draw_counts(9, resamples=50, seed=2))


def test_leaving_out_an_interview_leaves_its_passages_out():
    suggested, coded, _, groups = coded_passages(4)
    left = kappa(totals(leave_one_out(7), yes_no_tables(suggested, coded, groups, n_groups=7)))
    for group in range(7):
        rest = groups != group
        assert left[group, 0] == pytest.approx(
            cohen_kappa_score(suggested[rest, 0], coded[rest, 0])
        )


@settings(max_examples=25)
@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_the_order_of_passages_does_not_matter(seed, chance):
    suggested, coded, scores, groups = coded_passages(seed, passages=40)
    ids = [f"interview-{group}" for group in groups]
    order = list(range(40))
    chance.shuffle(order)
    results = []
    for at in (list(range(40)), order):
        names, index = group_index([ids[i] for i in at])
        counts = draw_counts(len(names), resamples=20, seed=8)
        tables = yes_no_tables(suggested[at], coded[at], index, n_groups=len(names))
        ranked = average_precisions(scores[at, 0], coded[at, 0], index, counts)
        results.append(np.append(kappa(totals(counts, tables)), ranked))
    assert results[0] == pytest.approx(results[1], nan_ok=True)


def study(chance, *, interviews, passages=25, agreement=0.6):
    """Draw two codings whose kappa over all interviews of this kind is `agreement`.

    The second coder copies the first with a chance that differs by interview, or else codes at
    the overall rate, whatever the passage; both use the code on 40 % of passages.
    """
    groups = np.repeat(np.arange(interviews), passages)
    rate = chance.beta(4, 6, interviews)[groups]
    copies = chance.beta(6 * agreement, 6 * (1 - agreement), interviews)[groups]
    first = chance.random(len(groups)) < rate
    same = chance.random(len(groups)) < copies
    return first, np.where(same, first, chance.random(len(groups)) < 0.4), groups


def intervals(first, second, groups, *, n_groups, seed):
    counts = draw_counts(n_groups, resamples=300, seed=seed)
    tables = yes_no_tables(first, second, groups, n_groups=n_groups)
    values, left = kappa(totals(counts, tables)), kappa(totals(leave_one_out(n_groups), tables))
    whole = float(kappa(tables.sum(axis=0)))
    return percentile_interval(values, interviews=n_groups), bca_interval(values, whole, left)


def test_intervals_hold_the_true_kappa_about_as_often_as_they_say():
    chance = np.random.default_rng(11)
    held = np.zeros(3)
    for number in range(150):
        first, second, groups = study(chance, interviews=25)
        found = intervals(first, second, groups, n_groups=25, seed=number)
        # Resampling passages takes each passage for an interview of its own.
        cells = yes_no_tables(first, second, groups * 0, n_groups=1)
        draws = np.random.default_rng(number).multinomial(625, cells[0] / 625, size=300)
        alone = percentile_interval(kappa(draws.astype(float)), interviews=625)
        held += [interval.low <= 0.6 <= interval.high for interval in (*found, alone)]
    by_interview, corrected, by_passage = held / 150
    assert 0.88 <= by_interview <= 0.99
    assert 0.88 <= corrected <= 0.99
    assert by_passage < 0.85


def test_more_interviews_of_the_same_kind_narrow_the_interval():
    first, second, groups = study(np.random.default_rng(3), interviews=12)
    once = intervals(first, second, groups, n_groups=12, seed=1)
    twice = intervals(
        np.tile(first, 2),
        np.tile(second, 2),
        np.append(groups, groups + 12),
        n_groups=24,
        seed=1,
    )
    for few, many in zip(once, twice, strict=True):
        assert many.high - many.low < 0.85 * (few.high - few.low)


def test_the_corrected_interval_is_that_of_scipy():
    sample = np.random.default_rng(2).lognormal(size=30)
    theirs = stats.bootstrap(
        (sample,), np.mean, n_resamples=999, method="BCa", rng=np.random.default_rng(4)
    )
    left = (sample.sum() - sample) / 29
    ours = bca_interval(theirs.bootstrap_distribution, float(sample.mean()), left)
    expected = theirs.confidence_interval
    assert (ours.low, ours.high) == pytest.approx((expected.low, expected.high), rel=0.01)


def test_percentiles_leave_out_undefined_resamples():
    values = np.append(np.arange(101.0), np.full(40, np.nan))
    found = percentile_interval(values, interviews=8, level=0.9)
    assert (found.low, found.high) == pytest.approx((5.0, 95.0))
    assert found.reason == ""


@pytest.mark.parametrize(
    ("values", "interviews", "reason"),
    [
        (np.arange(100.0), 4, "4 interviews; an interval takes 5"),
        (np.append(np.arange(40.0), np.full(60, np.nan)), 9, "undefined in most resamples"),
        (np.array([]), 9, "undefined in most resamples"),
    ],
)
def test_without_enough_to_go_on_there_is_no_interval(values, interviews, reason):
    found = percentile_interval(values, interviews=interviews)
    assert (found.low, found.high, found.reason) == (None, None, reason)
    jackknife = np.linspace(0, 1, interviews)
    assert bca_interval(values, 0.5, jackknife).low is None


def test_a_figure_that_never_varies_has_an_interval_of_one_point():
    ones = np.ones(200)
    assert percentile_interval(ones, interviews=10).low == 1.0
    corrected = bca_interval(ones, 1.0, np.ones(10))
    assert (corrected.low, corrected.high) == (1.0, 1.0)


def test_an_undefined_figure_has_no_interval():
    assert bca_interval(np.ones(9), np.nan, np.ones(9)).reason == "the figure is undefined"
