"""The codebook of a study that has been coded: the commands check, diff and migrate."""

import csv
import inspect
import io
import json
import sys

import pytest
from conftest import SPOKEN
from interviews import KeywordClassifier, write_interviews
from review_table import accept_all, fill_in
from tiny import write_tiny_model

from nlp_pipeline import cli_study, codebooks, pipeline
from nlp_pipeline.config import read_codebook
from nlp_pipeline.decisions import codings, read_log
from nlp_pipeline.pipeline.starting import StartOptions, start_study

CODES = """\
codes:
  normative: values
  system: context
  functional: context
  professional: [teams, roles]
  clinical: []
"""
RENAMED = {"normative": "values", "system": "context", "functional": "context"}
NEW = ("values", "context", "teams", "roles")


@pytest.fixture
def study(call, tmp_path):
    """Return a study that Anna reviewed, whose codebook was changed after that."""
    folder = tmp_path / "my-study"
    write_interviews(folder / "transcripts")
    start_study(folder, StartOptions())
    pipeline.run(pipeline.load_study([folder]), KeywordClassifier())
    path = tmp_path / "review.csv"
    call("export", folder, "--format", "csv", "--out", path)
    fill_in(path, accept_all)
    assert call("import", path, "--coder", "=Anna", "--study", folder)[0] == 0
    lines = "".join(f"      - {{id: {name}, label: {{en: {name}}}}}\n" for name in NEW)
    book = (
        "name: mine\nversion: '2'\nfacets:\n"
        "  - id: valence\n    codes: [{id: barrier}, {id: facilitator}]\n"
        f"  - id: level\n    codes:\n      - {{id: organisational}}\n{lines}"
    )
    (folder / "codebook.yaml").write_text(book, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(CODES, encoding="utf-8")
    return folder


def coded(folder):
    return {
        (c.transcript_id, c.start, c.code) for c in codings(read_log(folder / "decisions.jsonl"))
    }


def test_a_study_comes_along_with_its_codebook_once(call, study, tmp_path):
    log = study / "decisions.jsonl"
    before, was = log.read_bytes(), coded(study)
    assert {code for *_, code in was} >= {*RENAMED, "professional", "clinical", "barrier"}
    code, out, err = call("codebook", "migrate", study, tmp_path / "map.yaml")
    assert (code, err) == (0, "")
    assert "none was taken out" in out
    assert log.read_bytes().startswith(before)
    by_hand = {(*at, RENAMED.get(code, code)) for *at, code in was if code != "clinical"}
    assert coded(study) == by_hand
    after = log.read_bytes()
    code, out, _ = call("codebook", "migrate", study, tmp_path / "map.yaml")
    assert code == 0
    assert "Nothing new" in out
    assert log.read_bytes() == after


def test_split_codes_are_listed_for_people_without_a_word_of_them(call, study, tmp_path):
    _, out, _ = call("codebook", "migrate", study, tmp_path / "map.yaml", "--json")
    told = json.loads(out)
    waiting = [at for *at, code in coded(study) if code == "professional"]
    assert len(told["look_again"]) == len(waiting) > 0
    text = (study / "look-again.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {(row["code"], row["new_codes"]) for row in rows} == {("professional", "teams roles")}
    assert {row["coder"] for row in rows} == {"'=Anna"}  # no spreadsheet takes it for a formula
    assert {row["transcript"] for row in rows} <= {"01 huisarts.txt", "02 wijk.txt", "03 nurse.txt"}
    assert all(word not in text for word in SPOKEN)


def test_a_dry_run_tells_and_writes_nothing(call, study, tmp_path):
    before = (study / "decisions.jsonl").read_bytes()
    code, out, _ = call("codebook", "migrate", study, tmp_path / "map.yaml", "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["written"]) == (0, False)
    assert told["new"] > 0
    assert told["decisions"]["normative"] > 0
    assert (study / "decisions.jsonl").read_bytes() == before
    assert not (study / "look-again.csv").exists()


def test_a_code_in_use_that_nothing_is_said_of_stops_it(call, study, tmp_path):
    (tmp_path / "map.yaml").write_text(CODES.replace("  normative: values\n", ""), "utf-8")
    before = (study / "decisions.jsonl").read_bytes()
    code, _, err = call("codebook", "migrate", study, tmp_path / "map.yaml")
    assert code == 1
    assert '"normative"' in err
    assert '"barrier"' not in err
    assert (study / "decisions.jsonl").read_bytes() == before


def test_without_a_study_or_a_log_there_is_nothing_to_bring_along(call, tmp_path):
    (tmp_path / "map.yaml").write_text(CODES, encoding="utf-8")
    code, _, err = call("codebook", "migrate", tmp_path, tmp_path / "map.yaml")
    assert (code, "study.yaml" in err) == (1, True)
    start_study(tmp_path / "new", StartOptions())
    code, _, err = call("codebook", "migrate", tmp_path / "new", tmp_path / "map.yaml")
    assert (code, "no log yet" in err) == (1, True)


def test_after_a_migration_the_study_runs_and_goes_out_for_review(call, study, tmp_path):
    call("codebook", "migrate", study, tmp_path / "map.yaml")
    classifier = KeywordClassifier(codebook=read_codebook(study / "codebook.yaml"))
    pipeline.run(pipeline.load_study([study]), classifier)
    path = tmp_path / "again.csv"
    code, _, err = call("export", study, "--format", "csv", "--out", path)
    assert code == 0
    assert "professional" in err  # still waiting for people
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert {row["code"] for row in rows if row["decision"]} >= {"values", "context"}
    before = (study / "decisions.jsonl").read_bytes()
    code, out, _ = call("import", path, "--study", study)
    assert (code, "Nothing new" in out) == (0, True)
    assert (study / "decisions.jsonl").read_bytes() == before


def test_diff_tells_in_a_table_and_in_json(call, study, tmp_path):
    shown = call("codebook", "diff", "rmic", study, "--map", tmp_path / "map.yaml")
    assert shown[0] == 0
    assert "professional" in shown[1]
    code, out, _ = call("codebook", "diff", "rmic", study, "--map", tmp_path / "map.yaml", "--json")
    told = json.loads(out)
    assert (code, told["needs_migration"]) == (0, True)
    assert told["renamed"] == [["normative", "values"]]
    assert told["merged"] == [[["system", "functional"], "context"]]
    assert told["split"] == [["professional", ["teams", "roles"]]]
    assert told["removed"] == ["clinical"]
    assert "say the same" in call("codebook", "diff", study, study / "codebook.yaml")[1]


def test_check_exits_with_1_only_if_something_has_to_be_mended(call, study):
    assert call("codebook", "check", "cfir", "--no-model")[0] == 0
    code, out, _ = call("codebook", "check", study, "--no-model", "--json")
    told = json.loads(out)
    assert (code, told["model"]) == (1, "")
    assert {f["kind"] for f in told["findings"] if f["fault"]} == {"label", "definition"}
    code, _, err = call("codebook", "check", "nergens", "--no-model")
    assert (code, "not found" in err) == (1, True)


def test_check_compares_definitions_with_a_model_and_says_which(call, tmp_path):
    model = write_tiny_model(tmp_path / "tiny")
    code, out, _ = call("codebook", "check", "rmic", "--by", model, "--limit", "0", "--json")
    told = json.loads(out)
    assert (code, told["model"].split("@")[0]) == (0, "tiny")
    pairs = [tuple(f["codes"]) for f in told["findings"] if f["kind"] == "overlap"]
    assert ("barrier", "facilitator") in pairs
    assert ("barrier", "clinical") not in pairs


def test_without_a_model_nothing_heavy_is_loaded(tmp_path):
    import subprocess

    code = (
        "import sys\nfrom nlp_pipeline.cli import main\n"
        "try:\n    main(['codebook', 'check', 'rmic', '--no-model'])\n"
        "except SystemExit as left: print(left.code, 'torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-2:] == ["0", "False"]


def test_the_limit_of_the_command_is_that_of_the_package():
    assert inspect.signature(cli_study.check).parameters["limit"].default == codebooks.OVERLAP
