import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaincinv, expit

from nlp_pipeline.resample import draw_counts
from nlp_pipeline.selective import LEAST_CORRELATION, cut_offs, risk_coverage, upper_bounds


def drawn(chance, mean, correlation):
    """Draw the chance of each interview, of which flags correlate as asked within interviews."""
    if not correlation:
        return mean
    much = 1 / correlation - 1
    return chance.beta(mean * much, (1 - mean) * much)


def clusters(seed, *, interviews, sizes, risk, correlation, studies):
    """Return wrong passages and passages of many simulated studies, shape (groups, studies)."""
    chance = np.random.default_rng(seed)
    size = chance.integers(sizes[0], sizes[1] + 1, (interviews, studies))
    share = drawn(chance, np.full(size.shape, risk), correlation)
    return chance.binomial(size, share).astype(float), size.astype(float)


def bounds(wrong, size, *, correlation=LEAST_CORRELATION):
    counts = draw_counts(len(size), resamples=300, seed=1)
    return upper_bounds(wrong, size, confidence=0.95, counts=counts, correlation=correlation)


@pytest.mark.parametrize("interviews", [8, 16, 40])
@pytest.mark.parametrize("sizes", [(5, 20), (5, 60)])
@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.2, 0.3])
def test_a_bound_lies_below_the_true_risk_in_few_studies(interviews, sizes, correlation):
    wrong, size = clusters(
        7, interviews=interviews, sizes=sizes, risk=0.1, correlation=correlation, studies=1000
    )
    # Three standard errors of 5 % in a thousand studies.
    assert np.mean(bounds(wrong, size) < 0.1) <= 0.05 + 0.02


def test_a_bound_that_takes_passages_for_independent_would_be_wrong():
    """The simulated studies can tell: the plain bound of Clopper and Pearson fails them."""
    wrong, size = clusters(7, interviews=16, sizes=(5, 60), risk=0.1, correlation=0.1, studies=1000)
    x, n = wrong.sum(axis=0), size.sum(axis=0)
    plain = betaincinv(x + 1, n - x, 0.95)
    assert np.mean(plain < 0.1) > 0.12
    assert (bounds(wrong, size) >= plain).all()


def test_bounds_fall_with_more_interviews_and_rise_with_more_errors():
    wrong, size = clusters(2, interviews=16, sizes=(10, 40), risk=0.1, correlation=0.1, studies=50)
    first = bounds(wrong, size)
    assert (bounds(np.tile(wrong, (2, 1)), np.tile(size, (2, 1))) < first).all()
    assert (bounds(np.minimum(2 * wrong, size), size) > first).all()
    assert (first > wrong.sum(axis=0) / size.sum(axis=0)).all()


def test_no_errors_do_not_make_a_bound_of_nothing():
    size = np.full((10, 1), 10.0)
    found = float(bounds(np.zeros((10, 1)), size)[0])
    assert 1 - 0.05 ** (1 / 100) < found < 0.15
    assert float(bounds(size, size)[0]) == 1.0


def test_interviews_without_passages_do_not_count():
    size = np.zeros((20, 2))
    size[:7, 0], size[:8, 1] = 30, 30
    found = bounds(np.zeros((20, 2)), size)
    assert found[0] == 1.0
    assert found[1] < 0.2


def study(seed, *, interviews=16, sizes=(30, 60), correlation=0.0, separation=8.0, shift=0.0):
    """Draw scored and coded passages; return them with the true chance that each is coded."""
    chance = np.random.default_rng(seed)
    size = chance.integers(sizes[0], sizes[1] + 1, interviews)
    groups = np.repeat(np.arange(interviews), size)
    logit = separation * (chance.random(len(groups)) - 0.7)
    truth = expit(logit - shift)
    share = truth
    if correlation:
        much, luck = 1 / correlation - 1, chance.random(interviews)[groups]
        share = betaincinv(truth * much, (1 - truth) * much, luck)
    coded = chance.random(len(groups)) < share
    return expit(logit), coded, [f"i{group:02}" for group in groups], truth


