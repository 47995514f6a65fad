"""What a certificate says of each code reaches the files that reviewers look at."""

import io
import json
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from review_examples import example

from nlp_pipeline.certify import Word
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.review import html, xlsx
from nlp_pipeline.review.fitness import CHANGES, NO_FITNESS, WORDS, CodeFitness, Fitness
from nlp_pipeline.review.html.meeting import Meeting
from nlp_pipeline.review.overview import to_html
from nlp_pipeline.review.workbook import write_workbook

CODES = {
    "barrier": CodeFitness(word=Word.SUGGEST, score=0.8321),
    "facilitator": CodeFitness(word=Word.WEAK, score=0.91),
    "clinical": CodeFitness(word=Word.WEAK),
    "system": CodeFitness(word=Word.DO_NOT),
    "normative": CodeFitness(word=Word.TOO_LITTLE),
}
CERTIFIED = Fitness(codes=CODES, error=0.125, confidence=0.95)
VOID = Fitness(void=("codebook", "model"))
RESULTS = replace(example(), fitness=CERTIFIED)
WHEN = "2026-03-01T09:00:00+01:00"


def sheets(results, folder, language="en"):
    path = folder / "book.xlsx"
    write_workbook(results, path, language=language)
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


def rows(sheet):
    header, *cells = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in cells]


def page_data(results, meeting=None, **options):
    source = html.to_html(
        results, options=ExportOptions(created_at=WHEN, **options), meeting=meeting
    )
    return json.loads(lxml_html.document_fromstring(source).get_element_by_id("data").text)


def test_every_word_and_every_change_has_a_name():
    assert {*WORDS} == {*Word}
    assert {*CHANGES} == {"codebook", "segmentation", "model"}


def test_the_meaning_names_the_promise_in_the_notation_of_the_language():
    english, dutch = (CERTIFIED.meaning("barrier", language) for language in ("en", "nl"))
    assert "0.84 or higher" in english
    assert "12.5\u00a0%" in english
    assert "0,84 of hoger" in dutch
    assert "12,5\u00a0%" in dutch


def test_only_words_with_a_cut_off_let_suggestions_stand_unread():
    unread = {code for code in CODES if "can stand unread" in CERTIFIED.meaning(code, "en")}
    assert unread == {"barrier", "facilitator"}
    assert all(CERTIFIED.meaning(code, "en").endswith(".") for code in CODES)
    assert (CERTIFIED.word("level", "en"), CERTIFIED.meaning("level", "en")) == ("", "")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_score_that_is_shown_as_high_enough_is_high_enough(cut, score):
    one = Fitness(codes={"a": CodeFitness(word=Word.SUGGEST, score=cut)})
    told = one.meaning("a", "en").split(" or higher")[0].rpartition(" ")[2]
    shown = f"{round(score, 4):.2f}" if len(told) == 4 else f"{score:.4f}"
    if float(shown) >= float(told):
        assert score >= cut - 0.0001


def test_the_mark_changes_with_all_that_is_shown_and_is_empty_for_nothing():
    stricter = replace(CERTIFIED, error=0.05)
    other = replace(CERTIFIED, codes={**CODES, "clinical": CodeFitness(word=Word.DO_NOT)})
    marks = [f.mark for f in (CERTIFIED, stricter, other, VOID, Fitness(damaged=True), NO_FITNESS)]
    assert len({*marks}) == len(marks)
    assert NO_FITNESS.mark == ""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_overview_says_the_word_of_every_code_and_what_it_means(language):
    tree = lxml_html.document_fromstring(to_html(RESULTS, language=language))
    table, codebook = tree.get_element_by_id("codes"), tree.get_element_by_id("codebook")
    told = [e.text_content() for e in table.find_class("verdict")]
    words = [CERTIFIED.word(code, language) for code in RESULTS.codebook.code_ids]
    assert told == words
    assert WORDS["do not automate"][language == "nl"] in told
    for code in CODES:
        assert CERTIFIED.meaning(code, language) in codebook.text_content()
    data = json.loads(tree.get_element_by_id("data").text)
    assert data["verdicts"]["nl"][0][0] == CERTIFIED.word(RESULTS.codebook.code_ids[0], "nl")


@pytest.mark.parametrize(("language", "column"), [("nl", "Oordeel"), ("en", "Verdict")])
def test_the_workbook_explains_the_word_where_it_explains_the_code(tmp_path, language, column):
    book = sheets(RESULTS, tmp_path, language)
    told = {
        row["Code-id" if language == "nl" else "Code id"]: row for row in rows(book.worksheets[1])
    }
    for code in CODES:
        assert told[code][column] == CERTIFIED.word(code, language)
        assert CERTIFIED.meaning(code, language) in told[code].values()
    about = dict(list(book.worksheets[-1].iter_rows(values_only=True)))
    assert "certific" in about[column] or "certificaat" in about[column]


