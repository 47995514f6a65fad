"""Heads that start from those of another model."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import expit
from tiny import write_tiny_model

from nlp_pipeline.agreement import average_precision
from nlp_pipeline.artifact import build_network, load_model
from nlp_pipeline.encode import token_ids
from nlp_pipeline.forward import pool_code_rows, predict_logits
from nlp_pipeline.resources import resource
from nlp_pipeline.warm import Heads, fit_heads_from, known_heads, put_cues

CODES = ("barrier", "facilitator", "clinical", "professional", "organisational", "system")


def nothing(codes, width):
    return Heads(
        weights=np.zeros((codes, width)),
        biases=np.full(codes, -4.0),
        known=np.zeros(codes, dtype=np.bool_),
    )


def drawn(passages, *, seed=0, width=6):
    chance = np.random.default_rng(seed)
    vectors = chance.normal(size=(passages, width))
    said = vectors[:, :2] + 0.2 * chance.normal(size=(passages, 2)) > 0.5
    return vectors[:, None], said.astype(float)


def test_a_head_learns_what_its_passages_say():
    vectors, targets = drawn(300)
    heads = fit_heads_from(nothing(2, 6), vectors, targets)
    found = heads.logits(drawn(200, seed=1)[0])
    assert ((found > 0) == (drawn(200, seed=1)[1] > 0.5)).mean() > 0.85


def test_a_code_of_one_value_stays_as_it_was():
    vectors, targets = drawn(50)
    targets[:, 1] = 0
    start = nothing(2, 6)
    heads = fit_heads_from(start, vectors, targets)
    assert not heads.weights[1].any()
    assert heads.biases[1] == start.biases[1]
    assert heads.logits(vectors)[:, 1].max() < -3


def test_with_few_passages_a_head_stays_near_its_start_and_with_many_it_leaves():
    vectors, targets = drawn(2000)
    start = fit_heads_from(nothing(2, 6), vectors, 1 - targets)
    few = fit_heads_from(start, vectors[:4], targets[:4])
    many = fit_heads_from(start, vectors, targets)
    away = [np.linalg.norm(heads.weights - start.weights) for heads in (few, many)]
    assert away[0] < away[1] / 2
    assert ((many.logits(vectors) > 0) == (targets > 0.5)).mean() > 0.85


def test_what_half_of_the_coders_say_lies_between():
    vectors, targets = drawn(400)
    all_of_them, half = targets.copy(), targets / 2
    sure = fit_heads_from(nothing(2, 6), vectors, all_of_them).logits(vectors)
    unsure = fit_heads_from(nothing(2, 6), vectors, half).logits(vectors)
    coded = targets > 0.5
    assert sure[coded].mean() > unsure[coded].mean() + 0.5
    assert unsure[coded].mean() > unsure[~coded].mean() + 0.5


@given(
    targets=arrays.arrays(np.float64, (12, 2), elements=st.floats(0, 1)),
    order=st.permutations(range(12)),
)
@settings(max_examples=20)
def test_the_order_of_passages_does_not_matter(targets, order):
    vectors, _ = drawn(12)
    one = fit_heads_from(nothing(2, 6), vectors, targets).logits(vectors)
    other = fit_heads_from(nothing(2, 6), vectors[order], targets[order]).logits(vectors)
    # Where nobody gives a code its logit sinks without end; what is compared is the score.
    assert np.allclose(expit(one), expit(other), atol=1e-3)


@pytest.fixture(scope="module")
def shipped():
    return load_model("rmic-nl-en")


def test_heads_are_found_by_the_ids_of_codes(shipped):
    found = known_heads(shipped, ("system", "nieuw", "barrier"))
    assert found.known.tolist() == [True, False, True]
    assert found.biases[1] < -3
    place = shipped.config.codes.index("barrier")
    weights = np.concatenate(
        [head.weight.detach().numpy() for head in shipped.network.linear_heads()]
    )
    assert np.allclose(found.weights[2], weights[place])


@pytest.mark.parametrize("pooling", ["mean", "passage", "cue"])
def test_heads_say_of_what_they_see_what_the_model_says(tmp_path, pooling):
    base = load_model(write_tiny_model(tmp_path / "base"))
    config = base.config.model_copy(update={"pooling": pooling})
    torch.manual_seed(1)
    network = build_network(config)
    if pooling == "cue":
        torch.nn.init.normal_(network.cues.weight)
    codes = list(reversed(config.codes))
    known = replace(base, config=config, network=network)
    other = build_network(config)
    other.encoder = network.encoder
    put_cues(other, known, codes)
    ids = token_ids(
        base.tokenizer,
        ["het team werkt niet", "vertrouwen is goed"],
        ["werkt dat ?", ""],
        config.input_format,
    )
    asked = {"pad_id": config.encoder.pad_token_id, "max_tokens": 64}
    seen = pool_code_rows(other, ids, **asked)
    said = predict_logits(network, ids, **asked)
    assert seen.shape[1] == (len(codes) if pooling == "cue" else 1)
    assert np.allclose(known_heads(known, codes).logits(seen), said[:, ::-1], atol=1e-4)


def rows_of(split, *, interviews, each):
    path = resource(f"corpora/rmic-nl-en/data/{split}.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    names = sorted({row["transcript_id"] for row in rows})[:interviews]
    return [row for n in names for row in [r for r in rows if r["transcript_id"] == n][:each]]


def test_with_few_passages_a_warm_start_is_at_least_as_good_as_a_cold_one(shipped):
    rows = rows_of("test", interviews=5, each=10)
    ids = token_ids(
        shipped.tokenizer,
        [row["text"] for row in rows],
        [row["context"] for row in rows],
        shipped.config.input_format,
    )
    pad_id = shipped.config.encoder.pad_token_id
    assert shipped.config.codes[: len(CODES)] == CODES
    vectors = pool_code_rows(shipped.network, ids, pad_id=pad_id, max_tokens=2048)[:, : len(CODES)]
    targets = np.array([[float(code in row["codes"]) for code in CODES] for row in rows])
    first = {row["transcript_id"] for row in rows[:20]}
    learn = np.array([row["transcript_id"] in first for row in rows])
    width = vectors.shape[2]
    means = []
    for start in (known_heads(shipped, CODES), nothing(len(CODES), width)):
        logits = fit_heads_from(start, vectors[learn], targets[learn]).logits(vectors[~learn])
        figures = [
            average_precision(logits[:, n], targets[~learn][:, n] > 0.5).value
            for n in range(len(CODES))
        ]
        means.append(np.mean([value for value in figures if value is not None]))
    assert means[0] >= means[1]
