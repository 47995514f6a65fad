"""The command ``read``: every file as one JSON file with its text and turns."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlp_pipeline.errors import InputError, MissingExtraError
from nlp_pipeline.ids import sha256_bytes
from nlp_pipeline.pipeline.inputs import Input, gather, without_path
from nlp_pipeline.pipeline.manifest import Refused, Warned
from nlp_pipeline.pipeline.reporting import Progress, Silent
from nlp_pipeline.pipeline.study import Study
from nlp_pipeline.readers import ReadResult, read_source
from nlp_pipeline.store import write_json

_LONGEST_NAME = 200
"""Bytes; file systems take about 255, and a temporary name must fit as well."""


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """A transcript that was read and where it was written."""

    name: str
    file: Path
    language: str
    turns: int
    speakers: int


@dataclass(frozen=True, kw_only=True)
class ReadSummary:
    """What `read_files` did."""

    folder: Path
    read: tuple[ReadFile, ...]
    refused: tuple[Refused, ...]
    warnings: tuple[Warned, ...]

    @property
    def exit_code(self) -> int:
        """1 if a file was refused, else 0."""
        return 1 if self.refused else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as a JSON-like mapping."""
        return {
            "folder": str(self.folder),
            "read": [{**asdict(item), "file": str(item.file)} for item in self.read],
            "refused": [refused.model_dump() for refused in self.refused],
            "warnings": [warned.model_dump() for warned in self.warnings],
        }


def read_files(study: Study, out: Path, *, progress: Progress | None = None) -> ReadSummary:
    """Read transcripts and write each as JSON; a file that cannot be read is reported.

    Args:
        study: What to read, from `load_study`.
        out: The folder to write to; a file of the same name is replaced.
        progress: Where to show how far it is.

    Raises:
        InputError: A path does not exist, or there is no file at all.
        StoreError: The disk refuses.
    """
    inputs = gather(study.paths, out=out)
    read, refused, warnings = list[ReadFile](), list[Refused](), list[Warned]()
    taken: set[str] = set()
    with (progress or Silent()).stage("Reading transcripts", len(inputs)) as advance:
        for item in inputs:
            try:
                result = _read(item, study)
            except (InputError, MissingExtraError) as error:
                reason = without_path(str(error), item.source)
                refused.append(Refused(name=item.name, reason=reason))
            else:
                read.append(_write(item, result, out / _file_name(item.name, taken)))
                warnings += _warnings(item, result)
            advance(1)
    return ReadSummary(
        folder=out, read=tuple(read), refused=tuple(refused), warnings=tuple(warnings)
    )


def _read(item: Input, study: Study) -> ReadResult:
    if item.reason:
        raise InputError(item.reason)
    return read_source(item.source, study.settings.read)


def _warnings(item: Input, result: ReadResult) -> list[Warned]:
    texts = (without_path(text, item.source) for text in result.warnings)
    return [Warned(name=item.name, text=text) for text in texts]


def _write(item: Input, result: ReadResult, path: Path) -> ReadFile:
    transcript, turns = result.transcript, result.transcript.turns
    content = {
        "id": transcript.id,
        "language": transcript.language,
        "source_name": transcript.source_name,
        "source_sha256": transcript.source_sha256,
        "text": transcript.text,
        "turns": [asdict(turn) for turn in turns],
        "warnings": list(result.warnings),
    }
    write_json(path, content)
    return ReadFile(
        name=item.name,
        file=path,
        language=transcript.language,
        turns=len(turns),
        speakers=len({turn.speaker for turn in turns if turn.speaker is not None}),
    )


def _file_name(name: str, taken: set[str]) -> str:
    stem = name.replace("/", "__")
    if len(stem.encode("utf-8")) > _LONGEST_NAME:
        start = stem.encode("utf-8")[: _LONGEST_NAME // 2].decode("utf-8", "ignore")
        stem = f"{start}~{sha256_bytes(name.encode('utf-8'))[:12]}"
    candidate, number = f"{stem}.json", 1
    while candidate.casefold() in taken:  # "a/b" and "a__b", or "A" and "a" on Windows
        number += 1
        candidate = f"{stem}-{number}.json"
    taken.add(candidate.casefold())
    return candidate
