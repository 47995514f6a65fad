import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refi_files import position

from nlp_pipeline.readers.canonical import canonical
from nlp_pipeline.review.refi_qda.texts import COUNTINGS, Counting, Text

SIGNS = st.sampled_from(
    [
        *"ab .",
        "\n",
        "é",
        "e\u0301",
        "\u0301",
        "🙂",
        "👩\u200d⚕️",
        "\u1100\u1161",
        "\u09c7\u09be",
        "\x07",
    ]
)
TEXTS = st.lists(SIGNS, max_size=25).map("".join)


@settings(max_examples=80)
@given(TEXTS, st.booleans(), st.booleans())
def test_the_canonical_text_is_that_of_the_readers(text, crlf, mark):
    raw = ("\ufeff" if mark else "") + (text.replace("\n", "\r\n") if crlf else text)
    assert Text(raw).canonical == canonical(raw)


@settings(max_examples=120)
@given(TEXTS, st.booleans(), st.booleans(), st.sampled_from(COUNTINGS), st.data())
def test_positions_of_every_tool_come_back_to_the_same_characters(text, crlf, mark, way, data):
    text = canonical(text)
    if not text:
        return
    raw = ("\ufeff" if mark else "") + (text.replace("\n", "\r\n") if crlf else text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    how = {
        "utf16": way.utf16,
        "crlf_is_two": way.crlf_is_two,
        "counts_mark": way.counts_mark,
    }
    first, last = position(raw, start, **how), position(raw, end, **how)
    assert Text(raw).span(first, last, way) == (start, end)


@settings(max_examples=60)
@given(TEXTS, st.data())
def test_a_decomposed_text_gives_whole_composed_characters(text, data):
    raw = unicodedata.normalize("NFD", canonical(text))
    if not raw:
        return
    start = data.draw(st.integers(0, len(raw) - 1))
    end = data.draw(st.integers(start + 1, len(raw)))
    taken = Text(raw)
    span = taken.span(start, end, Counting())
    assert span is not None
    before, quote = taken.canonical[: span[0]], taken.canonical[slice(*span)]
    decomposed = unicodedata.normalize("NFD", before + quote)
    assert raw.startswith(unicodedata.normalize("NFD", before))
    assert len(unicodedata.normalize("NFD", before)) <= start
    assert len(decomposed) >= end


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 1), (0, 99), (1, 2)])
def test_a_stretch_that_is_none_has_no_place(start, end):
    # 1 to 2 is the second half of the emoji in UTF-16.
    assert Text("🙂a").span(start, end, Counting(utf16=True)) is None
