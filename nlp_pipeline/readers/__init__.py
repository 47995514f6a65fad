"""Files to transcripts: Word, OpenDocument, RTF, PDF, text, subtitles, audio tools, tables."""

import importlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from nlp_pipeline.config import ReadSettings
from nlp_pipeline.errors import InputError
from nlp_pipeline.ids import sha256_bytes
from nlp_pipeline.readers.sources import SUFFIXES, Source, find_sources
from nlp_pipeline.records import Passage, Transcript

__all__ = ["SUFFIXES", "ReadResult", "Source", "find_sources", "read_source"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadResult:
    """A transcript and what to warn about.

    ``passages`` is None, except for a table of ready-made passages, of which ``row_ids`` are the
    table's own ids in the same order.
    """

    transcript: Transcript
    passages: tuple[Passage, ...] | None = None
    row_ids: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_source(source: Source, settings: ReadSettings) -> ReadResult:
    """Read one file.

    Raises:
        InputError: It cannot be read; the message names the file, the place and what to do.
    """
    data = _bytes(source, settings)
    module = SUFFIXES[PurePosixPath(source.path.name).suffix.lower()]
    sha256 = sha256_bytes(data)
    reader = importlib.import_module(f"{__name__}.{module}")
    if module == "tables":
        from nlp_pipeline.readers.passages import from_rows

        rows = reader.read_rows(data, source.name)
        table = from_rows(rows, name=source.name, sha256=sha256, settings=settings)
        return ReadResult(
            transcript=table.transcript,
            passages=table.passages,
            row_ids=table.row_ids,
            warnings=table.warnings,
        )
    from nlp_pipeline.readers.assemble import assemble

    found = reader.read(data, source.name)
    result = assemble(found, name=source.name, sha256=sha256, settings=settings)
    return ReadResult(transcript=result.transcript, warnings=result.warnings)


def _bytes(source: Source, settings: ReadSettings) -> bytes:
    if source.reason:
        msg = f"{source.name}: {source.reason}"
        raise InputError(msg)
    try:
        size = source.path.stat().st_size
        _check_size(source, size, settings)
        return source.path.read_bytes()
    except OSError as error:
        msg = f"{source.name}: this file cannot be opened ({error.strerror or 'unknown reason'})"
        raise InputError(msg) from error


def _check_size(source: Source, size: int, settings: ReadSettings) -> None:
    if size == 0:
        msg = f"{source.name}: the file is empty; copy it again from where it came"
        raise InputError(msg)
    if size > settings.max_megabytes * 1_000_000:
        msg = (
            f"{source.name}: the file is {size / 1_000_000:.0f} MB, and files over "
            f"{settings.max_megabytes:g} MB are not read; split it, remove pictures from it, or "
            "raise read.max_megabytes in study.yaml"
        )
        raise InputError(msg)
