"""Vectors of passages on disk, so that no encoder reads the same passage twice.

Heads are fitted on what a frozen encoder makes of passages. To read them all is nearly all of the
work, and it is the same when the codes of a few have changed, so vectors are kept in a folder: one
safetensors file for each encoder and way of pooling, named by the hash of its weights. A passage is
found in it by the hash of its token ids, so that another tokenizer or another input format never
gets a wrong vector.

The files hold no words, but what was said can be guessed from vectors: they are as confidential as
the passages, and `Cache.tidy` forgets those that are no longer there. They can be deleted at any
time.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from nlp_pipeline.store import atomic_write, disk_error, remove_temporary

Array = npt.NDArray[np.float32]
Rows = Sequence[Sequence[int]]
Progress = Callable[[int], None]

FOLDER = ".embeddings"
"""The name of such a folder, or the end of its name."""

SUFFIX = ".safetensors"
_KEY_BYTES = 16
_WRITE_EVERY = 1024
"""Passages between two writes: so many are read again, at most, after a stop."""


class Cache:
    """Vectors of passages that were read before.

    Args:
        folder: Where they are kept; None keeps them in memory only.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Begin with what is in the folder; it is read when it is first asked for."""
        self._folder = folder
        self._known: dict[str, dict[bytes, Array]] = {}
        self._asked: dict[str, set[bytes]] = {}

    def vectors(
        self,
        source: str,
        rows: Rows,
        shape: tuple[int, ...],
        compute: Callable[[Rows, Progress], Array],
        *,
        progress: Progress | None = None,
    ) -> Array:
        """Return the vectors of token rows, as an array of rows of this shape, in their order.

        Args:
            source: What makes the vectors, as a hash; it names the file.
            rows: Token ids of each passage.
            shape: The shape of what one passage gets.
            compute: Returns the vectors of rows that are not known yet, in their order, and tells
                how many it has just done.
            progress: Called with the number of passages just done; those known count at once.

        Raises:
            StoreError: The disk refuses.
        """
        if source not in self._known:
            self._known[source] = self._read(source, shape)
        known = self._known[source]
        keys = [_key(row) for row in rows]
        self._asked.setdefault(source, set()).update(keys)
        new = {key: row for key, row in zip(keys, rows, strict=True) if key not in known}
        told = progress or _silent
        told(len(rows) - len(new))
        # Rows of like length together: little of a batch is padding.
        order = sorted(new, key=lambda key: (len(new[key]), key))
        for start in range(0, len(order), _WRITE_EVERY):
            part = order[start : start + _WRITE_EVERY]
            known.update(zip(part, compute([new[key] for key in part], told), strict=True))
            self._write(source)
        return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(rows), *shape)

    def tidy(self) -> None:
        """Forget all that was not asked for since the start, also in the folder.

        Raises:
            StoreError: The disk refuses.
        """
        for source, known in self._known.items():
            left = {key: row for key, row in known.items() if key in self._asked[source]}
            if len(left) < len(known):
                self._known[source] = left
                self._write(source)
        if self._folder is None or not self._folder.is_dir():
            return
        remove_temporary(self._folder)
        for path in self._folder.glob(f"*{SUFFIX}"):
            if path.stem not in self._known:
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise disk_error(path, error, "removed") from error

    def _read(self, source: str, shape: tuple[int, ...]) -> dict[bytes, Array]:
        if self._folder is None:
            return {}
        try:
            found = load_file(self._folder / (source + SUFFIX))
            keys, values = found["keys"], found["vectors"]
        except (OSError, SafetensorError, KeyError):
            # There is none, or it is damaged; then it is made anew.
            return {}
        if keys.shape != (len(values), _KEY_BYTES) or values.shape[1:] != shape:
            return {}
        return {key.tobytes(): row for key, row in zip(keys, values, strict=True)}

    def _write(self, source: str) -> None:
        if self._folder is None:
            return
        known = self._known[source]
        keys = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(-1, _KEY_BYTES)
        with atomic_write(self._folder / (source + SUFFIX)) as temporary:
            save_file({"keys": keys, "vectors": np.array([*known.values()])}, temporary)


def _key(row: Sequence[int]) -> bytes:
    ids = np.asarray(row, dtype="<i4").tobytes()
    return hashlib.sha256(ids).digest()[:_KEY_BYTES]


def _silent(_done: int) -> None:
    """Say nothing."""
