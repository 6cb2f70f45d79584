"""Runs whose result is made consistent with the evidence: recorded, replayed, shown, reported."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.record import Record
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.imaging.demo import demo_frame
from fhgui.imaging.resize import imresize
from fhgui.methods.common import Settings
from fhgui.provenance.doubting import doubt_of
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import write_run
from fhgui.provenance.records import parse_record, record_bytes, seal, to_json
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from fhgui.session.reopening import faces_of
from fhgui.training.galleries import builder
from fhgui.training.galleries.options import GalleryOptions
from tests.helpers.photographs import pattern

EYES = Placement(PlacementKind.LANDMARKS, landmarks=((150.25, 120.0), (163.0, 121.5)))
COMMON = {field.name for field in dataclasses.fields(Settings)}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.png"
    Image.fromarray(demo_frame()).save(path)
    return path


def run(source: Path, **settings: object) -> Run:
    done = enhance(EnhanceRequest(source, "lcr", EYES, settings=settings, threads=1))
    assert done.error is None
    return done


def as_before(record: Record) -> Record:
    """Return the record as a version without the stage would have sealed it."""
    config = {name: value for name, value in record.config.items() if name not in COMMON}
    return seal(dataclasses.replace(record, config=config, redegradation=None))


def test_the_record_tells_the_gap_before_and_after(source: Path) -> None:
    record = run(source).record
    assert record.stages[-1].name == "consistent"
    assert record.stages[-1].origin == record.stages[-2].origin == "synthesised"
    assert record.config["consistent"] is True
    agreement = record.redegradation
    assert agreement is not None
    assert agreement.before is not None
    assert agreement.after.largest <= 1 < agreement.before.largest
    assert agreement.after.mean < agreement.before.mean / 10
    assert record.warnings == run(source, consistent=False).record.warnings


def test_without_the_stage_only_the_result_has_a_gap(source: Path) -> None:
    with_stage, bare = run(source), run(source, consistent=False)
    assert bare.record.stages[-1].name == "result"
    assert bare.record.redegradation is not None
    assert bare.record.redegradation.before is None
    assert with_stage.record.redegradation is not None
    assert bare.record.redegradation.after == with_stage.record.redegradation.before


def test_it_is_read_again_as_written(source: Path) -> None:
    record = run(source).record
    assert parse_record(record_bytes(record), Path("record.json")) == record


@pytest.mark.parametrize("settings", [{}, {"consistent": False}, {"evidence_noise": 1.5}])
def test_replay_is_exact(source: Path, tmp_path: Path, settings: dict[str, object]) -> None:
    write_run(run(source, **settings), tmp_path / "out")
    assert verify(tmp_path / "out").verdict is Verdict.EXACT


def test_a_record_older_than_the_stage_is_replayed_without_it(source: Path, tmp_path: Path) -> None:
    done = run(source, consistent=False)
    old = as_before(done.record)
    assert "redegradation" not in to_json(old)
    write_run(dataclasses.replace(done, record=old), tmp_path / "out")
    assert verify(tmp_path / "out").verdict is Verdict.EXACT


def test_a_reopened_run_is_repeated_as_it_was_made(source: Path) -> None:
    old = run(source, consistent=False)
    older = dataclasses.replace(old, record=as_before(old.record))
    for done, wanted in ((older, False), (run(source), True)):
        ((face,),) = faces_of([done], iter(range(9)).__next__).values()
        assert face.results[0].request.settings["consistent"] is wanted


def test_the_doubts_carry_both_gaps(source: Path) -> None:
    done = run(source)
    doubt = doubt_of(done)
    assert doubt.agreement == done.record.redegradation
    older = dataclasses.replace(done, record=as_before(done.record))
    found = doubt_of(older).agreement
    assert found is not None
    assert found.before is None
    assert found.after.mean == pytest.approx(doubt.redegraded.mean(), abs=0.05)


def test_a_degradation_among_the_settings_is_assumed_and_recorded(source: Path) -> None:
    settings = {"degradation": "average", "layers": 0, "iterations": 2}
    request = EnhanceRequest(source, "dcnn_mnce", EYES, settings=settings, threads=1)
    among, alone = enhance(request), enhance(dataclasses.replace(request, degradation="motion"))
    assert (among.error, alone.error) == (None, None)
    for done, name in ((among, "average"), (alone, "motion")):
        assert (done.record.degradation, done.record.config["degradation"]) == (name, name)
    unknown = enhance(dataclasses.replace(request, settings={"degradation": "rain"}))
    assert unknown.error is not None
    assert "there is no degradation 'rain'" in unknown.error.sentence()


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a gallery for other inputs than the bundled one's, by another degradation."""
    pixels = np.stack([imresize(pattern(seed, 6, 6), (40, 24)) for seed in range(30)])
    faces = FaceSet(pixels, tuple(PackedFace(str(number)) for number in range(30)))
    options = GalleryOptions(prototypes=3, settings={"scale": 4, "degradation": "average"})
    out = tmp_path_factory.mktemp("gallery") / "own"
    (path,) = builder("lle")(faces, out, options, lambda _: None)
    return path


def test_a_gallery_of_ones_own_says_what_is_assumed(
    source: Path, gallery: Path, tmp_path: Path
) -> None:
    low = tmp_path / "low.png"
    Image.fromarray(pattern(99, 10, 6)).save(low)
    aligned, settings = Placement(PlacementKind.ALIGNED), {"gallery": str(gallery)}
    request = EnhanceRequest(low, "lle", aligned, settings=settings, threads=1)
    done = enhance(request)
    assert done.error is None
    assert done.record.degradation == "average"
    write_run(done, tmp_path / "out")
    assert verify(tmp_path / "out").verdict is Verdict.EXACT
    other = enhance(dataclasses.replace(request, degradation="bicubic"))
    assert other.error is not None
    assert "lle assumes the degradation 'average'" in other.error.sentence()
    cut = enhance(dataclasses.replace(request, source=source, placement=EYES))
    assert cut.error is not None
    assert "the gallery is for inputs of 6×10 pixels" in cut.error.sentence()
