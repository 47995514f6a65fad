"""Decisions follow their words when a transcript is changed after it was reviewed."""

import json
import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interviews import KeywordClassifier, write_interviews
from review_table import accept_all, fill_in

from nlp_pipeline import pipeline
from nlp_pipeline.decisions import Decision, Places, codings, plan_moves, read_log
from nlp_pipeline.decisions.log import decision_id
from nlp_pipeline.exchange import Found, Verdict, text_sha256
from nlp_pipeline.ids import make_id
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import Origin, Transcript

NAME = "01 huisarts.txt"


def transcript(text, name="a.txt"):
    return Transcript(
        id=make_id("transcript", name, text),
        language="nl",
        text=text,
        turns=(),
        source_name=name,
        source_sha256="0" * 64,
    )


def decided(on, start, end, code="barrier", **more):
    values = {
        "id": "",
        "transcript_id": on.id,
        "text_sha256": text_sha256(on.text),
        "start": start,
        "end": end,
        "code": code,
        "verdict": Verdict.ADDED if code else Verdict.SEEN,
        "coder": "Anna",
        "origin": Origin.BLIND,
        "decided_at": "2026-03-01T10:00:00+00:00",
        "imported_at": "2026-03-02T10:00:00+00:00",
        "shown": None,
        "note": "",
        "file": "a.csv",
        "file_sha256": "1" * 64,
        "file_time": "2026-03-01T11:00:00+00:00",
    }
    made = Decision(**values | more)
    if made.was:
        return replace(made, id=make_id("migrated decision", on.id, start, end, *made.was))
    stretch = {"name": on.source_name, "start": start, "end": end, "quote": on.text[start:end]}
    said = {name: getattr(made, name) for name in ("code", "verdict", "origin", "shown", "note")}
    found = Found(transcript=on.id, text_sha256=made.text_sha256, **stretch, **said)
    by = {"transcript": on.id, "text": made.text_sha256, "coder": made.coder}
    return replace(made, id=decision_id(found, moment=made.moment, **by))


def moves(log, now, *earlier):
    known = {text_sha256(t.text): t for t in earlier}
    return plan_moves(log, Places([now]), known, at="2026-04-01T10:00:00+00:00")


OLD = transcript("Er is geen geld. Ja. Wij kennen elkaar. Ja.")
NEW = transcript("Goed. Er is geen geld. Ja. Wij kenden elkaar. Ja.")


def test_what_is_found_once_moves_and_keeps_who_when_and_what_was_before():
    (old,) = log = [decided(OLD, 0, 16, note="waarom")]
    found = moves(log, NEW, OLD)
    (new,) = found.new
    assert NEW.text[new.start : new.end] == "Er is geen geld."
    assert (new.transcript_id, new.text_sha256) == (NEW.id, text_sha256(NEW.text))
    assert (new.moved.start, new.moved.end, new.moved.text_sha256) == (0, 16, old.text_sha256)
    assert new.before == (old.id,)
    kept = ("coder", "code", "verdict", "origin", "decided_at", "note", "file", "file_sha256")
    assert all(getattr(new, name) == getattr(old, name) for name in kept)
    assert (found.stuck, found.waiting) == ((), 1)


def test_what_is_changed_or_stands_twice_stays_and_is_listed():
    changed, twice = decided(OLD, 21, 39), decided(OLD, 17, 20)
    found = moves([changed, twice], NEW, OLD)
    assert found.new == ()
    assert [stuck.decision for stuck in found.stuck] == [changed, twice]
    assert "not in it" in found.stuck[0].reason
    assert "more than once" in found.stuck[1].reason


def test_a_text_of_no_run_and_a_transcript_that_is_gone_are_elsewhere():
    other = transcript("Niets.", "b.txt")
    found = moves([decided(OLD, 0, 16), decided(other, 0, 6)], NEW, other)
    assert (found.waiting, found.elsewhere) == (0, 2)


def test_moving_again_moves_nothing_and_a_third_version_takes_the_last_place():
    log = [decided(OLD, 0, 16)]
    log += moves(log, NEW, OLD).new
    assert moves(log, NEW, OLD).waiting == 0
    third = transcript("Nou. " + NEW.text)
    (last,) = moves(log, third, OLD, NEW).new
    assert last.before == (log[1].id,)
    assert third.text[last.start : last.end] == "Er is geen geld."
    log.append(last)
    assert moves(log, third, OLD, NEW).waiting == 0
    assert moves(log, OLD, NEW, third).waiting == 0


def test_a_decision_that_was_migrated_moves_without_the_one_that_it_stands_for():
    old = decided(OLD, 0, 16, "money")
    migrated = decided(OLD, 0, 16, "funding", was=("money",), before=(old.id,))
    found = moves([old, migrated], NEW, OLD)
    assert [coding.code for coding in codings(found.new)] == ["funding"]


def test_what_was_decided_since_on_the_new_text_holds():
    old = decided(OLD, 0, 16)
    later = decided(NEW, 6, 22, verdict=Verdict.REJECTED, decided_at="2026-03-09T10:00:00+00:00")
    found = moves([old, later], NEW, OLD)
    assert [c.verdict for c in codings([old, later, *found.new]) if c.transcript_id == NEW.id] == [
        Verdict.REJECTED
    ]


