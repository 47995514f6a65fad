"""One process at a time in a run folder; the lock of a process that is gone is taken over."""

import json
import os
import platform
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nlp_pipeline.errors import StoreError
from nlp_pipeline.store.files import TEMPORARY, disk_error

LOCK_NAME = ".lock"
"""The file in a run folder that says which process is at work there."""

_SETTLE_SECONDS = 0.2


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made when it is missing, for the time of a block.

    Raises:
        StoreError: Another process holds it, or the disk refuses.
    """
    lock = folder / LOCK_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not _create(lock):
            _take_over(lock)
    except OSError as error:
        raise disk_error(lock, error, "written") from error
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink(missing_ok=True)


def _create(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(json.dumps({"pid": os.getpid(), "host": platform.node()}).encode())
    return True


def _take_over(lock: Path) -> None:
    content = _content(lock)
    if _is_held(content):
        raise StoreError(_held_message(lock, content))
    # Moved first, so that of two processes that find the same stale lock only one removes it.
    aside = lock.with_name(f"{TEMPORARY}{secrets.token_hex(6)}")
    with suppress(FileNotFoundError):
        lock.rename(aside)
        aside.unlink()
    if not _create(lock):
        raise StoreError(_held_message(lock, _content(lock)))


def _content(lock: Path) -> bytes:
    for _ in range(2):
        try:
            content = lock.read_bytes()
        except FileNotFoundError:
            return b""
        if content:
            return content
        time.sleep(_SETTLE_SECONDS)  # just made, and not filled yet
    return b""


def _is_held(content: bytes) -> bool:
    pid, host = _owner(content)
    if pid is None:
        return False
    if host != platform.node():
        return True  # a shared folder: whether that process lives cannot be seen from here
    return pid != os.getpid() and _is_alive(pid)


def _owner(content: bytes) -> tuple[int | None, str]:
    try:
        owner = json.loads(content)
        pid = int(owner["pid"])
        return (pid if pid > 0 else None), str(owner["host"])
    except (ValueError, TypeError, KeyError):
        return None, ""


def _held_message(lock: Path, content: bytes) -> str:
    pid, host = _owner(content)
    return (
        f"{lock.parent}: another run is at work in this folder (process {pid} on {host}). Wait "
        f"until it has finished; if you are sure that it is gone, delete {lock} and run again"
    )


if sys.platform == "win32":

    def _is_alive(pid: int) -> bool:
        """Ask Windows whether a process runs; there, `os.kill` would end it."""
        import ctypes

        query_limited, still_active, access_denied = 0x1000, 259, 5
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(query_limited, False, pid)
        if not handle:
            return ctypes.get_last_error() == access_denied
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(ctypes.c_void_p(handle), ctypes.byref(code))
        kernel.CloseHandle(ctypes.c_void_p(handle))
        return code.value == still_active

else:

    def _is_alive(pid: int) -> bool:
        """Tell whether a process runs, by a signal that does nothing."""
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, OverflowError, ValueError):
            return False
        except PermissionError:
            return True
        return True
