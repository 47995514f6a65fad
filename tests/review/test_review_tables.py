import csv
import io
import json

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_examples import example, make_results, make_transcript, many_codes, one_text, rmic

from nlp_pipeline.errors import PipelineError
from nlp_pipeline.review.tables import ClassifiedRow, write_classified, write_tables

HOSTILE = (
    '=HYPERLINK("http://evil.test","klik")\n"; DROP TABLE ]]> \x00 e\u0301 👩‍⚕️ \u2028 </script>'
)

ROWS = [
    ClassifiedRow(
        id="7",
        language="nl",
        suggested=("barrier", "system"),
        scores={"barrier": 0.87654321, "system": 0.5, "clinical": 0.1},
        text="Het geld, hè.",
        speaker="=R1",
        context="Wat houdt u tegen?",
    ),
    ClassifiedRow(id="+8", language="other", suggested=(), scores={}, text="Nein."),
]


def read_csv(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def read_jsonl(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_tables_have_a_row_for_each_passage(tmp_path):
    results = example()
    table, lines = write_tables(results, tmp_path / "review")
    rows, objects = read_csv(table), read_jsonl(lines)
    assert [row["id"] for row in rows] == [o["id"] for o in objects]
    assert [row["id"] for row in rows] == [row.passage.id for row in results.rows]
    assert rows[1]["suggested"] == "barrier; organisational; system"
    assert objects[1]["suggested"] == ["barrier", "organisational", "system"]
    assert list(objects[0]["scores"]) == list(rmic().code_ids)
    assert float(rows[0]["score_barrier"]) == objects[0]["scores"]["barrier"]
    assert objects[4]["transcript"] == "dawn.vtt"
    assert objects[4]["context"] == "How do you find working with the other service?"
    first = results.transcripts[0]
    assert all(first.text[o["start"] : o["end"]] == o["text"] for o in objects[:4])


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_jsonl_is_faithful_to_any_text(tmp_path_factory, text):
    results = one_text(text)
    _, lines = write_tables(results, tmp_path_factory.mktemp("tables"))
    assert [o["text"] for o in read_jsonl(lines)] == [text]
    assert len(lines.read_bytes().decode("utf-8").splitlines()) == 1


def test_csv_is_guarded_in_every_column_and_keeps_its_shape(tmp_path):
    results = make_results(make_transcript("-a.txt", [("@R1", HOSTILE, ("barrier",))]))
    table, _ = write_tables(results, tmp_path)
    (row,) = read_csv(table)
    assert row["text"] == "'" + HOSTILE.replace("\x00", "\ufffd")
    assert (row["speaker"], row["transcript"]) == ("'@R1", "'-a.txt")
    assert not any(str(cell).startswith(("=", "+", "-", "@")) for cell in row.values())


def test_csv_opens_in_excel_as_utf_8(tmp_path):
    table, _ = write_tables(one_text("cliënt"), tmp_path)
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_passage_that_was_not_classified_has_empty_scores(tmp_path):
    table, lines = write_tables(one_text("Nein.", language="other"), tmp_path)
    (row,), (found,) = read_csv(table), read_jsonl(lines)
    assert row["score_barrier"] == row["suggested"] == ""
    assert (found["scores"], found["suggested"]) == ({}, [])


@pytest.mark.parametrize("codebook", [None, many_codes()])
def test_no_passages_still_give_a_header(tmp_path, codebook):
    table, lines = write_tables(make_results(codebook=codebook), tmp_path)
    header = table.read_text(encoding="utf-8-sig").strip().split(",")
    assert sum(name.startswith("score_") for name in header) == (40 if codebook else 8)
    assert lines.read_bytes() == b""


def test_same_bytes_twice(tmp_path):
    one, two = write_tables(example(), tmp_path / "1"), write_tables(example(), tmp_path / "2")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


def test_classified_as_jsonl(tmp_path):
    path = tmp_path / "out.jsonl"
    write_classified(ROWS, path)
    first, second = read_jsonl(path)
    assert first["id"] == "7"
    assert first["suggested"] == ["barrier", "system"]
    assert first["scores"] == {"barrier": 0.8765, "system": 0.5, "clinical": 0.1}
    assert second["speaker"] is None
    assert second["scores"] == {}


def test_classified_as_csv(tmp_path):
    path = tmp_path / "out.csv"
    write_classified(ROWS, path, codes=("clinical", "barrier", "system"))
    first, second = read_csv(path)
    assert list(first)[-3:] == ["score_clinical", "score_barrier", "score_system"]
    assert (first["suggested"], first["score_barrier"]) == ("barrier;system", "0.8765")
    assert (second["id"], second["score_barrier"]) == ("'+8", "")


def test_classified_as_xlsx(tmp_path):
    path = tmp_path / "out.XLSX"
    write_classified(ROWS, path)
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active
    header, first, second = sheet.iter_rows(values_only=True)
    assert dict(zip(header, first, strict=True))["score_barrier"] == 0.8765
    assert dict(zip(header, first, strict=True))["speaker"] == "=R1"
    assert dict(zip(header, second, strict=True))["id"] == "+8"
    assert {cell.data_type for cell in sheet["D"]} == {"s", "n"}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:I3")


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_nothing_classified_is_a_table_without_rows(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    write_classified([], path)
    assert path.exists()


def test_another_suffix_is_refused_with_the_choices(tmp_path):
    with pytest.raises(PipelineError, match=r"\.jsonl, \.csv, \.xlsx"):
        write_classified(ROWS, tmp_path / "out.ods")
    assert list(tmp_path.iterdir()) == []
