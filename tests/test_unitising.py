import pytest
from test_frame import CODES, coding

from nlp_pipeline.analysis.agreements import Ask, Group
from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.unitising import (
    NOWHERE,
    ON_PASSAGES,
    boundaries,
    characters,
    material_of,
)
from nlp_pipeline.frame import frame
from nlp_pipeline.records import Passage, Role, Suggestion

WORDS = "een twee drie vier vijf zes zeven acht negen tien"
"""Ten words; the emoji in front of the second turn counts as one character."""

TEXT = f"{WORDS}\n\U0001f600 {WORDS}"
PAIR = Group(kind="pair", coders=("Anna", "Bram"), with_model=False)
ASK = Ask(
    facets={"valence": ("barrier", "facilitator"), "theme": ("vertrouwen",)},
    cuts=(),
    sampling=Sampling(resamples=100),
)
SECOND = len(WORDS) + 1


def passages(interviews=1):
    spans = ((0, len(WORDS)), (SECOND, len(TEXT)))
    return [
        Passage(
            id=f"{transcript}-{n}",
            transcript_id=f"t{transcript + 1}",
            start=start,
            end=end,
            text=TEXT[start:end],
            language="nl",
            speaker=None,
            role=Role.UNKNOWN,
        )
        for transcript in range(interviews)
        for n, (start, end) in enumerate(spans)
    ]


def stretch(first, last, coder, code="barrier", transcript="t1"):
    """Code from one word up to another, by name, in the first turn."""
    start, end = TEXT.index(first), TEXT.index(last) + len(last)
    return coding(start, end, code, coder, transcript=transcript)


def whole_of(*coders, interviews=1):
    """Say that coders saw the first turn of every text and left it without a code."""
    return [
        coding(0, len(WORDS), None, coder, transcript=f"t{n + 1}")
        for coder in coders
        for n in range(interviews)
    ]


def material(codings, *, interviews=1):
    found = frame(codings, passages(interviews), CODES)
    return material_of({f"t{n + 1}": TEXT for n in range(interviews)}, found, codings)


def test_the_same_stretches_have_the_same_boundaries_whatever_their_codes():
    made = [stretch("drie", "vijf", "Anna"), stretch("drie", "vijf", "Bram", "facilitator")]
    found = boundaries(material(made + whole_of("Anna", "Bram")), PAIR, ASK)
    assert (found.words, found.cuts, found.interviews) == (10, (2, 2), 1)
    assert found.boundary_similarity.value == 1
    assert found.window_diff.value == found.window_diff_other_way.value == 0
    assert found.boundary_similarity.no_interval == "1 interview; an interval takes 5"


def test_a_boundary_that_was_moved_a_word_costs_a_part_and_one_that_lacks_all():
    moved = [stretch("drie", "vijf", "Anna"), stretch("drie", "zes", "Bram")]
    found = boundaries(material(moved + whole_of("Anna", "Bram")), PAIR, ASK)
    assert found.boundary_similarity.value == pytest.approx((1 + 1 - 1 / 4) / 2)
    lacking = [stretch("drie", "vijf", "Anna"), *whole_of("Anna", "Bram")]
    found = boundaries(material(lacking), PAIR, ASK)
    assert found.boundary_similarity.value == 0
    assert found.cuts == (2, 0)


def test_half_a_word_or_a_space_more_is_no_other_boundary():
    start, end = TEXT.index("drie"), TEXT.index("vijf") + 4
    exact, loose = coding(start, end, "barrier"), coding(start - 1, end + 1, "barrier", "Bram")
    half = coding(start + 2, end - 2, "barrier", "Bram")
    for other in (loose, half):
        found = boundaries(material([exact, other, *whole_of("Anna", "Bram")]), PAIR, ASK)
        assert found.boundary_similarity.value == 1


def test_boundaries_count_where_both_have_looked():
    second = coding(SECOND, len(TEXT), "barrier")
    made = [stretch("drie", "vijf", "Anna"), stretch("drie", "vijf", "Bram"), second]
    found = boundaries(material(made + whole_of("Anna", "Bram")), PAIR, ASK)
    assert found.words == 10
    assert found.boundary_similarity.value == 1


def test_ready_made_passages_say_nothing_of_where_people_would_cut():
    made = [coding(0, len(WORDS), "barrier"), coding(0, len(WORDS), "facilitator", "Bram")]
    second = [coding(SECOND, len(TEXT), None, coder) for coder in ("Anna", "Bram")]
    found = boundaries(material(made + second), PAIR, ASK)
    assert found.boundary_similarity.value is None
    assert found.boundary_similarity.reason == ON_PASSAGES
    assert found.window_diff.reason == ON_PASSAGES


def test_without_anything_in_common_every_figure_says_why():
    made = [stretch("drie", "vijf", "Anna"), coding(SECOND, len(TEXT), "barrier", "Bram")]
    here = material(made)
    assert boundaries(here, PAIR, ASK).boundary_similarity.reason == NOWHERE
    found = characters(here, PAIR, ASK)
    assert (found.characters, found.interviews) == (0, 0)
    assert {f.reason for f in (*found.codes.values(), *found.facets.values())} == {NOWHERE}


def test_alpha_by_character_is_that_of_a_table_made_by_hand():
    """Anna codes 20 of 49 characters, Bram the first 10 of these; the rest nobody."""
    length = len(WORDS)
    made = [coding(0, 20, "barrier"), coding(0, 10, "barrier", "Bram")]
    found = characters(material(made + whole_of("Anna", "Bram")), PAIR, ASK)
    with_code, without = 30, 2 * length - 30
    by_chance = 2 * with_code * without / (2 * length - 1)
    assert found.characters == length
    expected = 1 - 20 / by_chance
    assert found.codes["barrier"].value == pytest.approx(expected)
    assert found.facets["valence"].value == pytest.approx(expected)
    assert found.codes["vertrouwen"].reason == "all coders use one value only"
    assert found.facets["theme"].reason == "all coders use one value only"
    assert found.codes["barrier"].band == "unreliable"


def test_the_model_marks_its_passages_whole():
    codings = [coding(0, len(WORDS), "barrier"), coding(SECOND, len(TEXT), None)]
    units = passages()
    suggestions = [
        Suggestion(passage_id=p.id, code="barrier", score=0.9, suggested=n == 0, model_id="m")
        for n, p in enumerate(units)
    ]
    found = frame(codings, units, CODES).with_model("m", suggestions)
    here = material_of({"t1": TEXT}, found, codings)
    group = Group(kind="pair", coders=("m", "Anna"), with_model=True)
    measured = characters(here, group, ASK)
    assert measured.with_model
    assert measured.codes["barrier"].value == 1
    assert measured.characters == sum(p.end - p.start for p in units)


def test_intervals_come_from_interviews():
    made = whole_of("Anna", "Bram", interviews=6)
    for n in range(6):
        made.append(stretch("drie", "vijf", "Anna", transcript=f"t{n + 1}"))
        made.append(stretch("drie", "vijf" if n % 2 else "acht", "Bram", transcript=f"t{n + 1}"))
    here = material(made, interviews=6)
    for figure in (
        boundaries(here, PAIR, ASK).boundary_similarity,
        characters(here, PAIR, ASK).facets["valence"],
    ):
        assert figure.low < figure.value < figure.high
