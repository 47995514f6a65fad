import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_examples import (
    example,
    make_results,
    make_transcript,
    many_codes,
    nested,
    one_text,
    rmic,
)

from nlp_pipeline.errors import PipelineError
from nlp_pipeline.review import sheets
from nlp_pipeline.review.clean import CELL_UNITS, printable
from nlp_pipeline.review.workbook import write_workbook


def opened(results, folder, **options):
    path = folder / "suggestions.xlsx"
    write_workbook(results, path, **options)
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


def passages(book):
    """Return the rows of the first sheet as a mapping of column to value."""
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_one_row_for_each_passage(tmp_path):
    rows = passages(opened(example(), tmp_path))
    assert len(rows) == 7
    assert rows[1]["Valence"] == "Barrier"
    assert rows[1]["Level of integration"] == "Organisational; System"
    assert rows[4]["Question"] == "How do you find working with the other service?"
    assert rows[4]["Speaker"] == "Dawn"
    assert 0 <= rows[0]["Barrier (probability)"] <= 1
    assert rows[3]["Valence"] == "Barrier"
    assert rows[2]["Valence"] is None


def test_the_workbook_speaks_dutch_when_asked(tmp_path):
    book = opened(example(calibrated=False), tmp_path, language="nl")
    assert book.sheetnames == ["Passages", "Codeboek", "Aantallen", "Toelichting"]
    assert passages(book)[1]["Integratieniveau"] == "Organisatorisch; Systeem"
    assert "Belemmerend (score)" in passages(book)[0]


def test_header_stays_in_view_and_every_column_can_be_filtered(tmp_path):
    sheet = opened(example(), tmp_path).worksheets[0]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}8"
    assert len(sheet.conditional_formatting) == 8


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.test")',
        "+1",
        "-1",
        "@cmd",
        "12",
        "http://evil.test",
        "mailto:a@b.test",
        "internal:Sheet1!A1",
        "]]> </t></si>",
        "<r>niet & sluitend </r>",
        "_x0041_",
        "{=1+1}",
        "e\u0301 👩‍⚕️\nnieuwe regel",
        "#N/A",
    ],
)
def test_text_is_never_anything_but_text(tmp_path, text):
    results = make_results(make_transcript(text, [(text, text, ("barrier",))]))
    sheet = opened(results, tmp_path).worksheets[0]
    for column in "ACG":
        cell = sheet[f"{column}2"]
        assert (cell.data_type, cell.value.strip()) == ("s", text)
        assert cell.hyperlink is None


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=200))
def test_any_text_comes_back(tmp_path_factory, text):
    book = opened(one_text(text), tmp_path_factory.mktemp("book"))
    value = book.worksheets[0]["G2"].value
    assert (value or "").rstrip() == printable(text).rstrip()


def test_a_text_that_is_too_long_is_cut_and_says_so(tmp_path):
    (row,) = passages(opened(one_text("ja " * 20_000), tmp_path))
    assert len(row["Passage"]) <= CELL_UNITS
    assert row["Passage"].endswith("passages.jsonl]")


def test_suggested_scores_are_bold(tmp_path):
    sheet = opened(example(), tmp_path).worksheets[0]
    header = {cell.value: cell.column for cell in sheet[1]}
    assert not sheet.cell(2, header["Barrier (probability)"]).font.bold
    assert sheet.cell(2, header["Facilitator (probability)"]).font.bold


def test_a_passage_that_was_not_classified_says_so(tmp_path):
    (row,) = passages(opened(one_text("Nein.", language="other"), tmp_path))
    assert row["Valence"] == row["Level of integration"] == "not classified"
    assert row["Barrier (probability)"] is None


def test_counts_add_up(tmp_path):
    sheet = opened(example(), tmp_path)["Counts"]
    header, *rows = sheet.iter_rows(values_only=True, max_col=6)
    assert header == ("Facet", "Code", "All", "Share", "wijk/Interview 01.docx", "dawn.vtt")
    codes = rows[: len(rmic().code_ids)]
    assert codes[0][:3] == ("Valence", "Barrier", 3)
    assert all(row[2] == row[4] + row[5] for row in codes)
    assert [row[2] for row in rows[8:11]] == [7, 5, 0]
    assert len(sheet._charts) == 1


def test_codebook_sheet_has_every_language(tmp_path):
    sheet = opened(example(), tmp_path)["Codebook"]
    header, *rows = sheet.iter_rows(values_only=True)
    assert {"Label (en)", "Label (nl)", "Definition (en)", "Definition (nl)"} <= set(header)
    assert [row[1] for row in rows] == list(rmic().code_ids)


def test_about_sheet_names_model_and_codebook(tmp_path):
    cells = dict(opened(example(), tmp_path)["About"].iter_rows(values_only=True, max_col=2))
    assert cells["Model"] == "rmic-nl-en@0123456789ab"
    assert cells["Codebook"] == "rmic, version 1.0"
    assert "People decide" in cells["About"]


@pytest.mark.parametrize("codebook", [many_codes(), nested()])
def test_codebooks_of_other_shapes(tmp_path, codebook):
    code = codebook.code_ids[2]
    mine = make_transcript("a.txt", [("R", "Zo gaat het.", (code,)), ("R", "Ja.", ())])
    book = opened(make_results(mine, codebook=codebook), tmp_path)
    first, _ = passages(book)
    name = codebook.code(code).name("en")
    assert name in first.values()
    assert sum(key.endswith("(probability)") for key in first) == len(codebook.code_ids)
    assert book["Codebook"].max_row == len(codebook.code_ids) + 1


def test_without_transcripts_or_suggestions(tmp_path):
    assert passages(opened(make_results(), tmp_path)) == []
    nothing = replace(example(), suggestions=())
    assert {row["Valence"] for row in passages(opened(nothing, tmp_path))} == {"not classified"}


def test_same_bytes_twice(tmp_path):
    one, two = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write_workbook(example(), one)
    write_workbook(example(), two)
    assert one.read_bytes() == two.read_bytes()


def test_nothing_in_it_points_outside(tmp_path):
    path = tmp_path / "book.xlsx"
    write_workbook(example(), path)
    with zipfile.ZipFile(path) as archive:
        relations = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".rels")]
    assert not any(re.search(r'TargetMode="External"', text) for text in relations)


def test_more_rows_than_excel_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 6)
    with pytest.raises(PipelineError, match=r"7 rows do not fit"):
        write_workbook(example(), tmp_path / "book.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_language_is_refused(tmp_path):
    with pytest.raises(PipelineError, match="en, nl"):
        write_workbook(example(), tmp_path / "book.xlsx", language="fr")


def test_transcripts_that_are_kept_for_the_test_are_marked_and_no_others(tmp_path):
    results = example()
    first, *others = results.transcripts
    book = opened(replace(results, kept=frozenset({first.id})), tmp_path, language="nl")
    marked = {row["Transcript"] for row in passages(book)}
    mark = "\n[Voor de test: eerst blind coderen]"
    assert {first.source_name + mark, *(t.source_name for t in others)} == marked
    about = [cell for row in book["Toelichting"].iter_rows(values_only=True) for cell in row]
    assert any("zonder suggesties" in str(cell) for cell in about)
