"""A model folder on disk: weights in 8 bits, tokenizer, codebook, manifest and card.

Every matrix is stored as int8 rows with one fp16 scale per row (``NAME`` and ``NAME.scale``), all
other tensors as fp32; loading widens everything to fp32. Nothing in a folder is executed.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from tokenizers import Tokenizer
from transformers import BertConfig

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.config import Pooling, read_codebook
from nlp_pipeline.encode import InputFormat
from nlp_pipeline.errors import ModelError
from nlp_pipeline.ids import sha256_bytes, sha256_json
from nlp_pipeline.network import Network
from nlp_pipeline.resources import resource
from nlp_pipeline.rounding import narrow, widen
from nlp_pipeline.store import atomic_write

FORMAT = 1
_FILES = ("config.json", "model.safetensors", "tokenizer.json", "codebook.yaml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EncoderShape(_Strict):
    """The shape of the BERT encoder."""

    vocab_size: Annotated[int, Field(gt=0)]
    hidden_size: Annotated[int, Field(gt=0)]
    num_hidden_layers: Annotated[int, Field(gt=0)]
    num_attention_heads: Annotated[int, Field(gt=0)]
    intermediate_size: Annotated[int, Field(gt=0)]
    max_position_embeddings: Annotated[int, Field(gt=0)]
    type_vocab_size: Annotated[int, Field(gt=0)]
    layer_norm_eps: Annotated[float, Field(gt=0)]
    pad_token_id: Annotated[int, Field(ge=0)]
    end_token_id: Annotated[int, Field(ge=0)] = 2


class HeadShape(_Strict):
    """One facet and the ids of its codes, in the order of the head's outputs."""

    facet: str
    codes: tuple[str, ...]
    exclusive: bool = False


class Decision(_Strict):
    """How a logit of one code becomes a score, ``sigmoid(logit / temperature + offset)``.

    From the threshold on, the code by itself is suggested; see `suggest`.
    """

    temperature: Annotated[float, Field(gt=0)] = 1.0
    offset: float = 0.0
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5


