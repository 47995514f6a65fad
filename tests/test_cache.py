"""Vectors of passages that are kept: the same as without, never stale, never more than needed."""

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from test_corpus import RMIC, TEXT, write_corpus
from tiny import write_tiny_model

from nlp_pipeline import cache
from nlp_pipeline.artifact import Model, build_network, load_model, save_model
from nlp_pipeline.cache import Cache
from nlp_pipeline.classify import Classifier, Embedder
from nlp_pipeline.config import ClassifySettings, TrainSettings
from nlp_pipeline.corpus import build_corpus
from nlp_pipeline.encode import token_ids
from nlp_pipeline.errors import StoreError
from nlp_pipeline.forward import pool_code_rows, pool_rows, predict_logits
from nlp_pipeline.network import Network
from nlp_pipeline.pipeline.training import train_corpus

HEADS = TrainSettings(method="head")
TEXTS = ["het team werkt niet", "vertrouwen is goed", "the money is bad", "vertrouwen is goed"]
SHAPE = (2, 3)

ROWS = st.lists(st.lists(st.integers(0, 40_000), min_size=1, max_size=4), max_size=12)


class Encoder:
    """Stands for an encoder: what it makes of a row can be foreseen, and it counts what it reads.

    After so many passages it stops, as a process that is killed.
    """

    def __init__(self, *, stops_after=1000):
        self.read = []
        self._most = stops_after

    def __call__(self, rows, progress):
        if len(self.read) + len(rows) > self._most:
            raise KeyboardInterrupt
        self.read += [tuple(row) for row in rows]
        progress(len(rows))
        return made_of(rows)


def made_of(rows):
    numbers = [[len(row), sum(row), row[0], row[-1], 0.5, 1] for row in rows]
    return np.array(numbers, dtype=np.float32).reshape(-1, *SHAPE)


def ask(kept, rows, encoder, *, source="a", progress=None):
    return kept.vectors(source, rows, SHAPE, encoder, progress=progress)


@given(st.lists(st.tuples(ROWS, st.booleans(), st.sampled_from("ab")), max_size=5))
def test_every_row_gets_its_own_vectors_and_is_read_once(asked):
    encoders = {"a": Encoder(), "b": Encoder()}
    with tempfile.TemporaryDirectory() as folder:
        kept = Cache(Path(folder))
        for rows, anew, source in asked:
            kept = Cache(Path(folder)) if anew else kept
            done = []
            found = ask(kept, rows, encoders[source], source=source, progress=done.append)
            assert found.shape == (len(rows), *SHAPE)
            assert np.array_equal(found, made_of(rows))
            assert sum(done) == len(rows)
    for encoder in encoders.values():
        assert len(encoder.read) == len(set(encoder.read))


def test_a_stop_loses_no_more_than_what_was_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_WRITE_EVERY", 10)
    rows = [[number] for number in range(35)]
    first, second = Encoder(stops_after=25), Encoder()
    with pytest.raises(KeyboardInterrupt):
        ask(Cache(tmp_path), rows, first)
    assert np.array_equal(ask(Cache(tmp_path), rows, second), made_of(rows))
    assert len(first.read) == 20
    assert sorted(first.read + second.read) == [(number,) for number in range(35)]


@pytest.mark.parametrize("damage", [b"", b"not a file of tensors", None])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    ask(Cache(tmp_path), [[1], [2]], Encoder())
    path = tmp_path / "a.safetensors"
    path.write_bytes(path.read_bytes()[:-5] if damage is None else damage)
    encoder = Encoder()
    assert np.array_equal(ask(Cache(tmp_path), [[1], [2]], encoder), made_of([[1], [2]]))
    assert len(encoder.read) == 2
    assert len(load_file(path)["keys"]) == 2


def test_vectors_of_another_shape_are_not_taken(tmp_path):
    Cache(tmp_path).vectors("a", [[1]], (4,), lambda rows, _: np.zeros((1, 4), dtype=np.float32))
    assert np.array_equal(ask(Cache(tmp_path), [[1]], Encoder()), made_of([[1]]))


def test_what_was_not_asked_for_is_forgotten(tmp_path):
    for source in "ab":
        ask(Cache(tmp_path), [[1], [2], [3]], Encoder(), source=source)
    (tmp_path / ".tmp-0123456789ab.safetensors").write_bytes(b"of a process that was killed")
    kept = Cache(tmp_path)
    ask(kept, [[2], [4]], Encoder())
    kept.tidy()
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]
    left = load_file(tmp_path / "a.safetensors")["vectors"]
    assert sorted(left[:, 0, 1].tolist()) == [2, 4]


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in another way")
def test_others_on_the_machine_cannot_read_them(tmp_path):
    ask(Cache(tmp_path), [[1]], Encoder())
    assert (tmp_path / "a.safetensors").stat().st_mode & 0o077 == 0


def test_a_disk_that_refuses_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be written"):
        ask(Cache(tmp_path / "file"), [[1]], Encoder())


@pytest.fixture
def tiny(tmp_path: Path) -> Model:
    return load_model(write_tiny_model(tmp_path / "tiny"))


def variants(model: Model, folder: Path) -> list[Model]:
    """Return models that differ in one thing each, by which the same row gets other vectors."""
    found = []
    for number, pooling in enumerate(("mean", "first", "passage", "cue", "cue")):
        config = model.config.model_copy(update={"pooling": pooling})
        torch.manual_seed(1)
        network = build_network(config)
        if pooling == "cue" and number == 4:
            torch.nn.init.normal_(network.cues.weight)
            network.cues.weight.data[2] = network.cues.weight.data[0]
        found.append(replace(model, config=config, network=network))
    return [*found, load_model(write_other(folder))]


