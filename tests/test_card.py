"""What a model card says, and what it must not say."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from report_examples import bare_evaluation, full_evaluation
from test_evaluating import SAID, write_rows
from tiny import write_tiny_model

from nlp_pipeline.analysis.figures import Sampling
from nlp_pipeline.analysis.markdown import figure, number, parts_table, table
from nlp_pipeline.analysis.records import Estimate
from nlp_pipeline.artifact import load_model
from nlp_pipeline.card import Learned, model_card
from nlp_pipeline.cli import main
from nlp_pipeline.config import TrainSettings, read_codebook
from nlp_pipeline.corpus import SPLITS
from nlp_pipeline.errors import ConfigError, ModelError
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.pipeline.carding import CARD, NOTES, carded, read_corpus_card
from nlp_pipeline.pipeline.contending import Extras
from nlp_pipeline.pipeline.evaluating import EvaluateOptions, evaluate_model
from nlp_pipeline.pipeline.training import train_corpus
from nlp_pipeline.resources import resource

QUICK = TrainSettings(method="head", max_tokens=64, context_tokens=16)
AGAIN = EvaluateOptions(extras=Extras(baselines=False), card=True)
MADE = {
    "base": "some-base@0",
    "corpus": "ours + theirs",
    "passages": {"train": 30, "validation": 7, "calibration": 6, "test": 5},
    "settings": {"method": "full", "seed": 3, "epochs": 2},
    "packages": {"torch": "2.9"},
    "epochs": [
        {"number": 1, "of": 2, "best": True},
        {"number": 2, "of": 2, "best": False},
    ],
}
OURS = Learned(
    name="ours",
    counts={"train": (20, 4), "validation": (4, 2), "calibration": (3, 1), "test": (5, 2)},
    about="Answers that nobody gave.",
)
THEIRS = Learned(name="theirs", counts={"train": (10, 0), "validation": (3, 0)})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory):
    return load_model(write_tiny_model(tmp_path_factory.mktemp("model") / "tiny"))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two corpora and a model that learned from both."""
    folder = tmp_path_factory.mktemp("trained")
    base = str(write_tiny_model(folder / "tiny-base", heads=False))
    corpus = write_rows(folder / "ours")
    told = "about: >-\n  Answers that\n  nobody gave.\npeople: They sat together.\n"
    (corpus / "card.yaml").write_text(told, encoding="utf-8", newline="\n")
    also = write_rows(folder / "theirs", interviews=2)
    train_corpus(corpus, folder / "mine", base=base, codebook="rmic", settings=QUICK, also=[also])
    return folder


def card_of(model, evaluation=None, **more) -> str:
    given = {"corpora": [OURS, THEIRS], **more}
    return model_card(model.config, model.codebook, MADE, evaluation or full_evaluation(), **given)


def test_a_card_has_every_part_that_a_reader_looks_for(model) -> None:
    card = card_of(model)
    titles = [line.removeprefix("## ") for line in card.splitlines() if line.startswith("## ")]
    assert titles == [
        "What it is for",
        "What it must not be used for",
        "Limits",
        "What it learned from",
        "How it was made",
        "How good it is",
        "Ethical considerations",
        "Measure it on your own material",
    ]
    assert "epoch 1 of 2" in card
    assert "seed: 3" in card
    assert "Other languages than Dutch and English." in card
    assert "\n\n\n" not in card


def test_every_code_has_its_figures_with_intervals_and_those_of_people(model) -> None:
    evaluation = full_evaluation()
    lines = card_of(model, evaluation).splitlines()
    for row in evaluation.slices[0].codes:
        (line,) = [line for line in lines if line.startswith(f"| {row.code} | {row.coded} |")]
        for told in (row.precision, row.recall, row.f1, row.kappa, row.human_kappa):
            assert figure(told) in line
            assert told.value is None or " to " in figure(told)
    for row in evaluation.slices[0].facets:
        (line,) = [line for line in lines if line.startswith(f"| {row.facet} |")]
        assert figure(row.macro_f1) in line
        assert figure(row.human_pattern_kappa) in line


