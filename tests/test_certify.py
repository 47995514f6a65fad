from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from nlp_pipeline.certify import LEAST_SHARE, Promise, Why, Word, certify, judgements
from nlp_pipeline.frame import CONSENSUS, Frame
from nlp_pipeline.records import Origin, Passage, Role
from nlp_pipeline.selective import cut_offs

PROMISE = Promise(resamples=300)


def passages(groups):
    return tuple(
        Passage(
            id=f"p{number}",
            transcript_id=f"interview {group:03}",
            start=number * 10,
            end=number * 10 + 9,
            text="overleg.",
            language="nl",
            speaker=None,
            role=Role.RESPONDENT,
        )
        for number, group in enumerate(groups)
    )


def made_frame(coded, groups, *, seen=None, coders=None):
    """Return a frame of one code; ``coded`` has the people first and the model last."""
    coded = np.asarray(coded, dtype=bool)
    seen = np.ones(coded.shape, dtype=bool) if seen is None else np.asarray(seen, dtype=bool)
    names = coders or (*(f"coder {n}" for n in range(len(coded) - 1)), "model@1")
    return Frame(
        passages=passages(groups),
        coders=names,
        codes=("tijd",),
        coded=(coded & seen)[:, :, None],
        seen=seen,
        origin=tuple(tuple(Origin.BLIND if s else None for s in row) for row in seen),
    )


def study(
    seed=1, *, interviews=24, size=40, common=0.3, wrong=0.02, missed=0.02, people=(0.0, 0.0)
):
    """Return a frame and scores of a model with these errors, and of people with theirs."""
    chance = np.random.default_rng(seed)
    groups = np.repeat(np.arange(interviews), size)
    truth = chance.random(len(groups)) < common
    false = chance.random(len(groups)) < common * wrong / (1 - common)
    suggested = np.where(truth, chance.random(len(groups)) >= missed, false)
    scores = np.where(suggested, 0.5, 0.0) + chance.random(len(groups)) / 2
    told = [truth ^ (chance.random(len(groups)) < rate) for rate in people]
    return made_frame([*told, suggested], groups), scores


def certified(frame, scores, *, promise=PROMISE):
    (row,) = certify(frame, scores[:, None], promise=promise)
    return row


def test_a_good_model_may_suggest():
    row = certified(*study())
    assert (row.word, row.why) == (Word.SUGGEST, Why.CERTIFIED)
    assert row.accept.share >= row.accept.share_low >= LEAST_SHARE
    assert row.accept.error <= 0.1
    assert row.dismiss.score <= 0.51
    assert row.kappa.figure.value > 0.9
    assert row.people.figure.value == 1.0
    assert row.needed is None
    assert row.prevalence == pytest.approx(0.3, abs=0.04)


def test_too_few_interviews_are_too_little_whatever_they_say():
    row = certified(*study(interviews=7))
    assert (row.word, row.why) == (Word.TOO_LITTLE, Why.FEW_INTERVIEWS)
    assert row.accept.score is None
    assert row.needed.interviews > 0
    assert row.needed.passages == row.needed.interviews * 40


def test_a_code_that_hardly_occurs_is_too_little():
    frame, scores = study(common=0.001)
    row = certified(frame, scores)
    assert (row.word, row.why) == (Word.TOO_LITTLE, Why.FEW_CODED)


def test_a_code_that_nobody_gives_is_too_little_and_nobody_knows_how_much_is_lacking():
    groups = np.repeat(np.arange(10), 10)
    row = certified(made_frame(np.zeros((3, 100)), groups), np.zeros(100))
    assert (row.word, row.why, row.needed) == (Word.TOO_LITTLE, Why.FEW_CODED, None)
    assert row.wrong is None
    assert row.kappa.figure.value is None
    assert row.kappa.figure.reason


def test_what_is_lacking_would_do():
    frame, scores = study(interviews=12, size=15)
    row = certified(frame, scores)
    assert (row.word, row.why) == (Word.TOO_LITTLE, Why.MORE_WOULD_DO)
    more = 1 + row.needed.interviews // 12
    many, scores = study(2, interviews=12 * more, size=15)
    assert certified(many, scores).word is Word.SUGGEST


def test_people_who_do_not_agree_cannot_certify_anything():
    row = certified(*study(people=(0.35, 0.35)))
    assert (row.word, row.why) == (Word.DO_NOT, Why.PEOPLE_DISAGREE)
    assert row.people.interval.high < 0.4


def test_a_model_that_is_wrong_more_often_than_right_is_not_to_be_used():
    chance = np.random.default_rng(4)
    groups = np.repeat(np.arange(24), 40)
    truth = chance.random(960) < 0.2
    scores = chance.random(960)
    row = certified(made_frame([truth, truth, scores >= 0.5], groups), scores)
    assert (row.word, row.why) == (Word.DO_NOT, Why.MORE_WRONG)
    assert row.wrong == pytest.approx(0.8, abs=0.05)


