"""The split by interview: its sizes, its proportions, and that nothing in it moves."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.split import SHARES, Interview, assign, folds, sizes


def interviews(number, *, start=0):
    return [
        Interview(key=f"i{n}", group=("nl" if n % 3 else "en", "abc"[n % 3]))
        for n in range(start, start + number)
    ]


def counts(found):
    return {split: Counter(found.values())[split] for split in SPLITS}


@pytest.mark.parametrize("number", range(8, 60))
def test_from_eight_interviews_on_every_split_has_two(number):
    assert min(sizes(number).values()) >= 2
    assert sum(sizes(number).values()) == number


def test_no_split_gets_smaller_with_more_interviews():
    for number in range(80):
        before, after = sizes(number), sizes(number + 1)
        assert all(after[split] >= before[split] for split in SPLITS)


def test_many_interviews_are_divided_by_the_shares():
    assert all(abs(sizes(200)[split] - 200 * SHARES[split]) <= 1 for split in SPLITS)


@given(number=st.integers(1, 60), seed=st.integers(0, 2**31))
@settings(max_examples=40)
def test_every_interview_gets_one_split_whatever_the_order(number, seed):
    found = assign(interviews(number), seed=seed)
    assert counts(found) == sizes(number)
    assert assign(reversed(interviews(number)), seed=seed) == found


@given(first=st.integers(0, 20), steps=st.lists(st.integers(1, 5), max_size=6))
@settings(max_examples=30)
def test_later_interviews_are_added_and_the_sizes_are_those_of_one_draw(first, steps):
    kept = list(interviews(first))
    found = assign(kept, seed=1)
    for more in steps:
        new = interviews(more, start=len(kept))
        added = assign(new, [(one, found[one.key]) for one in kept], seed=1)
        assert set(added) == {one.key for one in new}
        found |= added
        kept += new
    assert counts(found) == sizes(len(kept))


def test_languages_are_spread_in_proportion_over_the_splits():
    there = interviews(60)
    found = assign(there, seed=3)
    for language, all_of_it in Counter(one.group[0] for one in there).items():
        own = Counter(found[one.key] for one in there if one.group[0] == language)
        for split in SPLITS:
            assert abs(own[split] - all_of_it * sizes(60)[split] / 60) <= 1.5


def test_another_seed_gives_another_split():
    assert assign(interviews(20), seed=1) != assign(interviews(20), seed=2)


@given(names=st.sets(st.text(min_size=1, max_size=4), min_size=1, max_size=30))
@settings(max_examples=30)
def test_folds_hold_every_interview_once_and_are_alike_in_size(names):
    found = folds(names, most=5, seed=1)
    assert sorted(name for fold in found for name in fold) == sorted(names)
    assert len(found) == min(5, len(names))
    assert max(map(len, found)) - min(map(len, found)) <= 1
