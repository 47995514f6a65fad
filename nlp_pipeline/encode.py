"""Passages to token ids and padded batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer


@dataclass(frozen=True, kw_only=True, slots=True)
class InputFormat:
    """How a passage and its question become one input of the encoder.

    The passage comes first and its question second, ``<s> prefix passage </s></s> question </s>``,
    as XLM-R models take pairs. Of a question that is too long its end is kept, which is where
    interviewers put what they ask; of a passage its beginning.

    Attributes:
        prefix: Text before every passage; the E5 models were trained with ``"query: "``.
        max_tokens: The longest input, special tokens included.
        context_tokens: The longest question; 0 leaves questions out.
    """

    prefix: str = "query: "
    max_tokens: int = 256
    context_tokens: int = 48


def token_ids(
    tokenizer: Tokenizer, texts: Sequence[str], contexts: Sequence[str], form: InputFormat
) -> list[list[int]]:
    """Return the token ids of every passage with its question, special tokens included."""
    begin, end = _special(tokenizer, "<s>"), _special(tokenizer, "</s>")
    passages = tokenizer.encode_batch(
        [form.prefix + text for text in texts], add_special_tokens=False
    )
    questions = tokenizer.encode_batch(list(contexts), add_special_tokens=False)
    rows = []
    for passage, question in zip(passages, questions, strict=True):
        tail = question.ids[-form.context_tokens :] if form.context_tokens else []
        pair = [end, *tail, end] if tail else []
        room = form.max_tokens - 2 - len(pair)
        rows.append([begin, *passage.ids[:room], end, *pair])
    return rows


def batches(rows: Sequence[Sequence[int]], *, max_tokens: int) -> Iterator[list[int]]:
    """Group the indices of rows of like length, so that little of a batch is padding.

    Args:
        rows: Token ids of each passage.
        max_tokens: The most tokens in one batch, padding included; a longer row stands alone.
    """
    batch: list[int] = []
    for index in sorted(range(len(rows)), key=lambda i: (len(rows[i]), i)):
        if batch and (len(batch) + 1) * len(rows[index]) > max_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def pad(rows: Sequence[Sequence[int]], *, pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return token ids and attention mask, both of shape (rows, longest row), dtype int64."""
    width = max(map(len, rows))
    ids = torch.full((len(rows), width), pad_id, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[index, : len(row)] = 1
    return ids, mask


def _special(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        msg = f'the tokenizer has no token "{token}"'
        raise ValueError(msg)
    return int(found)
