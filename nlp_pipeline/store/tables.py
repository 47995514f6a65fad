"""The three tables of a run as Parquet files; what is written is read back exactly.

Each file says in its own metadata which table it is, so that a file from elsewhere is refused.
pyarrow is loaded when the first table is read or written, not before.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nlp_pipeline.errors import StoreError
from nlp_pipeline.records import Passage, Role, Suggestion, Transcript, Turn
from nlp_pipeline.store.files import atomic_write, disk_error

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT_VERSION = 1
"""Raised when a column is added, removed or changes its meaning."""

R = TypeVar("R")

_TURN = {
    "speaker": "string?",
    "role": "string",
    "start": "int64",
    "end": "int64",
    "start_time": "float64?",
    "end_time": "float64?",
}
_COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "transcripts": {
        "id": "string",
        "language": "string",
        "text": "string",
        "turns": _TURN,
        "source_name": "string",
        "source_sha256": "string",
    },
    "passages": {
        "id": "string",
        "transcript_id": "string",
        "start": "int64",
        "end": "int64",
        "text": "string",
        "language": "string",
        "speaker": "string?",
        "role": "string",
        "context": "string",
    },
    "suggestions": {
        "passage_id": "string",
        "code": "string",
        "score": "float64",
        "suggested": "bool",
        "model_id": "string",
    },
}


def to_row(record: Transcript | Passage | Suggestion) -> dict[str, Any]:
    """Return a record as a JSON-like mapping with a key per column."""
    return asdict(record)


def transcript_from(row: Mapping[str, Any]) -> Transcript:
    """Return the transcript of a row that `to_row` made."""
    turns = tuple(Turn(**{**turn, "role": Role(turn["role"])}) for turn in row["turns"])
    return Transcript(**{**row, "turns": turns})


def passage_from(row: Mapping[str, Any]) -> Passage:
    """Return the passage of a row that `to_row` made."""
    return Passage(**{**row, "role": Role(row["role"])})


def suggestion_from(row: Mapping[str, Any]) -> Suggestion:
    """Return the suggestion of a row that `to_row` made."""
    return Suggestion(**row)


def write_transcripts(transcripts: Iterable[Transcript], path: Path) -> None:
    """Write transcripts in the order given. Raises `StoreError` when the disk refuses."""
    _write("transcripts", transcripts, path)


def write_passages(passages: Iterable[Passage], path: Path) -> None:
    """Write passages in the order given. Raises `StoreError` when the disk refuses."""
    _write("passages", passages, path)


def write_suggestions(suggestions: Iterable[Suggestion], path: Path) -> None:
    """Write suggestions in the order given. Raises `StoreError` when the disk refuses."""
    _write("suggestions", suggestions, path)


def read_transcripts(path: Path) -> tuple[Transcript, ...]:
    """Read a table of transcripts. Raises `StoreError` when it is missing, damaged or foreign."""
    return _read("transcripts", path, transcript_from)


def read_passages(path: Path) -> tuple[Passage, ...]:
    """Read a table of passages. Raises `StoreError` when it is missing, damaged or foreign."""
    return _read("passages", path, passage_from)


def read_suggestions(path: Path) -> tuple[Suggestion, ...]:
    """Read a table of suggestions. Raises `StoreError` when it is missing, damaged or foreign."""
    return _read("suggestions", path, suggestion_from)


def _schema(name: str) -> "pa.Schema":
    import pyarrow as pa

    types = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
    types["bool"] = pa.bool_()

    def field(column: str, kind: Any) -> "pa.Field":
        if isinstance(kind, dict):
            struct = pa.struct([field(key, value) for key, value in kind.items()])
            return pa.field(column, pa.list_(struct), nullable=False)
        return pa.field(column, types[kind.removesuffix("?")], nullable=kind.endswith("?"))

    fields = [field(column, kind) for column, kind in _COLUMNS[name].items()]
    return pa.schema(fields, metadata={"nlp_pipeline": f"{name}/{FORMAT_VERSION}"})


def _write(name: str, records: Iterable[Any], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([to_row(record) for record in records], schema=_schema(name))
    with atomic_write(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def _read(name: str, path: Path, from_row: Callable[[Mapping[str, Any]], R]) -> tuple[R, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file, pq.ParquetFile(file) as parquet:
            metadata = parquet.schema_arrow.metadata or {}
            _check_mark(name, path, metadata.get(b"nlp_pipeline", b"").decode("utf-8", "replace"))
            # Threads that still hold the file when the program ends can abort it.
            rows = parquet.read(use_threads=False).to_pylist()
        return tuple(from_row(row) for row in rows)
    except FileNotFoundError as error:
        msg = f"{path}: this file does not exist"
        raise StoreError(msg) from error
    except (pa.ArrowException, TypeError, ValueError, KeyError) as error:
        msg = f"{path}: damaged, or not a table of {name} (not readable as Parquet)"
        raise StoreError(msg) from error
    except OSError as error:
        if error.errno is None:  # pyarrow raises a bare OSError for corrupt data
            msg = f"{path}: damaged (its data cannot be unpacked)"
            raise StoreError(msg) from error
        raise disk_error(path, error, "read") from error


def _check_mark(name: str, path: Path, mark: str) -> None:
    if mark != f"{name}/{FORMAT_VERSION}":
        found = f'it says "{mark}"' if mark else "it was not written by this program"
        msg = f"{path}: not a table of {name} in format {FORMAT_VERSION}; {found}"
        raise StoreError(msg)