def test_the_review_page_has_the_word_of_every_code_in_both_languages():
    codes = {code["id"]: code for code in page_data(RESULTS)["codebook"]["codes"]}
    assert codes["system"]["verdict"] == {"en": "do not automate", "nl": "niet automatiseren"}
    assert codes["barrier"]["verdict_meaning"]["en"] == CERTIFIED.meaning("barrier", "en")
    assert "verdict" not in codes["organisational"]


def test_who_codes_blind_or_meets_sees_nothing_of_the_certificate(tmp_path):
    plain = replace(RESULTS, fitness=NO_FITNESS)
    for fitness in (CERTIFIED, VOID):
        results = replace(RESULTS, fitness=fitness)
        assert page_data(results, blind=True) == page_data(plain, blind=True)
        meeting = Meeting(people=("Anna", "Bram"), model="", disputes=())
        assert page_data(results, meeting) == page_data(plain, meeting)
        options = ExportOptions(created_at=WHEN, blind=True)
        for name, shown in (("with", results), ("without", plain)):
            xlsx.write(shown, [], tmp_path / f"{name}.xlsx", options=options)
        assert (tmp_path / "with.xlsx").read_bytes() == (tmp_path / "without.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "het codeboek, het model"), ("en", "the codebook, the model")]
)
def test_of_a_void_certificate_one_line_is_said_and_no_word_of_a_code(tmp_path, language, said):
    results = replace(RESULTS, fitness=VOID)
    tree = lxml_html.document_fromstring(to_html(results, language=language))
    assert sum(said in line.text_content() for line in tree.iter("p")) == 1
    assert not tree.find_class("verdict")
    book = sheets(results, tmp_path, language)
    about = [row for row in book.worksheets[-1].iter_rows(values_only=True) if said in str(row[1])]
    assert len(about) == 1
    data = page_data(results, language=language)
    assert said in data["words"][language]["certificate_note"]
    assert not any("verdict" in code for code in data["codebook"]["codes"])


def test_without_a_certificate_nothing_is_said(tmp_path):
    plain = replace(RESULTS, fitness=NO_FITNESS)
    tree = lxml_html.document_fromstring(to_html(plain))
    assert not tree.find_class("verdict")
    assert "ertificate" not in "".join(
        part.text_content() for part in tree.iter("header", "main", "footer")
    )
    book = sheets(plain, tmp_path)
    cells = [str(c) for s in book.worksheets for row in s.iter_rows(values_only=True) for c in row]
    assert not any("ertificate" in cell or cell == "Verdict" for cell in cells)


@pytest.mark.slow
@pytest.mark.browser
def test_in_a_browser_words_stand_beside_codes_and_change_with_the_language(chromium, tmp_path):
    overview, review = tmp_path / "overview.html", tmp_path / "review.html"
    overview.write_text(to_html(RESULTS), encoding="utf-8")
    options = ExportOptions(created_at=WHEN, coder="Anna", language="nl")
    html.write(RESULTS, [], review, options=options)
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.goto(overview.as_uri())
    word = page.locator("#codes .verdict").first
    assert word.inner_text() == "suggest"
    page.locator("[data-language=nl]").click()
    assert word.inner_text() == "voorstellen"
    assert word.get_attribute("title") == CERTIFIED.meaning("barrier", "nl")
    assert CERTIFIED.meaning("system", "nl") in page.locator("#codebook").inner_text()
    page.goto(review.as_uri())
    page.locator(".passage").first.click()
    page.locator("#codes button").first.hover()
    told = page.locator("#tip .verdict")
    assert told.inner_text() == f"Oordeel: voorstellen. {CERTIFIED.meaning('barrier', 'nl')}"
    page.mouse.move(0, 0)
    page.locator("[data-language=en]").click()
    page.locator("#codes button").first.hover()
    assert told.inner_text().startswith("Verdict: suggest. Suggestions of 0.84 or higher")
    page.close()


@pytest.mark.slow
@pytest.mark.browser
def test_in_a_browser_a_void_certificate_is_said_where_a_reviewer_starts(chromium, tmp_path):
    review = tmp_path / "review.html"
    results = replace(RESULTS, fitness=VOID)
    html.write(results, [], review, options=ExportOptions(created_at=WHEN))
    page = chromium.new_page()
    page.goto(review.as_uri())
    assert VOID.note("en") in page.locator("#ask").inner_text()
    page.close()
