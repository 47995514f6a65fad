"""What a run has finished so far, transcript by transcript, so that a killed run can go on.

The name of each file is made from all that its content depends on. A file can therefore never be
out of date, whatever has changed between two tries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nlp_pipeline.errors import StoreError
from nlp_pipeline.ids import sha256_json
from nlp_pipeline.pipeline.inputs import Input
from nlp_pipeline.records import Passage, Suggestion, Transcript
from nlp_pipeline.store import (
    passage_from,
    read_json,
    suggestion_from,
    to_row,
    transcript_from,
    write_json,
)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A transcript that was read and cut into passages."""

    transcript: Transcript
    passages: tuple[Passage, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Work:
    """The folder of finished parts; ``fingerprint`` is of settings, model and program."""

    folder: Path
    fingerprint: str

    def prepared(self, item: Input) -> Prepared | None:
        """Return the transcript and passages of a file, if they are there and whole."""
        return _load(self._path(item, "passages"), _prepared_from)

    def save_prepared(self, item: Input, prepared: Prepared) -> None:
        """Keep the transcript and passages of a file. Raises `StoreError`."""
        content = {
            "transcript": to_row(prepared.transcript),
            "passages": [to_row(passage) for passage in prepared.passages],
            "warnings": list(prepared.warnings),
        }
        write_json(self._path(item, "passages"), content, indent=None)

    def suggestions(self, item: Input) -> tuple[Suggestion, ...] | None:
        """Return the suggestions of a file, if they are there and whole."""
        return _load(
            self._path(item, "suggestions"),
            lambda rows: tuple(suggestion_from(row) for row in rows),
        )

    def save_suggestions(self, item: Input, suggestions: tuple[Suggestion, ...]) -> None:
        """Keep the suggestions of a file. Raises `StoreError`."""
        rows = [to_row(suggestion) for suggestion in suggestions]
        write_json(self._path(item, "suggestions"), rows, indent=None)

    def _path(self, item: Input, part: str) -> Path:
        key = sha256_json([self.fingerprint, item.name, item.sha256])[:32]
        return self.folder / f"{key}-{part}.json"


def _prepared_from(content: Any) -> Prepared:
    return Prepared(
        transcript=transcript_from(content["transcript"]),
        passages=tuple(passage_from(row) for row in content["passages"]),
        warnings=tuple(content["warnings"]),
    )


def _load(path: Path, convert: Callable[[Any], T]) -> T | None:
    if not path.is_file():
        return None
    try:
        return convert(read_json(path))
    except (StoreError, TypeError, KeyError, ValueError):
        return None  # damaged by the disk: made again
