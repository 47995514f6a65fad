import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import write_tiny_model

from nlp_pipeline.artifact import find_model, load_model
from nlp_pipeline.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "models" / "tiny")


def test_a_model_folder_round_trips(folder: Path, tmp_path: Path) -> None:
    first, second = load_model(folder), load_model("tiny", folder=tmp_path)
    assert first.id == second.id
    assert first.id.startswith("tiny@")
    assert first.codebook is not None
    assert first.codebook.code_ids == first.config.codes
    for name, tensor in first.network.state_dict().items():
        assert torch.equal(tensor, second.network.state_dict()[name])


@pytest.mark.parametrize(
    "name", ["config.json", "model.safetensors", "tokenizer.json", "codebook.yaml"]
)
def test_a_changed_file_is_refused_by_name(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=f"{name} was changed"):
        load_model(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "codebook.yaml"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name} is missing"):
        load_model(folder)


def test_a_folder_of_a_later_format_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 2}), encoding="utf-8")
    with pytest.raises(ModelError, match="format 2"):
        load_model(folder)


def test_a_model_that_does_not_exist_is_named() -> None:
    with pytest.raises(ModelError, match='"no-such-model" not found'):
        find_model("no-such-model")


def test_saving_again_replaces_the_folder_and_leaves_nothing_beside_it(folder: Path) -> None:
    (folder / "stray.txt").write_text("old", encoding="utf-8")
    write_tiny_model(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["tiny"]
    assert not (folder / "stray.txt").exists()
    assert np.isfinite(load_model(folder).network.heads["level"].weight.detach().numpy()).all()