@settings(max_examples=60)
@given(
    old=st.text("ab .\n👍", min_size=1, max_size=20),
    new=st.text("ab .\n👍", min_size=1, max_size=25),
    spans=st.lists(st.tuples(st.integers(0, 19), st.integers(1, 20)), max_size=4),
)
def test_every_decision_moves_to_its_words_or_is_listed(old, new, spans):
    before, now = transcript(old), transcript(new)
    log = [decided(before, a, b) for a, b in dict.fromkeys(spans) if a < b <= len(old)]
    found = moves(log, now, before)
    if old == new:
        assert found.waiting == 0
        return
    assert found.waiting == len(log)
    for decision in found.new:
        quote = old[decision.moved.start : decision.moved.end]
        assert new[decision.start : decision.end] == quote
        assert new.find(quote, new.find(quote) + 1) == -1
    for stuck in found.stuck:
        quote = old[stuck.decision.start : stuck.decision.end]
        first = new.find(quote)
        assert first < 0 or new.find(quote, first + 1) >= 0


def run(*paths, out=None):
    return pipeline.run(pipeline.load_study(paths), KeywordClassifier(), out=out)


def reviewed(call, place, path):
    """Export a table, accept all suggestions in it, and return its path."""
    call("export", place, "--format", "csv", "--out", path)
    return fill_in(path, accept_all)


@pytest.fixture
def changed(request, call, tmp_path):
    """Return a place that was reviewed before a sentence was added to one of its transcripts."""
    kind = getattr(request, "param", "study")
    study = tmp_path / "my-study"
    texts = write_interviews(study / "transcripts")
    if kind == "study":
        (study / "study.yaml").write_text("name: Proef\n", encoding="utf-8")
        paths, out, place = [study], None, study
    else:
        paths, out, place = [texts], tmp_path / "results", tmp_path / "results"
    run(*paths, out=out)
    path = reviewed(call, place, tmp_path / "a.csv")
    assert call("import", path, "--coder", "Anna", "--study", place)[0] == 0
    (study / "transcripts" / NAME).write_text(
        "Interviewer: Goedemorgen allemaal.\n" + (texts / NAME).read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    return place, run(*paths, out=out), path


@pytest.mark.parametrize("changed", ["study", "results"], indirect=True)
def test_a_run_says_what_waits_and_reanchor_moves_it(call, changed, tmp_path):
    place, summary, path = changed
    log = place / "decisions.jsonl"
    before = read_log(log)
    note = summary.notes[0] if place.name == "my-study" else summary.notes[-1]
    assert "wait" in note
    assert f"nlp-pipeline reanchor {place}" in note
    assert note in call("export", place, "--format", "csv", "--out", tmp_path / "b.csv")[2]
    done = json.loads(call("reanchor", place, "--dry-run", "--json")[1])
    assert (done["written"], done["stuck"]) == (False, [])
    assert read_log(log) == before
    code, out, _ = call("reanchor", place)
    assert code == 0
    assert f"{done['moved']} decision(s) moved" in out
    after = read_log(log)
    assert after[: len(before)] == before
    assert len(after) == len(before) + done["moved"]
    texts = {t.id: t.text for t in find_workplace(place).results.transcripts}
    here = [d for d in after if d.transcript_id in texts]
    assert len(here) == len(before)
    code, _, err = call("export", place, "--format", "csv", "--out", tmp_path / "c.csv")
    assert (code, "earlier decision" in err) == (0, False)
    code, out, _ = call("reanchor", place)
    assert (code, "Nothing to move" in out) == (0, True)
    again = call("import", path, "--coder", "Anna", "--study", place, "--reanchor", "--json")[1]
    assert json.loads(again)["new"] == 0
    assert read_log(log) == after


def test_the_log_finds_decisions_on_an_earlier_text_by_its_name(call, changed):
    place = changed[0]
    before = json.loads(call("log", place, "--transcript", NAME, "--json")[1])["decisions"]
    assert before
    assert {row["transcript"] for row in before} == {NAME}
    call("reanchor", place)
    after = json.loads(call("log", place, "--transcript", NAME, "--json")[1])["decisions"]
    assert len(after) == 2 * len(before)


def test_an_import_says_what_waits(call, changed, tmp_path):
    place = changed[0]
    fresh = tmp_path / "fresh.csv"
    call("export", place, "--format", "csv", "--out", fresh)
    _, out, _ = call("import", fresh, "--coder", "Bram", "--study", place)
    assert "earlier decision(s) wait" in out


def test_what_cannot_move_is_listed_without_its_words(call, changed):
    place = changed[0]
    (place / "transcripts" / NAME).write_text("Respondent: Iets anders.\n", encoding="utf-8")
    notes = run(place).notes
    assert any("no longer has" in note for note in notes)
    code, out, _ = call("reanchor", place)
    assert code == 1
    assert "have to be made anew" in out
    assert NAME in out
    assert "Nothing to move" in out


def test_a_damaged_log_does_not_stop_a_run(study_with_log):
    notes = run(study_with_log).notes
    assert any("could not be looked at" in note and "line 1" in note for note in notes)


@pytest.fixture
def study_with_log(tmp_path):
    study = tmp_path / "my-study"
    write_interviews(study / "transcripts")
    (study / "study.yaml").write_text("name: Proef\n", encoding="utf-8")
    (study / "decisions.jsonl").write_text("{}\n", encoding="utf-8")
    return study


def test_without_the_earlier_run_nothing_can_be_moved(call, changed):
    place, summary, _ = changed
    for folder in (place / "runs").iterdir():
        if folder != summary.folder:
            shutil.rmtree(folder)
    code, out, _ = call("reanchor", place)
    assert (code, "not in this run" in out) == (0, True)
