"""An encoder of a few thousand random weights that knows the words of the story."""

import re

import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from nlp_pipeline.artifact import EncoderShape, HeadShape, ModelConfig, build_network, save_model


def story_tokenizer(texts):
    words = sorted({word for text in texts for word in re.findall(r"\w+|[^\w\s]+", text)})
    known = ["<s>", "<pad>", "</s>", "<unk>", *words, "query", ":"]
    table = {word: number for number, word in enumerate(dict.fromkeys(known))}
    tokenizer = Tokenizer(models.WordLevel(table, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def write_story_encoder(folder, texts, *, codes=(), name="outside"):
    """Write a model with random weights that can tell the words of these texts apart.

    Args:
        folder: Where.
        texts: The words that it knows.
        codes: With codes, it has a random head for them.
        name: What it is called.
    """
    torch.manual_seed(1)
    tokenizer = story_tokenizer(texts)
    config = ModelConfig(
        name=name,
        encoder=EncoderShape(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=256,
            num_hidden_layers=1,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=256,
            type_vocab_size=2,
            layer_norm_eps=1e-12,
            pad_token_id=1,
        ),
        max_tokens=128,
        context_tokens=8,
        heads=(HeadShape(facet="thema", codes=tuple(codes)),) if codes else (),
    )
    lines = ["name: wijk", 'version: "1"', "facets:", "- id: thema", "  codes:"]
    lines += [f"  - id: {code}" for code in codes]
    save_model(
        folder,
        config=config,
        network=build_network(config),
        tokenizer_json=tokenizer.to_str(),
        codebook_yaml="\n".join(lines) + "\n" if codes else None,
        provenance={"kind": "test"},
        card="# outside\n",
    )
    return folder
