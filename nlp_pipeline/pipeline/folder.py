"""A run folder: whose it is, whether it is whole, and how a new run takes the place of an old one.

Nothing that people may have worked in is ever overwritten or removed. A finished run is first made
whole in ``.work/out``, its manifest last, and then moved into place; whatever stands in its place
goes to ``earlier``. Each step can be repeated, so a run that is killed between two goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from nlp_pipeline.errors import StoreError
from nlp_pipeline.pipeline.manifest import Manifest, OutputFile, read_manifest, write_manifest
from nlp_pipeline.store import (
    LOCK_NAME,
    TEMPORARY,
    disk_error,
    hash_file,
    move_file,
    remove_folder,
    remove_temporary,
)

MANIFEST = "manifest.json"
TABLES = ("transcripts.parquet", "passages.parquet", "suggestions.parquet")
REVIEW = "review"
EARLIER = "earlier"
_OF_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep"}


@dataclass(frozen=True, kw_only=True)
class Damage:
    """Which outputs of a finished run are gone, and which are not as they were written."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def of_tables(self) -> tuple[str, ...]:
        """The tables among them; these are made again."""
        return tuple(name for name in (*self.missing, *self.changed) if name in TABLES)


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run, with the methods that keep it safe."""

    path: Path

    @property
    def work(self) -> Path:
        """Where unfinished parts are kept."""
        return self.path / ".work"

    @property
    def staging(self) -> Path:
        """Where a finished run is put together before it is moved into place."""
        return self.work / "out"

    def check_ours(self) -> None:
        """Check that a run may be written here: a new or empty folder, or one with a run.

        Raises:
            StoreError: The folder holds other files, or the manifest of something else.
        """
        try:
            names = {path.name for path in self.path.iterdir()} if self.path.exists() else set()
        except OSError as error:
            raise disk_error(self.path, error, "used as a folder") from error
        other = sorted(name for name in names if self._is_other(name))
        if MANIFEST in names:
            read_manifest(self.path / MANIFEST)
        elif other and self.work.name not in names:
            msg = (
                f'{self.path}: holds files but no run of this program (such as "{other[0]}"); '
                "give a new or an empty folder"
            )
            raise StoreError(msg)

    def _is_other(self, name: str) -> bool:
        own = {LOCK_NAME, EARLIER, self.work.name}
        return name not in own | _OF_THE_SYSTEM and not name.startswith(TEMPORARY)

    def manifest(self) -> Manifest | None:
        """Return the manifest of the finished run here, or None. Raises `StoreError`."""
        path = self.path / MANIFEST
        return read_manifest(path) if path.is_file() else None

    def recover(self) -> None:
        """Tidy what a killed run left, and finish moving its files if it had come that far."""
        for folder in (self.path, self.path / REVIEW, self.work):
            remove_temporary(folder)
        self.publish()

    def damage(self, manifest: Manifest) -> Damage:
        """Compare the outputs with the hashes in the manifest. Raises `StoreError`."""
        missing, changed = [], []
        for output in manifest.outputs:
            path = self.path / output.name
            if not path.is_file():
                missing.append(output.name)
            elif hash_file(path) != output.sha256:
                changed.append(output.name)
        return Damage(missing=tuple(missing), changed=tuple(changed))

    def stage_manifest(self, manifest: Manifest, *, keep: Sequence[OutputFile] = ()) -> Manifest:
        """Write the manifest of what is staged, which makes it ready to publish.

        Args:
            manifest: The manifest, still without outputs.
            keep: Outputs that are in place and stay; what was staged for them is dropped.
        """
        for output in keep:
            (self.staging / output.name).unlink(missing_ok=True)
        staged = [
            OutputFile(name=path.relative_to(self.staging).as_posix(), sha256=hash_file(path))
            for path in _files(self.staging)
        ]
        outputs = tuple(sorted((*staged, *keep), key=lambda output: output.name))
        manifest = manifest.model_copy(update={"outputs": outputs})
        write_manifest(manifest, self.staging / MANIFEST)
        return manifest

    def publish(self) -> Path | None:
        """Move a run that is staged whole into place; return where an earlier run went."""
        if not (self.staging / MANIFEST).is_file():
            return None
        new, old = read_manifest(self.staging / MANIFEST), self.manifest()
        moved = self._retire(old) if old is not None and old.run_id != new.run_id else None
        files = [path for path in _files(self.staging) if path.name != MANIFEST]
        ours = {output.name: output.sha256 for output in (old.outputs if old else ())}
        for path in files:
            target = self.path / path.relative_to(self.staging)
            before = ours.get(path.relative_to(self.staging).as_posix())
            # What is as it was written holds nobody's work, and has only become outdated.
            if target.exists() and hash_file(target) != before:
                self._set_aside(target, new.run_id)
            move_file(path, target)
        move_file(self.staging / MANIFEST, self.path / MANIFEST)
        remove_folder(self.work)
        return moved

    def _retire(self, old: Manifest) -> Path:
        earlier = self.path / EARLIER
        names = (_numbered(earlier / old.run_id, i) for i in count(1))
        # A folder without a manifest is one that a killed run had begun to fill.
        place = next(path for path in names if not (path / MANIFEST).exists())
        for name in (*TABLES, REVIEW, MANIFEST):
            if (self.path / name).exists():
                move_file(self.path / name, place / name)
        return place

    def _set_aside(self, path: Path, run_id: str) -> None:
        folder = self.path / EARLIER / f"{run_id}-changed"
        name = path.relative_to(self.path)
        places = (_numbered(folder, i) / name for i in count(1))
        move_file(path, next(place for place in places if not place.exists()))


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.name}-{number}")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
