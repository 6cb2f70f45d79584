"""Makes case folders: empty ones, and copies of others."""

from __future__ import annotations

import dataclasses
import uuid
from pathlib import Path

from fhgui.provenance import durable
from fhgui.provenance.case_file import (
    CASE_FILE,
    FOLDERS,
    KIND,
    LOG_FILE,
    SCHEMA,
    SUFFIX,
    CaseFile,
    case_file_bytes,
    sealed_case_file,
)
from fhgui.provenance.custody import Head
from fhgui.provenance.draft import now_utc
from fhgui.provenance.environment import software


def make_case(path: Path, title: str, automatic: bool) -> None:
    """Make an empty case folder at once; an `OSError` leaves nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    durable.remove_unfinished(path.parent, durable.STALE_S, SUFFIX)
    file = _new_file(title, automatic)
    empty = {f"{name}/": b"" for name in FOLDERS}
    durable.write_folder(path, {CASE_FILE: case_file_bytes(file), **empty})


def copy_case(source: Path, target: Path, file: CaseFile) -> None:
    """Copy a case's own files, all or nothing; links and strangers stay behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    durable.remove_unfinished(target.parent, durable.STALE_S, SUFFIX)
    files = {LOG_FILE: (source / LOG_FILE).read_bytes()}
    for folder in FOLDERS:
        files[f"{folder}/"] = b""
        for path in sorted((source / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                files[path.relative_to(source).as_posix()] = path.read_bytes()
    named = dataclasses.replace(file, title=target.stem, automatic=False, saved_as="")
    files[CASE_FILE] = case_file_bytes(sealed_case_file(named))
    durable.write_folder(target, files)


def _new_file(title: str, automatic: bool) -> CaseFile:
    made = CaseFile(
        kind=KIND,
        schema=SCHEMA,
        id=str(uuid.uuid4()),
        title=title,
        created_utc=now_utc(),
        software=software(),
        log=Head(0, ""),
        automatic=automatic,
        saved_as="",
        desk=None,
        sha256="",
    )
    return sealed_case_file(made)
