"""Ways of preparing that are tried in the ablations: masked words, pairs, teachers by folds."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize

from nlp_pipeline.artifact import Model
from nlp_pipeline.encode import pad, token_ids
from nlp_pipeline.pace import shuffled_batches

MASKED = 0.15
"""The share of pieces that is hidden (Devlin et al. 2019); all of them become the mask here."""
BATCH = 16
PAIRS_BATCH = 32
RATE = 5e-5
CLOSENESS = 0.05
"""Temperature of the likeness of translations (that of Wang et al. 2022 for e5 is 0.01)."""
LAST_SPECIAL = 3
"""`<s>`, `<pad>`, `</s>` and `<unk>` come first and are never hidden."""


def masked_words(
    model: Model, texts: Sequence[str], *, epochs: int, frozen: int, seed: int
) -> list[float]:
    """Train the encoder of a model, in place, to guess hidden pieces of texts.

    The scores of pieces are the products of the states with the frozen word vectors, which the
    base, being made for whole sentences, has lost the output layer of; a linear layer that starts
    as the identity stands between them.

    Returns:
        The mean loss of every epoch.
    """
    torch.manual_seed(seed)
    encoder, tokenizer = model.network.encoder, model.tokenizer
    rows = _ids(model, texts)
    mask_id = tokenizer.token_to_id("<mask>")
    words = encoder.embeddings.word_embeddings.weight
    turn = nn.Linear(words.shape[1], words.shape[1])
    nn.init.eye_(turn.weight)
    nn.init.zeros_(turn.bias)

    def loss_of(batch: list[int]) -> torch.Tensor | None:
        ids, mask = pad([rows[i] for i in batch], pad_id=model.config.encoder.pad_token_id)
        hidden = (torch.rand(ids.shape) < MASKED) & mask.bool() & (ids > LAST_SPECIAL)
        if not hidden.any():
            return None
        states = encoder(
            input_ids=ids.masked_fill(hidden, mask_id), attention_mask=mask
        ).last_hidden_state
        return cross_entropy(turn(states[hidden]) @ words.T, ids[hidden])

    return _passes(
        model, rows, loss_of, epochs=epochs, frozen=frozen, seed=seed, size=BATCH, beside=turn
    )


def translated_pairs(
    model: Model, pairs: Sequence[tuple[str, str]], *, epochs: int, frozen: int, seed: int
) -> list[float]:
    """Train the encoder of a model, in place, to know a text by its translation.

    Of the translations in a batch each text is to be nearest to its own, and the other way round
    (in-batch negatives: Henderson et al. 2017).

    Args:
        model: Changed by this.
        pairs: A text and its translation, in any order of languages.
        epochs: Passes over the pairs.
        frozen: How many of the lowest layers stay as they are.
        seed: Of the order.

    Returns:
        The mean loss of every epoch.
    """
    torch.manual_seed(seed)
    sides = [_ids(model, [pair[side] for pair in pairs]) for side in (0, 1)]

    def loss_of(batch: list[int]) -> torch.Tensor:
        one, other = (normalize(_pooled(model, [side[i] for i in batch])) for side in sides)
        likeness, right = one @ other.T / CLOSENESS, torch.arange(len(batch))
        return (cross_entropy(likeness, right) + cross_entropy(likeness.T, right)) / 2

    return _passes(
        model, sides[0], loss_of, epochs=epochs, frozen=frozen, seed=seed, size=PAIRS_BATCH
    )


def _ids(model: Model, texts: Sequence[str]) -> list[list[int]]:
    return token_ids(model.tokenizer, texts, [""] * len(texts), model.config.input_format)


def _pooled(model: Model, rows: Sequence[Sequence[int]]) -> torch.Tensor:
    return model.network.pool(*pad(rows, pad_id=model.config.encoder.pad_token_id))


def _passes(
    model: Model,
    rows: Sequence[Sequence[int]],
    loss_of: Callable[[list[int]], torch.Tensor | None],
    *,
    epochs: int,
    frozen: int,
    seed: int,
    size: int,
    beside: nn.Module | None = None,
) -> list[float]:
    """Make a loss of batches small, by the encoder and what is learned beside it.

    A batch without a loss is passed over. Returns the mean loss of every epoch.
    """
    encoder = model.network.encoder
    encoder.embeddings.requires_grad_(False)
    for layer in encoder.encoder.layer[:frozen]:
        layer.requires_grad_(False)
    parameters = [*encoder.parameters(), *(beside.parameters() if beside is not None else ())]
    learning = [p for p in parameters if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=RATE)
    shuffle = random.Random(seed)
    losses = []
    model.network.train()
    for _ in range(epochs):
        seen = []
        for batch in shuffled_batches(rows, size, shuffle):
            loss = loss_of(batch)
            if loss is None:
                continue
            loss.backward()
            nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            seen.append(float(loss.detach()))
        losses.append(sum(seen) / len(seen))
    encoder.requires_grad_(True)
    model.network.eval()
    return losses


def folds_of(rows: Sequence[dict[str, Any]], count: int, *, seed: int) -> list[set[str]]:
    """Cut the sources of rows into as many parts of like number, drawn with a seed."""
    sources = sorted({row["transcript_id"] for row in rows})
    random.Random(seed).shuffle(sources)
    return [set(sources[number::count]) for number in range(count)]