def test_a_model_that_never_suggests_what_people_code_is_not_to_be_used():
    frame, scores = study()
    silent = replace(frame, coded=np.concatenate([frame.coded[:-1], frame.coded[-1:] & False]))
    row = certified(silent, scores / 3)
    assert (row.word, row.why) == (Word.DO_NOT, Why.NEVER)


def test_a_model_that_finds_little_of_what_people_code_is_not_to_be_used():
    row = certified(*study(missed=0.9, common=0.1, wrong=0.2))
    assert (row.word, row.why) == (Word.DO_NOT, Why.LOW_KAPPA)


def test_a_model_that_is_often_right_and_not_often_enough_is_weak():
    row = certified(*study(wrong=0.4))
    assert (row.word, row.why) == (Word.WEAK, Why.TOO_OFTEN_WRONG)
    assert row.needed is None


def test_a_model_that_is_right_on_a_small_part_is_weak_and_keeps_that_part():
    frame, _ = study(interviews=40, wrong=0.0, missed=0.0)
    chance = np.random.default_rng(8)
    truth = frame.coded[0, :, 0]
    sure = truth & (chance.random(len(truth)) < 0.4)
    suggested = truth | (chance.random(len(truth)) < 0.2)
    scores = np.where(sure, 0.9, np.where(suggested, 0.6, 0.1))
    row = certified(replace(frame, coded=np.stack([truth, truth, suggested])[:, :, None]), scores)
    assert (row.word, row.why) == (Word.WEAK, Why.SMALL_PART)
    assert row.accept.score == 0.9
    assert 0 < row.accept.share < LEAST_SHARE


def test_of_two_who_differ_each_is_half_right_and_a_consensus_settles_it():
    coders = (CONSENSUS, "Anna", "Bram", "model@1")
    coded = [[1, 1, 0, 1], [1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    seen = [[1, 0, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]
    frame = made_frame(coded, [0, 0, 0, 0], seen=seen, coders=coders)
    # The last one: a consensus does not overrule what all people say.
    assert judgements(frame)[:, 0].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert judgements(frame.of(coders=coders[1:]))[:, 0].tolist() == [0.5, 1.0, 0.0, 0.0]


def test_a_coder_who_read_a_part_counts_for_that_part():
    frame, scores = study(people=(0.0, 0.5))
    seen = frame.seen.copy()
    seen[1] = False
    row = certified(replace(frame, seen=seen, coded=frame.coded & seen[:, :, None]), scores)
    assert row.word is Word.SUGGEST
    assert row.people.figure.value is None
    assert row.people.figure.reason == "no two coders read the same passages"


def test_a_stricter_promise_leaves_less():
    frame, scores = study(wrong=0.04)
    loose = certified(frame, scores, promise=replace(PROMISE, error=0.2))
    strict = certified(frame, scores, promise=replace(PROMISE, error=0.02))
    assert loose.accept.share > strict.accept.share
    assert loose.dismiss.share >= strict.dismiss.share


@settings(max_examples=5)
@given(st.integers(0, 50), st.randoms(use_true_random=False))
def test_the_order_of_the_passages_does_not_matter(seed, chance):
    frame, scores = study(seed, interviews=14, size=20, people=(0.02, 0.03))
    order = list(range(len(scores)))
    chance.shuffle(order)
    places = np.array(order)
    assert certified(frame.of(passages=places), scores[places]) == certified(frame, scores)


def test_the_certified_error_is_kept_in_95_of_100_studies_of_interviews_that_differ_much():
    """Two people err at known rates, and the model errs far more in some interviews than others."""
    broken = {"accept": 0, "dismiss": 0}
    left = []
    chance = np.random.default_rng(10**6)
    everyone, truth = drawn(chance, chance.normal(0, 2.0, 200_000))
    said = truth + (1 - 2 * truth) * 0.015
    for seed in range(100):
        chance = np.random.default_rng(seed)
        groups = np.repeat(np.arange(30), chance.integers(10, 60, 30))
        scores, truth = drawn(chance, chance.normal(0, 2.0, 30)[groups])
        told = [truth ^ (chance.random(len(groups)) < rate) for rate in (0.01, 0.02)]
        frame = made_frame([*told, scores >= 0.5], groups)
        accept, dismiss = cut_offs(
            scores=scores,
            coded=judgements(frame)[:, 0],
            interviews=frame.interviews,
            suggested=scores >= 0.5,
            resamples=200,
        )
        accepted = everyone >= (np.inf if accept.score is None else accept.score)
        dismissed = everyone < (-np.inf if dismiss.score is None else dismiss.score)
        broken["accept"] += (1 - said)[accepted].sum() > 0.1 * accepted.sum()
        broken["dismiss"] += said[dismissed].sum() > 0.1 * said.sum()
        left.append((accept.share, dismiss.share))
    assert broken["accept"] <= 5
    assert broken["dismiss"] <= 5
    assert (np.mean(left, axis=0) > (0.1, 0.3)).all()


def drawn(chance, shift):
    """Return scores, and what is true; an interview with a shift has other errors than expected."""
    logit = 30 * (chance.random(len(shift)) - 0.65)
    return expit(logit), chance.random(len(shift)) < expit(logit + shift)
