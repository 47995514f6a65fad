"""A model of a few thousand weights with random values, to run the whole loop in seconds."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from nlp_pipeline.artifact import (
    EncoderShape,
    HeadShape,
    ModelConfig,
    build_network,
    save_model,
)
from nlp_pipeline.config import read_codebook
from nlp_pipeline.resources import resource

WORDS = (
    "de het een ik wij niet wel goed slecht huisarts team geld systeem vertrouwen en dat is werkt "
    "the a i we not good bad doctor money system trust and that works query : ? . ,"
).split()


def tiny_tokenizer() -> Tokenizer:
    """Return a word tokenizer with the special tokens of the real one."""
    words = {w: i for i, w in enumerate(["<s>", "<pad>", "</s>", "<unk>", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def write_tiny_model(folder: Path, *, heads: bool = True, name: str = "tiny") -> Path:
    """Write a model folder for the codebook rmic (or a bare encoder) and return it."""
    torch.manual_seed(1)
    tokenizer = tiny_tokenizer()
    codebook = read_codebook("rmic")
    config = ModelConfig(
        name=name,
        encoder=EncoderShape(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=128,
            type_vocab_size=2,
            layer_norm_eps=1e-12,
            pad_token_id=1,
        ),
        max_tokens=64,
        context_tokens=16,
        heads=tuple(
            HeadShape(facet=facet.id, codes=tuple(code.id for code in facet.codes))
            for facet in codebook.facets
        )
        if heads
        else (),
    )
    shipped = resource("configs/codebooks/rmic.yaml").read_text(encoding="utf-8")
    save_model(
        folder,
        config=config,
        network=build_network(config),
        tokenizer_json=tokenizer.to_str(),
        codebook_yaml=shipped if heads else None,
        provenance={"kind": "test"},
        card="# tiny\n",
    )
    return folder
