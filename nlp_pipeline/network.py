"""The network: one encoder for both languages, pooling, one linear head per facet."""

from collections.abc import Mapping

import torch
from torch import nn
from transformers import BertConfig, BertModel

from nlp_pipeline.config import Pooling


class Network(nn.Module):
    """Encoder and heads; `forward` gives one logit per code, in the order of the codebook.

    Args:
        config: The encoder's shape.
        heads: Number of codes per facet id, in the order of the codebook; may be empty.
        pooling: How token states become what the heads see.
        end_token: The id of the token that ends a passage.
    """

    def __init__(
        self,
        config: BertConfig,
        heads: Mapping[str, int],
        *,
        pooling: Pooling = "mean",
        end_token: int = 2,
    ) -> None:
        """Build the network with random weights."""
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)
        self.heads = nn.ModuleDict(
            {facet: nn.Linear(config.hidden_size, codes) for facet, codes in heads.items()}
        )
        self.pooling = pooling
        self.end_token = end_token
        if pooling == "cue":
            self.cues = nn.Linear(config.hidden_size, sum(heads.values()))
            # With weights of nought every token counts the same: training begins at the mean.
            nn.init.zeros_(self.cues.weight)
            nn.init.zeros_(self.cues.bias)

    def pool(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return one vector per passage, shape (passages, hidden size)."""
        states = self._states(input_ids, attention_mask)
        if self.pooling == "first":
            return states[:, 0]
        return _mean(states, self._counted(input_ids, attention_mask))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (passages, codes)."""
        return self.both(input_ids, attention_mask)[0]

    def both(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits, shape (passages, codes), and the vectors that `pool` gives."""
        if self.pooling != "cue":
            vectors = self.pool(input_ids, attention_mask)
            dropped = self.dropout(vectors)
            return torch.cat([head(dropped) for head in self.heads.values()], dim=-1), vectors
        states = self._states(input_ids, attention_mask)
        counted = self._counted(input_ids, attention_mask)
        per_code = self.dropout(_by_cues(self.cues(states), states, counted))
        weight = torch.cat([head.weight for head in self.linear_heads()])
        bias = torch.cat([head.bias for head in self.linear_heads()])
        return (per_code * weight).sum(-1) + bias, _mean(states, counted)

    def pool_cues(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, cues: torch.Tensor
    ) -> torch.Tensor:
        """Return what heads that look for these cues see, shape (passages, cues, hidden size).

        A cue of noughts, of any length, weighs all tokens alike.

        Args:
            input_ids: Token ids, shape (passages, tokens).
            attention_mask: Which of them are there, same shape.
            cues: Some rows of `distinct_cues`.
        """
        if not cues.any():
            return self.pool(input_ids, attention_mask).unsqueeze(1)
        states = self._states(input_ids, attention_mask)
        return _by_cues(states @ cues.T, states, self._counted(input_ids, attention_mask))

    def distinct_cues(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the cues without repetition, and for every code which of them is its own.

        A cue is a row of weights, shape (cues, hidden size); its bias has no effect, as all tokens
        of a passage get the same. Codes of which nothing was learned share a cue of noughts.
        """
        if self.pooling != "cue":
            return torch.zeros(1, 0), torch.zeros(self.width, dtype=torch.long)
        cues, of_code = torch.unique(self.cues.weight.detach(), dim=0, return_inverse=True)
        return cues, of_code

    @property
    def width(self) -> int:
        """How many codes the heads have together."""
        return sum(head.out_features for head in self.linear_heads())

    def linear_heads(self) -> list[nn.Linear]:
        """Return the heads in the order of their codes in the output."""
        return [head for head in self.heads.values() if isinstance(head, nn.Linear)]

    def _states(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask
        ).last_hidden_state
        return states

    def _counted(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return which tokens are pooled, shape (passages, tokens): all, or the passage's only."""
        if self.pooling == "mean":
            return attention_mask.bool()
        return ((input_ids == self.end_token).cumsum(1) == 0) & attention_mask.bool()


def _by_cues(looked_at: torch.Tensor, states: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    weights = looked_at.masked_fill(~counted.unsqueeze(-1), -1e4).softmax(1)
    return torch.einsum("ptc,pth->pch", weights, states)


def _mean(states: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    weights = counted.unsqueeze(-1).to(states.dtype)
    pooled: torch.Tensor = (states * weights).sum(1) / weights.sum(1)
    return pooled
