"""Files that are written whole or not at all, and errors of the disk in plain words."""

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nlp_pipeline.errors import StoreError

TEMPORARY = ".tmp-"
"""How the name of a file that is still being written starts."""

_TEMPORARY_NAME = re.compile(re.escape(TEMPORARY) + r"[0-9a-f]{12}(\..*)?")


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside a target; it takes the target's place on success.

    The folder is made when it is missing. The temporary file keeps the target's suffix, and is
    removed when the block fails, so that a reader sees the old file or the new one, never a part.

    Raises:
        StoreError: The disk refuses: no space, no permission, or open in another program.
    """
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(6)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, path)  # noqa: PTH105
    except OSError as error:
        raise disk_error(path, error, "written") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def disk_error(path: Path, error: OSError, done: str) -> StoreError:
    """Return the error that tells a user why a path cannot be read, written or moved."""
    why = error.strerror or type(error).__name__
    return StoreError(
        f"{path}: cannot be {done} ({why}); check that the disk has space, that you may write "
        "there and that the file is not open in another program, then run again"
    )


def write_json(path: Path, value: Any, *, indent: int | None = 2) -> None:
    """Write a JSON-like value as UTF-8, atomically and with the same bytes every time.

    Raises:
        StoreError: The disk refuses.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False) + "\n"
    with atomic_write(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


def read_json(path: Path) -> Any:
    """Read one JSON document.

    Raises:
        StoreError: The file is missing, cannot be read or is not JSON in UTF-8.
    """
    try:
        return json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError as error:
        msg = f"{path}: this file does not exist"
        raise StoreError(msg) from error
    except OSError as error:
        raise disk_error(path, error, "read") from error
    except (ValueError, RecursionError) as error:
        # The parser's own message can quote the file, so only the fact is passed on.
        msg = f"{path}: damaged, or not a file of this program (not JSON in UTF-8)"
        raise StoreError(msg) from error


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hexadecimal, without loading it whole.

    Raises:
        StoreError: The file is missing or cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise disk_error(path, error, "read") from error


def move_file(source: Path, target: Path) -> None:
    """Move a file or folder on the same disk, over an existing file of the target's name.

    Raises:
        StoreError: The disk refuses.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)  # noqa: PTH105
    except OSError as error:
        raise disk_error(source, error, "moved") from error


def remove_folder(folder: Path) -> None:
    """Remove a folder of this program's own making with all that is in it, if it is there.

    Raises:
        StoreError: The disk refuses.
    """
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise disk_error(folder, error, "removed") from error


def remove_temporary(folder: Path) -> None:
    """Remove what a killed process left of files it was writing, in one folder.

    Raises:
        StoreError: The disk refuses.
    """
    try:
        for path in folder.iterdir() if folder.is_dir() else ():
            if _TEMPORARY_NAME.fullmatch(path.name) and path.is_file():
                path.unlink()
    except OSError as error:
        raise disk_error(folder, error, "tidied") from error
