"""What ``probe`` and ``faces`` tell of a frame's wear, and the choice of a field."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.__main__ import main
from fhgui.imaging.demo import demo_frame


@pytest.fixture
def grab(tmp_path: Path) -> Path:
    """A frame grab with two fields, once a JPEG of quality 60."""
    frame = demo_frame().copy()
    frame[1::2] = np.roll(frame[1::2], 8, axis=1)
    path = tmp_path / "grab.jpg"
    Image.fromarray(frame).save(path, quality=60)
    return path


def test_probe_tells_the_wear(grab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", str(grab), "--json"]) == 0
    wear = json.loads(capsys.readouterr().out)["wear"]
    assert abs(wear["jpeg"]["quality"] - 60) <= 1
    assert wear["combing"]["is_interlaced"]
    assert set(wear["words"]) == {"Noise", "JPEG", "Blocks", "Fields", "Sensor scale"}


def test_probe_tells_it_to_people(grab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", str(grab)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("frame 0, estimated – noise: ")
    assert "fields: two fields" in last


def test_faces_are_looked_for_in_one_field(grab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", str(grab), "--deinterlace", "lower", "--json"]) == 0
    wear = json.loads(capsys.readouterr().out)["wear"]
    assert wear["frame"] == 0
    assert not wear["combing"]["is_interlaced"]


def test_a_run_on_one_field_is_recorded(
    grab: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    line = ["enhance", str(grab), "--method", "bicubic", "--box", "140,105,40,40"]
    assert main([*line, "--deinterlace", "upper", "--out", str(out)]) == 0
    record = json.loads((out / "record.json").read_text("utf-8"))
    assert record["frame"]["fields"] == "upper"
    assert main(["verify", str(out)]) == 0
    assert "EXACT" in capsys.readouterr().out


def test_no_other_field_is_known(grab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", str(grab), "--deinterlace", "middle"]) == 2
    assert "middle" in capsys.readouterr().err
