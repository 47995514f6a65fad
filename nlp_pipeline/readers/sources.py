"""Which files to read: files as given, folders walked, everything else named with a reason."""

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp_pipeline.errors import InputError

SUFFIXES = {
    ".txt": "text",
    ".md": "text",
    ".markdown": "text",
    ".docx": "word",
    ".odt": "odt",
    ".rtf": "rtf",
    ".pdf": "pdf",
    ".vtt": "vtt",
    ".srt": "srt",
    ".json": "whisper",
    ".otr": "otranscribe",
    ".eaf": "elan",
    ".csv": "tables",
    ".tsv": "tables",
    ".xlsx": "tables",
    ".jsonl": "tables",
}
"""File suffix to the module of this folder that reads it."""

_ADVICE = {
    ".doc": "open it in Word and save it as .docx",
    ".docm": "open it in Word and save it as .docx",
    ".dotx": "open it in Word and save it as .docx",
    ".pages": "export it as .docx",
    ".xls": "open it in Excel and save it as .xlsx",
    ".ods": "save it as .xlsx or .csv",
    ".zip": "unpack it first",
    **dict.fromkeys(
        (".mp3", ".mp4", ".wav", ".m4a", ".mov", ".wma", ".ogg", ".webm"),
        "this is a recording; transcribe it first",
    ),
}
_CLUTTER = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A file to read; ``name`` is its path below the folder given, with forward slashes.

    ``reason`` says why the file cannot be read; it is empty for a file of a known format.
    """

    path: Path
    name: str
    reason: str = ""


def find_sources(paths: Sequence[Path]) -> tuple[Source, ...]:
    """Return the files to read: files as given, then those in folders, sorted by name.

    Hidden files, lock files of Word and other clutter in folders are passed over. A file of
    another format is returned with a reason. A file that is given twice is returned once, and
    two files never have the same name.

    Raises:
        InputError: A path does not exist.
    """
    missing = [path for path in paths if not path.exists()]
    if missing:
        msg = "\n".join(f"{path}: this file or folder does not exist" for path in missing)
        raise InputError(msg)
    found: dict[Path, Source] = {}
    for path in paths:
        for source in _sources(path):
            found.setdefault(source.path.resolve(), source)
    return tuple(_with_unique_names(found.values()))


def _sources(path: Path) -> list[Source]:
    if not path.is_dir():
        return [_source(path, path.name)]
    files = (_source(file, file.relative_to(path).as_posix()) for file in _walk(path))
    return sorted(files, key=lambda source: source.name)


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_clutter(name))
        yield from (Path(parent) / name for name in sorted(files) if not _is_clutter(name))


def _is_clutter(name: str) -> bool:
    return name.startswith((".", "~$", ".~lock")) or name.casefold() in _CLUTTER


def _source(path: Path, name: str) -> Source:
    suffix = path.suffix.lower()
    reason = ""
    if suffix not in SUFFIXES:
        advice = _ADVICE.get(suffix)
        reason = f"not a format that is read: {suffix or 'no suffix'}"
        reason += f"; {advice}" if advice else ""
    return Source(path=path, name=unicodedata.normalize("NFC", name), reason=reason)


def _with_unique_names(sources: Iterable[Source]) -> Iterator[Source]:
    taken: set[str] = set()
    for source in sources:
        name = source.name
        parents = list(source.path.resolve().parents)[:-1]
        if name in taken and parents:
            parent = unicodedata.normalize("NFC", parents[0].name)
            name = f"{parent}/{Path(name).name}"
        number = 2
        while name in taken:
            stem = Path(source.name)
            name = f"{stem.with_suffix('').as_posix()} ({number}){stem.suffix}"
            number += 1
        taken.add(name)
        yield Source(path=source.path, name=name, reason=source.reason)
