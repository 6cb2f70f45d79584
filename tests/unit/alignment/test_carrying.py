"""Optical flow carries the points of a face as laws: known motions, real films, honest failures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from fhgui.alignment.carrying import Carrier, motion
from fhgui.alignment.detection import find_faces
from fhgui.alignment.similarity import apply
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Matrix, Pixels
from fhgui.core.errors import InputError, NoFaceError
from fhgui.core.face import Box
from fhgui.evidence.source import open_source
from fhgui.imaging.demo import demo_frame

FRAME = demo_frame()
(FACE,) = find_faces(FRAME)[:1]
POINTS = reduced(FACE.landmarks, 5)
EYES_PX = float(np.hypot(*(POINTS[1] - POINTS[0])))


def moved(matrix: Matrix) -> Pixels:
    """Return the frame as it looks after a similarity."""
    size_wh = FRAME.shape[1], FRAME.shape[0]
    seen = cv2.warpAffine(FRAME, matrix, size_wh, flags=cv2.INTER_CUBIC)
    return np.asarray(seen, dtype=np.uint8)


def similarity(degrees: float, zoom: float, dx: float, dy: float) -> Matrix:
    centre = POINTS.mean(axis=0)
    matrix = np.array(cv2.getRotationMatrix2D(centre.tolist(), degrees, zoom))
    matrix[:, 2] += dx, dy
    return matrix


@pytest.mark.parametrize("count", [2, 5, 68])
@pytest.mark.parametrize(
    "way", [(0, 1, 0, 0), (0, 1, 3.4, -2.7), (4, 1, 1, 1), (0, 1.06, 0, 2), (-6, 0.95, -4, 3)]
)
def test_a_known_motion_is_found(count: int, way: tuple[float, float, float, float]) -> None:
    matrix = similarity(*way)
    points = reduced(FACE.landmarks, count)
    carrier = Carrier(FRAME, points)
    found = carrier.step(moved(matrix))
    off = np.hypot(*(found - apply(matrix, points)).T)
    assert off.max() < 0.02 * EYES_PX
    assert carrier.motion.agreed > 0.5
    assert carrier.motion.spread_px < 0.03 * EYES_PX


def test_steps_do_not_drift_because_the_first_frame_is_held_against_each() -> None:
    carrier = Carrier(FRAME, POINTS)
    for step in range(1, 9):
        matrix = similarity(0.8 * step, 1 + 0.01 * step, 1.3 * step, -0.7 * step)
        found = carrier.step(moved(matrix))
    off = np.hypot(*(found - apply(matrix, POINTS)).T)
    assert off.max() < 0.03 * EYES_PX


def test_another_picture_is_no_motion() -> None:
    noise = np.random.default_rng(0).integers(0, 256, FRAME.shape, dtype=np.uint8)
    for other in (noise, np.full_like(FRAME, 90), np.ascontiguousarray(FRAME[::-1, ::-1])):
        with pytest.raises(NoFaceError, match="lost"):
            motion(FRAME, other, POINTS)


def test_a_face_beyond_the_frame_or_a_frame_of_another_size_is_told() -> None:
    with pytest.raises(NoFaceError, match="left the frame"):
        motion(FRAME, FRAME, POINTS + 10_000)
    with pytest.raises(NoFaceError, match="left the frame"):
        motion(FRAME, FRAME[:-2], POINTS)


def test_points_that_are_no_face_are_refused() -> None:
    with pytest.raises(InputError):
        Carrier(FRAME, POINTS[:3])


@pytest.mark.data
def test_faces_of_a_film_stay_where_the_detector_sees_them(data_dir: Path) -> None:
    with open_source(data_dir / "cctv" / "clip_fi149.mp4") as film:
        frames = [film.frame(i).pixels for i in range(11)]
    within = Box(400, 220, 160, 160)
    first, last = (find_faces(frames[i], within)[0].landmarks for i in (0, 10))
    carrier = Carrier(frames[0], first)
    for frame in frames[1:]:
        carrier.step(frame)
    eyes = reduced(last, 2)
    off = np.hypot(*(reduced(carrier.points, 5) - reduced(last, 5)).T).mean()
    stayed = np.hypot(*(reduced(first, 5) - reduced(last, 5)).T).mean()
    eyes_px = np.hypot(*(eyes[1] - eyes[0]))
    assert stayed > 0.25 * eyes_px
    assert off < 0.1 * eyes_px
