"""The table of decisions: out, worked in, saved by a spreadsheet, and back."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_examples import example, many_codes, nested, one_text

from nlp_pipeline.errors import InputError
from nlp_pipeline.exchange import ExportOptions, Known, Verdict, text_sha256
from nlp_pipeline.records import Coding, Origin
from nlp_pipeline.review.csv_decisions import COLUMNS, read, write

WHEN = "2024-05-01T10:00:00+00:00"


def known(results):
    return Known(
        transcripts=results.transcripts, passages=results.passages, codebook=results.codebook
    )


def exported(results, path, decisions=(), **options):
    assert write(results, decisions, path, options=ExportOptions(created_at=WHEN, **options)) == []
    return rows_of(path)


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def save(rows, path, *, delimiter=",", encoding="utf-8-sig", columns=COLUMNS):
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(
        buffer, columns, delimiter=delimiter, extrasaction="ignore", lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def in_short(review):
    return sorted((f.start, f.code or "", f.verdict.value) for f in review.found)


def first_block(rows):
    return [row for row in rows if row["start"] == rows[0]["start"]]


@pytest.mark.parametrize("codebook", [None, many_codes(), nested()])
@pytest.mark.parametrize("blind", [False, True])
def test_an_untouched_file_decides_nothing(tmp_path, codebook, blind):
    results = one_text("Dat helpt.", codes=(), codebook=codebook)
    exported(results, tmp_path / "a.csv", blind=blind)
    review = read(tmp_path / "a.csv", known(results))
    assert (review.found, review.not_taken) == ((), ())


def test_there_is_a_row_for_every_code_and_one_for_none(tmp_path):
    results = example()
    rows = exported(results, tmp_path / "a.csv", language="nl", coder="Anna")
    codes = len(results.codebook.code_ids)
    assert len(rows) == len(results.passages) * (codes + 1)
    assert [row["code"] for row in first_block(rows)] == [*results.codebook.code_ids, ""]
    assert rows[0]["label"] == "Belemmerend"
    assert {row["coder"] for row in rows} == {"Anna"}


def test_the_same_export_has_the_same_bytes(tmp_path):
    for name in ("a.csv", "b.csv"):
        exported(example(), tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_decision_on_one_code_is_one_on_the_whole_passage(tmp_path):
    results = one_text("Er is geen geld.", codes=("barrier", "system"))
    rows = exported(results, tmp_path / "a.csv")
    for row in rows:
        row["decision"] = {"barrier": "ja", "clinical": "X"}.get(row["code"], "")
    review = read(save(rows, tmp_path / "b.csv"), known(results))
    assert in_short(review) == [
        (0, "barrier", "accepted"),
        (0, "clinical", "added"),
        (0, "system", "rejected"),
    ]
    by_code = {f.code: f for f in review.found}
    assert by_code["barrier"].shown.suggested
    assert not by_code["clinical"].shown.suggested
    assert by_code["barrier"].shown.model_id == results.model_id
    assert by_code["barrier"].origin is Origin.ASSISTED
    assert by_code["barrier"].text_sha256 == text_sha256(results.transcripts[0].text)


@pytest.mark.parametrize("way", ["none", "no"])
def test_no_code_at_all_rejects_what_was_suggested_and_says_seen(tmp_path, way):
    results = one_text("Er is geen geld.", codes=("barrier",))
    rows = exported(results, tmp_path / "a.csv")
    for row in rows:
        if way == "none" and not row["code"]:
            row["decision"] = "yes"
        if way == "no" and row["code"] == "barrier":
            row["decision"] = "no"
    review = read(save(rows, tmp_path / "b.csv"), known(results))
    assert in_short(review) == [(0, "", "seen"), (0, "barrier", "rejected")]


def test_a_blind_file_shows_nothing_and_says_so_on_the_way_back(tmp_path):
    results = example()
    rows = exported(results, tmp_path / "a.csv", blind=True)
    assert {(row["suggested"], row["score"], row["model"]) for row in rows} == {("", "", "")}
    rows[0]["decision"] = "yes"
    review = read(save(rows, tmp_path / "b.csv"), known(results))
    (one,) = review.found
    assert (one.verdict, one.origin, one.shown) == (Verdict.ADDED, Origin.BLIND, None)


def test_earlier_decisions_come_back_the_same(tmp_path):
    results = example()
    passage = results.passages[0]
    own = {"transcript_id": passage.transcript_id, "origin": Origin.BLIND}
    at = {"start": passage.start, "end": passage.end}
    decisions = [
        Coding(**own, **at, code="barrier", coder="Anna", verdict="added", note="=let op"),
        Coding(**own, **at, code="system", coder="Anna", verdict="rejected"),
        Coding(**own, **at, code=None, coder="Bram", verdict="seen"),
        Coding(
            **own,
            start=passage.start + 2,
            end=passage.end + 9,
            code="clinical",
            coder="Bram",
            verdict="accepted",
        ),
    ]
    exported(results, tmp_path / "a.csv", decisions, coder="Anna")
    review = read(tmp_path / "a.csv", known(results))
    back = [
        Coding(
            transcript_id=f.transcript,
            start=f.start,
            end=f.end,
            code=f.code,
            coder=f.coder,
            origin=f.origin,
            verdict=f.verdict.value,
            note=f.note,
        )
        for f in review.found
    ]
    assert sorted(back, key=repr) == sorted(decisions, key=repr)


def test_an_earlier_decision_is_not_said_to_have_seen_what_this_file_shows(tmp_path):
    results = example()
    passage = results.passages[0]
    at = {"transcript_id": passage.transcript_id, "start": passage.start, "end": passage.end}
    added = Coding(**at, code="normative", coder="Bram", origin=Origin.ASSISTED, verdict="added")
    rows = exported(results, tmp_path / "a.csv", [added], coder="Anna")
    (row,) = [row for row in rows if row["decision"]]
    assert (row["code"], row["suggested"]) == ("normative", "no")
    (found,) = read(tmp_path / "a.csv", known(results)).found
    assert (found.verdict, found.shown) == (Verdict.ADDED, None)


def test_a_changed_mind_is_found_among_earlier_decisions(tmp_path):
    results = one_text("Er is geen geld.", codes=())
    passage = results.passages[0]
    earlier = Coding(
        transcript_id=passage.transcript_id,
        start=0,
        end=passage.end,
        code="barrier",
        coder="Anna",
        origin=Origin.ASSISTED,
        verdict="added",
    )
    rows = exported(results, tmp_path / "a.csv", [earlier], coder="Anna")
    for row in rows:
        if row["code"] in ("barrier", "system"):
            row["decision"] = "no" if row["code"] == "barrier" else "yes"
    review = read(save(rows, tmp_path / "b.csv"), known(results))
    assert in_short(review) == [(0, "barrier", "rejected"), (0, "system", "added")]


def test_codes_and_none_together_are_listed(tmp_path):
    results = one_text("Er is geen geld.", codes=())
    rows = exported(results, tmp_path / "a.csv")
    rows[0]["decision"] = rows[-1]["decision"] = "yes"
    review = read(save(rows, tmp_path / "b.csv"), known(results))
    assert review.found == ()
    assert [left.place for left in review.not_taken] == [f"row {len(rows) + 1}"]


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "cp1252"), ("\t", "utf-16")])
def test_it_comes_back_however_a_spreadsheet_saved_it(tmp_path, delimiter, encoding):
    results = one_text("Eén café – dat is alles; meer niet.", codes=("barrier",))
    rows = exported(results, tmp_path / "a.csv")
    rows[0]["decision"] = " JA "
    for row in rows:
        row["score"] = row["score"].replace(".", ",")
    columns = ["mine", *reversed(COLUMNS)]
    saved = save(rows[::-1], tmp_path / "b.csv", delimiter=delimiter, encoding=encoding,
                 columns=columns)  # fmt: skip
    (one,) = read(saved, known(results)).found
    assert (one.code, one.verdict) == ("barrier", Verdict.ACCEPTED)
    assert one.quote == results.passages[0].text


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("decision", "misschien", "row 2: the decision is not understood"),
        ("start", "drie", "row 2: start and end"),
        ("start", "-1", "row 2: start and end"),
        ("score", "hoog", "row 2: the score"),
        ("before", "geheim", "row 2: the column before"),
        ("origin", "geheim", "row 2: the origin"),
    ],
)
def test_a_cell_that_is_not_understood_is_named_without_its_words(tmp_path, column, value, message):
    results = one_text("Er is geen geld.", codes=())
    rows = exported(results, tmp_path / "a.csv")
    rows[0][column] = value
    with pytest.raises(InputError, match=message) as error:
        read(save(rows, tmp_path / "b.csv"), known(results))
    assert "geheim" not in str(error.value)


def test_another_table_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,code\nhallo,barrier\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column transcript, decision"):
        read(path, known(example()))


NASTY = st.text(
    st.sampled_from("=+-@'\"\t\n,;a😀é\u0301＝ \u2028]"), min_size=1, max_size=12
).filter(str.strip)


@settings(max_examples=60)
@given(text=NASTY, note=NASTY, coder=NASTY)
def test_any_text_comes_back_and_is_never_a_formula(tmp_path_factory, text, note, coder):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    results = one_text(text, codes=())
    passage = results.passages[0]
    earlier = Coding(
        transcript_id=passage.transcript_id,
        start=passage.start,
        end=passage.end,
        code="barrier",
        coder=coder,
        origin=Origin.ASSISTED,
        verdict="added",
        note=note,
    )
    rows = exported(results, path, [earlier])
    assert not any(v.startswith(tuple("=+-@\t\n＝")) for row in rows for v in row.values())
    (back,) = read(path, known(results)).found
    assert (back.quote, back.note, back.coder) == (passage.text, note, coder)
