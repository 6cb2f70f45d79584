"""What a case folder looks like, for reading: nothing here writes, waits or needs a lock.

``NAME.fhcase/`` holds ``case.json``, ``log.jsonl``, ``records/NNNN-method.json``,
``results/NNNN-method/`` (the pictures of a completed run) and ``exports/NNNN.json`` (the
manifests of exports). Names are taken from the folders themselves by fixed patterns, never from
what a file says, and no link is followed: a case that somebody else made leads nowhere else.
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path

from fhgui.core.errors import RecordError
from fhgui.core.record import Json, Record
from fhgui.provenance.canonical import canonical_json, digest
from fhgui.provenance.custody import Head
from fhgui.provenance.decoding import FormError, decode, strict_json
from fhgui.provenance.records import read_record

SUFFIX = ".fhcase"
SCHEMA = 1
KIND = "fhgui case"
CASE_FILE, LOG_FILE, LOCK_FILE = "case.json", "log.jsonl", ".lock"
FOLDERS = ("records", "results", "exports")
MAX_BYTES = 16 * 1024 * 1024

_RUN_NAME = re.compile(r"(\d{4,6})-[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True)
class CaseFile:
    """``case.json``.

    Parameters
    ----------
    id : unique for ever; a copy saved elsewhere keeps it.
    title : name for people.
    created_utc : ISO 8601.
    software : name and version that wrote it last.
    log : where the log ended when this was written; it may have grown since by a crash.
    automatic : made by the window because no other case was chosen.
    saved_as : where an automatic case was saved to; empty before.
    desk : what was open and marked in the window; None from the command line.
    sha256 : digest of the canonical JSON of all other fields.
    """

    kind: str
    schema: int
    id: str
    title: str
    created_utc: str
    software: dict[str, str]
    log: Head
    automatic: bool
    saved_as: str
    desk: dict[str, Json] | None
    sha256: str


@dataclass(frozen=True)
class Filed:
    """One run in a case.

    Parameters
    ----------
    number : 1 for the first.
    name : ``NNNN-method``, the stem of its files.
    record_path : its record.
    folder : where its pictures are if it completed.
    """

    number: int
    name: str
    record_path: Path
    folder: Path


def is_case(path: Path) -> bool:
    """Tell whether a path is a case folder."""
    try:
        return path.is_dir() and (path / CASE_FILE).exists()
    except OSError:  # a name that is too long, or a folder that may not be entered
        return False


def read_case_file(path: Path) -> CaseFile:
    """Read and check ``case.json`` of a case folder.

    Raises
    ------
    RecordError
        If it is no case, was edited, or comes from a newer version.
    """
    check_layout(path)
    file = path / CASE_FILE
    data = _read(file)
    try:
        value = strict_json(data)
        _check_kind(value, path)
        case = decode(CaseFile, value)
    except FormError as error:
        raise RecordError(f"was edited ({error})", path=file, hint=_COPY) from error
    except ValueError as error:
        raise RecordError("was edited (no valid JSON)", path=file, hint=_COPY) from error
    if case.kind != KIND or case.schema != SCHEMA:
        raise RecordError("is of an unknown kind", path=file, hint=_COPY)
    if case.sha256 != _contents_digest(case) or case_file_bytes(case) != data:
        raise RecordError("was edited: it does not match its digest", path=file, hint=_COPY)
    if case.log.entries < 0:
        raise RecordError("was edited (log.entries)", path=file, hint=_COPY)
    return case


_COPY = "restore it from a copy"


def sealed_case_file(case: CaseFile) -> CaseFile:
    """Return it with the digest of its contents."""
    return dataclasses.replace(case, sha256=_contents_digest(case))


def case_file_bytes(case: CaseFile) -> bytes:
    """Return what ``case.json`` holds."""
    return canonical_json(_as_json(case)) + b"\n"


def check_layout(path: Path) -> None:
    """Refuse what is no case folder, and one in which links stand for its parts.

    Raises
    ------
    RecordError
        With what is wrong.
    """
    if not is_case(path):
        raise RecordError("is no case", path=path, hint=f"give a folder NAME{SUFFIX}")
    for name in (CASE_FILE, LOG_FILE, LOCK_FILE, *FOLDERS):
        refuse_link(path / name)
    for name in (CASE_FILE, LOG_FILE, LOCK_FILE):
        if (path / name).exists() and not (path / name).is_file():  # a pipe would be waited for
            raise RecordError("is no regular file", path=path / name, hint=_COPY)
    for name in FOLDERS:
        if not (path / name).is_dir():
            raise RecordError(f"has no folder {name}", path=path, hint=_COPY)


def refuse_link(path: Path) -> None:
    """Refuse a link inside a case.

    Raises
    ------
    RecordError
        If ``path`` is one.
    """
    if path.is_symlink():
        raise RecordError(
            "is a link, which may lead out of the case",
            path=path,
            hint="replace it by the file that belongs there",
        )


def filed_runs(path: Path) -> tuple[Filed, ...]:
    """Return the runs of a case in the order of their numbers; other files are left out."""
    found = []
    for file in (path / "records").iterdir():
        match = _RUN_NAME.fullmatch(file.stem)
        if match and file.suffix == ".json":
            number = int(match[1])
            found.append(Filed(number, file.stem, file, path / "results" / file.stem))
    return tuple(sorted(found, key=lambda run: (run.number, run.name)))


def result_names(path: Path) -> tuple[str, ...]:
    """Return the names of the folders of results."""
    return tuple(p.name for p in (path / "results").iterdir() if _RUN_NAME.fullmatch(p.name))


def run_number(name: str) -> int:
    """Return the number in ``NNNN-method``; 0 for other names."""
    match = _RUN_NAME.fullmatch(name)
    return int(match[1]) if match else 0


def filed_record(filed: Filed) -> Record:
    """Read the record of a run; no link is followed.

    Raises
    ------
    RecordError
        If it cannot be read.
    """
    refuse_link(filed.record_path)
    return read_record(filed.record_path)


def _check_kind(value: object, path: Path) -> None:
    """Tell a case of another version, and what is no case at all, from one that was edited."""
    if not isinstance(value, dict) or not {"kind", "schema"} & set(value):
        raise RecordError("is no case of fhgui", path=path, hint=f"give a folder NAME{SUFFIX}")
    for name, right in (("kind", KIND), ("schema", SCHEMA)):
        if value.get(name) != right and _digest_of({**value, name: right}) == value.get("sha256"):
            raise FormError(name, "is not what was written")
    schema = value.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise RecordError(
            f"comes from a newer version (schema {schema}, this version knows {SCHEMA})",
            path=path,
            hint="open it with the version of fhgui that made it",
        )


def _as_json(case: CaseFile) -> dict[str, Json]:
    value: dict[str, Json] = json.loads(json.dumps(dataclasses.asdict(case), allow_nan=False))
    return value


def _contents_digest(case: CaseFile) -> str:
    return _digest_of(_as_json(case))


def _digest_of(value: dict[str, Json]) -> str:
    return digest(canonical_json({k: v for k, v in value.items() if k != "sha256"}))


def _read(file: Path) -> bytes:
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            raise RecordError("is no case file", path=file, hint=_COPY)
        return file.read_bytes()
    except OSError as error:
        raise RecordError(f"cannot be read ({error.strerror})", path=file, hint=_COPY) from error
