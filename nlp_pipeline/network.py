"""The network: one encoder for both languages, mean pooling, one linear head per facet."""

from collections.abc import Mapping

import torch
from torch import nn
from transformers import BertConfig, BertModel


class Network(nn.Module):
    """Encoder and heads; `forward` gives one logit per code, in the order of the codebook.

    Args:
        config: The encoder's shape.
        heads: Number of codes per facet id, in the order of the codebook; may be empty.
    """

    def __init__(self, config: BertConfig, heads: Mapping[str, int]) -> None:
        """Build the network with random weights."""
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)
        self.heads = nn.ModuleDict(
            {facet: nn.Linear(config.hidden_size, codes) for facet, codes in heads.items()}
        )

    def pool(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the mean of the token states, shape (passages, hidden size)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        pooled: torch.Tensor = (states * weights).sum(1) / weights.sum(1)
        return pooled

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (passages, codes)."""
        pooled = self.dropout(self.pool(input_ids, attention_mask))
        return torch.cat([head(pooled) for head in self.heads.values()], dim=-1)

    def linear_heads(self) -> list[nn.Linear]:
        """Return the heads in the order of their codes in the output."""
        return [head for head in self.heads.values() if isinstance(head, nn.Linear)]
