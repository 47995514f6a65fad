"""From a run to the log through the review page in a real Chromium; skipped without a browser."""

import json
from pathlib import Path

import pytest

from nlp_pipeline import cli
from nlp_pipeline.decisions import read_log
from nlp_pipeline.exchange import Verdict
from nlp_pipeline.pipeline.workplace import find_workplace

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def call(capsys):
    """Return a function that runs a command line and gives its JSON, once it has succeeded."""

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main([*map(str, arguments), "--json"])
        out, err = capsys.readouterr()
        assert left.value.code == 0, err
        return json.loads(out)

    return call


@pytest.fixture
def work(chromium):
    """Return a function that presses keys in a page and gives the file that it saves."""
    context = chromium.new_context(accept_downloads=True)
    context.set_default_timeout(60_000)

    def work(page_file, path, *, keys, coder=None):
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.wait_for_selector("#in-view:not(:empty)", state="attached")
        if coder is not None:
            page.keyboard.type(coder)
            page.keyboard.press("Enter")
        for key in keys:
            page.keyboard.press(key)
        with page.expect_download() as download:
            page.keyboard.press("Control+s")
        download.value.save_as(path)
        page.close()
        return path

    yield work
    context.close()


def test_what_the_page_saves_is_imported_logged_and_shown_again(call, work, study, tmp_path):
    call("export", study, "--format", "html", "--out", tmp_path / "a.html", "--coder", "Anna")
    saved = work(tmp_path / "a.html", tmp_path / "a.json", keys=("a", "r"))
    done = call("import", saved, "--study", study)
    (tally,) = done["files"]
    assert (tally["coder"], tally["not_taken"], done["written"]) == ("Anna", 0, True)
    first, second = find_workplace(study).results.rows[:2]
    log = read_log(study / "decisions.jsonl")
    said = {(d.start, d.code): (d.verdict, d.origin, d.shown is not None) for d in log}
    expected = {
        (first.passage.start, code): (Verdict.ACCEPTED, "assisted", True)
        for code in first.suggested
    }
    expected |= {
        (second.passage.start, code): (Verdict.REJECTED, "assisted", True)
        for code in second.suggested
    }
    for row in (first, second):
        if row is second or not row.suggested:
            expected[row.passage.start, None] = (Verdict.SEEN, "assisted", False)
    assert said == expected
    assert first.suggested or second.suggested
    assert {d.transcript_id for d in log} == {first.passage.transcript_id}
    assert all(d.decided_at for d in log)
    again = call("import", saved, saved, "--study", study)
    assert (again["new"], again["written"]) == (0, False)
    assert [d["id"] for d in call("log", study)["decisions"]] == [d.id for d in log]
    call("export", study, "--format", "html", "--out", tmp_path / "b.html", "--coder", "Anna")
    untouched = work(tmp_path / "b.html", tmp_path / "b.json", keys=())
    assert json.loads(untouched.read_text(encoding="utf-8"))["decisions"] == []


def test_a_blind_page_of_a_sample_comes_back_as_blind_coding(call, work, study, tmp_path):
    drawn = call(
        *("sample", study, "--share", "100%", "--coders", "Anna,Bram", "--format", "html"),
        *("--seed", "3"),
    )
    files = []
    for path in map(Path, drawn["files"]):
        files.append(work(path, tmp_path / f"{path.stem}.json", keys=("1", "j", "r")))
    done = call("import", *reversed(files), "--study", study)
    assert {one["coder"] for one in done["files"]} == {"Anna", "Bram"}
    log = read_log(study / "decisions.jsonl")
    assert {(d.origin, d.shown) for d in log} == {("blind", None)}
    kinds = {
        coder: sorted((d.start, d.code or "", d.verdict) for d in log if d.coder == coder)
        for coder in ("Anna", "Bram")
    }
    assert kinds["Anna"] == kinds["Bram"]
    assert [verdict for *_, verdict in kinds["Anna"]].count(Verdict.ADDED) == 1


def test_a_page_without_a_name_asks_for_it_and_passes_it_on(call, work, study, tmp_path):
    call("export", study, "--format", "html", "--out", tmp_path / "a.html")
    saved = work(tmp_path / "a.html", tmp_path / "a.json", keys=("r",), coder="Eva de Wit")
    (tally,) = call("import", saved, "--coder", "Somebody", "--study", study)["files"]
    assert tally["coder"] == "Eva de Wit"
