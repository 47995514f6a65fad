import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from interviews import INTERVIEWS, KeywordClassifier, write_interviews
from tiny import write_tiny_model

from nlp_pipeline import pipeline, store
from nlp_pipeline.artifact import load_model
from nlp_pipeline.classify import Classifier
from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import ClassifySettings, read_codebook
from nlp_pipeline.errors import ConfigError, InputError, ModelError, StoreError
from nlp_pipeline.records import OTHER_LANGUAGE

TESTS = Path(__file__).parent


def files_of(folder):
    """Return the bytes of every file below a folder by its relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(*paths, out=None, classifier=None, **options):
    classifier = classifier or KeywordClassifier()
    return pipeline.run(pipeline.load_study(paths), classifier, out=out, **options)


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_a_run_writes_tables_review_files_and_a_manifest_that_describes_them(interviews, tmp_path):
    out = tmp_path / "out"
    summary = run(interviews, out=out)
    assert summary.state == "finished"
    assert summary.exit_code == 0
    manifest = manifest_of(out)
    assert {output["name"] for output in manifest["outputs"]} == set(files_of(out)) - {
        "manifest.json"
    }
    assert {"review/overview.html", "review/suggestions.xlsx"} <= set(files_of(out))
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    assert manifest["run_id"] == summary.run_id
    assert [item["name"] for item in manifest["inputs"]] == list(INTERVIEWS)
    transcripts = store.read_transcripts(out / "transcripts.parquet")
    passages = store.read_passages(out / "passages.parquet")
    suggestions = store.read_suggestions(out / "suggestions.parquet")
    assert [transcript.language for transcript in transcripts] == ["nl", "nl", "en"]
    text = {transcript.id: transcript.text for transcript in transcripts}
    assert all(text[p.transcript_id][p.start : p.end] == p.text for p in passages)
    codes = read_codebook("rmic").code_ids
    assert [(s.passage_id, s.code) for s in suggestions] == [
        (passage.id, code) for passage in passages for code in codes
    ]
    counts = manifest["counts"]
    assert counts["transcripts"] == 3
    assert sum(counts["passages"].values()) == len(passages)
    assert counts["suggestions"]["barrier"] == sum(
        s.suggested for s in suggestions if s.code == "barrier"
    )
    assert counts["suggestions"]["barrier"] > 0


def test_a_manifest_holds_no_path_and_nothing_that_was_said(interviews, tmp_path):
    run(interviews, out=tmp_path / "out")
    text = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert "korte lijnen" not in text
    assert "huddle" not in text


def test_the_same_files_elsewhere_give_the_same_bytes(interviews, tmp_path):
    run(interviews, out=tmp_path / "out")
    copy = tmp_path / "somewhere else" / "interviews"
    shutil.copytree(interviews, copy)
    run(copy, out=tmp_path / "other")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "other")


def test_a_second_run_does_nothing_and_says_so(interviews, tmp_path):
    out = tmp_path / "out"
    first = run(interviews, out=out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    classifier = KeywordClassifier()
    second = run(interviews, out=out, classifier=classifier)
    assert second.state == "unchanged"
    assert classifier.classified == 0
    assert second.counts == first.counts
    assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}


def test_a_changed_input_moves_the_earlier_run_and_loses_nothing(interviews, tmp_path):
    out = tmp_path / "out"
    first = run(interviews, out=out)
    (out / "review" / "my notes.txt").write_text("mine", encoding="utf-8")
    (out / "beside.txt").write_text("also mine", encoding="utf-8")
    before = files_of(out)
    (interviews / "04 more.txt").write_text("Interviewer: Hoe?\n\nRespondent: Dat helpt mij.\n")
    second = run(interviews, out=out)
    assert second.run_id != first.run_id
    assert any("earlier" in note for note in second.notes)
    assert second.counts.transcripts == 4
    earlier = files_of(out / "earlier" / first.run_id)
    assert earlier == {name: data for name, data in before.items() if name != "beside.txt"}
    assert (out / "beside.txt").read_text(encoding="utf-8") == "also mine"
    assert run(interviews, out=out).state == "unchanged"


def test_going_back_and_forth_keeps_every_run(interviews, tmp_path):
    out = tmp_path / "out"
    extra = interviews / "04 more.txt"
    ids = []
    for _ in range(2):
        ids.append(run(interviews, out=out).run_id)
        extra.write_text("Interviewer: Hoe?\n\nRespondent: Dat helpt mij.\n", encoding="utf-8")
        ids.append(run(interviews, out=out).run_id)
        extra.unlink()
    assert ids[0] == ids[2]
    kept = {path.name for path in (out / "earlier").iterdir()}
    assert kept == {ids[0], ids[1], f"{ids[0]}-2"}


@pytest.mark.parametrize(
    "change",
    [
        lambda interviews: {"classifier": KeywordClassifier(model_id="other@ba9876543210")},
        lambda interviews: {"language": "nl"},
        lambda interviews: (interviews / "03 nurse.txt").unlink() or {},
        lambda interviews: (interviews / "03 nurse.txt").rename(interviews / "0.txt") and {},
    ],
    ids=["model", "review language", "file removed", "file renamed"],
)
def test_what_makes_another_run(change, interviews, tmp_path):
    first = run(interviews, out=tmp_path / "out")
    assert run(interviews, out=tmp_path / "out", **change(interviews)).run_id != first.run_id


def test_a_deleted_review_file_is_written_again_without_the_model(interviews, tmp_path):
    out = tmp_path / "out"
    run(interviews, out=out)
    before = files_of(out)
    (out / "review" / "overview.html").unlink()
    classifier = KeywordClassifier()
    summary = run(interviews, out=out, classifier=classifier)
    assert summary.state == "restored"
    assert classifier.classified == 0
    assert any("review/overview.html was missing" in note for note in summary.notes)
    assert files_of(out) == before


def test_a_review_file_in_which_people_worked_is_left_and_named(interviews, tmp_path):
    out = tmp_path / "out"
    run(interviews, out=out)
    (out / "review" / "suggestions.xlsx").write_bytes(b"worked in")
    (out / "review" / "overview.html").unlink()
    for state in ("restored", "unchanged"):
        summary = run(interviews, out=out)
        assert summary.state == state
        assert any("suggestions.xlsx was changed" in note for note in summary.notes)
        assert (out / "review" / "suggestions.xlsx").read_bytes() == b"worked in"
        assert (out / "review" / "overview.html").exists()


@pytest.mark.parametrize("name", ["passages.parquet", "suggestions.parquet"])
def test_a_damaged_table_is_made_again_and_review_work_stays(name, interviews, tmp_path):
    out = tmp_path / "out"
    run(interviews, out=out)
    before = files_of(out)
    (out / name).write_bytes(b"damaged")
    (out / "review" / "suggestions.xlsx").write_bytes(b"worked in")
    summary = run(interviews, out=out)
    assert summary.state == "restored"
    after = files_of(out)
    assert after.pop(f"earlier/{summary.run_id}-changed/{name}") == b"damaged"
    assert after.pop("review/suggestions.xlsx") == b"worked in"
    before.pop("review/suggestions.xlsx")
    assert after == before


def test_one_bad_file_is_refused_and_the_others_go_on(interviews, tmp_path):
    (interviews / "02b broken.docx").write_bytes(b"PK\x03\x04 not a document")
    (interviews / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    summary = run(interviews, out=tmp_path / "out")
    assert summary.exit_code == 1
    assert summary.counts.transcripts == 3
    assert [refused.name for refused in summary.refused] == ["02b broken.docx", "photo.jpg"]
    refused = manifest_of(tmp_path / "out")["refused"]
    assert all(item["reason"] and str(tmp_path) not in item["reason"] for item in refused)
    again = run(interviews, out=tmp_path / "out")
    assert (again.state, again.exit_code, again.refused) == ("unchanged", 1, summary.refused)


def test_when_every_file_is_refused_nothing_is_written_or_moved(interviews, tmp_path):
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "empty.txt").write_bytes(b"")
    summary = run(bad, out=tmp_path / "new")
    assert (summary.state, summary.exit_code) == ("nothing read", 1)
    assert [refused.name for refused in summary.refused] == ["empty.txt"]
    assert not (tmp_path / "new").exists()
    run(interviews, out=tmp_path / "out")
    before = files_of(tmp_path / "out")
    assert run(bad, out=tmp_path / "out").state == "nothing read"
    assert files_of(tmp_path / "out") == before


def test_the_same_text_under_two_names_is_warned_about(interviews, tmp_path):
    shutil.copy(interviews / "01 huisarts.txt", interviews / "copy.txt")
    summary = run(interviews, out=tmp_path / "out")
    assert [(w.name, "01 huisarts.txt" in w.text) for w in summary.warnings] == [("copy.txt", True)]
    assert summary.counts.transcripts == 4


def test_two_files_of_one_name_are_not_mixed_up(tmp_path):
    one, two = write_interviews(tmp_path / "one"), write_interviews(tmp_path / "two")
    name = "01 huisarts.txt"
    (two / name).write_text("Respondent: Ik zeg iets heel anders.\n", encoding="utf-8")
    run(one / name, two / name, out=tmp_path / "out")
    first, second = manifest_of(tmp_path / "out")["inputs"]
    assert (first["name"], second["name"]) == (name, f"two/{name}")
    assert first["transcript"] != second["transcript"]


def test_passages_in_another_language_are_counted_as_not_classified(interviews, tmp_path):
    german = "Ich glaube, dass wir viel zu wenig Zeit haben und dass niemand miteinander spricht. "
    (interviews / "04 german.txt").write_text(
        f"Interviewer: {german * 2}\n\nRespondent: {german * 3}\n", encoding="utf-8"
    )
    summary = run(interviews, out=tmp_path / "out")
    assert summary.counts.passages[OTHER_LANGUAGE] == summary.counts.not_classified > 0


# --- where a run may be written -------------------------------------------------------------


def test_a_study_folder_has_its_own_place_for_runs(tmp_path):
    study = tmp_path / "my study"
    write_interviews(study / "transcripts")
    (study / "study.yaml").write_text("segment:\n  target_words: 20\n", encoding="utf-8")
    summary = run(study)
    assert summary.folder == study / "runs" / summary.run_id
    assert manifest_of(summary.folder)["settings"]["segment"]["target_words"] == 20
    assert run(study / "study.yaml").state == "unchanged"
    (study / "study.yaml").write_text("segment:\n  target_words: 30\n", encoding="utf-8")
    assert run(study).state == "finished"
    assert len(list((study / "runs").iterdir())) == 2


def test_the_path_of_a_model_or_codebook_does_not_make_another_run(tmp_path):
    study = tmp_path / "study"
    write_interviews(study / "transcripts")
    (study / "study.yaml").write_text("name: x\n", encoding="utf-8")
    first = run(study)
    (study / "study.yaml").write_text("name: x\nmodel: /some/where/else\n", encoding="utf-8")
    assert run(study).run_id == first.run_id


def test_a_study_with_mistakes_says_which(tmp_path):
    (tmp_path / "study.yaml").write_text("segmnt: {}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="segmnt"):
        pipeline.load_study([tmp_path])
    (tmp_path / "study.yaml").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="transcripts: this folder does not exist"):
        pipeline.load_study([tmp_path])
    with pytest.raises(InputError, match="give it alone"):
        pipeline.load_study([tmp_path, tmp_path / "a.txt"])


def test_plain_files_need_a_folder_to_write_to(interviews):
    with pytest.raises(InputError, match="--out"):
        run(interviews)


def test_a_folder_without_transcripts_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="empty: there are no transcripts here"):
        run(tmp_path / "empty", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_files_is_not_touched(interviews, tmp_path):
    out = tmp_path / "documents"
    out.mkdir()
    (out / "letter.docx").write_bytes(b"mine")
    with pytest.raises(StoreError, match=r'no run of this program \(such as "letter.docx"\)'):
        run(interviews, out=out)
    assert files_of(out) == {"letter.docx": b"mine"}


@pytest.mark.parametrize("content", [b"{}", b'{"format": "other"}', b"", b"[]", b"\xff"])
def test_a_manifest_of_something_else_is_not_touched(content, interviews, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_bytes(content)
    with pytest.raises(StoreError, match=r"manifest\.json"):
        run(interviews, out=out)
    assert files_of(out) == {"manifest.json": content}


def test_a_manifest_of_a_later_version_is_not_touched(interviews, tmp_path):
    out = tmp_path / "out"
    run(interviews, out=out)
    manifest = manifest_of(out) | {"format_version": 99}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    before = files_of(out)
    with pytest.raises(StoreError, match="another version of this program"):
        run(interviews, out=out)
    assert files_of(out) == before


def test_results_inside_the_folder_of_transcripts_are_not_read_as_transcripts(interviews):
    for name in ("results", "second results"):
        summary = run(interviews, out=interviews / name)
        assert summary.counts.transcripts == 3
        assert summary.refused == ()
    assert run(interviews, out=interviews / "results").state == "unchanged"


# --- models and codebooks -------------------------------------------------------------------


def test_a_codebook_that_the_model_does_not_know_is_refused(interviews, tmp_path):
    study = pipeline.load_study([interviews])
    facet = study.codebook.facets[0]
    renamed = (replace(facet.codes[0], id="hindrance"), *facet.codes[1:])
    other = Codebook(name="mine", version="2", facets=(replace(facet, codes=renamed),))
    with pytest.raises(
        ModelError, match=r'trained on codebook "rmic".*\("hindrance"\).*study.yaml'
    ) as caught:
        pipeline.run(replace(study, codebook=other), KeywordClassifier(), out=tmp_path / "out")
    assert '"mine" version 2' in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_codes_in_another_order_than_the_model_has_follow_the_study(interviews, tmp_path):
    study = pipeline.load_study([interviews])
    turned = replace(study.codebook, facets=study.codebook.facets[::-1])
    out = tmp_path / "out"
    pipeline.run(replace(study, codebook=turned), KeywordClassifier(), out=out)
    suggestions = store.read_suggestions(out / "suggestions.parquet")
    assert tuple(s.code for s in suggestions[: len(turned.code_ids)]) == turned.code_ids


# --- killed, resumed, two at once -----------------------------------------------------------

SLOW_RUN = """
import sys
from pathlib import Path
from interviews import KeywordClassifier
from nlp_pipeline import pipeline
study = pipeline.load_study([Path(sys.argv[1])])
pipeline.run(study, KeywordClassifier(seconds=0.2), out=Path(sys.argv[2]))
"""


def start_slow_run(interviews, out):
    return subprocess.Popen(
        [sys.executable, "-c", SLOW_RUN, str(interviews), str(out)],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    )


def wait_for(condition, process, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, "the run ended before it could be caught"
        assert time.monotonic() < end, "the run did not come that far"
        time.sleep(0.01)


@pytest.mark.parametrize("part", ["passages", "suggestions"])
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(part, interviews, tmp_path):
    run(interviews, out=tmp_path / "whole")
    out = tmp_path / "killed"
    with start_slow_run(interviews, out) as process:
        wait_for(lambda: list(out.glob(f".work/*-{part}.json")), process)
        process.kill()
    assert not (out / "manifest.json").exists()
    left = len(list(out.glob(".work/*-suggestions.json")))
    classifier = KeywordClassifier()
    summary = run(interviews, out=out, classifier=classifier)
    assert summary.state == "finished"
    assert files_of(out) == files_of(tmp_path / "whole")
    if left:
        assert classifier.classified < sum(summary.counts.passages.values())


def test_two_runs_in_one_folder_do_not_mix(interviews, tmp_path):
    out = tmp_path / "out"
    with start_slow_run(interviews, out) as process:
        wait_for(lambda: (out / ".work").exists(), process)
        with pytest.raises(StoreError, match="another run is at work"):
            run(interviews, out=out)
        assert process.wait(timeout=60) == 0
    run(interviews, out=tmp_path / "alone")
    assert files_of(out) == files_of(tmp_path / "alone")


class Stopped(BaseException):
    """Stands for a process that is gone at once."""


@pytest.mark.parametrize("steps", [1, 2, 5, 6, 7, 10, 13])
def test_a_run_stopped_between_any_two_moves_of_files_loses_nothing(
    steps, interviews, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    old = run(interviews, out=out)
    before = files_of(out)
    (interviews / "03 nurse.txt").unlink()
    run(interviews, out=tmp_path / "fresh")
    moved = 0

    def move_then_stop(source, target):
        nonlocal moved
        moved += 1
        if moved == steps:
            raise Stopped
        store.move_file(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("nlp_pipeline.pipeline.folder.move_file", move_then_stop)
        with suppress(Stopped):
            run(interviews, out=out)
    run(interviews, out=out)
    after = files_of(out)
    fresh = files_of(tmp_path / "fresh")
    assert {name: data for name, data in after.items() if not name.startswith("earlier/")} == fresh
    assert files_of(out / "earlier" / old.run_id) == before
    assert len(after) == len(fresh) + len(before)


def test_damaged_remains_of_a_killed_run_are_made_again(interviews, tmp_path):
    run(interviews, out=tmp_path / "whole")
    out = tmp_path / "out"
    with start_slow_run(interviews, out) as process:
        wait_for(lambda: list(out.glob(".work/*-suggestions.json")), process)
        process.kill()
    for path, content in zip(out.glob(".work/*.json"), [b"", b"{}", b"[]", b"null"], strict=False):
        path.write_bytes(content)
    (out / ".work" / ".tmp-0123456789ab.json").write_bytes(b"half")
    run(interviews, out=out)
    assert files_of(out) == files_of(tmp_path / "whole")


def test_work_done_before_a_file_was_added_is_not_done_again(interviews, tmp_path):
    out = tmp_path / "out"
    with start_slow_run(interviews, out) as process:
        wait_for(lambda: list(out.glob(".work/*-suggestions.json")), process)
        process.kill()
    (interviews / "00 first.txt").write_text("Respondent: Dat helpt mij erg.\n", encoding="utf-8")
    classifier = KeywordClassifier()
    summary = run(interviews, out=out, classifier=classifier)
    assert summary.counts.transcripts == 4
    assert classifier.classified < sum(summary.counts.passages.values())


# --- file names -----------------------------------------------------------------------------

HOSTILE = [
    "[red]bold[bold].txt",
    "=cmd|' !A0.txt",
    "<script>alert(1)<script>.txt",
    "naam met é en é.txt",
    "面接 🙂.txt",
    "a" * 200 + ".txt",
    "-rf.txt",
    "new\nline.txt",
    "esc\x1b[31m.txt",
]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not allow these names")
def test_hostile_file_names_are_only_names(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number, name in enumerate(HOSTILE):
        (folder / name).write_text(f"Respondent: Dat helpt, {number} keer.\n", encoding="utf-8")
    summary = run(folder, out=tmp_path / "out")
    assert summary.refused == ()
    assert summary.counts.transcripts == len(HOSTILE)
    page = (tmp_path / "out" / "review" / "overview.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_unicode_is_read_and_shown_with_escapes(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    name = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    (folder / name).write_text("Respondent: Dat helpt mij erg veel.\n", encoding="utf-8")
    run(folder, out=tmp_path / "out")
    (item,) = manifest_of(tmp_path / "out")["inputs"]
    assert item["name"] == "caf\\udce9.txt"


# --- read and classify ----------------------------------------------------------------------


def test_read_writes_one_json_file_per_transcript(interviews, tmp_path):
    (interviews / "round 2").mkdir()
    shutil.copy(interviews / "03 nurse.txt", interviews / "round 2" / "03 nurse.txt")
    (interviews / "bad.docx").write_bytes(b"no")
    summary = pipeline.read_files(pipeline.load_study([interviews]), tmp_path / "out")
    assert summary.exit_code == 1
    assert [refused.name for refused in summary.refused] == ["bad.docx"]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{name}.json" for name in (*INTERVIEWS, "round 2__03 nurse.txt")}
    content = json.loads((tmp_path / "out" / "03 nurse.txt.json").read_text(encoding="utf-8"))
    assert set(content) == {
        "id", "language", "source_name", "source_sha256", "text", "turns", "warnings",
    }  # fmt: skip
    assert content["language"] == "en"
    turns = [content["text"][turn["start"] : turn["end"]] for turn in content["turns"]]
    assert turns[0] == "How do you work with the other teams?"
    assert [turn["role"] for turn in content["turns"]] == ["interviewer", "respondent"] * 2


def test_read_gives_every_file_its_own_json_name(tmp_path):
    folder = tmp_path / "in"
    (folder / "a").mkdir(parents=True)
    for path in (folder / "a" / "b.txt", folder / "a__b.txt"):
        path.write_text(f"Respondent: Dat helpt in {path.name}.\n", encoding="utf-8")
    long = folder / ("é" * 100 + ".txt")
    long.write_text("Respondent: Dat helpt ook echt wel.\n", encoding="utf-8")
    summary = pipeline.read_files(pipeline.load_study([folder]), tmp_path / "out")
    assert len({item.file for item in summary.read}) == 3
    assert all(item.file.is_file() for item in summary.read)


def test_classify_gives_one_row_per_passage_in_order(tmp_path):
    table = tmp_path / "in.csv"
    table.write_text(
        "id,text,language\n"
        "x,De huisarts heeft te weinig tijd voor overleg met anderen,nl\n"
        ",That helps the nurse in her work with every patient,\n",
        encoding="utf-8",
    )
    summary = pipeline.classify_table(table, tmp_path / "out.jsonl", KeywordClassifier())
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    first, second = (json.loads(line) for line in lines)
    assert (first["id"], first["language"], second["id"], second["language"]) == (
        "x", "nl", "3", "en",
    )  # fmt: skip
    assert first["suggested"] == ["barrier", "professional"]
    assert set(first["scores"]) == set(read_codebook("rmic").code_ids)
    assert (summary.rows, summary.not_classified) == (2, 0)
    assert summary.suggestions["professional"] == 2


def test_a_question_for_all_rows_is_as_if_each_row_had_it(tmp_path):
    """A row that has a question of its own keeps it."""
    classifier = Classifier(load_model(write_tiny_model(tmp_path / "tiny")), ClassifySettings())
    asked, own = "hoe werkt dat team ?", "en het geld ?"
    texts = ("het team werkt niet goed", "geld is slecht")

    def scores(questions, **options):
        table, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        rows = [{"text": t, "context": q} for t, q in zip(texts, questions, strict=True)]
        table.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        pipeline.classify_table(table, out, classifier, **options)
        lines = out.read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["scores"] for line in lines]

    assert scores(["", own], question=asked) == scores([asked, own])
    assert scores(["", own], question=asked)[0] != scores(["", own])[0]


def test_classify_refuses_a_result_that_it_cannot_write_before_it_reads(tmp_path):
    table = tmp_path / "in.csv"
    with pytest.raises(InputError, match=r"\.jsonl, \.csv, \.xlsx"):
        pipeline.check_table(table, tmp_path / "out.pdf")
    with pytest.raises(InputError, match="the table itself"):
        pipeline.check_table(table, tmp_path / "in.csv")
    with pytest.raises(StoreError, match=r"in\.csv: cannot be read"):
        pipeline.classify_table(table, tmp_path / "out.csv", KeywordClassifier())
