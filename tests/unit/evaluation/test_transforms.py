"""Poses: what the protocol applies is what its matrix does; what is found is counted right."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.similarity import apply
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin, Reading, Stage
from fhgui.evaluation import studies
from fhgui.evaluation.benchmark import run
from fhgui.evaluation.candidates import Candidate
from fhgui.evaluation.degrading import generator, pose_given, turn
from fhgui.evaluation.events import Event, Note, TransformsFound, sentence
from fhgui.evaluation.job import Job, carry_out
from fhgui.evaluation.pairs import make_pairs
from fhgui.evaluation.pose import Pose, pose_of, told_pose, turned_by
from fhgui.evaluation.protocols import ALL_METRICS, protocol
from fhgui.evaluation.transforms import Found, recovery
from fhgui.evaluation.transforms_tables import (
    transforms_csv,
    transforms_html,
    transforms_markdown,
)
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from tests.unit.evaluation.conftest import MakeFaces, smooth

TURNED = protocol("unaligned128-x8")
NOTHING = frozenset(ALL_METRICS)
BLACK = np.zeros((16, 16, 3), np.uint8)


def stage(*readings: Reading) -> Stage:
    return Stage("a", "A", BLACK, Origin.INTERPOLATED, readings=readings)


def test_the_pose_of_a_matrix_is_about_the_middle() -> None:
    angle = np.deg2rad(30)
    linear = 0.9 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([7.5, 7.5])
    matrix = np.column_stack([linear, middle + np.array([0.5, -1.0]) - linear @ middle])
    found = pose_of(matrix, (16, 16))
    assert found.angle_deg == pytest.approx(30)
    assert found.scale == pytest.approx(0.9)
    assert found.shift_xy_px == pytest.approx((0.5, -1.0))


def test_a_positive_angle_is_clockwise_as_seen() -> None:
    quarter = pose_of(np.array([[0.0, -1.0, 15.0], [1.0, 0.0, 0.0]]), (16, 16))
    assert quarter == Pose(90.0, 1.0, (0.0, 0.0))
    right = np.zeros((16, 16, 3), np.uint8)
    right[6:10, 12:] = 255  # at the right of the middle …
    alignment = FaceAlignment(
        np.array([[0.0, -1.0, 15.0], [1.0, 0.0, 0.0]]), PlacedBy.BOX, "celeba128"
    )
    seen = cut_face(right, alignment, (16, 16)).pixels
    assert seen[12:, 6:10].min() > 200  # … and then below it


@pytest.mark.parametrize("copy", range(3))
def test_the_given_pose_is_what_the_protocols_matrix_does(copy: int) -> None:
    given = pose_given(TURNED, "face", copy)
    assert given is not None
    matrix = turn(TURNED, generator(TURNED.seed, "face", copy))
    angle = np.deg2rad(given.angle_deg)
    middle_hr, right_hr = np.array([[63.5, 63.5]]), np.array([[71.5, 63.5]])
    middle, right = apply(matrix, middle_hr)[0], apply(matrix, right_hr)[0]
    np.testing.assert_allclose(middle, 7.5 + np.array(given.shift_xy_px), atol=1e-9)
    np.testing.assert_allclose(right - middle, [np.cos(angle), np.sin(angle)], atol=1e-9)
    assert given.scale == pytest.approx(1)
    assert abs(given.angle_deg) <= 45
    assert max(map(abs, given.shift_xy_px)) <= 0.8


def test_other_protocols_turn_nothing(make_faces: MakeFaces) -> None:
    assert pose_given(protocol("celeba128-x8"), "face") is None
    pairs = make_pairs(TURNED, make_faces(1)).pairs
    assert [pair.pose for pair in pairs] == [pose_given(TURNED, "000", i) for i in range(3)]


def test_the_last_stage_that_tells_counts() -> None:
    first = stage(Reading("angle_deg", 10.0, "°", "Angle"))
    second = stage(
        Reading("angle_deg", -20.0, "°", "Angle"),
        Reading("scale", 0.8, "", "Scale"),
        Reading("shift_x_px", 0.5, "px", "Right"),
    )
    assert told_pose([first, second, stage()]) == Pose(-20.0, 0.8, (0.5, 0.0))
    assert told_pose([stage(Reading("blur_px", 1.0, "px", "Blur"))]) is None


def test_angles_are_compared_around_the_circle() -> None:
    assert turned_by(Pose(179), Pose(-179)) == pytest.approx(2)
    assert turned_by(Pose(-30), Pose(10)) == pytest.approx(40)


def faces() -> list[Found]:
    angles = [-40.0, -10.0, 0.0, 20.0, 30.0]
    errors = [1.0, -2.0, 3.0, 4.0, -20.0]
    return [
        Found(f"<{i}>", Pose(a), Pose(a + e, 1.1, (0.3, 0.4)))
        for i, (a, e) in enumerate(zip(angles, errors, strict=True))
    ]


def test_errors_are_medians_of_what_is_off() -> None:
    found = recovery("x", faces())
    assert found.median_deg == pytest.approx(3)
    assert found.within == pytest.approx(0.8)
    assert found.upright_deg == 20
    assert found.most_deg == pytest.approx(13.6)
    assert found.median_scale == pytest.approx(0.1)
    assert found.median_shift_px == pytest.approx(0.5)


def test_every_form_tells_the_same() -> None:
    found = recovery("a<b", faces())
    lines = list(csv.DictReader(io.StringIO(transforms_csv([found]).decode())))
    assert len(lines) == 5
    assert float(lines[4]["angle_deg_found"]) == 10
    assert float(lines[0]["shift_y_px_found"]) == 0.4
    markdown, html = transforms_markdown([found]), transforms_html([found])
    assert "| a<b | 5 | 3.0 | 13.6 | 80% | 0.100 | 0.50 |" in markdown
    assert "upright errs by 20.0°" in markdown
    assert "a&lt;b" in html
    start = html.index("<svg")
    picture = ElementTree.fromstring(html[start : html.index("</svg>") + 6])
    dots = [e for e in picture.iter() if e.tag.endswith("circle")]
    assert len(dots) == 5
    places = [float(dot.attrib["cx"]) for dot in dots]
    assert places == sorted(places)
    assert transforms_markdown([]) == transforms_html([]) == ""


class Turning:
    """A method that knows how its inputs are turned but for three degrees."""

    info = registry.info("srcnn")
    config = registry.default_config("srcnn")
    assets = ()

    def __init__(self, poses: Iterator[Pose]) -> None:
        self._poses = poses

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        pose = next(self._poses)
        readings = (Reading("angle_deg", pose.angle_deg + 3, "°", "Angle"),)
        pixels = imresize(face.pixels, self.info.output_hw)
        yield Stage("result", "Result", pixels, Origin.SYNTHESISED, readings=readings)


def test_a_benchmark_writes_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "faces").mkdir()
    Image.fromarray(smooth(0)).save(tmp_path / "faces" / "f.png")
    poses = [pose for i in range(3) if (pose := pose_given(TURNED, "f", i)) is not None]
    twice = [pose for pose in poses for _ in range(2)]  # restored, then asked
    monkeypatch.setattr(registry, "load", lambda *_: Turning(iter(twice)))
    monkeypatch.setattr(registry, "takes_turned_faces", lambda _: True)
    told: list[Event] = []
    job = Job(
        TURNED,
        tmp_path / "faces",
        (Candidate("turning", "srcnn"),),
        without=NOTHING,
        measures=frozenset({"transforms"}),
    )
    carry_out(job, tmp_path / "out", told.append)
    (event,) = [event for event in told if isinstance(event, TransformsFound)]
    assert event.found.median_deg == pytest.approx(3)
    assert "within 3.0°" in sentence(event)
    assert "faces" not in event.as_json()
    stored = json.loads((tmp_path / "out" / "transforms.json").read_text())
    assert stored["rows"] == [json.loads(json.dumps(event.found.as_json()))]
    for name in ("report.html", "table.md"):
        assert "Recovered transforms" in (tmp_path / "out" / name).read_text()
    assert (tmp_path / "out" / "transforms.csv").read_bytes() == transforms_csv([event.found])


def test_a_row_that_tells_nothing_is_noted(make_faces: MakeFaces) -> None:
    pairs = make_pairs(TURNED, make_faces(1))
    raw = [Candidate("bicubic_raw", "bicubic_raw")]
    events = list(run(TURNED, pairs, raw, without=NOTHING, measures=frozenset({"transforms"})))
    assert "bicubic_raw does not tell how it found the faces" in [
        event.text for event in events if isinstance(event, Note)
    ]


def test_the_study_measures_what_straightens() -> None:
    study = studies.load_study("transforms")
    assert study.measures == {"transforms"}
    assert study.of_group
    assert study.rows[0].label == "bicubic"
    for row in study.rows[1:]:
        assert registry.takes_turned_faces(row.method or "")
    adversarial = [row.settings["adversarial"] for row in study.rows if row.settings]
    assert adversarial == [True] * len(adversarial)
