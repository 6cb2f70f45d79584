"""What counts as found, and as a false alarm, in pictures and clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.alignment.following import Followed, FrameAt
from fhgui.alignment.templates import template
from fhgui.core.errors import InputError
from fhgui.core.face import Box, DetectedFace
from fhgui.core.track import FaceQuality, FaceTrack, Sighting, Waypoint
from fhgui.evaluation import clips
from fhgui.evaluation.listed_faces import ListedFace, ListedFile, Seen
from tests.helpers.media import write_video

LAST = 19
SEEN = ListedFace("seen", Seen.CLEAR, Box(10, 10, 20, 20))
MISSED = ListedFace("missed", Seen.CLEAR, Box(60, 40, 20, 20))
PROFILE = ListedFace("profile", Seen.PARTLY, Box(36, 30, 16, 16))
TINY = ListedFace("tiny", Seen.UNSURE, Box(70, 4, 10, 10))
FILE = ListedFile("clip.mp4", {0: (SEEN, MISSED), 15: (SEEN, MISSED, PROFILE, TINY)})


def track(*boxes: Box) -> FaceTrack:
    """Return a track with these boxes at even distances over the clip."""
    points = template("celeba128").points
    steps = np.linspace(0, LAST, len(boxes)).astype(int).tolist()
    path = tuple(Waypoint(i, box, points, True) for i, box in zip(steps, boxes, strict=True))
    quality = FaceQuality(20.0, 1.0, 1.0)
    seen = tuple(Sighting(w.frame_index, DetectedFace(w.box, 1, points), quality) for w in path)
    return FaceTrack(1, seen, seen[0], np.zeros((4, 4, 3), np.uint8), path)


@pytest.mark.parametrize(
    ("box", "on"),
    [
        (Box(10, 10, 20, 20), True),
        (Box(14, 12, 20, 20), True),
        (Box(22, 10, 20, 20), False),
        (Box(0, 0, 45, 45), False),
        (Box(17, 17, 8, 8), False),
    ],
)
def test_a_box_is_on_a_face_of_about_its_place_and_size(box: Box, on: bool) -> None:
    assert clips.is_on(box, SEEN.box) is on


def test_faces_are_counted_by_how_well_they_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = track(SEEN.box, SEEN.box)
    nothing = track(Box(40, 2, 20, 20), Box(40, 2, 20, 20))
    on_a_tiny_face = track(TINY.box, TINY.box)
    leaves_the_face = track(SEEN.box, Box(80, 10, 20, 20), Box(80, 10, 20, 20))

    def follow(frame_at: FrameAt, first: int, last: int, rate_fps: float | None) -> object:
        assert (first, last) == (0, LAST)
        assert frame_at(0).ndim == 3
        yield Followed((found, nothing, on_a_tiny_face, leaves_the_face))

    monkeypatch.setattr(clips, "follow", follow)
    tally = clips.tally(FILE, write_video(tmp_path / "clip.mp4", LAST + 1))
    assert (tally.clear, tally.clear_found) == (4, 2)
    assert (tally.partly, tally.partly_found) == (1, 0)
    assert (tally.people, tally.people_found) == (2, 1)
    assert (tally.boxes, tally.false_alarms) == (4, 2)


def test_a_still_picture_is_searched_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "still.png"
    Image.fromarray(np.zeros((60, 90, 3), np.uint8)).save(path)
    points = template("celeba128").points
    boxes = (MISSED.box, Box(0, 30, 20, 20))
    monkeypatch.setattr(
        clips, "find_faces", lambda pixels: tuple(DetectedFace(b, 1, points) for b in boxes)
    )
    tally = clips.tally(ListedFile("still.png", {0: (SEEN, MISSED)}), path)
    assert (tally.clear, tally.clear_found, tally.boxes, tally.false_alarms) == (2, 1, 2, 1)


def test_a_folder_without_a_listed_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of the listed pictures and clips is here"):
        clips.survey(tmp_path, None, print)


def test_the_survey_sums_what_its_files_gave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("whu_far_01.jpg", "whu_near_01.jpg", "subway.mp4")
    for name in names:
        (tmp_path / name).touch()
    monkeypatch.setattr(clips, "tally", lambda *_: clips.Tally(4, 3, 4, 1, 2, 2, 5, 1, 0.25))
    told: list[str] = []
    found = clips.survey(tmp_path, 2, told.append)
    assert len(told) == 2
    assert [row[0] for row in found.rows] == ["whu_far_01.jpg", "whu_near_01.jpg", "all"]
    assert found.rows[-1][1:] == (8, 6, 8, 2, 4, 4, 10, 2, 0.4)
    assert found.notes[0].startswith("recall 75.0% of the clear faces, 50.0% with those partly")
