"""Which files a batch works on: all below a folder, in the order of their names."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from fhgui.batch.storing import RESULTS
from fhgui.core.errors import InputError

LEDGER, SUMMARY = "ledger.sqlite", "summary.json"
"""Names by which the results of a batch, with those of `RESULTS`, are told from evidence."""


def list_files(
    folder: Path, out: Path | None = None, tell: Callable[[str], None] = lambda text: None
) -> list[str]:
    """Return the relative names of all regular files, with forward slashes, sorted.

    Hidden files and folders are left out, and so are folders of results of batches. Links to
    folders are not followed: they may be circles.

    Parameters
    ----------
    out : folder of results that is left out even if its ledger is gone.
    tell : takes a line about each folder of results of another batch.

    Raises
    ------
    InputError
        If there is no such folder, it may not be read, or holds no files.
    """
    if not folder.is_dir():
        raise InputError("is no folder", path=folder, hint="give a folder of pictures and videos")
    names: list[str] = []
    for where, folders, files in os.walk(folder, onerror=_refuse):
        if (out is not None and Path(where) == out) or _are_results(folders, files):
            if Path(where) != out:
                tell(f"{where} is left out: it holds the results of another batch")
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        inner = Path(where).relative_to(folder)
        names += [(inner / name).as_posix() for name in files if not name.startswith(".")]
    if not names:
        raise InputError("holds no files", path=folder, hint="give another folder")
    return sorted(names)


def _are_results(folders: Sequence[str], files: Sequence[str]) -> bool:
    return LEDGER in files and (RESULTS in folders or SUMMARY in files)


def _refuse(error: OSError) -> None:
    raise InputError(
        f"cannot be listed ({error.strerror})",
        path=error.filename,
        hint="check your rights, or leave it out",
    ) from error
