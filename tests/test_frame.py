from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.frame import Frame, frame
from nlp_pipeline.records import Coding, Origin, Passage, Role, Suggestion

CODES = ("barrier", "facilitator", "vertrouwen")
LENGTH = 10


def passage(number, transcript="t1", *, start=None, end=None, language="nl"):
    first = number * LENGTH if start is None else start
    last = first + LENGTH if end is None else end
    return Passage(
        id=f"{transcript}-{number}",
        transcript_id=transcript,
        start=first,
        end=last,
        text="x" * (last - first),
        language=language,
        speaker=None,
        role=Role.RESPONDENT,
    )


def coding(start, end, code, coder="Anna", *, transcript="t1", verdict="", origin=Origin.BLIND):
    return Coding(
        transcript_id=transcript,
        start=start,
        end=end,
        code=code,
        coder=coder,
        origin=origin,
        verdict=verdict or ("seen" if code is None else "added"),
    )


PASSAGES = tuple(passage(number) for number in range(5))


def given_codes(found: Frame, coder):
    """Return the codes of each passage by one coder, None where it was not seen."""
    row = found.place(coder)
    return [
        {code for code, on in zip(found.codes, cells, strict=True) if on} if seen else None
        for cells, seen in zip(found.coded[row], found.seen[row], strict=True)
    ]


def test_the_three_states_stay_apart():
    found = frame(
        [
            coding(0, 10, "barrier"),
            coding(10, 20, None),
            coding(20, 30, "barrier", verdict="rejected", origin=Origin.ASSISTED),
            coding(30, 40, "facilitator", "Bram"),
        ],
        PASSAGES,
        CODES,
    )
    assert found.coders == ("Anna", "Bram")
    assert given_codes(found, "Anna") == [{"barrier"}, set(), set(), None, None]
    assert given_codes(found, "Bram") == [None, None, None, {"facilitator"}, None]
    assert found.origin[0] == (Origin.BLIND, Origin.BLIND, Origin.ASSISTED, None, None)


@pytest.mark.parametrize(
    ("start", "end", "places"),
    [
        (0, 10, [0]),
        (2, 4, [0]),  # a word that was marked
        (0, 5, [0]),  # one half of a passage that was split
        (6, 10, [0]),  # the other, smaller half
        (0, 20, [0, 1]),  # two that were joined
        (0, 13, [0]),  # a little too far
        (5, 15, [0, 1]),
        (8, 42, [1, 2, 3]),
        (50, 60, []),  # after all passages
    ],
)
def test_a_stretch_counts_for_the_passages_that_it_fills_or_that_fill_it(start, end, places):
    found = frame([coding(start, end, "barrier")], PASSAGES, CODES)
    assert np.flatnonzero(found.seen[0]).tolist() == places
    assert np.flatnonzero(found.coded[0, :, 0]).tolist() == places


def test_text_between_passages_does_not_make_a_stretch_vanish():
    apart = (passage(0), passage(1, start=100, end=110))
    found = frame([coding(8, 102, "barrier")], apart, CODES)
    assert found.seen.tolist() == [[True, True]]


def test_a_code_that_is_given_holds_over_one_rejected_on_a_part():
    whole, part = coding(0, 10, "barrier"), coding(0, 6, "barrier", verdict="rejected")
    for order in ([whole, part], [part, whole]):
        assert frame(order, PASSAGES, CODES).coded[0, 0].tolist() == [True, False, False]


def test_of_two_origins_on_a_passage_the_one_with_suggestions_counts():
    blind = coding(0, 10, "barrier")
    assisted = coding(0, 10, "facilitator", origin=Origin.ASSISTED)
    for order in ([blind, assisted], [assisted, blind]):
        assert frame(order, PASSAGES, CODES).origin[0][0] is Origin.ASSISTED


def test_a_code_that_is_not_in_view_only_says_that_the_passage_was_seen():
    found = frame([coding(0, 10, "old"), coding(10, 20, "barrier")], PASSAGES, CODES)
    assert given_codes(found, "Anna") == [set(), {"barrier"}, None, None, None]
    waiting = found.not_seen([coding(0, 10, "old"), coding(0, 10, "old", "Bram")])
    assert given_codes(waiting, "Anna") == [None, {"barrier"}, None, None, None]


def test_parts_are_taken_without_touching_the_rest():
    found = frame(
        [
            coding(0, 10, "barrier"),
            coding(10, 20, "barrier", origin=Origin.ASSISTED),
            coding(0, 10, "facilitator", "Bram", origin=Origin.IMPORTED),
        ],
        PASSAGES,
        CODES,
    ).with_model("m", suggestions({0: ["vertrouwen"], 1: []}))
    assert found.of().coders == ("Anna", "Bram", "m")
    assert found.of(coders=["m", "Anna"]).coders == ("m", "Anna")
    blind = found.of(origin=Origin.BLIND)
    assert given_codes(blind, "Anna") == [{"barrier"}, None, None, None, None]
    assert given_codes(blind, "Bram") == [None] * 5
    assert (
        given_codes(blind, "m") == given_codes(found, "m") == [{"vertrouwen"}, set()] + [None] * 3
    )
    one = found.of(passages=np.array([1, 0]), codes=["vertrouwen", "barrier"])
    assert one.passages == (PASSAGES[1], PASSAGES[0])
    assert one.coded[0].tolist() == [[False, True], [False, True]]
    assert one.origin[0] == (Origin.ASSISTED, Origin.BLIND)
    assert found.of(passages=np.zeros(5, dtype=bool)).sets.shape == (0, 3, 3)


