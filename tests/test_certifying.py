import json
import shutil
from dataclasses import replace

import openpyxl
import pytest
from coded_study import decide
from story import ANNA, BRAM, THEMES, StoryModel, passages_of, run_story, simulate, write_story

from nlp_pipeline import pipeline
from nlp_pipeline.certify import Promise, Why, Word
from nlp_pipeline.cli import main
from nlp_pipeline.config import read_codebook
from nlp_pipeline.errors import InputError, StoreError
from nlp_pipeline.exchange import text_sha256
from nlp_pipeline.frame import CONSENSUS
from nlp_pipeline.pipeline.certificate import CERTIFICATE, read_certificate
from nlp_pipeline.pipeline.certifying import certify_study, check_certificate, held_out
from nlp_pipeline.pipeline.coded import study_frame
from nlp_pipeline.pipeline.heritage import learned_from
from nlp_pipeline.pipeline.manifest import read_manifest
from nlp_pipeline.pipeline.splitting import study_split
from nlp_pipeline.pipeline.workplace import find_workplace
from nlp_pipeline.records import UNTRAINED, Origin

PROMISE = Promise(error=0.2, resamples=200)


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    """Return a study of which two people coded everything blind; tests leave it as it is."""
    folder = write_story(tmp_path_factory.mktemp("coded") / "study", interviews=40, answers=10)
    run_story(folder)
    for coder in (ANNA, BRAM):
        simulate(folder, coder, passages_of(folder))
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = write_story(tmp_path_factory.mktemp("made") / "study", interviews=9, answers=3)
    run_story(folder)
    return folder


@pytest.fixture
def small(made, tmp_path):
    return shutil.copytree(made, tmp_path / "study")


def kept_of(folder):
    return study_split(find_workplace(folder)).test


def test_a_certificate_rests_on_blind_codings_of_test_interviews_only(coded):
    held = held_out(study_frame(coded))
    assert {*held.frame.interviews} == kept_of(coded)
    assert len(held.frame.passages) == 10 * 10
    assert held.people == ("Anna", "Bram")
    assert held.scores.shape == (100, len(THEMES))


def test_a_certificate_says_for_what_it_holds_and_no_word_of_a_participant(coded):
    summary = certify_study(coded, promise=PROMISE)
    told = read_certificate(coded)
    assert summary.certificate == told
    assert (told.interviews, told.passages, told.coders) == (10, 100, 2)
    assert [row.code for row in told.codes] == [*THEMES]
    assert told.model_id == "story@0123456789ab"
    assert told.codebook.name == "wijk"
    text = (coded / CERTIFICATE).read_text(encoding="utf-8")
    assert not any(passage.text[:25] in text for passage in passages_of(coded))
    rare = told.codes[-1]
    assert (rare.code, rare.word) == ("taal", Word.TOO_LITTLE)
    doubted = next(row for row in told.codes if row.code == "vertrouwen")
    usual = next(row for row in told.codes if row.code == "tijd")
    assert doubted.people.value < usual.people.value


def test_the_same_codings_give_the_same_certificate(coded):
    once = certify_study(coded, promise=PROMISE).certificate
    again = certify_study(coded, promise=PROMISE).certificate
    assert again.model_copy(update={"issued_at": once.issued_at}) == once


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("te weinig gegevens", "testinterviews", "mensen")),
        ("en", ("too little data",)),
    ],
)
def test_the_command_prints_a_table_in_the_language_asked_for(
    coded, capsys, monkeypatch, language, words
):
    monkeypatch.setenv("COLUMNS", "140")
    with pytest.raises(SystemExit) as stopped:
        main(["certify", str(coded), "--resamples", "100", "--language", language])
    assert stopped.value.code == 0
    out = " ".join(capsys.readouterr().out.split())
    assert all(word in out for word in words)
    assert not any(passage.text[:25] in out for passage in passages_of(coded))


