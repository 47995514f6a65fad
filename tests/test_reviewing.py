"""The round trip as its user does it: export, decide, import, look at the log, draw a sample."""

import json
import os
import zipfile
from pathlib import Path

import pytest
from interviews import INTERVIEWS, KeywordClassifier
from review_table import accept_all, fill_in, rows_of

from nlp_pipeline import pipeline, store
from nlp_pipeline.decisions import codings, read_log
from nlp_pipeline.errors import InputError
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.review.formats import FORMATS, recognise

DUTCH = "01 huisarts.txt"


def run(*paths, out=None):
    return pipeline.run(pipeline.load_study(paths), KeywordClassifier(), out=out)


def review(call, place, path, decide, *options):
    """Export a table, fill in decisions by a function of the row, and return its path."""
    assert call("export", place, "--format", "csv", "--out", path, *options)[0] == 0
    return fill_in(path, decide)


def reject_all(row):
    return "no" if row["suggested"] == "yes" else ""


def test_suggestions_go_out_and_decisions_come_back(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    code, out, err = call("import", path, "--coder", "Anna", "--study", study)
    assert (code, err) == (0, "")
    assert "added to" in out
    log = read_log(study / "decisions.jsonl")
    suggested = [s for s in find_workplace(study).results.suggestions if s.suggested]
    assert len(log) == len(suggested) > 5
    assert {(d.coder, d.verdict, d.origin) for d in log} == {("Anna", "accepted", "assisted")}
    assert all(d.shown.suggested for d in log)
    code, out, err = call("import", path, path, "--coder", "Anna", "--study", study)
    assert (code, err) == (0, "")
    assert "Nothing new" in out
    assert read_log(study / "decisions.jsonl") == log


def test_an_untouched_export_decides_nothing_and_carries_what_was_decided(call, study, tmp_path):
    call("export", study, "--format", "csv", "--out", tmp_path / "a.csv")
    code, out, _ = call("import", tmp_path / "a.csv", "--coder", "Anna", "--study", study)
    assert code == 0
    assert "Nothing new" in out
    assert not (study / "decisions.jsonl").exists()
    path = review(call, study, tmp_path / "b.csv", accept_all)
    call("import", path, "--coder", "Anna", "--study", study)
    before = (study / "decisions.jsonl").read_bytes()
    call("export", study, "--format", "csv", "--out", tmp_path / "c.csv", "--coder", "Bram")
    assert "Anna" in (tmp_path / "c.csv").read_text(encoding="utf-8")
    code, out, _ = call("import", tmp_path / "c.csv", "--study", study)
    assert code == 0
    assert "Nothing new" in out
    assert (study / "decisions.jsonl").read_bytes() == before


@pytest.mark.parametrize("blind", [[], ["--blind"]])
@pytest.mark.parametrize("name", ["refi-qda", "xlsx", "docx", "csv"])
def test_every_format_comes_back_untouched_without_news(call, study, tmp_path, name, blind):
    path = tmp_path / f"fresh{FORMATS[name].suffix}"
    call("export", study, "--format", name, "--out", path, *blind)
    code, out, _ = call("import", path, "--coder", "Bram", "--study", study, "--json")
    assert (code, json.loads(out)["new"]) == (0, 0)
    decided = review(call, study, tmp_path / "a.csv", accept_all)
    call("import", decided, "--coder", "Anna", "--study", study)
    again = tmp_path / f"again{FORMATS[name].suffix}"
    call("export", study, "--format", name, "--out", again, "--coder", "Anna", *blind)
    code, out, _ = call("import", again, "--study", study, "--json")
    told = json.loads(out)
    assert (code, told["new"], told["conflicts"], told["not_taken"]) == (0, 0, [], [])


def test_a_review_page_is_written_for_the_browser(call, study, tmp_path):
    assert call("export", study, "--format", "html", "--out", tmp_path / "r.html")[0] == 0
    code, _, err = call("import", tmp_path / "r.html", "--coder", "Anna", "--study", study)
    assert code == 1
    assert ".json" in err


def test_a_blind_file_has_no_suggestion_and_nobody_elses_decision(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    call("import", path, "--coder", "Anna", "--study", study)
    for coder in ("Bram", "Anna"):
        out = tmp_path / f"{coder}.csv"
        call("export", study, "--format", "csv", "--out", out, "--blind", "--coder", coder)
        rows = rows_of(out)
        assert {(r["suggested"], r["score"], r["decision"]) for r in rows} == {("", "", "")}
        assert {r["coder"] for r in rows} == {coder}


def test_contradictions_are_listed_and_need_a_choice(call, study, tmp_path):
    yes = review(call, study, tmp_path / "yes.csv", accept_all)
    no = review(call, study, tmp_path / "no.csv", reject_all)
    os.utime(yes, (1_700_000_000, 1_700_000_000))
    os.utime(no, (1_700_000_100, 1_700_000_100))
    call("import", yes, "--coder", "Anna", "--study", study)
    before = (study / "decisions.jsonl").read_bytes()
    code, out, _ = call("import", no, "--coder", "Anna", "--study", study)
    assert code == 1
    assert "--newest" in out
    assert "no.csv" in " ".join(out.split())
    assert (study / "decisions.jsonl").read_bytes() == before
    assert call("import", no, "--coder", "Bram", "--study", study)[0] == 0
    code, out, _ = call("import", no, "--coder", "Anna", "--study", study, "--newest", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["written"]
    assert {c["outcome"] for c in told["conflicts"]} == {"taken"}
    log = read_log(study / "decisions.jsonl")
    anna = {c.verdict for c in codings(log) if c.coder == "Anna"}
    assert anna == {"rejected", "seen"}
    assert call("import", yes, no, "--coder", "Anna", "--study", study)[0] == 0


def test_keep_and_newest_together_are_wrong_usage(call, study, tmp_path):
    assert call("import", tmp_path / "x", "--newest", "--keep")[0] == 2
    assert call("import", tmp_path / "x", "--coder-for-all")[0] == 2


def test_a_dry_run_writes_nothing(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    code, out, _ = call("import", path, "--coder", "A", "--study", study, "--dry-run")
    assert code == 0
    assert "would be added" in out
    assert not (study / "decisions.jsonl").exists()


def test_one_bad_file_and_nothing_is_imported(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    (tmp_path / "cut.qdpx").write_bytes(b"PK\x03\x04 not whole")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    files = (path, tmp_path / "cut.qdpx", tmp_path / "photo.png", tmp_path / "gone.csv")
    code, _, err = call("import", *files, "--coder", "Anna", "--study", study)
    assert code == 1
    assert all(name in err for name in ("cut.qdpx", "photo.png", "gone.csv"))
    assert "Nothing was imported" in err
    assert not (study / "decisions.jsonl").exists()


def test_an_import_that_the_disk_stops_changes_nothing(call, study, tmp_path, monkeypatch):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    call("import", path, "--coder", "Anna", "--study", study)
    before = (study / "decisions.jsonl").read_bytes()
    names = {p.name for p in study.iterdir()}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nlp_pipeline.store.files.os.replace", full)
    code, _, err = call("import", path, "--coder", "Bram", "--study", study)
    assert code == 1
    assert "No space left" in err
    assert (study / "decisions.jsonl").read_bytes() == before
    assert {p.name for p in study.iterdir()} == names


def test_two_imports_do_not_write_at_once(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    lock = {"pid": 1, "host": "another machine"}
    (study / store.LOCK_NAME).write_text(json.dumps(lock), encoding="utf-8")
    code, _, err = call("import", path, "--coder", "Anna", "--study", study)
    assert code == 1
    assert "at work in this folder" in err


def test_a_changed_transcript_is_refused_with_numbers_or_found_again(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    changed = study / "transcripts" / DUTCH
    text = INTERVIEWS[DUTCH].replace("Hoe verloopt de", "Goedemorgen. Hoe verloopt de")
    changed.write_bytes(text.encode("utf-8"))
    run(study)
    for entry in (study / "runs").iterdir():  # the later run is the newer one
        later = any("Goedemorgen" in t.text for t in texts(entry))
        os.utime(entry / "manifest.json", (1_700_000_000 + later, 1_700_000_000 + later))
    code, out, err = call("import", path, "--coder", "Anna", "--study", study)
    assert code == 1
    assert "another version of this transcript" in err
    assert f"{DUTCH}: the texts begin to differ at character " in err
    assert "With --reanchor, " in err
    assert DUTCH not in {names(study)[d.transcript_id] for d in read_log(study / "decisions.jsonl")}
    code, out, _ = call("import", path, "--coder", "Anna", "--study", study, "--reanchor")
    assert code == 0
    assert "found again" in out
    found = [d for d in read_log(study / "decisions.jsonl") if d.moved]
    assert {names(study)[d.transcript_id] for d in found} == {DUTCH}
    assert {d.start - d.moved.start for d in found} == {len("Goedemorgen. ")}


def test_what_reanchoring_cannot_find_is_listed_without_advice_to_reanchor(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    old = {entry.name for entry in (study / "runs").iterdir()}
    (study / "transcripts" / DUTCH).write_text("Respondent: Dat helpt ons.\n", encoding="utf-8")
    run(study)
    (new,) = [entry for entry in (study / "runs").iterdir() if entry.name not in old]
    code, _, err = call("import", path, "--coder", "Anna", "--study", new, "--reanchor")
    assert code == 1
    assert "the quoted stretch is not in it" in err
    assert "With --reanchor" not in err


def texts(run_folder):
    return store.read_transcripts(run_folder / "transcripts.parquet")


def names(study):
    return {t.id: t.source_name for t in find_workplace(study).results.transcripts}


def test_decisions_on_an_older_text_stay_in_the_log_and_out_of_the_export(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    call("import", path, "--coder", "Anna", "--study", study)
    old = {entry.name for entry in (study / "runs").iterdir()}
    (study / "transcripts" / DUTCH).write_text("Respondent: Dat helpt ons.\n", encoding="utf-8")
    run(study)
    (new,) = [entry for entry in (study / "runs").iterdir() if entry.name not in old]
    code, _, err = call("export", new, "--format", "csv", "--out", tmp_path / "b.csv")
    assert code == 0
    assert "a changed transcript no longer has" in err


@pytest.mark.parametrize(
    ("name", "file", "warned"),
    [("xlsx", "a.docx", True), ("refi-qda", "a", True), ("refi-qda", "a.qdc", False)],
)
def test_a_name_that_no_program_opens_is_told(call, study, tmp_path, name, file, warned):
    code, _, err = call("export", study, "--format", name, "--out", tmp_path / file)
    assert code == 0
    assert (f"name ends in {FORMATS[name].suffix}" in err) is warned


def test_a_codebook_alone_says_nothing_of_decisions_that_it_does_not_hold(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    call("import", path, "--coder", "Anna", "--study", study)
    (study / "transcripts" / DUTCH).write_text("Respondent: Dat helpt ons.\n", encoding="utf-8")
    run(study)
    out = tmp_path / "codes.qdc"
    code, told, err = call("export", study, "--format", "refi-qda", "--out", out)
    assert (code, err) == (0, "")
    assert "the codebook alone" in told
    assert "decision" not in told
    assert (
        "earlier decision"
        in call(*("export", study, "--format", "refi-qda", "--out", tmp_path / "a.qdpx"))[2]
    )


def test_a_file_that_does_not_tell_who_decided_is_not_imported(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    code, _, err = call("import", path, "--study", study)
    assert code == 1
    assert "--coder NAME" in err
    assert err.strip().endswith("Nothing was imported.")
    assert not (study / "decisions.jsonl").exists()


def test_files_are_never_replaced_without_force(call, study, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("my work", encoding="utf-8")
    code, _, err = call("export", study, "--format", "csv", "--out", path)
    assert code == 1
    assert "--force" in err
    assert path.read_text(encoding="utf-8") == "my work"
    assert call("export", study, "--format", "csv", "--out", path, "--force")[0] == 0


def test_results_of_plain_files_have_their_own_log_that_a_new_run_keeps(call, interviews, tmp_path):
    out = tmp_path / "results"
    run(interviews, out=out)
    path = review(call, out, tmp_path / "a.csv", accept_all)
    assert call("import", path, "--coder", "Anna", "--study", out)[0] == 0
    before = (out / "decisions.jsonl").read_bytes()
    (interviews / "04 more.txt").write_text("Respondent: Dat helpt mij.\n", encoding="utf-8")
    first = find_workplace(out).manifest.run_id
    run(interviews, out=out)
    assert (out / "decisions.jsonl").read_bytes() == before
    assert call("export", out, "--format", "csv", "--out", tmp_path / "b.csv")[2] == ""
    earlier = find_workplace(out / "earlier" / first)
    assert earlier.folder.resolve() == out.resolve()
    assert len(earlier.log) > 5


def test_a_run_of_a_study_has_the_log_of_the_study(study):
    (only,) = (study / "runs").iterdir()
    assert find_workplace(only).log_path.resolve() == (study / "decisions.jsonl").resolve()
    assert find_workplace(study / "study.yaml").run == only


def test_a_folder_without_a_run_says_what_to_do(call, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = call("export", tmp_path / "empty", "--format", "csv", "--out", tmp_path / "x")
    assert code == 1
    assert "give the study folder" in err
    (tmp_path / "empty" / "study.yaml").write_text("name: x\n", encoding="utf-8")
    code, _, err = call("export", tmp_path / "empty", "--format", "csv", "--out", tmp_path / "x")
    assert code == 1
    assert "nlp-pipeline run" in err


def test_a_codebook_that_lost_a_code_is_named(call, study, tmp_path):
    (study / "codebook.yaml").write_text(
        "name: small\nversion: '1'\nfacets: [{id: v, codes: [{id: barrier}]}]\n", encoding="utf-8"
    )
    (study / "study.yaml").write_text("codebook: codebook.yaml\n", encoding="utf-8")
    code, _, err = call("export", study, "--format", "csv", "--out", tmp_path / "x.csv")
    assert code == 1
    assert "no longer has the code(s)" in err


def test_the_log_shows_who_when_and_what_and_can_be_filtered(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    assert call("log", study)[0] == 1
    call("import", path, "--coder", "Anna", "--study", study)
    call("import", path, "--coder", "Bram", "--study", study, "--coder-for-all")
    rows = json.loads(call("log", study, "--json")[1])["decisions"]
    assert {row["coder"] for row in rows} == {"Anna", "Bram"}
    assert {row["transcript"] for row in rows} == set(INTERVIEWS)
    assert all(row["shown"]["suggested"] for row in rows)
    some = ["--coder", "Bram", "--code", "barrier", "--transcript", "nurse", "--json"]
    few = json.loads(call("log", study, *some)[1])["decisions"]
    assert {(r["coder"], r["code"], r["transcript"]) for r in few} == {
        ("Bram", "barrier", "03 nurse.txt")
    }
    code, out, _ = call("log", study, "--coder", "Anna")
    assert code == 0
    assert f"{len(rows) // 2} decision(s)" in out


def test_a_format_is_known_by_its_content(call, study, tmp_path):
    path = review(call, study, tmp_path / "a.csv", accept_all)
    renamed = path.rename(tmp_path / "table.qdpx")
    assert recognise(renamed).name == "csv"
    for inside, expected in (
        ("project.qde", "refi-qda"),
        ("XL/workbook.xml", "xlsx"),
        ("word/document.xml", "docx"),
    ):
        made = tmp_path / f"{expected}.zip"
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(inside, "")
        assert recognise(made).name == expected
    saved = tmp_path / "decisions"
    saved.write_text('\ufeff {"format": "nlp-pipeline decisions"}', encoding="utf-8")
    assert recognise(saved).name == "html"
    saved.write_text("only words, no decisions", encoding="utf-8")
    with pytest.raises(InputError, match="no review file"):
        recognise(saved)


def test_every_format_of_the_command_line_is_in_the_table():
    from nlp_pipeline.cli_review import Format

    assert {one.value for one in Format} == set(FORMATS)


def attributes(study, text):
    (study / "attributes.csv").write_text(text, encoding="utf-8")


def sampled(call, study, *options):
    code, out, err = call(
        "sample", study, "--coders", "Anna,Bram de Wit", "--format", "csv", "--json", *options
    )
    assert code == 0, err
    return json.loads(out), err


def stretches(path):
    return {(row["transcript_id"], row["start"]) for row in rows_of(path)}


def test_a_sample_is_the_same_for_each_coder_blind_and_recorded(call, study):
    told, err = sampled(call, study, "--share", "50%", "--seed", "3")
    assert err == ""
    folder = study / "samples" / json.loads((next((study / "samples").iterdir()) / "sample.json")
                                            .read_text(encoding="utf-8"))["id"]  # fmt: skip
    record = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    assert (record["seed"], record["strategy"], record["blind"]) == (3, "random", True)
    assert record["fit_for_agreement"]
    assert record["files"] == ["Anna.csv", "Bram-de-Wit.csv"]
    assert {path.name for path in folder.iterdir()} == {*record["files"], "sample.json"}
    first, second = (folder / name for name in record["files"])
    assert stretches(first) == stretches(second)
    assert len(stretches(first)) == told["passages"] == len(record["passages"])
    assert {row["coder"] for row in rows_of(second)} == {"Bram de Wit"}
    assert {row["suggested"] for row in rows_of(second)} == {""}


def test_a_sample_comes_back_as_blind_coding(call, study):
    told, _ = sampled(call, study, "--share", "1")
    path = Path(next(p for p in told["files"] if p.endswith("Anna.csv")))
    rows = rows_of(fill_in(path, lambda row: "yes" if row["code"] == "barrier" else ""))
    assert call("import", path, "--study", study)[0] == 0
    log = read_log(study / "decisions.jsonl")
    assert {(d.coder, d.origin.value, d.code, d.shown) for d in log} == {
        ("Anna", "blind", "barrier", None)
    }
    assert len(log) == len({(r["transcript_id"], r["start"]) for r in rows})


def test_the_same_seed_draws_the_same_and_its_files_are_not_replaced(call, study):
    sampled(call, study, "--share", "50%", "--seed", "3")
    code, _, err = call("sample", study, "--coders", "Anna,Bram de Wit", "--format", "csv",
                        "--share", "50%", "--seed", "3")  # fmt: skip
    assert code == 1
    assert "--force" in err
    sampled(call, study, "--share", "50%", "--seed", "3", "--force")


def test_passages_without_a_suggestion_are_in_a_sample_too(call, study):
    told, _ = sampled(call, study, "--share", "100%")
    results = find_workplace(study).results
    assert results.with_suggestion < told["passages"] == results.classified


def test_a_sample_goes_by_language_and_group(call, study):
    attributes(study, "transcript,group\n01 huisarts,gp\n02 wijk.txt,nurse\n03 nurse.txt,nurse\n")
    told, _ = sampled(call, study, "--share", "100%", "--by", "transcript")
    assert [(s["group"], s["drawn"]) for s in told["shares"]] == [
        (["en", "nurse"], 1),
        (["nl", "gp"], 1),
        (["nl", "nurse"], 1),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("naam,group\nx,y\n", "row 1: there is no column transcript"),
        ("transcript,a,A\n01 huisarts,x,y\n", "row 1"),
        ("transcript,a\nnobody,x\n", "row 2: no transcript of the run"),
        ("transcript,a\n01 huisarts,x\n01 huisarts.txt,y\n", "row 3: this transcript has a row"),
    ],
)
def test_attributes_that_are_wrong_are_named_by_row(call, study, text, message):
    attributes(study, text)
    code, _, err = call("sample", study, "--coders", "A,B", "--format", "csv")
    assert code == 1
    assert message in err


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        (["--strategy", "uncertain"], "only a random sample is fit to measure agreement"),
        (["--strategy", "mixed"], "only a random sample is fit to measure agreement"),
        (["--show-suggestions"], "draw a blind sample"),
    ],
)
def test_a_sample_that_is_not_fit_for_agreement_says_so(call, study, options, warning):
    _, err = sampled(call, study, *options)
    assert warning in err
    (record,) = (study / "samples").glob("*/sample.json")
    assert not json.loads(record.read_text(encoding="utf-8"))["fit_for_agreement"]


@pytest.mark.parametrize(
    ("coders", "share", "code"),
    [("A,A", "20%", 1), ("A,", "20%", 1), ("?,B", "20%", 1), ("A,B", "0%", 2), ("A,B", "120", 2)],
)
def test_coders_and_shares_that_cannot_be_are_refused(call, study, coders, share, code):
    options = ("--coders", coders, "--share", share, "--format", "csv")
    assert call("sample", study, *options)[0] == code
    assert not (study / "samples").exists()


@pytest.mark.parametrize("command", ["export", "import", "log", "sample"])
def test_help_has_an_example(call, command):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"Example: nlp-pipeline {command} " in " ".join(out.split())