def curve(scores, coded, interviews, **options):
    options = {"suggested": scores >= 0.5, "resamples": 200, **options}
    return risk_coverage("barrier", scores=scores, coded=coded, interviews=interviews, **options)


def test_points_are_what_a_loop_over_scores_counts():
    chance = np.random.default_rng(3)
    scores = np.round(chance.random(150), 1)
    coded = chance.random(150) < scores
    found = curve(scores, coded, [str(i % 9) for i in range(150)])
    assert [point.score for point in found.points] == sorted({*scores.tolist()}, reverse=True)
    for point in found.points:
        chosen = scores >= point.score
        assert point.coverage == pytest.approx(chosen.mean())
        assert point.risk == pytest.approx((~coded[chosen]).mean())
        assert point.found == pytest.approx(coded[chosen].sum() / coded.sum())
        assert point.risk <= point.risk_bound <= 1


def test_a_long_curve_is_thinned_and_still_covers_everything():
    found = curve(*study(1, interviews=30)[:3])
    scores, coverage = zip(*((point.score, point.coverage) for point in found.points), strict=True)
    assert len(scores) <= 100
    assert list(scores) == sorted(scores, reverse=True)
    assert coverage[-1] == 1.0


def test_the_shares_are_those_of_the_cut_offs():
    scores, coded, interviews, _ = study(4, interviews=40, separation=24.0)
    found = curve(scores, coded, interviews)
    suggested = scores >= 0.5
    assert found.accept_from >= 0.5
    assert found.accepted_share == pytest.approx(
        (scores >= found.accept_from).sum() / suggested.sum()
    )
    assert 0 < found.dismiss_below <= 0.51
    assert found.dismissed_share == pytest.approx((scores < found.dismiss_below).mean())
    assert found.reason == ""
    assert (~coded[scores >= found.accept_from]).mean() <= 0.1
    assert (scores[coded] < found.dismiss_below).mean() <= 0.1


@pytest.mark.parametrize("shift", [0.0, 0.7], ids=["calibrated", "over-confident"])
def test_the_promises_are_kept_in_at_least_95_of_100_studies_of_interviews_that_differ(shift):
    everyone, _, _, truth = study(10**6, interviews=1500, separation=16.0, shift=shift)
    rows = []
    for seed in range(100):
        scores, coded, interviews, _ = study(
            seed, interviews=24, correlation=0.3, separation=16.0, shift=shift
        )
        accept, dismiss = cut_offs(
            scores=scores,
            coded=coded,
            interviews=interviews,
            suggested=scores >= 0.5,
            resamples=200,
            seed=seed,
        )
        from_here, below = accept.score, dismiss.score
        risk = 0.0 if from_here is None else np.mean(1 - truth[everyone >= from_here])
        missed = 0.0 if below is None else truth[everyone < below].sum() / truth.sum()
        rows.append((risk > 0.1, missed > 0.1, accept.share, dismiss.share))
    wrong, missed, accepted, dismissed = np.mean(rows, axis=0)
    assert wrong <= 0.05
    assert missed <= 0.05
    assert accepted > 0.05
    assert dismissed > 0.3


@pytest.mark.parametrize("correlation", [0.0, 0.3])
def test_scores_of_equal_risk_are_not_left_to_the_model_because_one_of_many_cut_offs_is_lucky(
    correlation,
):
    """Every suggestion is wrong with a chance just above what is allowed, whatever its score."""
    passed = []
    for seed in range(100):
        chance = np.random.default_rng(seed)
        groups = np.repeat(np.arange(30), chance.integers(5, 40, 30))
        wrong = chance.random(len(groups)) < drawn(chance, np.full(30, 0.105), correlation)[groups]
        scores = 0.5 + chance.random(len(groups)) / 2
        accept, _ = cut_offs(
            scores=scores,
            coded=~wrong,
            interviews=[f"i{group:02}" for group in groups],
            suggested=scores >= 0.5,
            resamples=200,
        )
        passed.append(accept.score is not None)
    assert np.mean(passed) <= 0.05


