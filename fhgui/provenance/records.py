"""Reads, writes and seals `Record`; the record's id is the digest of everything else in it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from fhgui.core.errors import RecordError
from fhgui.core.record import SCHEMA, Json, Outcome, Record
from fhgui.provenance.canonical import canonical_json, digest
from fhgui.provenance.decoding import FormError, decode, strict_json

MAX_BYTES = 16 * 1024 * 1024
"""A record is a few kilobytes; anything larger is not one."""

OPTIONAL = ("fusion", "override_reason", "redegradation", "reused", "seals")
"""Fields that came after the first version: left out while None, so that old ids stay valid."""

STAGE_OPTIONAL = ("outlines", "readings")
"""Fields of a stage that came later: left out while empty, for the same reason."""

UNSEALED = ("id", "seals")
"""Fields without a seal of their own: they are made from the others."""

_STAGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_METHOD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}")
_SHA256 = re.compile(r"([0-9a-f]{64})?")


def to_json(record: Record) -> dict[str, Json]:
    """Return the record as plain JSON values."""
    value: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(record), allow_nan=False))
    for stage in value["stages"]:
        for name in STAGE_OPTIONAL:
            if not stage[name]:
                del stage[name]
    if value["frame"] is not None and value["frame"]["fields"] is None:
        del value["frame"]["fields"]  # it came after the first version as well
    return {k: v for k, v in value.items() if v is not None or k not in OPTIONAL}


def seal(record: Record) -> Record:
    """Return the record with the seals of its fields, and its id: the digest of all else."""
    seals = _seals_of(to_json(dataclasses.replace(record, seals=None)))
    sealed = dataclasses.replace(record, seals=seals)
    return dataclasses.replace(sealed, id=_expected_id(to_json(sealed)))


def is_sealed(record: Record) -> bool:
    """Tell whether the record still is what its id was computed from."""
    return record.id == _expected_id(to_json(record))


def edited_fields(record: Record) -> tuple[str, ...]:
    """Return the fields that are not what was sealed; empty if it cannot be told which.

    A field differs from its seal when either was edited; which one, the id tells.
    """
    value = to_json(record)
    if is_sealed(record) or record.seals is None:
        return ()
    now = _seals_of(value)
    names = [n for n in sorted({*now, *record.seals}) if now.get(n) != record.seals.get(n)]
    if not names:
        return ("id",)
    restored = _expected_id({**value, "seals": dict(now)})
    return tuple(f"seals.{n}" for n in names) if restored == record.id else tuple(names)


def record_bytes(record: Record) -> bytes:
    """Return what ``record.json`` holds: canonical JSON and a line end."""
    return canonical_json(to_json(record)) + b"\n"


def read_record(path: Path) -> Record:
    """Read ``record.json``.

    Raises
    ------
    RecordError
        If the file is missing, is not a record, or has a schema this version does not know.
    """
    return parse_record(record_file(path), path)


def record_file(path: Path) -> bytes:
    """Return the bytes of a record's file.

    Raises
    ------
    RecordError
        If it cannot be read or is far too large.
    """
    try:
        if not path.is_file():
            raise RecordError("cannot be read (no such file)", path=path, hint=_HINT)
        if path.stat().st_size > MAX_BYTES:
            raise RecordError("is too large to be a record", path=path)
        return path.read_bytes()
    except OSError as error:
        raise RecordError(f"cannot be read ({error.strerror})", path=path, hint=_HINT) from error


def parse_record(data: bytes, path: Path) -> Record:
    """Return the record that ``data`` holds; ``path`` is named in errors.

    Raises
    ------
    RecordError
        If it is no record, or has a schema this version does not know.
    """
    try:
        value = strict_json(data)
    except ValueError as error:
        raise RecordError("is not a record (no valid JSON)", path=path, hint=_HINT) from error
    if not isinstance(value, dict) or "schema" not in value:
        raise RecordError("is not a record", path=path, hint=_HINT)
    if not is_known_schema(value["schema"]):
        raise RecordError(
            f"has schema {str(value['schema'])[:40]}, this version reads schema {SCHEMA}",
            path=path,
            hint="use the version of fhgui that wrote it",
        )
    try:
        record = decode(Record, value)
        _check_names(record)
    except FormError as error:
        raise RecordError(
            f"is not a complete record ({error})", path=path, hint="restore it from a copy"
        ) from error
    return record


_HINT = "give the path of a record.json"


def _check_names(record: Record) -> None:
    """Refuse names that would lead out of the folders they belong to, and digests that are none."""
    name = record.evidence.name
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise FormError("evidence.name", "is no name of a file")
    if record.outcome is Outcome.COMPLETED and not _METHOD.fullmatch(record.method):
        raise FormError("method", "is no id of a method")
    if record.outcome is Outcome.COMPLETED and not record.stages:
        raise FormError("stages", "is empty")
    for number, stage in enumerate(record.stages):
        if not _STAGE_NAME.fullmatch(stage.name):
            raise FormError(f"stages[{number}].name", "is no name of a stage")
        _check_digest(f"stages[{number}].sha256", stage.sha256)
    for role, files in (("weights", record.weights), ("gallery", record.gallery)):
        for number, file in enumerate(files):
            if not (is_inside(file.name) or _is_chosen(file.name, record.config)):
                raise FormError(f"{role}[{number}].name", "leads out of the models")
            _check_digest(f"{role}[{number}].sha256", file.sha256)
    _check_digest("evidence.sha256", record.evidence.sha256)
    _check_digest("previous", record.previous or "")
    _check_digest("reused", record.reused or "")


def is_known_schema(value: object) -> bool:
    """Tell whether this version reads records of a schema; ``true`` is no number."""
    return isinstance(value, int) and not isinstance(value, bool) and value == SCHEMA


def is_inside(name: str) -> bool:
    """Tell whether a relative name with forward slashes stays below its folder on any system."""
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") for part in parts)
    return plain and not any(sign in name for sign in ("\\", ":", "\0"))


def _is_chosen(name: str, config: Mapping[str, Json]) -> bool:
    """Tell whether a name is the whole path of a file of the user's own, given as a setting.

    A replay loads it by that setting: the name leads nowhere else.
    """
    path = PureWindowsPath(name) if "\\" in name or ":" in name else PurePosixPath(name)
    plain = path.is_absolute() and ".." not in path.parts and "\0" not in name
    return plain and any(
        value in (name, name.removesuffix(path.suffix)) for value in config.values()
    )


def _check_digest(field: str, text: str) -> None:
    if not _SHA256.fullmatch(text):
        raise FormError(field, "is no SHA-256")


def _seals_of(value: dict[str, Json]) -> dict[str, str]:
    return {k: digest(canonical_json(v)) for k, v in value.items() if k not in UNSEALED}


def _expected_id(value: dict[str, Json]) -> str:
    return digest(canonical_json({k: v for k, v in value.items() if k != "id"}))
