"""A new study: a folder with every setting explained, a codebook, and what to do next."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from nlp_pipeline.config import StudySettings, find_codebook, read_codebook
from nlp_pipeline.errors import InputError
from nlp_pipeline.pipeline.attributes import ATTRIBUTES
from nlp_pipeline.pipeline.study import STUDY_FILE
from nlp_pipeline.resources import resource
from nlp_pipeline.store import atomic_write, disk_error

EMPTY = "empty"
"""The name of a codebook to fill in."""

CODEBOOK_FILE = "codebook.yaml"
README_FILE = "README.md"

_HEAD = "# The settings of this study, each with what it means and as it is if nothing is said.\n"
_ATTRIBUTES = "transcript,stakeholder\n"


@dataclass(frozen=True, kw_only=True)
class StartOptions:
    """What a new study is like.

    Attributes:
        name: What it is called in reports.
        codebook: The name of a shipped codebook, `EMPTY`, or the path of a file; it is copied.
        language: The language of the next steps and of review files.
    """

    name: str = ""
    codebook: str = "rmic"
    language: Literal["nl", "en"] = "en"


@dataclass(frozen=True, kw_only=True)
class Started:
    """What was made, and the codebook that was copied."""

    folder: Path
    files: tuple[str, ...]
    codebook: str
    codes: int

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON-like mapping."""
        return {**vars(self), "folder": str(self.folder), "files": list(self.files)}


def start_study(folder: Path, options: StartOptions) -> Started:
    """Make a study folder; nothing that is there already is overwritten.

    Args:
        folder: Where; it may be there already, with transcripts or other files in it.
        options: What it is like.

    Raises:
        CodebookError: The codebook is missing or malformed.
        InputError: There is a study already, or a file of one of the names.
        StoreError: The disk refuses.
    """
    source = codebook_source(options.codebook)
    codebook = read_codebook(source)
    settings = StudySettings(name=plain_name(options.name), codebook=CODEBOOK_FILE)
    name = settings.name or folder.resolve().name
    files = {
        CODEBOOK_FILE: _content(source),
        ATTRIBUTES: _ATTRIBUTES.encode("ascii"),
        README_FILE: _readme(options.language, name, folder).encode("utf-8"),
        # Last, since this is the file that makes a folder a study.
        STUDY_FILE: settings_yaml(settings).encode("utf-8"),
    }
    check_new(folder)
    _make(folder / settings.transcripts)
    for file, content in files.items():
        with atomic_write(folder / file) as temporary:
            temporary.write_bytes(content)
    made = (*files, f"{settings.transcripts}/")
    return Started(folder=folder, files=made, codebook=codebook.name, codes=len([*codebook]))


def check_new(folder: Path) -> None:
    """Raise `InputError` if a study cannot be made here without overwriting something."""
    if folder.exists() and not folder.is_dir():
        msg = f"{folder}: is a file; give the name of a folder"
        raise InputError(msg)
    names = (STUDY_FILE, CODEBOOK_FILE, ATTRIBUTES, README_FILE)
    there = [name for name in names if (folder / name).exists()]
    if there:
        msg = (
            f"{folder}: there is {', '.join(there)} in it already, and nothing is overwritten; "
            "give another folder"
        )
        raise InputError(msg)


def codebook_source(name: str) -> Path:
    """Return the file of a codebook to copy. Raises `CodebookError` if there is none."""
    return resource("configs/study/codebook.yaml") if name == EMPTY else find_codebook(name)


def shipped_codebooks() -> tuple[str, ...]:
    """Return the names of the codebooks that come with the program."""
    return tuple(sorted(path.stem for path in resource("configs/codebooks").glob("*.yaml")))


def plain_name(name: str) -> str:
    """Return a name in one line, without characters that do not print."""
    return "".join(c for c in " ".join(name.split()) if c.isprintable())


def settings_yaml(settings: StudySettings) -> str:
    """Return settings as YAML: every one that there is, with its explanation.

    The settings come from the model, and their explanations from ``configs/default.yaml``.
    """
    shipped = resource("configs/default.yaml").read_text(encoding="utf-8")
    return _HEAD + "\n".join(_lines(settings, _explanations(shipped), ())) + "\n"


def _lines(
    settings: BaseModel, said: Mapping[tuple[str, ...], list[str]], above: tuple[str, ...]
) -> Iterator[str]:
    indent = "  " * len(above)
    dumped = settings.model_dump(mode="json")
    for name in type(settings).model_fields:
        path, value = (*above, name), getattr(settings, name)
        if isinstance(value, BaseModel):
            yield ""
        yield from (f"{indent}{line}" for line in said.get(path, ()))
        if isinstance(value, BaseModel):
            yield f"{indent}{name}:"
            yield from _lines(value, said, path)
        else:
            # JSON is YAML in one line, and quotes what YAML would take for something else.
            yield f"{indent}{name}: {json.dumps(dumped[name], ensure_ascii=False)}"


def _explanations(text: str) -> dict[tuple[str, ...], list[str]]:
    """Return the comment lines above every setting of a YAML file, by the path of the setting."""
    found: dict[tuple[str, ...], list[str]] = {}
    path: list[str] = []
    comment: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        if not bare:
            comment = []
        elif bare.startswith("#"):
            comment.append(bare)
        else:
            depth = (len(line) - len(line.lstrip())) // 2
            path[depth:] = [bare.partition(":")[0]]
            found[tuple(path)] = comment
            comment = []
    return found


def _readme(language: str, name: str, folder: Path) -> str:
    template = resource(f"configs/study/README.{language}.md").read_text(encoding="utf-8")
    called = folder.resolve().name
    shown = f'"{called}"' if " " in called else called
    return template.replace("{folder}", shown).replace("{name}", name)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise disk_error(path, error, "read") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(folder, error, "made") from error