def test_half_a_vote_counts_half():
    """Two coders of whom one says yes are half wrong, wherever the passages are."""
    scores, coded, interviews, _ = study(4, interviews=30, separation=16.0)
    rest = {"scores": scores, "interviews": interviews, "suggested": scores >= 0.5}
    whole = cut_offs(coded=coded, **rest)
    shares = cut_offs(coded=coded.astype(float), **rest)
    assert shares == whole
    doubted = np.where(coded, 1.0, 0.0)
    doubted[scores > 0.9] *= 0.5
    accept, _ = cut_offs(coded=doubted, **rest)
    assert accept.score is None


def test_scores_that_say_nothing_leave_nothing_to_the_model():
    chance = np.random.default_rng(6)
    scores, coded = chance.random(900), chance.random(900) < 0.4
    found = curve(scores, coded, [str(i % 18) for i in range(900)])
    assert found.accept_from is None
    assert found.accepted_share == 0
    assert found.reason == "accept: even the surest suggestions may be wrong too often"
    assert found.dismissed_share < 0.1


def test_faultless_scores_leave_everything_to_the_model():
    coded = np.arange(1200) % 3 == 0
    scores = np.where(coded, 0.9, 0.1)
    found = curve(scores, coded, [str(i % 20) for i in range(1200)])
    assert (found.accept_from, found.accepted_share) == (0.9, 1.0)
    assert (found.dismiss_below, found.dismissed_share) == (0.5, pytest.approx(2 / 3))


def test_a_stricter_error_leaves_less():
    passages = study(8, interviews=40, separation=16.0)[:3]
    strict, loose = (curve(*passages, error=error) for error in (0.05, 0.2))
    assert strict.accepted_share < loose.accepted_share
    assert strict.dismiss_below < loose.dismiss_below


def test_seven_interviews_are_too_few():
    found = curve(*study(2, interviews=7)[:3])
    assert found.accept_from is None
    assert found.dismiss_below is None
    assert found.reason == "7 interviews; leaving passages to the model takes 8"
    assert all(point.risk_bound == 1.0 for point in found.points)


@pytest.mark.parametrize(
    ("rate", "reason"),
    [
        (0.0, "accept: too few suggestions (0); dismiss: no passage carries the code"),
        (0.02, "accept: too few suggestions (8); dismiss: too few passages with the code (8)"),
    ],
)
def test_a_rare_code_gives_the_reason_for_having_no_cut_off(rate, reason):
    coded = np.arange(400) < rate * 400
    found = curve(np.where(coded, 0.9, 0.1), coded, [str(i % 20) for i in range(400)])
    assert (found.accept_from, found.dismiss_below, found.reason) == (None, None, reason)


def test_without_passages_there_is_a_reason_and_no_curve():
    found = curve(np.array([]), np.array([], dtype=bool), [])
    assert found.points == ()
    assert found.reason.startswith("0 interviews")


@settings(max_examples=15)
@given(st.integers(0, 500), st.randoms(use_true_random=False))
def test_the_order_of_passages_does_not_matter(seed, chance):
    scores, coded, interviews, _ = study(seed, interviews=10, sizes=(10, 30), separation=16.0)
    order = list(range(len(scores)))
    chance.shuffle(order)
    shuffled = curve(scores[order], coded[order], [interviews[i] for i in order])
    assert shuffled == curve(scores, coded, interviews)


def test_a_passage_with_a_suggestion_is_never_dismissed_however_low_its_score():
    scores, coded, interviews, _ = study(4, interviews=40, separation=24.0)
    low = np.flatnonzero(coded & (scores < 0.3))
    suggested = scores >= 0.5
    without = curve(scores, coded, interviews, suggested=suggested)
    suggested[low] = True
    found = curve(scores, coded, interviews, suggested=suggested)
    assert found.dismiss_below >= without.dismiss_below
    below = (scores < found.dismiss_below) & ~suggested
    assert found.dismissed_share == pytest.approx(below.mean())
    assert coded[below].sum() <= 0.1 * coded.sum()
    assert found.accept_from > scores[low].max()
