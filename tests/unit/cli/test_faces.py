"""``fhgui faces``: what is printed of a picture and of a whole film."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from fhgui.__main__ import main
from fhgui.alignment import following
from fhgui.alignment.templates import template
from fhgui.core.arrays import Pixels
from fhgui.core.face import Box, DetectedFace, FoundBy
from tests.helpers.media import write_film

FRAMES = 24
FACE = DetectedFace(
    Box(30, 20, 40, 40),
    0.9,
    (template("celeba128").points - 64.0) * 0.4 + [50, 40],
    FoundBy.NETWORK,
    0.8,
)


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A film of a textured spot, which is taken for a face."""

    def find_faces(
        pixels: Pixels, within: Box | None = None, smallest_px: float = 16.0, least: float = 0.5
    ) -> tuple[DetectedFace, ...]:
        return (FACE,)

    monkeypatch.setattr(following, "find_faces", find_faces)
    noise = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 1, (96, 128)), (0, 0), 2.0)
    grey = np.clip(128 + 45 * noise / noise.std(), 0, 255).astype(np.uint8)
    return write_film(tmp_path / "spot.mp4", [np.repeat(grey[:, :, None], 3, axis=2)] * FRAMES)


def test_a_followed_face_is_told_in_every_frame(
    film: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["faces", str(film), "--all-frames", "--json"]) == 0
    said, told = capsys.readouterr()
    found = json.loads(said)
    (track,) = found["tracks"]
    assert (track["first"], track["last"], track["score"]) == (0, FRAMES - 1, 0.9)
    assert track["best"] in track["seen_frames"]
    assert [face["frame"] for face in found["faces"]] == list(range(FRAMES))
    for face in found["faces"]:
        assert face["track"] == 1
        assert face["found_by"] == "network"
        assert face["seen"] is (face["frame"] in track["seen_frames"])
        assert (face["landmark_spread_px"] is None) is not face["seen"]
        assert np.abs(np.subtract(face["box"], [30, 20, 40, 40])).max() <= 1
        assert np.shape(face["landmarks"]) == (68, 2)
    assert told.splitlines()[-1].startswith(f"searched {len(track['seen_frames'])}/")


def test_people_read_one_line_a_face_and_its_best_frame(
    film: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["faces", str(film), "--all-frames"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"face 1: frames 0 to {FRAMES - 1}, seen in ")
    assert "probability 0.90" in lines[1]
    assert sum(": box " in line for line in lines) == 1


def test_a_film_that_is_stopped_prints_nothing(
    film: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(following, "find_faces", stopped)
    assert main(["faces", str(film), "--all-frames", "--json"]) != 0
    assert capsys.readouterr().out == ""
