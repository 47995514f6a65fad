"""The files of a run before any is read: their names and hashes, and which cannot be taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlp_pipeline.errors import InputError, StoreError
from nlp_pipeline.pipeline.manifest import FORMAT
from nlp_pipeline.readers import Source, find_sources
from nlp_pipeline.store import hash_file, read_json


@dataclass(frozen=True, kw_only=True)
class Input:
    """A file with its content hash; ``reason`` says why it is refused, and is empty if not."""

    source: Source
    sha256: str = ""
    size: int = 0
    reason: str = ""

    @property
    def name(self) -> str:
        """The name of the file below the folder that was given."""
        return self.source.name


def gather(paths: Sequence[Path], *, out: Path | None) -> tuple[Input, ...]:
    """Find and hash all files, in the order in which they are read.

    What lies in ``out``, or in any other run folder, is output of this program and is left out.

    Raises:
        InputError: A path does not exist, or there is no file at all.
    """
    sources = [_with_plain_name(source) for source in find_sources(paths)]
    inputs = [_hashed(source) for source in _without_output(sources, out)]
    if not inputs:
        msg = f"{', '.join(str(path) for path in paths)}: there are no transcripts here"
        raise InputError(msg)
    return tuple(inputs)


def without_path(message: str, source: Source) -> str:
    """Return a message about a file without the path or name that it starts with."""
    for known in (str(source.path.resolve()), str(source.path), source.path.as_posix()):
        message = message.replace(known, source.name)
    return message.removeprefix(f"{source.name}: ").removeprefix(f"{source.name}, ")


def _with_plain_name(source: Source) -> Source:
    # A name in another encoding than that of the system holds characters that no file can.
    name = source.name.encode("utf-8", "backslashreplace").decode("utf-8")
    return source if name == source.name else replace(source, name=name)


def _hashed(source: Source) -> Input:
    if source.reason:
        return Input(source=source, reason=source.reason)
    try:
        return Input(source=source, sha256=hash_file(source.path), size=source.path.stat().st_size)
    except (StoreError, OSError) as error:
        why = getattr(error.__cause__ or error, "strerror", None) or "unknown reason"
        return Input(source=source, reason=f"cannot be opened ({why})")


def _without_output(sources: Sequence[Source], out: Path | None) -> Iterable[Source]:
    own = None if out is None else out.resolve()
    known: dict[Path, bool] = {}
    for source in sources:
        parents = source.path.resolve().parents
        if own in parents or any(_is_run_folder(parent, known) for parent in parents):
            continue
        yield source


def _is_run_folder(folder: Path, known: dict[Path, bool]) -> bool:
    if folder not in known:
        known[folder] = False
        manifest = folder / "manifest.json"
        if manifest.is_file():
            try:
                content = read_json(manifest)
            except StoreError:
                return False
            known[folder] = isinstance(content, dict) and content.get("format") == FORMAT
    return known[folder]
