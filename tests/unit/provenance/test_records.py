"""Records round-trip, and any edit of a sealed one is noticed."""

import dataclasses
import json
from pathlib import Path

import pytest

from fhgui.core.errors import RecordError
from fhgui.provenance.canonical import canonical_json
from fhgui.provenance.records import is_sealed, read_record, record_bytes, seal
from tests.helpers.records import A_RECORD


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_round_trip(tmp_path: Path) -> None:
    record = seal(A_RECORD)
    assert read_record(write(tmp_path / "record.json", record_bytes(record))) == record


def test_round_trip_of_a_run_that_failed_early(tmp_path: Path) -> None:
    bare = dataclasses.replace(A_RECORD, frame=None, alignment=None, adequacy=None, error="no")
    record = seal(bare)
    again = read_record(write(tmp_path / "record.json", record_bytes(record)))
    assert again == record
    assert is_sealed(again)


def test_every_field_is_sealed(tmp_path: Path) -> None:
    value = json.loads(record_bytes(seal(A_RECORD)))
    for name in set(value) - {"schema", "outcome"}:
        edited = {**value, name: _another(value[name])}
        path = write(tmp_path / "record.json", canonical_json(edited))
        assert not is_sealed(read_record(path)), name


def _another(value: object) -> object:
    if isinstance(value, dict) and "name" in value and "sha256" in value:
        return {**value, "sha256": "f" * 64}
    if isinstance(value, dict) and "index" in value:
        return {**value, "index": 4}
    if isinstance(value, dict):
        first = next(iter(value))
        return {**value, first: [[1, 0, 0], [0, 1, 0]] if first == "matrix" else "other"}
    if isinstance(value, list):
        return [] if value else [{"name": "n", "sha256": "0"}]
    return "other"


def test_canonical_json_has_no_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


def test_canonical_json_orders_keys() -> None:
    assert canonical_json({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no valid JSON"),
        (b"[]", "not a record"),
        (b'{"schema": 99}', "schema 99"),
        (b'{"schema": 1}', "complete record"),
        (b"\xff\xfe", "no valid JSON"),
        (b"[" * 100_000, "no valid JSON"),
    ],
)
def test_bad_records_are_named(tmp_path: Path, data: bytes, complaint: str) -> None:
    path = write(tmp_path / "record.json", data)
    with pytest.raises(RecordError, match=complaint) as caught:
        read_record(path)
    assert caught.value.path == path


def test_missing_record(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        read_record(tmp_path / "record.json")
