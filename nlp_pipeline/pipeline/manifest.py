"""The manifest of a run: what went in, what came out, and what was refused and why.

It is written last, so that its presence says that the run has finished. It holds no clock time and
no path of a machine, so that the same run gives the same bytes everywhere.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp_pipeline.codebook import Codebook
from nlp_pipeline.errors import StoreError
from nlp_pipeline.records import Passage, Suggestion, Transcript
from nlp_pipeline.store import read_json, write_json

FORMAT: Final = "nlp-pipeline run"
FORMAT_VERSION: Final = 1


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Refused(_Part):
    """A file that was not read, and why."""

    name: str
    reason: str


class Warned(_Part):
    """Something to look at in a file that was read."""

    name: str
    text: str


class InputFile(_Part):
    """A file that was read; ``transcript`` is the id of what it became."""

    name: str
    sha256: str
    bytes: int
    transcript: str


class OutputFile(_Part):
    """A file of the run, by its path in the run folder with forward slashes."""

    name: str
    sha256: str


class CodebookUsed(_Part):
    """Which codebook, and the hash of its content."""

    name: str
    version: str
    sha256: str


class Compared(_Part):
    """How passages were compared with a codebook that the model was not trained on.

    Every score is a likeness then, not a probability. ``examples`` is how many examples of the
    codebook the cut-off was set from, 0 for the default; ``known`` are the codes that the model
    does know.
    """

    cut_off: float
    examples: int
    known: tuple[str, ...]


class ModelUsed(_Part):
    """Which model; ``sha256`` is the start of the hash of its files.

    ``untrained`` is set when it was not trained on the codebook.
    """

    id: str
    sha256: str
    calibrated: bool
    untrained: Compared | None = None


class Counts(_Part):
    """How much there is of everything, by language and by code where that says more."""

    transcripts: int = 0
    turns: int = 0
    passages: dict[str, int] = {}
    suggestions: dict[str, int] = {}
    not_classified: int = 0


class Manifest(_Part):
    """Everything that is needed to know what a run is, and to see whether it was changed.

    ``certificate`` says whether the certificate of the study held for this run when it was written:
    "holds", "void" and why, "damaged", or "" where there was none. ``fitness`` is the hash of what
    the review files tell of it, by which it is seen that there is a new one.
    """

    format: Literal["nlp-pipeline run"] = FORMAT
    format_version: Literal[1] = FORMAT_VERSION
    run_id: str
    package_version: str
    settings: dict[str, Any]
    review_language: str
    codebook: CodebookUsed
    model: ModelUsed
    certificate: str = ""
    fitness: str = ""
    seed: int | None
    counts: Counts
    inputs: tuple[InputFile, ...]
    refused: tuple[Refused, ...]
    warnings: tuple[Warned, ...]
    outputs: tuple[OutputFile, ...]


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest. Raises `StoreError` when the disk refuses."""
    write_json(path, manifest.model_dump(mode="json"))


def read_manifest(path: Path) -> Manifest:
    """Read the manifest of a run.

    Raises:
        StoreError: It is missing, damaged, or of something else than a run of this program.
    """
    content = read_json(path)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        msg = (
            f"{path}: not the manifest of a run of this program, so nothing is written here; "
            "give another folder"
        )
        raise StoreError(msg)
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        places = ", ".join(".".join(str(p) for p in e["loc"]) for e in error.errors()[:3])
        msg = (
            f"{path}: damaged, or written by another version of this program "
            f"(not understood: {places}); give another folder"
        )
        raise StoreError(msg) from error


def count(
    transcripts: Sequence[Transcript],
    passages: Sequence[Passage],
    suggestions: Sequence[Suggestion],
    codebook: Codebook,
) -> Counts:
    """Count what a run holds; every code of the codebook is there, in its order."""
    languages = Counter(passage.language for passage in passages)
    codes = Counter(suggestion.code for suggestion in suggestions if suggestion.suggested)
    classified = {suggestion.passage_id for suggestion in suggestions}
    return Counts(
        transcripts=len(transcripts),
        turns=sum(len(transcript.turns) for transcript in transcripts),
        passages=dict(sorted(languages.items())),
        suggestions={code: codes[code] for code in codebook.code_ids},
        not_classified=sum(passage.id not in classified for passage in passages),
    )
