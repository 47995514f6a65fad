"""Samples: the right number, from every group, the same for the same seed."""

from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.records import Passage, Role, Suggestion
from nlp_pipeline.sample import Unit, allot, doubts, draw, draw_first


def units(**sizes):
    return [
        Unit(id=f"{group}{n}", group=(group,), doubt=-n / 100)
        for group, size in sizes.items()
        for n in range(size)
    ]


def test_every_group_is_there_in_proportion():
    _, shares = draw(units(nl=60, en=30, other=10), share=0.2, strategy="random", seed=1)
    assert [(s.group, s.drawn, s.of) for s in shares] == [
        (("en",), 6, 30),
        (("nl",), 12, 60),
        (("other",), 2, 10),
    ]


def test_a_seed_draws_the_same_whatever_the_order_and_another_seed_another():
    some = units(nl=50, en=50)
    first, _ = draw(some, share=0.2, strategy="random", seed=7)
    assert draw(some[::-1], share=0.2, strategy="random", seed=7)[0] == first
    assert draw(some, share=0.2, strategy="random", seed=8)[0] != first


def test_chance_does_not_look_at_doubt():
    hits = dict.fromkeys((unit.id for unit in units(nl=10)), 0)
    for seed in range(400):
        for own in draw(units(nl=10), share=0.3, strategy="random", seed=seed)[0]:
            hits[own] += 1
    assert min(hits.values()) > 80
    assert max(hits.values()) < 160


def test_uncertain_takes_the_doubtful_and_mixed_half_of_them():
    some = units(nl=40)
    assert set(draw(some, share=0.1, strategy="uncertain", seed=1)[0]) == {
        "nl0",
        "nl1",
        "nl2",
        "nl3",
    }
    mixed = draw(some, share=0.2, strategy="mixed", seed=1)[0]
    assert len(set(mixed)) == 8
    assert {"nl0", "nl1", "nl2", "nl3"} < set(mixed)
    assert set(mixed) != {f"nl{n}" for n in range(8)}


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=5),
    st.floats(0.01, 1),
    st.sampled_from(["random", "uncertain", "mixed"]),
    st.integers(0, 99),
)
def test_the_number_is_right_and_nobody_is_drawn_twice(sizes, share, strategy, seed):
    some = units(**{f"g{n}": size for n, size in enumerate(sizes)})
    drawn, shares = draw(some, share=share, strategy=strategy, seed=seed)
    assert len(drawn) == len(set(drawn)) == ceil(round(share * len(some), 9))
    for one in shares:
        assert abs(one.drawn - len(drawn) * one.of / len(some)) < 1
        assert one.drawn <= one.of
        assert sum(own.startswith(f"{one.group[0]}") for own in drawn) == one.drawn


def test_groups_of_one_are_not_passed_over_for_the_same_group_each_time():
    sizes = {(name,): 1 for name in "abcd"}
    first = {next(g for g, n in allot(sizes, 1, seed=seed).items() if n) for seed in range(40)}
    assert len(first) == 4


def passage(own):
    return Passage(
        id=own,
        transcript_id="t",
        start=0,
        end=1,
        text="a",
        language="nl",
        speaker=None,
        role=Role.RESPONDENT,
    )


def suggestion(own, code, score, suggested):
    return Suggestion(passage_id=own, code=code, score=score, suggested=suggested, model_id="m")


def test_doubt_is_nearness_to_the_cut_off_of_the_code_and_not_to_a_half():
    rows = [
        suggestion("sure", "a", 0.05, False),
        suggestion("near", "a", 0.24, True),
        suggestion("under", "a", 0.16, False),
        suggestion("half", "a", 0.50, True),
        suggestion("elsewhere", "a", 0.20, True),
    ]
    found = doubts([passage(own) for own in ("sure", "near", "under", "half", "not")], rows)
    assert set(found) == {"sure", "near", "under", "half"}
    assert sorted(found, key=found.get) == ["half", "sure", "near", "under"]
    assert max(found.values()) <= 0


def test_the_most_doubtful_code_of_a_passage_counts():
    rows = [suggestion("p", "a", 0.9, True), suggestion("p", "b", 0.45, False)]
    assert doubts([passage("p")], rows) == {"p": pytest.approx(-0.05)}


def test_those_that_come_first_are_used_up_before_the_others():
    units = [Unit(id=f"u{n}", group=("nl" if n % 2 else "en",), doubt=0.0) for n in range(20)]
    first = {f"u{n}" for n in range(6)}
    ids, shares = draw_first(units, first, share=0.2, strategy="random", seed=1)
    assert set(ids) <= first
    assert len(ids) == 4
    more, _ = draw_first(units, first, share=0.5, strategy="random", seed=1)
    assert first <= set(more)
    assert len(more) == len(set(more)) == 10
    assert [(one.group, one.of) for one in shares] == [(("en",), 10), (("nl",), 10)]
    assert sum(one.drawn for one in shares) == 4


def test_with_nothing_first_it_is_the_same_draw():
    units = [Unit(id=f"u{n}", group=("nl",), doubt=0.0) for n in range(9)]
    plain = draw(units, share=0.4, strategy="random", seed=2)
    assert draw_first(units, (), share=0.4, strategy="random", seed=2) == plain
