"""Records round-trip, and any edit of a sealed one is noticed."""

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import RecordError
from fhgui.core.method import Reading
from fhgui.core.record import FileRef, OutlineRecord
from fhgui.provenance.canonical import canonical_json, digest
from fhgui.provenance.decoding import strict_json
from fhgui.provenance.draft import stage_record
from fhgui.provenance.records import (
    edited_fields,
    is_sealed,
    read_record,
    record_bytes,
    seal,
    to_json,
)
from fhgui.provenance.stored import stage_of
from tests.helpers.records import A_RECORD

FILE = {"sha256": "0" * 64}
STAGE = dataclasses.asdict(A_RECORD.stages[0])
READING = {"name": "angle_deg", "value": 1.5, "unit": "°", "title": "Angle"}
EVIDENCE = dataclasses.asdict(A_RECORD.evidence)


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


def test_what_a_stage_measured_survives_and_is_left_out_where_there_is_nothing(
    tmp_path: Path,
) -> None:
    told = (Reading("angle_deg", -12.5, "°", "Angle"), Reading("kind", "motion", "", "Blur"))
    seen = OutlineRecord("Square", ((0.0, 0.0), (15.0, 0.5)), True)
    (bare,) = A_RECORD.stages
    stages = (bare, dataclasses.replace(bare, readings=told, outlines=(seen,)))
    record = seal(dataclasses.replace(A_RECORD, stages=stages))
    data = record_bytes(record)
    assert read_record(write(tmp_path / "record.json", data)) == record
    first, second = json.loads(data)["stages"]
    assert {"readings", "outlines"}.isdisjoint(first)
    assert second["readings"][0]["value"] == -12.5
    shown = stage_of(stages[1], np.zeros((16, 16, 3), np.uint8))
    assert shown.readings == told
    assert stage_record(shown).outlines == (seen,)


def test_every_field_is_sealed(tmp_path: Path) -> None:
    value = json.loads(record_bytes(seal(A_RECORD)))
    for name in set(value) - {"schema", "outcome"}:
        edited = {**value, name: _another(value[name])}
        path = write(tmp_path / "record.json", canonical_json(edited))
        record = read_record(path)
        assert not is_sealed(record), name
        if name != "seals":
            assert edited_fields(record) == (name,)


def test_an_edited_seal_is_not_taken_for_an_edited_field() -> None:
    record = seal(A_RECORD)
    assert record.seals is not None
    other = dataclasses.replace(record, seals={**record.seals, "seed": "0" * 64})
    assert edited_fields(other) == ("seals.seed",)


def test_records_of_the_first_versions_keep_their_id(tmp_path: Path) -> None:
    value = json.loads(canonical_json(to_json(A_RECORD)))
    assert {"seals", "override_reason"}.isdisjoint(value)
    value["id"] = digest(canonical_json({k: v for k, v in value.items() if k != "id"}))
    record = read_record(write(tmp_path / "record.json", canonical_json(value)))
    assert is_sealed(record)
    assert edited_fields(dataclasses.replace(record, seed=1)) == ()


