"""Writes that survive a crash: a file is the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from fhgui.core.errors import OutputError

PARTIAL = ".partial"
"""Ends the names of files and folders that are not finished; they begin with a dot."""

STALE_S = 3600.0
"""What is unfinished for longer belongs to a process that has ended."""

_SWAP = 2
"""``RENAME_EXCHANGE`` of Linux and ``RENAME_SWAP`` of macOS."""
_HERE = -100
"""``AT_FDCWD`` of Linux."""


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the errors of a disk into one sentence about ``path``.

    Raises
    ------
    OutputError
        If something inside raises an `OSError`, or the path is too deep.
    """
    try:
        yield
    except (OSError, RecursionError) as error:  # the latter: a thousand folders in each other
        reason = error.strerror if isinstance(error, OSError) else "the path is too deep"
        raise OutputError(
            f"cannot be written ({reason or error})",
            path=path,
            hint="choose a folder on a disk with space that you may write to",
        ) from error


def write_atomic(path: Path, data: bytes) -> None:
    """Replace a file as a whole; after a crash it holds all of ``data`` or what it held before."""
    scratch = unfinished(path)
    try:
        _write(scratch, data)
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with files (relative path → content): all of them, or no folder.

    A name that ends with ``/`` is a folder that may stay empty. The folder above must be there:
    where a drive was unplugged, nothing is made in the place of it.
    """
    scratch = unfinished(folder)
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir()
        for name, data in files.items():
            if name.endswith("/"):
                (scratch / name).mkdir(parents=True, exist_ok=True)
                continue
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            _write(scratch / name, data)
        for below in (scratch, *(p for p in scratch.rglob("*") if p.is_dir())):
            sync_folder(below)
        scratch.rename(folder)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    sync_folder(folder.parent)


def append(path: Path, data: bytes) -> None:
    """Append to a file; what a full disk took only in part is taken off again."""
    with path.open("ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            if file.write(data) != len(data):
                raise OSError(28, "No space left on device")
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise


def swap(one: Path, other: Path) -> bool:
    """Exchange two folders at once, so that both names stand for one at every moment.

    Returns
    -------
    bool
        False where the system, or the disk, cannot do that; then nothing was changed.
    """
    if os.name != "posix":
        return False
    library, names = ctypes.CDLL(None), (os.fsencode(one), os.fsencode(other))
    if hasattr(library, "renameat2"):
        return bool(library.renameat2(_HERE, names[0], _HERE, names[1], _SWAP) == 0)
    if hasattr(library, "renamex_np"):
        return bool(library.renamex_np(*names, _SWAP) == 0)
    return False


def unfinished(path: Path) -> Path:
    """Return the name that a file or folder has until it is finished."""
    return path.with_name(f".{path.name}{PARTIAL}")


def remove_unfinished(folder: Path, older_than_s: float = 0.0, ending: str = "") -> None:
    """Remove what a crash left unfinished directly below a folder.

    Parameters
    ----------
    older_than_s : where several processes write, what is younger may be going on.
    ending : of the names that it was to have; empty for all.
    """
    for left in folder.glob(f".*{ending}{PARTIAL}"):
        with contextlib.suppress(FileNotFoundError):  # another process has just finished it
            if time.time() - left.lstat().st_mtime < older_than_s:
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)  # never through a link that somebody put there
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