def test_no_figure_is_cut_off_on_a_narrow_screen(coded, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main(["certify", str(coded), "--resamples", "100", "--error", "0.3", "--language", "nl"])
    lines = capsys.readouterr().out.splitlines()
    assert not any("\u2026" in line for line in lines)
    assert all(any(code[:8] in line for line in lines) for code in THEMES)


def test_the_command_gives_json(coded, capsys):
    with pytest.raises(SystemExit):
        main(["certify", str(coded), "--resamples", "100", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["void"] == []
    assert len(told["codes"]) == len(THEMES)


def test_codings_with_suggestions_in_view_do_not_count(small):
    simulate(small, ANNA, passages_of(small), origin=Origin.ASSISTED)
    with pytest.raises(InputError, match="blind"):
        certify_study(small, promise=PROMISE)


def test_codings_of_other_interviews_do_not_count(small):
    test = kept_of(small)
    simulate(small, ANNA, [p for p in passages_of(small) if p.transcript_id not in test])
    with pytest.raises(InputError, match="kept for the test"):
        certify_study(small, promise=PROMISE)


def test_with_few_test_interviews_there_is_too_little_data_for_every_code(small):
    simulate(small, ANNA, passages_of(small))
    told = certify_study(small, promise=PROMISE).certificate
    assert {row.word for row in told.codes} == {Word.TOO_LITTLE}
    assert {row.why for row in told.codes} == {Why.FEW_INTERVIEWS}
    assert all(row.people.value is None for row in told.codes)


def test_a_consensus_settles_what_blind_coders_left_open_and_nothing_else(small):
    one, other, *_ = passages_of(small, interviews=kept_of(small))
    for coder, codes in (("Anna", ["geld"]), ("Bram", [])):
        decide(small, coder, {one: codes})
    decide(small, CONSENSUS, {one: ["geld"], other: ["tijd"]}, origin=Origin.ASSISTED)
    told = certify_study(small, promise=PROMISE).certificate
    assert told.passages == 1
    assert told.coders == 2
    assert {row.code: row.coded for row in told.codes if row.coded} == {"geld": 1.0}


def test_interviews_that_the_model_has_learned_from_do_not_count(small):
    simulate(small, ANNA, passages_of(small))
    place = find_workplace(small)
    first, *rest = sorted(kept_of(small))
    texts = {t.id: text_sha256(t.text) for t in place.results.transcripts}
    model = small / "models" / "story"
    model.mkdir(parents=True)
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (model / name).write_bytes(b"{}")
    made = json.dumps({"learned_from": [texts[first]]})
    (model / "manifest.json").write_text(made, encoding="utf-8")
    assert learned_from(place) == {first}
    assert {*held_out(study_frame(small)).frame.interviews} == {*rest}


def test_no_certificate_where_no_model_was_trained(tmp_path):
    folder = write_story(tmp_path / "study", interviews=4, answers=2)
    run_story(folder, model_id=f"{UNTRAINED}e5@0123456789ab")
    with pytest.raises(InputError, match="nlp-pipeline train"):
        certify_study(folder, promise=PROMISE)


def rerun(folder, model_id="story@0123456789ab"):
    codebook = read_codebook("codebook.yaml", folder=folder)
    model = StoryModel(codebook, model_id=model_id)
    return pipeline.run(pipeline.load_study([folder]), model)


def change_codebook(folder):
    path = folder / "codebook.yaml"
    text = path.read_text(encoding="utf-8").replace("Subsidies", "Giften")
    path.write_text(text.replace("subsidies", "giften"), encoding="utf-8")


def change_passages(folder):
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8").replace("false}", "false, target_words: 50}")
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "model_id", "changed"),
    [
        (lambda folder: None, "story@0123456789ab", ()),
        (lambda folder: None, "other@0123456789ab", ("model",)),
        (change_codebook, "story@0123456789ab", ("codebook",)),
        (change_passages, "story@0123456789ab", ("segmentation",)),
    ],
)
def test_a_change_voids_the_certificate_and_run_and_check_say_so(
    small, capsys, change, model_id, changed
):
    simulate(small, ANNA, passages_of(small))
    certify_study(small, promise=PROMISE)
    change(small)
    (small / "transcripts" / "99.txt").write_bytes(
        b"Interviewer: En verder?\n\nRespondent: Dat weet ik niet, vraag dat aan een ander daar."
    )
    summary = rerun(small, model_id)
    said = [note for note in summary.notes if "certificate" in note]
    state = read_manifest(summary.folder / "manifest.json").certificate
    assert check_certificate(small).changed == changed
    with pytest.raises(SystemExit) as stopped:
        main(["certify", str(small), "--check"])
    assert stopped.value.code == (1 if changed else 0)
    assert ("void" in capsys.readouterr().out) == bool(changed)
    if changed:
        assert changed[0] in state
        assert changed[0] in said[0]
    else:
        assert (state, said) == ("holds", [])


