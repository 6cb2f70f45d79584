"""Puts a finished folder in its place: the whole of it or nothing, also when the power fails.

What is not finished lies beside the target under a hidden name. A new folder appears by one
rename. An older export is exchanged for the new one by one as well, where the system can do that,
else by two; the files that somebody else put into it, or changed in it, are carried over first.
"""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fhgui.core.errors import EvidenceError
from fhgui.evidence.hashing import sha256_file
from fhgui.plain import json_file
from fhgui.provenance import durable

MANIFEST = "manifest.json"
SIGNATURE = f"{MANIFEST}.p7s"

KIND = "fhgui export"
"""What the manifest of an export says that it is; other programs have manifests, too."""


@contextmanager
def scratch_beside(out: Path) -> Iterator[Path]:
    """Give an empty folder beside ``out`` on the same disk; what is left in it is removed."""
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    _clear_up(out)
    scratch = Path(
        tempfile.mkdtemp(prefix=f".{out.name[:80]}-", suffix=durable.PARTIAL, dir=out.parent)
    )
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def put_in_place(scratch: Path, out: Path) -> None:
    """Make ``scratch`` be ``out``; what was there of others is kept.

    Raises
    ------
    OSError
        If the disk does not take it; what was at ``out`` is still there.
    """
    out = out.absolute()
    scratch.chmod(0o777 & ~_umask())
    _sync(scratch)
    if not out.exists():
        scratch.rename(out)
    elif not any(out.iterdir()):
        out.rmdir()
        scratch.rename(out)
    elif (named := named_files(out / MANIFEST)) is not None:
        _exchange(scratch, out, named)
    else:
        _move_files(scratch, out)
    durable.sync_folder(out.parent)


def _exchange(scratch: Path, out: Path, named: dict[str, str]) -> None:
    """Put a new export in the place of an old one that names these files, with their digests."""
    for file in _files_of_others(out, named):
        kept = scratch / file
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            _link(out / file, kept)
    if durable.swap(scratch, out):  # the old one is removed with what is left of the scratch
        return
    old = _older(out)
    out.rename(old)
    try:
        scratch.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _files_of_others(out: Path, named: dict[str, str]) -> Iterator[Path]:
    """Yield the files of a folder that are not those of its export, relative to it."""
    for file in out.rglob("*"):
        relative = file.relative_to(out)
        name = relative.as_posix()
        if name in (MANIFEST, SIGNATURE):
            continue
        if file.is_symlink() or (file.is_file() and not _is_of(file, named.get(name))):
            yield relative


def _is_of(file: Path, sha256: str | None) -> bool:
    """Tell whether a file still is what the manifest names."""
    try:
        return sha256 is not None and sha256_file(file) == sha256
    except EvidenceError:  # somebody emptied it
        return False


def named_files(manifest: Path) -> dict[str, str] | None:
    """Return the digests of an export's files by name; None if this is no export's manifest."""
    try:
        value: Any = json_file(manifest)
        if value["kind"] != KIND:
            return None
        return {name: entry["sha256"] for name, entry in value["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _move_files(scratch: Path, out: Path) -> None:
    """Move files one by one into a folder that is no export, the manifest last of all."""
    files = sorted(f.relative_to(scratch) for f in scratch.rglob("*") if f.is_file())
    for file in sorted(files, key=lambda f: f.name.startswith(MANIFEST)):
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        (scratch / file).replace(out / file)


def _sync(folder: Path) -> None:
    """Have every file of a folder written to the disk before it gets its name."""
    for file in folder.rglob("*"):
        if file.is_dir():
            durable.sync_folder(file)
            continue
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
    durable.sync_folder(folder)


def _clear_up(out: Path) -> None:
    """Put right what a process left that was ended in the middle of its work."""
    old = _older(out)
    if old.is_dir() and not out.exists():  # ended between the two renames
        old.rename(out)
    elif old.is_dir():
        shutil.rmtree(old, ignore_errors=True)
    for left in out.parent.glob(f".{glob.escape(out.name[:80])}-*{durable.PARTIAL}"):
        if left.is_dir() and not left.is_symlink() and _age_s(left) > durable.STALE_S:
            shutil.rmtree(left, ignore_errors=True)


def _older(out: Path) -> Path:
    """Return where an older export is while the new one takes its place."""
    return out.with_name(f".{out.name[:80]}.older")


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
