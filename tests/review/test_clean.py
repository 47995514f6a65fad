import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_pipeline.review.clean import CELL_UNITS, cell_text, csv_text, printable

ANY = st.text(st.characters(exclude_categories=()))


@given(ANY)
def test_printable_text_can_be_encoded_and_stays_as_it_is_when_cleaned_again(text):
    clean = printable(text)
    clean.encode("utf-8")
    assert printable(clean) == clean


@pytest.mark.parametrize("text", ["cliënt", "e\u0301", "👩‍⚕️", "a\tb\nc", "“ja”, zei ze – nee…"])
def test_ordinary_text_is_left_alone(text):
    assert printable(text) == csv_text(text) == cell_text(text, note="") == text


@pytest.mark.parametrize("control", ["\x00", "\x0b", "\x1b", "\x7f", "\ud800", "\ufffe"])
def test_a_character_that_is_no_text_leaves_a_mark(control):
    assert printable(f"a{control}b") == "a\ufffdb"


@pytest.mark.parametrize("start", list("=+-@\t＝＠"))
def test_what_a_spreadsheet_takes_for_a_formula_is_guarded(start):
    assert csv_text(f"{start}cmd") == f"'{start}cmd"
    assert csv_text(f"a{start}cmd") == f"a{start}cmd"


@given(st.text(st.sampled_from("ab👩é"), max_size=20), st.integers(-3, 3))
def test_a_cell_is_never_longer_than_excel_allows(text, extra):
    long = text + "x" * (CELL_UNITS + extra - len(text.encode("utf-16-le")) // 2)
    cell = cell_text(long, note=" [cut]")
    assert len(cell.encode("utf-16-le")) // 2 <= CELL_UNITS
    assert (cell == long) == (extra <= 0)
    assert extra <= 0 or cell.endswith("x [cut]")


def test_a_cut_never_halves_a_character():
    cell = cell_text("👩" * CELL_UNITS, note="!")
    assert cell.strip("👩") == "!"
