"""What keeping a model in 8 bits does to its weights."""

from pathlib import Path

import pytest
import torch
from tiny import write_tiny_model

from nlp_pipeline.artifact import load_model
from nlp_pipeline.rounding import as_kept, narrow, widen


def test_eight_bits_lose_at_most_half_a_step_of_each_row() -> None:
    weights = (
        torch.randn(50, 64, generator=torch.Generator().manual_seed(3))
        * torch.logspace(-1, 2, 50)[:, None]
    )
    back = widen(narrow({"w": weights}))["w"]
    step = weights.abs().amax(1, keepdim=True) / 127
    # The scale itself is rounded to fp16, which moves a weight by at most 127 * 2**-11 of a step.
    assert ((weights - back).abs() <= step * (0.5 + 127 * 2**-11)).all()


def test_zeros_and_vectors_are_kept_exactly() -> None:
    state = {"zero": torch.zeros(3, 4), "bias": torch.tensor([1e-9, 3.0, -2.5])}
    back = widen(narrow(state))
    assert torch.equal(back["zero"], state["zero"])
    assert torch.equal(back["bias"], state["bias"])


def test_weights_rounded_as_kept_stay_as_they_are_when_kept(tmp_path: Path) -> None:
    torch.manual_seed(20)
    network = load_model(write_tiny_model(tmp_path / "tiny")).network
    with torch.no_grad():
        for weights in network.parameters():
            weights += 0.1 * torch.rand_like(weights)
    once = {name: value.clone() for name, value in as_kept(network).state_dict().items()}
    kept = widen(narrow(network.state_dict()))
    assert all(torch.equal(once[name], kept[name]) for name in once)


def on_steps(rows: int = 40, columns: int = 300) -> torch.Tensor:
    weights = torch.randn(rows, columns, generator=torch.Generator().manual_seed(5)) / 20
    return widen(narrow({"w": weights}))["w"]


def as_kept_of(weights: torch.Tensor) -> torch.Tensor:
    layer = torch.nn.Linear(weights.shape[1], weights.shape[0])
    layer.load_state_dict({"weight": weights, "bias": torch.zeros(len(weights))})
    return as_kept(layer).weight.detach()


def test_weights_that_did_not_move_stay_where_they_were() -> None:
    weights = on_steps()
    assert torch.equal(as_kept_of(weights), weights)


def test_what_a_short_training_learned_is_not_rounded_away() -> None:
    before = on_steps()
    step = before.abs().amax(1, keepdim=True) / 127
    draw = torch.Generator().manual_seed(6)
    lesson = 0.2 * step * torch.rand(before.shape, generator=draw)
    inputs = torch.rand(before.shape[1], 30, generator=draw)
    taught = lesson @ inputs
    nearest = widen(narrow({"w": before + lesson}))["w"]
    lost = ((nearest - before) @ inputs - taught).abs().mean() / taught.abs().mean()
    left = ((as_kept_of(before + lesson) - before) @ inputs - taught).abs().mean()
    assert lost > 0.9
    assert left / taught.abs().mean() < 0.15


@pytest.mark.parametrize("size", [0.01, 0.3, 3.0])
def test_sums_along_a_row_move_by_about_a_step_at_most(size: float) -> None:
    before = on_steps()
    step = before.abs().amax(1, keepdim=True) / 127
    moved = before + size * step * torch.randn(
        before.shape, generator=torch.Generator().manual_seed(7)
    )
    gone = (as_kept_of(moved) - moved).cumsum(1).abs()
    assert (gone <= 1.2 * moved.abs().amax(1, keepdim=True) / 127).all()