def write_other(folder: Path) -> Path:
    """Write the tiny model with twice the word vectors and return its folder."""
    model = load_model(write_tiny_model(folder))
    model.network.encoder.embeddings.word_embeddings.weight.data.mul_(2)
    save_model(
        folder,
        config=model.config,
        network=model.network,
        tokenizer_json=model.tokenizer.to_str(),
        codebook_yaml=(folder / "codebook.yaml").read_text(encoding="utf-8"),
        provenance={},
        card="",
    )
    return folder


def test_models_that_share_a_folder_say_what_they_say_without_it(tmp_path, tiny):
    kept, questions = Cache(tmp_path / "kept"), ["werkt dat ?", "", "the team ?", ""]
    for model in variants(tiny, tmp_path / "other") * 2:
        ids = token_ids(model.tokenizer, TEXTS, questions, model.config.input_format)
        asked = {"pad_id": 1, "max_tokens": 64}
        for function in (pool_rows, pool_code_rows):
            plain = function(model.network, ids, **asked)
            assert np.allclose(function(model.network, ids, cache=kept, **asked), plain, atol=1e-5)
        plain = predict_logits(model.network, ids, **asked)
        looked_up = predict_logits(model.network, ids, cache=kept, **asked)
        assert np.allclose(looked_up, plain, atol=1e-5)
        settings = ClassifySettings()
        said = Classifier(model, settings, cache=kept).scores(TEXTS, questions)
        assert np.allclose(said, Classifier(model, settings).scores(TEXTS, questions), atol=2e-6)
        embedded = Embedder(model, settings, cache=kept).embed(TEXTS)
        assert np.allclose(embedded, Embedder(model, settings).embed(TEXTS), atol=1e-5)


def test_codes_of_which_nothing_was_learned_share_their_vectors(tiny):
    config = tiny.config.model_copy(update={"pooling": "cue"})
    network = build_network(config)
    ids = token_ids(tiny.tokenizer, TEXTS, [""] * 4, config.input_format)
    asked = {"pad_id": 1, "max_tokens": 64}
    assert pool_code_rows(network, ids, **asked).shape == (4, 1, 32)
    torch.nn.init.normal_(network.cues.weight[1:3])
    assert [len(part) for part in network.distinct_cues()] == [3, 8]
    by_code = pool_code_rows(network, ids, **asked)
    assert by_code.shape == (4, 8, 32)
    assert np.array_equal(by_code[:, 0], by_code[:, 7])
    assert not np.allclose(by_code[:, 0], by_code[:, 1])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = write_corpus(tmp_path / "corpus")
    build_corpus(folder, RMIC)
    return folder


def test_heads_are_learned_again_without_the_encoder(tmp_path, corpus, monkeypatch):
    def learn(place):
        return train_corpus(corpus, place / "m", base=str(base), codebook="rmic", settings=HEADS)

    base = write_tiny_model(tmp_path / "base", heads=False)
    first = learn(tmp_path / "one")

    def never(*_args: object) -> None:
        pytest.fail("a passage was read again")

    kept = (tmp_path / "one" / "m", tmp_path / "one" / "first")
    kept[0].rename(kept[1])
    with monkeypatch.context() as patch:
        patch.setattr(Network, "_states", never)
        second = learn(tmp_path / "one")
    fresh = learn(tmp_path / "two")
    assert second.to_table() == first.to_table() == fresh.to_table()
    for file in kept[1].iterdir():
        assert file.read_bytes() == (kept[0] / file.name).read_bytes(), file.name
        assert file.read_bytes() == (tmp_path / "two" / "m" / file.name).read_bytes(), file.name


def test_another_base_is_read_anew(tmp_path, corpus):
    def learn(place, base):
        return train_corpus(corpus, place / "m", base=str(base), codebook="rmic", settings=HEADS)

    one, other = write_tiny_model(tmp_path / "base"), write_other(tmp_path / "other")
    learn(tmp_path / "shared", one)
    after = learn(tmp_path / "shared", other)
    assert after.to_table() == learn(tmp_path / "alone", other).to_table()
    assert len(list((tmp_path / "shared" / "corpus.embeddings").iterdir())) == 1


def test_vectors_hold_no_words_and_go_with_their_passages(tmp_path, corpus):
    base = write_tiny_model(tmp_path / "base", heads=False)
    train_corpus(corpus, tmp_path / "m", base=str(base), codebook="rmic", settings=HEADS)
    (file,) = (tmp_path / "corpus.embeddings").iterdir()
    content = file.read_bytes().lower() + file.name.encode()
    words = {word for word in TEXT.lower().split() if len(word) > 4}
    assert words
    assert not [word for word in words if word.encode() in content]
    before = len(load_file(file)["keys"])
    for split in ("train", "validation", "calibration", "test"):
        path = corpus / "data" / f"{split}.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        kept = [row for row in rows if row["text"] != rows[-1]["text"]]
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in kept]
        path.write_text("".join(lines), encoding="utf-8")
    train_corpus(corpus, tmp_path / "m", base=str(base), codebook="rmic", settings=HEADS)
    assert len(load_file(file)["keys"]) == before - 1