def test_a_run_of_another_codebook_cannot_be_certified(small):
    simulate(small, ANNA, passages_of(small))
    change_codebook(small)
    with pytest.raises(InputError, match="run the study again"):
        certify_study(small, promise=PROMISE)


def test_a_damaged_certificate_is_named_and_does_not_stop_a_run(small):
    simulate(small, ANNA, passages_of(small))
    certify_study(small, promise=PROMISE)
    (small / CERTIFICATE).write_text('{"format": "other"}', encoding="utf-8")
    with pytest.raises(StoreError, match=r"certificate\.json"):
        check_certificate(small)
    summary = rerun(small, "other@0123456789ab")
    assert any("damaged" in note for note in summary.notes)


def test_without_a_certificate_there_is_none_to_check(small):
    with pytest.raises(InputError, match="no certificate"):
        check_certificate(small)


def test_a_stricter_promise_is_kept_in_the_certificate(coded):
    told = certify_study(coded, promise=replace(PROMISE, error=0.05, confidence=0.9)).certificate
    assert (told.error, told.confidence) == (0.05, 0.9)
    assert Word.SUGGEST not in {row.word for row in told.codes}


def test_where_the_model_has_learned_from_all_test_interviews_the_message_says_so(small):
    simulate(small, ANNA, passages_of(small))
    place = find_workplace(small)
    model = small / "models" / "story"
    model.mkdir(parents=True)
    made = json.dumps({"learned_from": [text_sha256(t.text) for t in place.results.transcripts]})
    (model / "manifest.json").write_text(made, encoding="utf-8")
    with pytest.raises(InputError, match="the model has learned from"):
        certify_study(small, promise=PROMISE)


def test_codes_with_the_same_reason_share_a_line(small, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    simulate(small, ANNA, passages_of(small))
    with pytest.raises(SystemExit):
        main(["certify", str(small), "--resamples", "100"])
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if "too few test interviews" in line]
    reasons = [line.partition(": ")[2] for line in lines]
    assert len({*reasons}) == len(reasons)
    named = [code for line in lines for code in line.partition(":")[0].strip().split(", ")]
    assert sorted(named) == sorted(THEMES)


def review_files(folder):
    return {path.name: path.read_bytes() for path in (folder / "review").iterdir()}


def verdicts_in(folder):
    sheet = openpyxl.load_workbook(folder / "review" / "suggestions.xlsx").worksheets[1]
    header, *rows = sheet.iter_rows(values_only=True)
    told = [dict(zip(header, row, strict=True)) for row in rows]
    return {row["Code id"]: row.get("Verdict") for row in told}


@pytest.fixture
def certified(small):
    """Return a small study with a certificate that no run has told of yet."""
    simulate(small, ANNA, passages_of(small))
    certify_study(small, promise=PROMISE)
    return small


def test_a_run_after_a_certificate_tells_of_it_and_classifies_nothing_anew(certified):
    before = find_workplace(certified)
    old, tables = review_files(before.run), (before.run / "suggestions.parquet").stat().st_mtime_ns
    summary = rerun(certified)
    new = review_files(summary.folder)
    assert (summary.state, summary.folder) == ("certificate", before.run)
    assert verdicts_in(summary.folder) == dict.fromkeys(THEMES, "too little data")
    assert (summary.folder / "suggestions.parquet").stat().st_mtime_ns == tables
    assert {name for name in new if new[name] != old[name]} == {"overview.html", "suggestions.xlsx"}
    assert not (summary.folder / "earlier").exists()
    assert rerun(certified).state == "unchanged"


