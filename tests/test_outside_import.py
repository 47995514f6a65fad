"""Codings of other programs as their user brings them in: the log, twice, contradictions."""

import csv
import json
import os
import sqlite3
from contextlib import closing

from nlp_pipeline.decisions import codings, read_log

LINES = "we hebben korte lijnen en dat helpt echt"
FUNDS = "The funding stops in April."


def table(path, *rows, header=("document", "citaat", "code", "codeur")):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def in_log(study):
    return {
        (c.coder, c.code, c.verdict, c.origin.value)
        for c in codings(read_log(study / "decisions.jsonl"))
    }


def test_codings_of_two_people_come_into_the_log_once(call, study, tmp_path):
    path = table(
        tmp_path / "coderingen.csv",
        ["01 huisarts", LINES, "Bevorderend; Professioneel", "Anna"],
        ["03 nurse.txt", FUNDS, "Barrier", "Bram"],
        ["03 nurse.txt", "never said by anybody", "Barrier", "Bram"],
    )
    code, out, err = call("import", path, "--study", study)
    assert code == 1
    assert "3 decision(s) added" in out
    assert "Not taken over: coderingen.csv, row 4: its quote is not in its transcript" in err
    assert in_log(study) == {
        ("Anna", "facilitator", "added", "imported"),
        ("Anna", "professional", "added", "imported"),
        ("Bram", "barrier", "added", "imported"),
    }
    before = (study / "decisions.jsonl").read_bytes()
    copy = table(tmp_path / "again.csv", ["03 nurse", FUNDS, "barrier", "Bram"])
    code, out, _ = call("import", path, copy, "--study", study)
    assert code == 1
    assert "Nothing new" in out
    assert (study / "decisions.jsonl").read_bytes() == before


def test_the_coder_of_the_command_line_is_for_rows_without_one(call, study, tmp_path):
    rows = (["01 huisarts", LINES, "facilitator", "Anna"], ["03 nurse", FUNDS, "barrier", ""])
    path = table(tmp_path / "a.csv", *rows)
    code, _, err = call("import", path, "--study", study)
    assert code == 1
    assert "a.csv, row 3: does not tell who decided" in err
    assert not (study / "decisions.jsonl").exists()
    call("import", path, "--study", study, "--coder", "Carla")
    assert {coder for coder, *_ in in_log(study)} == {"Anna", "Carla"}
    call("import", path, "--study", study, "--coder", "Dirk", "--coder-for-all")
    assert {coder for coder, *_ in in_log(study)} == {"Anna", "Carla", "Dirk"}


def test_every_file_that_does_not_tell_who_decided_is_named(call, study, tmp_path):
    one = table(tmp_path / "a.csv", ["01 huisarts", LINES, "facilitator", ""])
    other = table(tmp_path / "b.csv", ["03 nurse", FUNDS, "barrier", ""])
    code, _, err = call("import", one, other, "--study", study)
    assert code == 1
    assert "a.csv, row 2" in err
    assert "b.csv, row 2" in err
    assert "one by one" in err


def test_only_the_columns_that_are_not_there_are_named(call, study, tmp_path):
    path = table(tmp_path / "a.csv", ["01 huisarts", LINES, "facilitator", "Anna"])
    _, _, err = call("import", path, "--study", study, "--column", "coder=Initials")
    assert 'there is no column "Initials" (coder)' in err
    ours = tmp_path / "ours.yaml"
    ours.write_text("like: any\ncolumns: {quote: Fragmentje}\n", encoding="utf-8")
    _, _, err = call("import", path, "--study", study, "--columns", ours)
    assert "quote (Fragmentje)" in err
    assert "code (" not in err


def test_one_bad_file_leaves_everything_out(call, study, tmp_path):
    good = table(tmp_path / "a.csv", ["01 huisarts", LINES, "facilitator", "Anna"])
    bad = table(tmp_path / "b.csv", ["x", "y"], header=["wat", "nog wat"])
    code, _, err = call("import", good, bad, "--study", study)
    assert code == 1
    assert "b.csv: no table of codings is recognised" in err
    assert "Nothing was imported" in err
    assert not (study / "decisions.jsonl").exists()


