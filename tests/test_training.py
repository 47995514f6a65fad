import json
from pathlib import Path

import pytest
from test_corpus import RMIC, write_corpus
from tiny import write_tiny_model

from nlp_pipeline.artifact import load_model
from nlp_pipeline.cli import main
from nlp_pipeline.config import TrainSettings, read_train_settings
from nlp_pipeline.corpus import build_corpus
from nlp_pipeline.pipeline.training import train_corpus
from nlp_pipeline.resources import resource

FAST = TrainSettings(epochs=2, batch_size=2, frozen_layers=0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = write_corpus(tmp_path / "corpus")
    build_corpus(folder, RMIC)
    return folder


@pytest.fixture
def base(tmp_path: Path) -> str:
    return str(write_tiny_model(tmp_path / "base", heads=False))


def test_training_writes_a_model_that_loads_and_says_what_it_is(
    corpus: Path, base: str, tmp_path: Path
) -> None:
    summary = train_corpus(corpus, tmp_path / "new", base=base, codebook="rmic", settings=FAST)
    model = load_model(tmp_path / "new")
    assert model.id == summary.model_id
    assert model.config.calibrated
    assert model.codebook == RMIC
    manifest = json.loads((tmp_path / "new" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["passages"] == {"train": 3, "validation": 3, "calibration": 3, "test": 3}
    assert manifest["settings"]["seed"] == FAST.seed
    assert manifest["settings"]["precision"] in ("fp32", "bf16")
    assert manifest["base"].startswith("tiny@")


def test_nothing_that_was_said_is_in_the_model_folder(
    corpus: Path, base: str, tmp_path: Path
) -> None:
    train_corpus(corpus, tmp_path / "new", base=base, codebook="rmic", settings=FAST)
    for name in ("README.md", "manifest.json", "config.json"):
        text = (tmp_path / "new" / name).read_text(encoding="utf-8")
        for said in ("loopt wel", "dossier", "samenwerking?"):
            assert said not in text


def test_training_twice_gives_the_same_bytes(corpus: Path, base: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        train_corpus(corpus, tmp_path / name / "m", base=base, codebook="rmic", settings=FAST)
    for file in (tmp_path / "one" / "m").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / "m" / file.name).read_bytes(), file.name


def test_the_command_trains_with_settings_from_a_file(
    corpus: Path, base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "train.yaml"
    settings.write_text("epochs: 3\nbatch_size: 2\n", encoding="utf-8")
    out = tmp_path / "new"
    arguments = [
        "train",
        str(corpus),
        "--out",
        str(out),
        "--base",
        base,
        "--settings",
        str(settings),
    ]
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--json"])
    assert stopped.value.code == 0
    captured = capsys.readouterr()
    assert "Epoch 3 of 3" in captured.err
    printed = json.loads(captured.out)
    assert printed["model_id"] == load_model(out).id
    assert set(printed["test"]) == set(RMIC.code_ids)


def test_the_command_for_a_corpus_counts_its_passages(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["corpus", str(corpus), "--json"])
    assert stopped.value.code == 0
    assert json.loads(capsys.readouterr().out)["train"] == 3


def test_the_shipped_training_settings_are_the_defaults() -> None:
    assert read_train_settings(resource("configs/train.yaml")) == TrainSettings()


def test_the_settings_for_the_next_model_change_the_rate_only() -> None:
    changed = read_train_settings(resource("configs/train-next.yaml"))
    rate = {"learning_rate": 4.0e-4}
    assert changed == TrainSettings().model_copy(update=rate) != TrainSettings()