class ModelConfig(_Strict):
    """What ``config.json`` holds. ``calibrated`` says whether a score is a probability.

    ``together`` holds the weights of patterns of facets, as `suggest.facet_weights` returns them.
    """

    format: Literal[1] = 1
    name: str
    encoder: EncoderShape
    prefix: str = "query: "
    max_tokens: Annotated[int, Field(ge=8)] = 256
    context_tokens: Annotated[int, Field(ge=0)] = 48
    pooling: Pooling = "mean"
    heads: tuple[HeadShape, ...] = ()
    decisions: Mapping[str, Decision] = Field(default_factory=dict)
    together: Mapping[str, float] = Field(default_factory=dict)
    calibrated: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The ids of all codes in the order of the logits."""
        return tuple(code for head in self.heads for code in head.codes)

    @property
    def input_format(self) -> InputFormat:
        """How passages are presented to this model."""
        return InputFormat(
            prefix=self.prefix, max_tokens=self.max_tokens, context_tokens=self.context_tokens
        )


@dataclass(frozen=True, kw_only=True)
class Model:
    """A loaded model. ``id`` is its name and the first 12 digits of the hash of its files."""

    id: str
    config: ModelConfig
    network: Network
    tokenizer: Tokenizer
    codebook: Codebook | None


def head_shapes(codebook: Codebook) -> tuple[HeadShape, ...]:
    """Return the heads of a model for a codebook: one per facet, in its order."""
    return tuple(
        HeadShape(
            facet=facet.id,
            codes=tuple(code.id for code in facet.codes),
            exclusive=facet.exclusive,
        )
        for facet in codebook.facets
    )


def build_network(config: ModelConfig) -> Network:
    """Return a network of this shape with random weights, in evaluation mode."""
    shape = BertConfig(**config.encoder.model_dump(exclude={"end_token_id"}))
    heads = {head.facet: len(head.codes) for head in config.heads}
    end = config.encoder.end_token_id
    return Network(shape, heads, pooling=config.pooling, end_token=end).eval()


def find_model(name_or_path: str | Path, *, folder: Path | None = None) -> Path:
    """Return the folder of a model, given by path or by the name of a shipped one.

    Args:
        name_or_path: ``"rmic-nl-en"`` or a path.
        folder: Where a relative path is looked up first, normally the study folder.

    Raises:
        ModelError: There is no such folder.
    """
    candidates = [Path(name_or_path), resource(f"models/{name_or_path}")]
    if folder is not None:
        candidates = [folder / name_or_path, folder / "models" / name_or_path, *candidates]
    for candidate in candidates:
        if (candidate / "config.json").is_file():
            return candidate
    msg = (
        f'model "{name_or_path}" not found; give the path of a model folder (it holds a '
        f"config.json) or the name of a shipped model"
    )
    raise ModelError(msg)


def load_model(name_or_path: str | Path, *, folder: Path | None = None) -> Model:
    """Load a model folder after checking every file against its manifest.

    Raises:
        ModelError: It is missing, of another format, damaged or was changed after it was saved.
    """
    path = find_model(name_or_path, folder=folder)
    hashes = _checked_hashes(path)
    config = _read_config(path / "config.json")
    network = build_network(config)
    try:
        network.load_state_dict(widen(load_tensors((path / "model.safetensors").read_bytes())))
    except (SafetensorError, RuntimeError) as error:
        msg = f"{path}: model.safetensors does not fit config.json; copy the model again"
        raise ModelError(msg) from error
    codebook_file = path / "codebook.yaml"
    return Model(
        id=f"{config.name}@{sha256_json(hashes)[:12]}",
        config=config,
        network=network,
        tokenizer=Tokenizer.from_file(str(path / "tokenizer.json")),
        codebook=read_codebook(codebook_file) if codebook_file.is_file() else None,
    )


def save_model(
    path: Path,
    *,
    config: ModelConfig,
    network: Network,
    tokenizer_json: str,
    codebook_yaml: str | None,
    provenance: Mapping[str, Any],
    card: str,
) -> None:
    """Write a model folder; it replaces an earlier one only when it is complete.

    Args:
        path: The folder.
        config: Shape, input format and decisions.
        network: The trained network.
        tokenizer_json: The tokenizer in the format of the `tokenizers` library.
        codebook_yaml: The codebook the heads were trained for, None for a bare encoder.
        provenance: What the model was made from; goes into the manifest. No participant's words.
        card: The model card in Markdown.
    """
    beside = path.with_name(path.name + ".new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    files = {
        "config.json": _json(config.model_dump(mode="json")),
        "model.safetensors": save_tensors(narrow(network.state_dict())),
        "tokenizer.json": tokenizer_json.encode(),
    }
    if codebook_yaml is not None:
        files["codebook.yaml"] = codebook_yaml.encode()
    hashes = {name: sha256_bytes(data) for name, data in sorted(files.items())}
    files["manifest.json"] = _json({"format": FORMAT, "files": hashes, **provenance})
    files["README.md"] = card.encode()
    for name, data in files.items():
        with atomic_write(beside / name) as temporary:
            temporary.write_bytes(data)
    _replace_folder(beside, path)


def _checked_hashes(path: Path) -> dict[str, str]:
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        expected = dict(manifest["files"])
        version = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{path / 'manifest.json'}: missing or not a model manifest; copy the model again"
        raise ModelError(msg) from error
    if version != FORMAT:
        msg = f"{path}: model format {version}; this version of nlp-pipeline reads format {FORMAT}"
        raise ModelError(msg)
    present = {name for name in _FILES if (path / name).is_file()}
    problems = [f"{name} is missing" for name in sorted(set(expected) - present)]
    problems += [f"{name} is not in the manifest" for name in sorted(present - set(expected))]
    problems += [
        f"{name} was changed after the model was saved"
        for name in sorted(present & set(expected))
        if sha256_bytes((path / name).read_bytes()) != expected[name]
    ]
    if problems:
        msg = f"{path}: " + "; ".join(problems) + ". Copy or train the model again."
        raise ModelError(msg)
    return expected


def _read_config(path: Path) -> ModelConfig:
    try:
        return ModelConfig.model_validate_json(path.read_bytes())
    except ValidationError as error:
        msg = (
            f"{path}: {error.error_count()} value(s) of the model configuration are not understood"
        )
        raise ModelError(msg) from error


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _replace_folder(new: Path, path: Path) -> None:
    old = path.with_name(path.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if path.exists():
        path.rename(old)
    new.rename(path)
    shutil.rmtree(old, ignore_errors=True)