def test_columns_and_a_changed_text(call, study, tmp_path):
    path = table(
        tmp_path / "a.csv",
        ["01 huisarts", LINES, "1", "5", "facilitator", "Anna"],
        header=["document", "citaat", "start", "eind", "Thema", "codeur"],
    )
    code, _, err = call("import", path, "--study", study)
    assert code == 1
    assert "--columns" in err
    code, out, err = call("import", path, "--study", study, "--column", "code=Thema", "--json")
    assert (code, json.loads(out)["new"]) == (1, 0)
    assert "another version of this transcript" in err
    code, out, _ = call(
        "import", path, "--study", study, "--column", "code=Thema", "--reanchor", "--json"
    )
    told = json.loads(out)
    assert (code, told["new"], told["moved"]) == (0, 1, 1)


def test_a_coder_who_changes_her_mind_is_asked(call, study, tmp_path):
    yes = ["01 huisarts", LINES, "1", "0", "Anna"]
    no = ["01 huisarts", LINES, "0", "0", "Anna"]
    header = ["document", "citaat", "facilitator", "barrier", "codeur"]
    call("import", table(tmp_path / "a.csv", yes, header=header), "--study", study)
    later = table(tmp_path / "b.csv", no, header=header)
    os.utime(later, (later.stat().st_mtime + 60,) * 2)
    code, _, _ = call("import", later, "--study", study)
    assert code == 1
    assert in_log(study) == {("Anna", "facilitator", "added", "imported")}
    code, _, _ = call("import", later, "--study", study, "--newest")
    assert code == 0
    assert in_log(study) == {("Anna", None, "seen", "imported")}


def test_a_transcript_that_was_read_whole(call, study, tmp_path):
    mapping = tmp_path / "whole.yaml"
    mapping.write_text(
        "columns: {document: document, quote: citaat, code: code, coder: codeur}\ncomplete: true\n",
        encoding="utf-8",
    )
    path = table(
        tmp_path / "a.csv",
        ["01 huisarts", LINES, "facilitator", "Anna"],
        ["02 wijk", "", "", "Anna"],
    )
    code, _, err = call("import", path, "--study", study, "--columns", mapping)
    assert (code, err) == (0, "")
    seen = [c for c in codings(read_log(study / "decisions.jsonl")) if c.code is None]
    assert {c.verdict for c in seen} == {"seen"}
    assert len({c.transcript_id for c in seen}) == 2


def test_a_qualcoder_folder_is_imported_twice_to_the_same(call, study, tmp_path):
    text = (study / "transcripts" / "03 nurse.txt").read_text(encoding="utf-8")
    project = tmp_path / "team.qda"
    project.mkdir()
    with closing(sqlite3.connect(project / "data.qda")) as database:
        database.executescript(
            "CREATE TABLE source (id integer, name text, fulltext text);"
            "CREATE TABLE code_cat (catid integer, name text, supercatid integer);"
            "CREATE TABLE code_name (cid integer, name text, catid integer);"
            "CREATE TABLE code_text (ctid integer, cid integer, fid integer, seltext text,"
            " pos0 integer, pos1 integer, owner text, date text, memo text);"
            "INSERT INTO code_name VALUES (1, 'Barrier', NULL), (2, 'System', NULL);"
        )
        database.execute("INSERT INTO source VALUES (1, '03 nurse.txt', ?)", (text,))
        at = text.index(FUNDS)
        for own, code, owner in ((1, 1, "Anna"), (2, 2, "Anna"), (3, 1, "Bram")):
            row = (own, code, 1, FUNDS, at, at + len(FUNDS), owner, "2024-05-31 12:00:00", "")
            database.execute("INSERT INTO code_text VALUES (?,?,?,?,?,?,?,?,?)", row)
        database.commit()
    code, _, err = call("import", project, "--study", study)
    assert (code, err) == (0, "")
    log = read_log(study / "decisions.jsonl")
    assert {d.file for d in log} == {"team.qda"}
    assert {d.decided_at for d in log} == {"2024-05-31T12:00:00+00:00"}
    assert len(in_log(study)) == 3
    code, out, _ = call("import", project, "--study", study)
    assert "Nothing new" in out
