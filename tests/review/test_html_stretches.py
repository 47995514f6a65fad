from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.html.stretches import open_with

TEXT = "Het geld is op. Niemand betaalt. We are waiting for it. "
BLOCKS = [{"start": 0, "end": 32}, {"start": 33, "end": 55}]
PASSAGES = [
    {"start": 0, "end": 15, "block": 0},
    {"start": 16, "end": 32, "block": 0},
    {"start": 33, "end": 55, "block": 1},
]
CODES = {"barrier": 0, "system": 1}


def said(start, end, code="barrier", *, at="", verdict="added", note=""):
    return Coding(
        transcript_id="t",
        start=start,
        end=end,
        code=code,
        coder="Anna",
        origin=Origin.ASSISTED,
        verdict=verdict,
        note=note,
        decided_at=at,
    )


def opened(*own):
    return open_with(TEXT, PASSAGES, BLOCKS, own, CODES)


def spans(opening):
    return [(unit["start"], unit["end"], unit["from"]) for unit in opening.units]


def test_passages_stay_as_they_are_when_only_they_were_decided_on():
    found = opened(said(0, 15), said(16, 32, "system", verdict="rejected", note="nee"))
    assert found.units is None
    assert found.own == [
        {"start": 0, "end": 15, "codes": [0], "note": ""},
        {"start": 16, "end": 32, "codes": [], "note": "nee"},
    ]


def test_a_split_passage_opens_with_its_parts_and_a_joined_one_whole():
    assert spans(opened(said(0, 8), said(9, 15))) == [
        (0, 8, [0]),
        (9, 15, [0]),
        (16, 32, [1]),
        (33, 55, [2]),
    ]
    assert spans(opened(said(0, 32))) == [(0, 32, [0, 1]), (33, 55, [2])]


def test_what_a_stretch_leaves_of_passages_is_still_to_be_decided_on():
    found = opened(said(9, 23))
    assert spans(found) == [(0, 8, [0]), (9, 23, [0, 1]), (24, 32, [1]), (33, 55, [2])]
    assert [TEXT[unit["start"] : unit["end"]] for unit in found.units][2] == "betaalt."
    assert [(own["start"], own["end"]) for own in found.own] == [(9, 23)]


def test_of_stretches_that_overlap_the_later_one_is_shown_and_the_other_beside_it():
    whole, part = said(0, 15, at="2026-03-01"), said(0, 8, "system", at="2026-03-02")
    assert spans(opened(whole, part))[:2] == [(0, 8, [0]), (9, 15, [0])]
    assert opened(whole, part).beside == [whole]
    again = opened(said(0, 15, at="2026-03-03"), part)
    assert again.units is None
    assert again.beside == [part]


def test_at_one_moment_the_longest_stretch_is_shown():
    found = opened(said(4, 8), said(0, 15))
    assert found.units is None
    assert found.beside == [said(4, 8)]


def test_a_stretch_over_two_turns_is_shown_beside_them():
    found = opened(said(16, 55))
    assert found.units is None
    assert found.beside == [said(16, 55)]


def test_a_stretch_outside_the_passages_is_shown_in_its_turn():
    found = open_with(TEXT, PASSAGES[1:], BLOCKS, [said(0, 15)], CODES)
    assert found.units[0] == {"start": 0, "end": 15, "block": 0, "from": []}


SPANS = st.tuples(st.integers(0, 54), st.integers(1, 55)).filter(lambda s: s[0] < s[1])


@settings(max_examples=100)
@given(st.lists(st.tuples(SPANS, st.sampled_from(["", "2026", "2027"])), max_size=6))
def test_stretches_are_apart_cover_the_passages_and_lose_no_decision(drawn):
    own = [said(*span, at=at) for span, at in drawn]
    found = opened(*own)
    units = PASSAGES if found.units is None else found.units
    ends = [(unit["start"], unit["end"]) for unit in units]
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
    covered = {place for start, end in ends for place in range(start, end)}
    for passage in PASSAGES:
        inside = range(passage["start"], passage["end"])
        assert all(place in covered or TEXT[place].isspace() for place in inside)
    seen = {*ends, *((coding.start, coding.end) for coding in found.beside)}
    assert {(coding.start, coding.end) for coding in own} <= seen
    for unit in units:
        block = BLOCKS[unit["block"]]
        assert block["start"] <= unit["start"] < unit["end"] <= block["end"]