def test_the_weakest_codes_are_named_first_of_all_limits(model) -> None:
    evaluation = full_evaluation()
    whole = evaluation.slices[0]
    bad = Estimate(value=0.11, low=0.05, high=0.2)
    codes = tuple(
        replace(row, kappa=bad, coded=3) if row.code == "functional" else row for row in whole.codes
    )
    evaluation = replace(evaluation, slices=(replace(whole, codes=codes), *evaluation.slices[1:]))
    card = card_of(model, evaluation)
    assert "least with people on `functional` (0.11), " in card
    assert "little is known: `functional`." in card


def test_what_may_be_left_to_the_model_is_said_per_code(model) -> None:
    evaluation = full_evaluation()
    card = card_of(model, evaluation)
    never = sum(curve.accept_from is None for curve in evaluation.risk)
    part = card[card.index("may stand from | of its") :]
    rows = [line.split(" | ") for line in part.splitlines()[2 : 2 + len(evaluation.risk)]]
    assert sum(row[2] == "never" for row in rows) == never
    for curve, row in zip(evaluation.risk, rows, strict=True):
        assert row[0] == f"| {curve.code}"
        assert curve.accept_from is None or row[3] == f"{100 * curve.accepted_share:.0f} %"


def test_what_the_model_was_compared_with_stands_beside_it(model) -> None:
    evaluation = full_evaluation()
    card = card_of(model, evaluation)
    part = card[card.index("### Beside simpler ways") :]
    for other in evaluation.contenders:
        assert f"| {other.name} | {figure(other.facets[0].macro_f1)} | " in part
    assert "Beside simpler ways" not in card_of(model, replace(evaluation, contenders=()))


def test_corpora_are_counted_by_split_and_a_corpus_speaks_for_itself(model) -> None:
    card = card_of(model, people="They sat together.")
    assert "| ours | 20 passages of 4 interviews | 4 passages of 2 interviews |" in card
    assert "| theirs | 10 passages | 3 passages | not used | not used |" in card
    assert "| together | 30 passages | 7 passages | 6 passages | 5 passages |" in card
    assert "**ours.** Answers that nobody gave." in card
    assert "They sat together." in card
    assert "**theirs.**" not in card
    # Only a corpus can say that it was invented: others' interviews are real.
    plain = replace(full_evaluation(), contenders=())
    assert "invented" not in card_of(model, plain, corpora=[THEIRS])


def test_a_card_says_whether_it_was_measured_on_its_own_corpus(model) -> None:
    evaluation = full_evaluation()
    own = card_of(model, replace(evaluation, corpus="ours"))
    other = card_of(model, replace(evaluation, corpus="elsewhere"))
    assert "on which nothing was set" in own
    assert "on which nothing was set" not in other
    assert "another corpus than it learned from" in other


def test_a_card_of_little_material_says_what_is_missing(model) -> None:
    card = card_of(model, bare_evaluation())
    assert "Each language" not in card
    assert "Hard cases" not in card
    assert "Other languages than it learned from." in card


def test_training_writes_the_card_from_what_was_measured(trained: Path) -> None:
    card = (trained / "mine" / CARD).read_text(encoding="utf-8")
    assert f"`{load_model(trained / 'mine').id}` was measured on 120 passages of 6" in card
    assert "| ours | 120 passages of 6 interviews |" in card
    assert "| theirs | 40 passages of 2 interviews |" in card
    assert card.count("| not used |") == 1
    assert "Answers that nobody gave." in card
    assert "They sat together." in card
    assert not [said for of in SAID.values() for said in of.values() if said in card]
    assert "hoe gaat het" not in card


