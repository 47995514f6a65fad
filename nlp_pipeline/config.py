"""Settings, codebooks and language tables: YAML read once, checked, and passed on in parts."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nlp_pipeline.codebook import Code, Codebook, Facet
from nlp_pipeline.errors import CodebookError, ConfigError
from nlp_pipeline.records import Role
from nlp_pipeline.resources import resource

LANGUAGES = ("nl", "en")
"""The languages that the pipeline reads; each has a table in ``configs/languages``."""

Share = Annotated[float, Field(ge=0, le=1)]
Pooling = Literal["mean", "first", "passage", "cue"]
"""What the heads of a network see: the mean of all token states, that of the first token, the mean
over the passage without its question, or for every code its own weighing of the passage's tokens.
"""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadSettings(_Strict):
    """How files become transcripts."""

    language: Literal["nl", "en"] | None = None
    roles: Mapping[str, Role] = Field(default_factory=dict)
    max_megabytes: Annotated[float, Field(gt=0)] = 50.0


class SegmentSettings(_Strict):
    """How turns are cut into passages; lengths are in words.

    The weights and costs below are the terms of the sum that `segment.cuts` makes least. A passage
    of half the target length costs a quarter of ``length_weight``, one of the greatest length all
    of it.
    """

    min_words: Annotated[int, Field(ge=0)] = 8
    target_words: Annotated[int, Field(ge=1)] = 60
    max_words: Annotated[int, Field(ge=1)] = 120
    topic_similarity: bool = True
    context_words: Annotated[int, Field(ge=0)] = 60
    length_weight: Annotated[float, Field(ge=0, le=10)] = 1.0
    cut_cost: Annotated[float, Field(ge=0, le=10)] = 0.35
    inside_cost: Annotated[float, Field(ge=0, le=10)] = 0.5
    paragraph_bonus: Annotated[float, Field(ge=0, le=10)] = 0.8
    opener_bonus: Annotated[float, Field(ge=0, le=10)] = 0.1
    topic_weight: Annotated[float, Field(ge=0, le=10)] = 0.6

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.min_words <= self.target_words <= self.max_words:
            msg = (
                f"min_words ({self.min_words}) <= target_words ({self.target_words}) "
                f"<= max_words ({self.max_words}) must hold"
            )
            raise ValueError(msg)
        return self


class ClassifySettings(_Strict):
    """How passages are scored."""

    batch_tokens: Annotated[int, Field(ge=64)] = 2048
    threads: Annotated[int, Field(ge=0)] = 0
    device: Literal["auto", "cpu", "cuda"] = "auto"


class TrainSettings(_Strict):
    """How a model learns (``configs/train.yaml``)."""

    method: Literal["full", "head"] = "full"
    epochs: Annotated[int, Field(ge=1)] = 4
    patience: Annotated[int, Field(ge=1)] = 2
    batch_size: Annotated[int, Field(ge=1)] = 16
    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    head_learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    warmup: Share = 0.1
    dropout: Share = 0.1
    context_dropout: Share = 0.5
    joined: Annotated[float, Field(ge=0, le=2)] = 0.0
    loss: Literal["bce", "focal", "asymmetric"] = "bce"
    positive_weight: Share = 0.5
    contrast: Annotated[float, Field(ge=0)] = 0.0
    contrast_epochs: Annotated[int, Field(ge=0)] = 0
    coder_share: Share = 0.5
    label_smoothing: Share = 0.0
    teacher_share: Share = 0.5
    average: Annotated[float, Field(ge=0, lt=1)] = 0.99
    pooling: Pooling = "cue"
    freeze_embeddings: bool = True
    frozen_layers: Annotated[int, Field(ge=0)] = 4
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    checkpoint_batches: Annotated[int, Field(ge=1)] = 150
    max_tokens: Annotated[int, Field(ge=8, le=512)] = 192
    context_tokens: Annotated[int, Field(ge=0, le=256)] = 32
    prefix: str | None = None
    seed: int = 20

    @property
    def passes(self) -> int:
        """How often training sees every passage at most."""
        return self.epochs + self.contrast_epochs


class StudySettings(_Strict):
    """A study: its codebook, its model and how each stage works (``study.yaml``)."""

    name: str = ""
    transcripts: str = "transcripts"
    codebook: str = "rmic"
    model: str = "rmic-nl-en"
    read: ReadSettings = ReadSettings()
    segment: SegmentSettings = SegmentSettings()
    classify: ClassifySettings = ClassifySettings()


class LanguageTable(_Strict):
    """What the stages know of one language; every word in lower case."""

    name: Mapping[str, str]
    abbreviations: tuple[str, ...]
    topic_openers: tuple[str, ...]
    conjunctions: tuple[str, ...]
    backchannels: tuple[str, ...]
    question_openers: tuple[str, ...]
    interviewer_labels: tuple[str, ...]
    respondent_labels: tuple[str, ...]
    speaker_words: tuple[str, ...]
    not_speakers: tuple[str, ...]
    function_words: tuple[str, ...]
    yes_words: tuple[str, ...]
    no_words: tuple[str, ...]
    no_code_words: tuple[str, ...]
    but_words: tuple[str, ...]


class _CodeFile(_Strict):
    id: Annotated[str, Field(pattern=r"^[^\s,;|]+$")]
    label: Mapping[str, str] = Field(default_factory=dict)
    definition: Mapping[str, str] = Field(default_factory=dict)
    parent: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#777777"


class _FacetFile(_Strict):
    id: Annotated[str, Field(pattern=r"^\S+$")]
    label: Mapping[str, str] = Field(default_factory=dict)
    exclusive: bool = False
    codes: tuple[_CodeFile, ...]


class _CodebookFile(_Strict):
    name: str
    version: str
    source: str = ""
    facets: tuple[_FacetFile, ...]


class _CodeMapFile(_Strict):
    codes: Mapping[str, str | tuple[str, ...] | None]


M = TypeVar("M", bound=BaseModel)


def read_settings(path: Path | None) -> StudySettings:
    """Read ``study.yaml``, or return the defaults for None.

    Raises:
        ConfigError: The file is missing, is not YAML, or holds an unknown or wrong setting.
    """
    return StudySettings() if path is None else _read(path, StudySettings)


def read_train_settings(path: Path | None) -> TrainSettings:
    """Read training settings, or return the defaults for None.

    Raises:
        ConfigError: The file is missing, is not YAML, or holds an unknown or wrong setting.
    """
    return TrainSettings() if path is None else _read(path, TrainSettings)


def read_codebook(name_or_path: str | Path, *, folder: Path | None = None) -> Codebook:
    """Read a codebook by the path of its YAML file or by the name of a shipped one.

    Args:
        name_or_path: ``"rmic"``, ``"codebook.yaml"`` or a full path.
        folder: Where a relative path is looked up first, normally the study folder.

    Raises:
        CodebookError: It is not found, or it is malformed.
    """
    path = find_codebook(name_or_path, folder)
    try:
        file = _read(path, _CodebookFile)
        return Codebook(
            name=file.name,
            version=file.version,
            facets=tuple(
                Facet(
                    id=facet.id,
                    label=facet.label,
                    exclusive=facet.exclusive,
                    codes=tuple(Code(**dict(code)) for code in facet.codes),
                )
                for facet in file.facets
            ),
        )
    except CodebookError as error:
        msg = f"{path}: {error}"
        raise CodebookError(msg) from error
    except ConfigError as error:
        raise CodebookError(str(error)) from error


def read_code_map(path: Path) -> dict[str, tuple[str, ...]]:
    """Read what became of codes: under ``codes`` an old id each, and a new id or a list of them.

    Raises:
        ConfigError: The file is missing, is not YAML, or is no such map.
    """
    codes = _read(path, _CodeMapFile).codes
    return {
        old: (new,) if isinstance(new, str) else tuple(dict.fromkeys(new or ()))
        for old, new in codes.items()
    }


@cache
def language_table(language: str) -> LanguageTable:
    """Return the shipped table of one of `LANGUAGES`."""
    return _read(resource(f"configs/languages/{language}.yaml"), LanguageTable)


def read_yaml(path: Path) -> Any:
    """Read one YAML document with the safe loader; an empty file is an empty mapping.

    Raises:
        ConfigError: The file is missing or is not YAML in UTF-8.
    """
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        msg = f"{path}: this file does not exist"
        raise ConfigError(msg) from error
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})"
        raise ConfigError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8"
        raise ConfigError(msg) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        msg = f"{path}{place}: not valid YAML ({getattr(error, 'problem', None) or 'syntax error'})"
        raise ConfigError(msg) from error
    return {} if loaded is None else loaded


def _read(path: Path, model: type[M]) -> M:
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        lines = [f"{path}: {len(error.errors())} setting(s) not understood"]
        for problem in error.errors():
            where = ".".join(str(part) for part in problem["loc"]) or "(whole file)"
            lines.append(f"  {where}: {problem['msg']}")
        raise ConfigError("\n".join(lines)) from error


def find_codebook(name_or_path: str | Path, folder: Path | None = None) -> Path:
    """Return the file of a codebook, given by path or by the name of a shipped one.

    Raises:
        CodebookError: There is no such file.
    """
    shipped = resource("configs/codebooks")
    candidates = [Path(name_or_path), shipped / f"{name_or_path}.yaml"]
    if folder is not None:
        candidates.insert(0, folder / name_or_path)
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    names = ", ".join(sorted(path.stem for path in shipped.glob("*.yaml")))
    msg = f'codebook "{name_or_path}" not found; give the path of a YAML file or one of: {names}'
    raise CodebookError(msg)
