"""A face below the class Perceive: the record keeps the reason, or that none was given."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fhgui.__main__ import main
from fhgui.core.errors import InadequateError
from fhgui.core.record import Outcome
from fhgui.provenance.enhance import NO_REASON, STRETCHED, enhance
from fhgui.provenance.records import is_sealed, read_record, record_bytes
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind

EYES = ((152.0, 120.0), (159.0, 120.5))
"""7 px apart: a face some 16 px wide, 99 px/m."""


def request(source: Path, reason: str = "", landmarks: object = EYES) -> EnhanceRequest:
    placement = Placement(PlacementKind.LANDMARKS, landmarks=landmarks)  # type: ignore[arg-type]
    return EnhanceRequest(source, "bicubic", placement, override_reason=reason)


def test_where_a_reason_is_needed_the_run_is_refused_and_recorded(demo_png: Path) -> None:
    for blank in ("", "  \n"):
        run = enhance(replace(request(demo_png, blank), needs_reason=True))
        assert isinstance(run.error, InadequateError)
        assert "below the class Perceive" in run.error.sentence()
        assert run.record.outcome is Outcome.FAILED
        assert run.record.override_reason is None
        assert run.record.adequacy is not None
        assert [s.name for s in run.stages] == []


def test_a_typed_reason_is_sealed_into_the_record(demo_png: Path, tmp_path: Path) -> None:
    run = enhance(request(demo_png, "only picture  of the\nsuspect \udc80 car"))
    assert run.error is None
    assert run.record.override_reason == "only picture of the suspect ? car"
    assert any("below the class Perceive" in w for w in run.record.warnings)
    path = tmp_path / "record.json"
    path.write_bytes(record_bytes(run.record))
    assert is_sealed(read_record(path))
    path.write_bytes(path.read_bytes().replace(b"only picture", b"best picture"))
    assert not is_sealed(read_record(path))


def test_a_face_that_is_large_enough_needs_none(demo_png: Path) -> None:
    run = enhance(request(demo_png, "no need", landmarks=((150.25, 120), (163, 121.5))))
    assert run.error is None
    assert run.record.override_reason is None
    assert b"override_reason" not in record_bytes(run.record)


def test_a_still_whose_pixels_are_not_square_is_warned_of(demo_png: Path) -> None:
    assert STRETCHED not in enhance(request(demo_png)).record.warnings
    with Image.open(demo_png) as picture:
        picture.save(demo_png.with_name("wide.png"), dpi=(100, 200))
    assert STRETCHED in enhance(request(demo_png.with_name("wide.png"))).record.warnings


def test_the_command_line_goes_on_and_says_that_no_reason_was_given(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = ",".join(str(v) for point in EYES for v in point)
    command = ["enhance", str(demo_png), "--method", "bicubic", "--landmarks", points]
    assert main([*command, "--out", str(tmp_path / "a")]) == 0
    assert NO_REASON in capsys.readouterr().err
    record = json.loads((tmp_path / "a" / "record.json").read_text())
    assert any(NO_REASON in warning for warning in record["warnings"])
    assert "override_reason" not in record
    reason = ["--reason", "the only frame"]
    assert main([*command, *reason, "--out", str(tmp_path / "b")]) == 0
    assert NO_REASON not in capsys.readouterr().err
    record = json.loads((tmp_path / "b" / "record.json").read_text())
    assert record["override_reason"] == "the only frame"
    assert not any(NO_REASON in warning for warning in record["warnings"])
    assert record["schema"] == 1
    assert main(["verify", str(tmp_path / "b")]) == 0
    methods = ["compare", str(demo_png), "--methods", "bicubic", "--landmarks", points]
    assert main([*methods, *reason, "--out", str(tmp_path / "c")]) == 0
