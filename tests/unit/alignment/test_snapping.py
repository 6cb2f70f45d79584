"""Roughly set points go where the landmark model sees them, and nowhere else."""

import cv2
import numpy as np
import pytest

from fhgui.alignment.detection import find_faces
from fhgui.alignment.similarity import apply
from fhgui.alignment.snapping import landmarks_near
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Points
from fhgui.core.errors import InputError
from fhgui.imaging.demo import demo_frame

FRAME = demo_frame()
(FACE,) = find_faces(FRAME)[:1]
EYES_PX = float(np.hypot(*np.diff(reduced(FACE.landmarks, 2), axis=0)[0]))


def rms(a: Points, b: Points) -> float:
    return float(np.sqrt(np.mean(np.sum((a - b) ** 2, axis=1))))


@pytest.mark.parametrize("count", [2, 5, 68])
@pytest.mark.parametrize("degrees", [0, 40, -90])
def test_displaced_points_come_back(count: int, degrees: float) -> None:
    centre = FACE.landmarks.mean(axis=0)
    turn = cv2.getRotationMatrix2D(centre.tolist(), degrees, 1.0)
    size_wh = FRAME.shape[1], FRAME.shape[0]
    frame = np.asarray(cv2.warpAffine(FRAME, turn, size_wh, flags=cv2.INTER_CUBIC), np.uint8)
    truth = apply(turn, FACE.landmarks)
    rng = np.random.default_rng(count)
    rough = reduced(truth, count) + rng.normal(0, 0.07 * EYES_PX, (count, 2))
    seen = landmarks_near(frame, rough)
    assert seen.shape == (68, 2)
    assert rms(reduced(seen, 5), reduced(truth, 5)) < 0.06 * EYES_PX
    assert rms(reduced(seen, count), reduced(truth, count)) < rms(rough, reduced(truth, count))


def test_the_same_points_give_the_same_landmarks() -> None:
    points = reduced(FACE.landmarks, 5) + 0.3
    assert np.array_equal(landmarks_near(FRAME, points), landmarks_near(FRAME, points))


def test_points_far_outside_the_frame_are_refused() -> None:
    with pytest.raises(InputError, match="outside the frame"):
        landmarks_near(FRAME, reduced(FACE.landmarks, 5) + 5000)