def test_the_card_is_written_again_without_training(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(trained, tmp_path / "copy")
    before = (folder / "mine" / CARD).read_bytes()
    weights = (folder / "mine" / "model.safetensors").read_bytes()
    (folder / "mine" / CARD).write_text("old", encoding="utf-8")
    arguments = [str(folder / "mine"), str(folder / "ours"), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", *arguments, "--no-baselines", "--card", "--json"])
    assert stopped.value.code == 0
    assert json.loads(capsys.readouterr().out)["card"] == str(folder / "mine" / CARD)
    assert (folder / "mine" / CARD).read_bytes() == before
    assert (folder / "mine" / "model.safetensors").read_bytes() == weights
    assert load_model(folder / "mine").id == load_model(trained / "mine").id


def test_what_was_found_elsewhere_is_kept_beside_the_model_and_told_in_its_card(
    trained: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(trained, tmp_path / "copy")
    (folder / "mine" / NOTES).write_text("Kappa 0.31 in a clinic.\n", encoding="utf-8")
    evaluate_model(str(folder / "mine"), folder / "ours", tmp_path / "out", options=AGAIN)
    card = (folder / "mine" / CARD).read_text(encoding="utf-8")
    assert "### On other material\n\nKappa 0.31 in a clinic.\n\n" in card
    assert "### On other material" not in (trained / "mine" / CARD).read_text(encoding="utf-8")


def test_without_being_asked_an_evaluation_leaves_the_card_alone(
    trained: Path, tmp_path: Path
) -> None:
    before = (trained / "mine" / CARD).read_bytes()
    options = EvaluateOptions(sampling=Sampling(resamples=100), extras=Extras(baselines=False))
    found = evaluate_model(str(trained / "mine"), trained / "theirs", tmp_path, options=options)
    assert found.card is None
    assert (trained / "mine" / CARD).read_bytes() == before


@pytest.mark.parametrize("counted", [True, False])
def test_counts_are_those_of_training_or_none(trained: Path, tmp_path: Path, counted: bool) -> None:
    folder = shutil.copytree(trained, tmp_path / "copy")
    (folder / "theirs" / "data" / "train.jsonl").unlink()
    if not counted:
        manifest = folder / "mine" / "manifest.json"
        told = json.loads(manifest.read_text(encoding="utf-8"))
        del told["counts"]
        manifest.write_text(json.dumps(told), encoding="utf-8")
    evaluate_model(str(folder / "mine"), folder / "ours", tmp_path / "out", options=AGAIN)
    card = (folder / "mine" / CARD).read_text(encoding="utf-8")
    assert ("| ours | – | – | – | – |" in card) is not counted
    assert ("| theirs | 40 passages of 2 interviews |" in card) is counted
    assert "| together | 160 passages | 160 passages | 160 passages | 120 passages |" in card


def test_no_card_has_figures_on_passages_that_the_model_has_seen(
    trained: Path, tmp_path: Path
) -> None:
    options = replace(AGAIN, split="calibration")
    with pytest.raises(ConfigError, match='has seen the split "calibration"'):
        evaluate_model(str(trained / "mine"), trained / "ours", tmp_path / "out", options=options)
    assert not (tmp_path / "out").exists()
    other = write_rows(tmp_path / "elsewhere", interviews=2)
    copy = shutil.copytree(trained / "mine", tmp_path / "mine")
    assert evaluate_model(str(copy), other, tmp_path / "out", options=options).card


def test_a_model_that_does_not_say_how_it_was_made_gets_no_card(
    trained: Path, tmp_path: Path
) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    with pytest.raises(ModelError, match="no card can be written"):
        evaluate_model(str(folder), trained / "ours", tmp_path / "out", options=AGAIN)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "text", ["abuot: secret words\n", "about: [secret, words]\n", "- secret\n"]
)
def test_a_corpus_card_that_is_not_understood_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "card.yaml").write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(ConfigError, match=r'card\.yaml: only "about" and "people"') as caught:
        read_corpus_card(tmp_path)
    assert "secret" not in str(caught.value)


def test_tables_show_what_is_not_known_as_a_dash() -> None:
    assert figure(Estimate(value=None, reason="too few")) == "–"
    assert figure(Estimate(value=0.5, reason="too few")) == "0.50"
    assert number(-0.001) == "0.00"
    assert parts_table(bare_evaluation(), "language") == ""
    assert table(["a", "b"], []) == "| a | b |\n|---|---|"


def test_the_shipped_card_is_that_of_the_shipped_model() -> None:
    folder = resource("models/rmic-nl-en")
    card = (folder / CARD).read_text(encoding="utf-8")
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert f"`rmic-nl-en@{sha256_json(files)[:12]}` was measured on" in card
    assert set(SPLITS) <= set(card.split())
    for code in read_codebook("rmic").code_ids:
        assert f"| {code} | " in card
    for name in carded(folder).corpora:
        assert f"| {name} | " in card
