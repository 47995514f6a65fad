import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp_pipeline.agreement import (
    MISSING,
    character_alpha,
    character_alphas,
    character_terms,
    cut_pieces,
    krippendorff_alpha,
)

CODES = ("belemmerend", "bevorderend")
LENGTH = 30

stretch = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 8), st.sampled_from(CODES)).map(
    lambda s: (s[0], min(s[0] + s[1], LENGTH), s[2])
)
coder = st.lists(stretch, max_size=4)
looked = st.tuples(st.integers(0, 20), st.integers(21, LENGTH)).map(lambda part: [part])
codings = st.lists(coder, min_size=2, max_size=3)
some = settings(max_examples=60, deadline=None)


def by_character(coders, seen=None):
    """Return the value of each character for each coder: which codes lie on it."""
    values = np.zeros((LENGTH, len(coders)), dtype=np.int64)
    for column, stretches in enumerate(coders):
        for start, end, code in stretches:
            values[start:end, column] |= 1 << CODES.index(code)
        if seen:
            inside = np.zeros(LENGTH, dtype=bool)
            for start, end in seen[column]:
                inside[start:end] = True
            values[~inside, column] = MISSING
    return values


@some
@given(codings, st.data())
def test_alpha_is_that_of_the_characters_one_by_one(coders, data):
    seen = data.draw(st.none() | st.lists(looked, min_size=len(coders), max_size=len(coders)))
    pieces = cut_pieces(coders, codes=CODES, length=LENGTH, seen=seen)
    values = by_character(coders, seen)
    found, expected = character_alpha(pieces), krippendorff_alpha(values)
    assert found.reason == expected.reason
    if expected.value is not None:
        assert found.value == pytest.approx(expected.value)
    for column, alpha in enumerate(character_alphas(character_terms(pieces).sum(axis=0))):
        one = krippendorff_alpha(np.where(values < 0, MISSING, values >> column & 1)).value
        assert alpha == pytest.approx(np.nan if one is None else one, nan_ok=True)


def test_uncoded_text_is_in_the_frame():
    """The same stretches in a longer text agree more: more of it is left uncoded by both."""
    one, two = [(10, 20, "belemmerend")], [(12, 22, "belemmerend")]
    short, long = (
        character_alpha(cut_pieces([one, two], codes=CODES, length=length)).value
        for length in (30, 300)
    )
    assert short == pytest.approx(1 - 59 * 2 * 4 / (2 * 20 * 40))
    assert long > short


def test_a_text_that_nobody_coded_has_no_alpha():
    found = character_alpha(cut_pieces([[], []], codes=CODES, length=LENGTH))
    assert found.value is None
    assert found.reason == "all coders use one value only"
    alone = cut_pieces([[(0, 5, CODES[0])]], codes=CODES, length=LENGTH)
    assert character_alpha(alone).reason == "no passage was coded by two people"


def test_codes_out_of_view_are_left_out():
    coders = [[(0, 5, CODES[0]), (3, 9, "other")], [(0, 5, CODES[0])]]
    assert character_alpha(cut_pieces(coders, codes=CODES, length=LENGTH)).value == 1.0