def test_the_coders_of_another_frame_can_be_added():
    one = frame([coding(0, 10, "barrier"), coding(0, 10, None, "Bram")], PASSAGES, CODES)
    other = frame([coding(10, 20, "barrier"), coding(0, 10, None, "Cor")], PASSAGES, CODES)
    found = one.joined(other)
    assert found.coders == ("Anna", "Bram", "Cor")
    assert given_codes(found, "Anna") == given_codes(one, "Anna")
    assert given_codes(found, "Cor") == given_codes(other, "Cor")


def suggestions(by_passage):
    return [
        Suggestion(
            passage_id=PASSAGES[number].id,
            code=code,
            score=0.9 if code in codes else 0.1,
            suggested=code in codes,
            model_id="m",
        )
        for number, codes in by_passage.items()
        for code in CODES
    ]


def test_nothing_coded_is_an_empty_frame():
    found = frame([], PASSAGES, CODES)
    assert (found.coders, found.coded.shape, found.looked.shape) == ((), (0, 5, 3), (5, 0))
    assert found.of(origin=Origin.BLIND).coders == ()
    nothing = frame([coding(0, 10, "barrier")], (), CODES)
    assert nothing.sets.shape == (0, 1, 3)


stretches = st.tuples(st.integers(0, 58), st.integers(1, 30)).map(lambda p: (p[0], p[0] + p[1]))
codings_of = st.lists(
    st.builds(
        lambda place, code, coder, transcript, rejected, origin: coding(
            *place,
            code,
            coder,
            transcript=transcript,
            verdict="rejected" if rejected and code else "",
            origin=origin,
        ),
        stretches,
        st.sampled_from([*CODES, None]),
        st.sampled_from(["Anna", "Bram", "Çelik"]),
        st.sampled_from(["t1", "t2", "elsewhere"]),
        st.booleans(),
        st.sampled_from(list(Origin)),
    ),
    max_size=12,
)


@st.composite
def passages_of_two(draw):
    """Draw passages that do not overlap, with gaps, in two transcripts."""
    made = []
    for transcript in ("t1", "t2"):
        edges = sorted(draw(st.sets(st.integers(0, 60), max_size=8)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        made += [passage(n, transcript, start=a, end=b) for n, (a, b) in enumerate(pairs)]
    return made


@given(codings_of, passages_of_two(), st.randoms())
@settings(max_examples=150)
def test_the_order_of_codings_and_passages_does_not_matter(codings, passages, random):
    found = frame(codings, passages, CODES)
    mixed, order = list(codings), list(range(len(passages)))
    random.shuffle(mixed)
    random.shuffle(order)
    other = frame(mixed, [passages[place] for place in order], CODES)
    same = found.of(passages=np.array(order, dtype=np.int64))
    assert other.coders == same.coders
    assert other.passages == same.passages
    assert np.array_equal(other.coded, same.coded)
    assert np.array_equal(other.seen, same.seen)
    assert other.origin == same.origin


@given(codings_of, passages_of_two())
@settings(max_examples=150)
def test_nothing_that_touches_a_passage_is_lost_and_nothing_is_coded_unseen(codings, passages):
    found = frame(codings, passages, CODES)
    assert not (found.coded & ~found.seen[:, :, None]).any()
    assert [[cell is not None for cell in row] for row in found.origin] == found.seen.tolist()
    for one in codings:
        touched = [
            n
            for n, p in enumerate(passages)
            if p.transcript_id == one.transcript_id and p.start < one.end and one.start < p.end
        ]
        row = found.place(one.coder)
        assert any(found.seen[row, n] for n in touched) == bool(touched)
        if touched and one.code is not None and one.verdict == "added":
            assert found.coded[row, touched, CODES.index(one.code)].any()


@given(passages_of_two(), st.integers(0, 10))
@settings(max_examples=50)
def test_a_passage_in_two_pieces_counts_as_the_passage(passages, where):
    for one in passages:
        cut = min(max(one.start + where, one.start + 1), one.end - 1)
        pieces = [(one.start, cut), (cut, one.end)] if one.end - one.start > 1 else []
        made = [coding(a, b, "barrier", transcript=one.transcript_id) for a, b in pieces]
        whole = coding(one.start, one.end, "barrier", transcript=one.transcript_id)
        expected = frame([whole], passages, CODES)
        for part in made:
            assert np.array_equal(frame([part], passages, CODES).coded, expected.coded)
        assert replace(expected, codes=CODES).coded.sum() == 1