@pytest.mark.parametrize("name", ["/own/faces.safetensors", "C:\\own\\faces.safetensors"])
def test_a_file_that_was_chosen_by_its_whole_path_is_read(tmp_path: Path, name: str) -> None:
    chosen = dataclasses.replace(
        A_RECORD,
        config={"gallery": name.removesuffix(".safetensors")},
        gallery=(FileRef(name, "0" * 64),),
    )
    path = write(tmp_path / "record.json", record_bytes(seal(chosen)))
    assert read_record(path).gallery[0].name == name


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"threads": "many"}, "threads"),
        ({"threads": True}, "threads"),
        ({"stages": [{"name": "../../x", "title": "", "origin": "", "h": 1, "w": 1}]}, "stages"),
        ({"stages": [STAGE | {"name": "../x"}]}, "stages[0].name"),
        ({"stages": [STAGE | {"h": None}]}, "stages[0].h"),
        ({"stages": [STAGE | {"readings": [READING | {"value": [1]}]}]}, "readings[0].value"),
        ({"stages": [STAGE | {"readings": [READING | {"value": None}]}]}, "readings[0].value"),
        ({"evidence": EVIDENCE | {"name": "../secret.png"}}, "evidence.name"),
        ({"weights": [{"name": "../../w", "sha256": "0" * 64}]}, "weights[0].name"),
        ({"weights": [{"name": "C:\\w", "sha256": "0" * 64}]}, "weights[0].name"),
        ({"weights": [{"name": "/etc/w", "sha256": "0" * 64}]}, "weights[0].name"),
        ({"config": {"g": "/a/../g"}, "gallery": [FILE | {"name": "/a/../g"}]}, "gallery[0].name"),
        ({"config": {"g": "../g"}, "gallery": [FILE | {"name": "../g"}]}, "gallery[0].name"),
        ({"gallery": [{"name": "g", "sha256": "../g"}]}, "gallery[0].sha256"),
        ({"method": "../m"}, "method"),
        ({"previous": "x"}, "previous"),
        ({"outcome": "won"}, "outcome"),
        ({"surprise": 1}, "surprise"),
        ({"config": None}, "config"),
    ],
)
def test_records_that_lie_about_their_types_or_lead_elsewhere(
    tmp_path: Path, edit: dict[str, object], field: str
) -> None:
    value = {**json.loads(record_bytes(seal(A_RECORD))), **edit}
    path = write(tmp_path / "record.json", json.dumps(value).encode())
    with pytest.raises(RecordError, match="complete record") as caught:
        read_record(path)
    assert field in caught.value.what


@pytest.mark.parametrize("twist", [b'"seed":NaN', b'"seed":1e999', b'"seed":0,"seed":0'])
def test_numbers_and_keys_that_json_does_not_know(tmp_path: Path, twist: bytes) -> None:
    data = record_bytes(seal(A_RECORD)).replace(b'"seed":0', twist)
    with pytest.raises(RecordError, match="not a"):
        read_record(write(tmp_path / "record.json", data))


@pytest.mark.parametrize(
    "twist",
    [
        b'{"a":1e999}',
        b'{"a":[-1e999]}',
        b'{"a":' + b"[" * 101 + b"]" * 101 + b"}",
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
)
def test_what_would_break_whoever_goes_through_it_later_is_refused(
    tmp_path: Path, twist: bytes
) -> None:
    whole = record_bytes(seal(A_RECORD))
    data = whole.replace(b'"config":{"a":1,', b'"config":{"a":' + twist + b",")
    assert data != whole
    with pytest.raises(RecordError, match="no valid JSON"):
        read_record(write(tmp_path / "record.json", data))


def test_values_inside_each_other_are_read_to_a_depth() -> None:
    assert strict_json(b"[" * 100 + b"]" * 100) is not None
    with pytest.raises(ValueError, match="nests too deep"):
        strict_json(b"[" * 101 + b"]" * 101)


def test_names_that_are_no_utf_8_survive(tmp_path: Path) -> None:
    name = os.fsdecode(b'caf\xe9 \n"x" \xe2\x80\xae.png')
    evidence = dataclasses.replace(A_RECORD.evidence, name=name)
    record = seal(dataclasses.replace(A_RECORD, evidence=evidence))
    assert read_record(write(tmp_path / "record.json", record_bytes(record))) == record


def _another(value: object) -> object:
    if isinstance(value, dict) and "name" in value and "sha256" in value:
        return {**value, "sha256": "f" * 64}
    if isinstance(value, dict) and "index" in value:
        return {**value, "index": 4}
    if isinstance(value, dict):
        first = next(iter(value))
        return {**value, "rms_px": 9.0} if "rms_px" in value else {**value, first: "other"}
    if isinstance(value, list):
        return value * 2 if value else [{"name": "n", "sha256": "0" * 64}]
    return value + 1 if isinstance(value, int) else "d" * 64


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
