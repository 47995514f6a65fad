"""The steps that ablations take before an encoder learns codes."""

import sys
from pathlib import Path

import pytest
import torch
from tiny import write_tiny_model

from nlp_pipeline.artifact import Model, load_model
from nlp_pipeline.classify import Embedder
from nlp_pipeline.config import ClassifySettings

sys.path.append(str(Path(__file__).parent.parent / "scripts"))

import adapting

TEXTS = ["de huisarts werkt goed", "het geld is slecht", "wij vertrouwen het team", "een systeem"]
TRANSLATED = ["the doctor works good", "the money is bad", "we trust the team", "a system"]


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """Return a tiny encoder, which learns fast enough to be looked at."""
    monkeypatch.setattr(adapting, "RATE", 2e-3)
    return load_model(write_tiny_model(tmp_path / "base", heads=False))


def likeness(model: Model, one: list[str], other: list[str]) -> torch.Tensor:
    embed = Embedder(model, ClassifySettings()).embed
    return torch.from_numpy(embed(one) @ embed(other).T)


def test_translations_become_nearest_to_each_other(base: Model) -> None:
    pairs = list(zip(TEXTS, TRANSLATED, strict=True))
    losses = adapting.translated_pairs(base, pairs, epochs=60, frozen=0, seed=1)
    assert losses[-1] < losses[0] / 2
    assert likeness(base, TEXTS, TRANSLATED).argmax(1).tolist() == [0, 1, 2, 3]


def test_frozen_layers_and_word_vectors_stay_and_all_can_learn_afterwards(base: Model) -> None:
    encoder = base.network.encoder
    kept = [encoder.embeddings, encoder.encoder.layer[0]]
    before = [p.clone() for part in kept for p in part.parameters()]
    pairs = list(zip(TEXTS, TRANSLATED, strict=True))
    adapting.translated_pairs(base, pairs, epochs=2, frozen=1, seed=1)
    after = [p for part in kept for p in part.parameters()]
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))
    assert all(p.requires_grad for p in encoder.parameters())
