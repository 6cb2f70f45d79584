"""Reads, writes and seals `Record`; the record's id is the digest of everything else in it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fhgui.core.errors import RecordError
from fhgui.core.record import (
    SCHEMA,
    AdequacyRecord,
    AlignmentRecord,
    EvidenceRef,
    FileRef,
    FrameRef,
    Json,
    Outcome,
    Record,
    StageRecord,
)
from fhgui.provenance.canonical import canonical_json, digest

MAX_BYTES = 16 * 1024 * 1024
"""A record is a few kilobytes; anything larger is not one."""


def to_json(record: Record) -> dict[str, Json]:
    """Return the record as plain JSON values."""
    value: dict[str, Json] = json.loads(json.dumps(dataclasses.asdict(record), allow_nan=False))
    return value


def seal(record: Record) -> Record:
    """Return the record with its id: the SHA-256 of its canonical JSON without ``id``."""
    return dataclasses.replace(record, id=_expected_id(to_json(record)))


def is_sealed(record: Record) -> bool:
    """Tell whether the record still is what its id was computed from."""
    return record.id == _expected_id(to_json(record))


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
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RecordError("is too large to be a record", path=path)
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise RecordError(
            f"cannot be read ({error.strerror})", path=path, hint="give the path of a record.json"
        ) from error
    except (ValueError, RecursionError) as error:
        raise RecordError(
            "is not a record (no valid JSON)", path=path, hint="give the path of a record.json"
        ) from error
    return _from_json(value, path)


def _from_json(value: object, path: Path) -> Record:
    if not isinstance(value, dict) or "schema" not in value:
        raise RecordError("is not a record", path=path, hint="give the path of a record.json")
    if value["schema"] != SCHEMA:
        raise RecordError(
            f"has schema {value['schema']!r}, this version reads schema {SCHEMA}",
            path=path,
            hint="use the version of fhgui that wrote it",
        )
    try:
        return _build(value)
    except (TypeError, KeyError, ValueError) as error:
        raise RecordError(
            f"is not a complete record ({error})", path=path, hint="restore it from a copy"
        ) from error


def _build(value: dict[str, Any]) -> Record:
    return Record(
        **{
            **value,
            "outcome": Outcome(value["outcome"]),
            "evidence": EvidenceRef(**value["evidence"]),
            "frame": _optional(_frame, value["frame"]),
            "alignment": _optional(_alignment, value["alignment"]),
            "adequacy": _optional(lambda v: AdequacyRecord(**v), value["adequacy"]),
            "weights": tuple(FileRef(**v) for v in value["weights"]),
            "gallery": tuple(FileRef(**v) for v in value["gallery"]),
            "stages": tuple(StageRecord(**v) for v in value["stages"]),
            "warnings": tuple(value["warnings"]),
        }
    )


def _frame(value: dict[str, Any]) -> FrameRef:
    return FrameRef(**{**value, "notes": tuple(value["notes"])})


def _alignment(value: dict[str, Any]) -> AlignmentRecord:
    first, second = (tuple(map(float, row)) for row in value["matrix"])
    points = value["landmarks"]
    box = value["box"]
    return AlignmentRecord(
        **{
            **value,
            "matrix": (first, second),
            "landmarks": None if points is None else tuple((x, y) for x, y in points),
            "box": None if box is None else tuple(box),
        }
    )


def _optional(make: Callable[[dict[str, Any]], Any], value: dict[str, Any] | None) -> Any:
    return None if value is None else make(value)


def _expected_id(value: dict[str, Json]) -> str:
    return digest(canonical_json({k: v for k, v in value.items() if k != "id"}))