def test_a_first_run_with_a_certificate_gives_the_bytes_of_a_run_that_came_before_it(certified):
    told = rerun(certified).folder
    files = {p.name: p.read_bytes() for p in told.rglob("*") if p.is_file()}
    shutil.rmtree(told)
    again = rerun(certified)
    assert again.state == "finished"
    assert {p.name: p.read_bytes() for p in again.folder.rglob("*") if p.is_file()} == files


def test_certifying_again_with_the_same_outcome_changes_no_file(certified):
    rerun(certified)
    certify_study(certified, promise=PROMISE)
    assert rerun(certified).state == "unchanged"
    certify_study(certified, promise=replace(PROMISE, error=0.1))
    assert rerun(certified).state == "certificate"


def test_a_workbook_that_somebody_worked_in_is_left_as_it_is(certified):
    folder = find_workplace(certified).run
    (folder / "review" / "suggestions.xlsx").write_bytes(b"my notes")
    summary = rerun(certified)
    assert (folder / "review" / "suggestions.xlsx").read_bytes() == b"my notes"
    assert "too little data" in (folder / "review" / "overview.html").read_text(encoding="utf-8")
    assert any("suggestions.xlsx was changed" in note for note in summary.notes)
    assert rerun(certified).state == "unchanged"


def test_once_it_is_void_files_say_so_and_not_what_it_said(certified):
    rerun(certified)
    change_codebook(certified)
    page = (rerun(certified).folder / "review" / "overview.html").read_text(encoding="utf-8")
    assert "does not hold for these suggestions; changed since: the codebook" in page
    assert "too little data" not in page


@pytest.mark.parametrize(
    ("change", "void"),
    [
        (lambda folder: None, ()),
        (change_codebook, ("codebook",)),
        (change_passages, ("segmentation",)),
    ],
)
def test_review_files_of_a_run_go_by_the_certificate_only_while_it_holds_for_it(
    certified, change, void
):
    change(certified)
    fitness = find_workplace(certified).results.fitness
    assert fitness.void == void
    assert [*fitness.codes] == ([] if void else [*THEMES])


def test_an_old_run_is_not_covered_by_a_certificate_of_a_later_one(certified):
    old = find_workplace(certified).run
    change_passages(certified)
    rerun(certified)
    certify_study(certified, promise=PROMISE)
    assert find_workplace(certified).results.fitness.codes
    assert find_workplace(old).results.fitness.void == ("segmentation",)


@pytest.mark.parametrize("option", ["--quiet", "--json", None])
def test_run_warns_of_a_void_certificate_once_whatever_it_prints(
    certified, capsys, monkeypatch, option
):
    monkeypatch.setattr(
        pipeline, "load_classifier", lambda study: StoryModel(study.codebook, model_id="b@0123")
    )
    with pytest.raises(SystemExit):
        main(["run", str(certified), *([option] if option else [])])
    told = capsys.readouterr()
    assert told.err.count("Warning: The certificate of this study is void") == 1
    assert "certificate" not in told.out or option == "--json"
    assert (told.out == "") == (option == "--quiet")


def test_what_is_one_is_said_in_the_singular(small, capsys):
    one, *_ = passages_of(small, interviews=kept_of(small))
    decide(small, "Anna", {one: ["geld"]})
    for language, said in (
        ("en", "1 passage of 1 test interview, coded blind by 1 person;"),
        ("nl", "1 passage uit 1 testinterview, blind gecodeerd door 1 persoon;"),
    ):
        with pytest.raises(SystemExit):
            main(["certify", str(small), "--resamples", "100", "--language", language])
        assert said in capsys.readouterr().out
