import csv
import json
from pathlib import Path

import pytest
from tiny import write_tiny_model

from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.cli import main
from nlp_pipeline.config import TrainSettings
from nlp_pipeline.corpus import SPLITS, load_split
from nlp_pipeline.errors import CorpusError, ModelError
from nlp_pipeline.pipeline.contending import Extras
from nlp_pipeline.pipeline.evaluating import FILES, WITH_WORDS, EvaluateOptions, evaluate_model
from nlp_pipeline.pipeline.training import train_corpus

SAID = {
    "barrier": {"nl": "dat werkt slecht", "en": "that works bad"},
    "facilitator": {"nl": "dat werkt goed", "en": "that works good"},
    "system": {"nl": "het geld en het systeem", "en": "the money and the system"},
    "normative": {"nl": "wij vertrouwen de huisarts", "en": "we trust the doctor"},
}
PLAIN = EvaluateOptions(sampling=Sampling(resamples=100), extras=Extras(baselines=False))


def write_rows(folder: Path, *, interviews: int = 6, only: tuple[str, ...] = (), **more) -> Path:
    """Write the passages of all splits; the words tell the codes. ``only`` keeps these columns."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for split in SPLITS:
        rows = []
        for number in range(interviews):
            language = ("nl", "en")[number % 2]
            for place, pair in enumerate((a, b) for a in SAID for b in ("", *SAID)):
                codes = sorted({code for code in pair if code})
                row = {
                    "id": f"{split}-{number}-{place}",
                    "transcript_id": f"{language}-{split}-{number}",
                    "language": language,
                    "setting": "ward" if number < 4 else "village",
                    "context": "hoe gaat het ?",
                    "text": " . ".join(SAID[code][language] for code in codes),
                    "codes": codes,
                    "codes_a": codes,
                    "codes_b": codes[:1],
                    "hard": "irony" if place == 3 else "",
                }
                rows.append({k: v for k, v in (row | more).items() if not only or k in only})
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "data" / f"{split}.jsonl").write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("corpora") / "made-up")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tiny_model(tmp_path_factory.mktemp("base") / "tiny-base", heads=False))


@pytest.fixture(scope="module")
def model(corpus: Path, base: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("models") / "mine"
    settings = TrainSettings(method="head", max_tokens=64, context_tokens=16)
    train_corpus(corpus, out, base=base, codebook="rmic", settings=settings)
    return str(out)


def test_an_evaluation_writes_its_files_and_says_what_was_measured(
    model: str, corpus: Path, tmp_path: Path
) -> None:
    summary = evaluate_model(model, corpus, tmp_path / "out", options=PLAIN)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES)
    told = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
    assert told["model_id"].startswith("mine@")
    assert (told["corpus"], told["split"], told["passages"]) == ("made-up", "test", 120)
    assert told["interviews"] == 6
    parts = {(part["by"], part["value"]) for part in told["slices"]}
    assert parts == {
        ("all", "all"),
        ("language", "nl"),
        ("language", "en"),
        ("setting", "ward"),
        ("setting", "village"),
        ("hard", "any"),
        ("hard", "none"),
        ("hard", "irony"),
    }
    assert {row["code"] for row in told["reliability"]} == set(SAID)
    assert {row["code"] for row in told["risk"]} == set(SAID)
    assert [row["facet"] for row in told["confusion"]] == ["valence", "level"]
    # Words tell the codes, so that heads alone learn most of it.
    assert summary.whole.facets[0].macro_f1.value > 0.9
    human = {row.code: row.human_kappa.value for row in summary.whole.codes}
    assert human["barrier"] == 1.0
    assert human["system"] < 1.0


def test_only_the_worst_errors_hold_what_was_said(corpus: Path, tmp_path: Path) -> None:
    guessing = write_tiny_model(tmp_path / "guessing")
    out = tmp_path / "out"
    evaluate_model(str(guessing), corpus, out, options=PLAIN)
    for name in FILES:
        text = (out / name).read_text(encoding="utf-8")
        assert ("hoe gaat het" in text) == (name in WITH_WORDS), name
        assert any(said in text for of in SAID.values() for said in of.values()) == (
            name in WITH_WORDS
        )
    with (out / "worst-errors.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 20


def test_evaluating_twice_gives_the_same_bytes(model: str, corpus: Path, tmp_path: Path) -> None:
    for name in ("one", "two", "two"):
        evaluate_model(model, corpus, tmp_path / name, options=PLAIN)
    for file in FILES:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_baselines_of_one_corpus_are_beside_the_model(
    model: str, corpus: Path, base: str, tmp_path: Path
) -> None:
    extras = Extras(baselines=True, transfer="head", learning_curve=True, base=base)
    options = EvaluateOptions(sampling=Sampling(resamples=100), extras=extras)
    summary = evaluate_model(model, corpus, tmp_path, options=options)
    told = summary.evaluation
    assert told.contenders[0].name == told.model_id
    names = {row.name for row in summary.baselines}
    assert {"majority", "keyword", "definitions", "tfidf", "frozen"} <= names
    frozen = next(row for row in told.contenders if row.name == "frozen")
    # The model is nothing but heads on the frozen base, so the two must agree.
    assert frozen.facets == told.contenders[0].facets
    assert "frozen" in summary.not_beaten["level"]["macro_f1"]
    assert "majority" not in summary.not_beaten["level"]["macro_f1"]
    pairs = {(row.learned_from, row.measured_on) for row in told.transfer}
    assert pairs == {(a, b) for a in ("nl", "en") for b in ("nl", "en")}
    assert [row.interviews for row in told.learning] == [2, 4, 6]
    assert not told.notes or all("left out" in note for note in told.notes)


def test_codes_that_only_one_side_knows_are_named_and_left_out(model: str, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "corpus", codes=["barrier", "weather"])
    found = evaluate_model(model, corpus, tmp_path / "out", options=PLAIN).evaluation
    assert [row.code for row in found.slices[0].codes] == ["barrier"]
    assert [row.facet for row in found.slices[0].facets] == ["valence"]
    assert 'code "weather" of the corpus is not known to the model; it is left out' in found.notes
    assert 'code "system" is on no passage of the corpus; it is left out' in found.notes


def test_a_corpus_needs_no_more_than_text_question_and_codes(model: str, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "corpus", only=("text", "context", "codes"))
    for split in SPLITS[:-1]:
        (corpus / "data" / f"{split}.jsonl").unlink()
    extras = Extras(baselines=True, transfer="head")
    options = EvaluateOptions(sampling=Sampling(resamples=100), extras=extras)
    found = evaluate_model(model, corpus, tmp_path / "out", options=options).evaluation
    assert [part.by for part in found.slices] == ["all"]
    assert found.slices[0].codes[0].kappa.low is None
    assert found.slices[0].codes[0].human_kappa.reason == "no passage was coded by two people"
    assert found.contenders == ()
    (no_interviews, no_baselines) = [note for note in found.notes if "code" not in note]
    assert "transcript_id" in no_interviews
    assert no_baselines.startswith("baselines, transfer left out: the corpus has no split train")


def test_another_split_is_measured_with_a_warning(
    model: str, corpus: Path, base: str, tmp_path: Path
) -> None:
    options = EvaluateOptions(
        split="validation", sampling=Sampling(resamples=100), extras=Extras(base=base)
    )
    found = evaluate_model(model, corpus, tmp_path, options=options).evaluation
    assert found.split == "validation"
    assert any("has seen the split" in note for note in found.notes)
    assert any("baselines left out" in note for note in found.notes)


def test_without_a_base_encoder_what_needs_it_is_left_out(
    model: str, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlp_pipeline.pipeline.contending.BASE", "no-such-base")
    extras = Extras(baselines=True, learning_curve=True)
    options = EvaluateOptions(sampling=Sampling(resamples=100), extras=extras)
    summary = evaluate_model(model, corpus, tmp_path, options=options)
    names = {row.name for row in summary.baselines}
    assert "tfidf" in names
    assert "frozen" not in names
    assert summary.evaluation.learning == ()
    (note,) = [note for note in summary.evaluation.notes if "base encoder" in note]
    assert "learning curve left out" in note


def test_a_base_that_was_named_must_be_there(model: str, corpus: Path, tmp_path: Path) -> None:
    options = EvaluateOptions(sampling=Sampling(resamples=100), extras=Extras(base="nowhere"))
    with pytest.raises(ModelError, match='"nowhere" not found'):
        evaluate_model(model, corpus, tmp_path, options=options)


def test_transfer_between_languages_needs_two(model: str, base: str, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "corpus", language="nl")
    extras = Extras(baselines=False, transfer="head", base=base)
    options = EvaluateOptions(sampling=Sampling(resamples=100), extras=extras)
    found = evaluate_model(model, corpus, tmp_path / "out", options=options).evaluation
    assert found.transfer == ()
    assert any(note.startswith("transfer left out: ") for note in found.notes)


def test_a_split_that_is_not_there_or_empty_is_named(model: str, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "corpus")
    with pytest.raises(CorpusError, match=r"other\.jsonl: cannot be read"):
        evaluate_model(model, corpus, tmp_path / "out", options=EvaluateOptions(split="other"))
    (corpus / "data" / "test.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(CorpusError, match='no passages in the split "test"'):
        evaluate_model(model, corpus, tmp_path / "out", options=PLAIN)
    assert not (tmp_path / "out").exists()


def test_a_corpus_with_other_codes_only_is_refused(model: str, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "corpus", codes=["weather"])
    with pytest.raises(CorpusError, match="no code of the model"):
        evaluate_model(model, corpus, tmp_path / "out", options=PLAIN)


def test_an_odd_line_end_inside_a_passage_does_not_cut_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    row = {"text": "een\u2028twee\x85drie", "context": "", "codes": []}
    line = json.dumps(row, ensure_ascii=False) + "\n"
    (tmp_path / "data" / "test.jsonl").write_text(line, encoding="utf-8", newline="\n")
    assert load_split(tmp_path, "test") == [row]


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", *arguments, "--resamples", "100", "--no-baselines"])
    out, err = capsys.readouterr()
    return stopped.value.code, out, err


def test_the_command_prints_figures_and_where_the_words_are(
    model: str, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, model, str(corpus), "--out", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    for said in ("mine@", "120 passages of 6 interviews", "macro F1", "barrier", "normative"):
        assert said in out
    assert "Keep worst-errors.html and worst-errors.csv where you keep the transcripts" in out
    assert 'code "clinical" is on no passage' in out


def test_the_command_prints_json_for_scripts(
    model: str,
    corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = call(capsys, model, str(corpus), "--json", "--seed", "7")
    told = json.loads(out)
    assert code == 0
    assert told["folder"] == "evaluation-mine"
    assert told["files_with_words_of_participants"] == list(WITH_WORDS)
    assert {row["code"] for row in told["codes"]} == set(SAID)
    assert all((tmp_path / "evaluation-mine" / name).is_file() for name in told["files"])
    written = json.loads((tmp_path / "evaluation-mine" / "evaluation.json").read_text("utf-8"))
    assert (written["seed"], written["resamples"]) == (7, 100)


def test_a_model_that_is_not_there_is_a_sentence(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, "nowhere", str(corpus))
    assert (code, out) == (1, "")
    assert err.startswith('Error: model "nowhere" not found')
