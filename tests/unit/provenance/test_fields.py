"""Runs on one field of a frame: recorded, replayed to the bit, and not mixed up with the frame."""

import json
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.fields import Fields
from fhgui.imaging.demo import demo_frame
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import write_run
from fhgui.provenance.originals import Originals
from fhgui.provenance.records import is_sealed, parse_record, record_bytes, to_json
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.reuse import content_key
from fhgui.provenance.run import Run
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from fhgui.session.reopening import faces_of

EYES = Placement(PlacementKind.LANDMARKS, landmarks=((150.25, 120.0), (163.0, 121.5)))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A frame grab whose two fields are a few pixels apart."""
    frame = demo_frame().copy()
    frame[1::2] = np.roll(frame[1::2], 4, axis=1)
    path = tmp_path_factory.mktemp("grab") / "grab.png"
    Image.fromarray(frame).save(path)
    return path


def run(source: Path, fields: Fields) -> Run:
    done = enhance(EnhanceRequest(source, "bicubic", EYES, threads=1, fields=fields))
    assert done.error is None
    return done


def test_the_field_is_recorded_and_replayed_to_the_bit(source: Path, tmp_path: Path) -> None:
    done = run(source, Fields.UPPER)
    frame = done.record.frame
    assert frame is not None
    assert frame.fields is frame.shown is Fields.UPPER
    assert frame.notes[0].startswith("deinterlaced: the upper field")
    write_run(done, tmp_path / "out")
    assert verify(tmp_path / "out").verdict is Verdict.EXACT


def test_the_record_is_read_back(source: Path) -> None:
    record = run(source, Fields.LOWER).record
    again = parse_record(record_bytes(record), source)
    assert again == record
    assert is_sealed(again)
    assert json.loads(record_bytes(record))["frame"]["fields"] == "lower"


def test_woven_frames_are_recorded_as_before(source: Path) -> None:
    record = run(source, Fields.WOVEN).record
    value = to_json(record)
    assert isinstance(value["frame"], dict)
    assert "fields" not in value["frame"]
    assert record.frame is not None
    assert record.frame.shown is Fields.WOVEN


def test_fields_are_not_mixed_up(source: Path) -> None:
    runs = [run(source, fields) for fields in Fields]
    assert len({content_key(r.record) for r in runs}) == 3
    assert len({r.record.stages[0].sha256 for r in runs}) == 3
    originals = Originals()
    for done in runs:
        found = originals.frame(done.record)
        assert found is not None
        assert done.frame is not None
        assert np.array_equal(found.pixels, done.frame.pixels)


def test_reopened_results_ask_for_the_same_field(source: Path) -> None:
    done = run(source, Fields.LOWER)
    (face,) = faces_of([done], count(1).__next__)[source]
    assert face.results[0].request.fields is Fields.LOWER
