import hashlib
import subprocess
import sys

import numpy as np

from fhgui.imaging.demo import DEMO_HW, demo_eyes, demo_frame

DIGEST_OF_FRAME = (
    "import hashlib; from fhgui.imaging.demo import demo_frame;"
    "print(hashlib.sha256(demo_frame().tobytes()).hexdigest())"
)


def test_frame_is_a_cif_picture_with_tones_and_noise() -> None:
    frame = demo_frame()
    assert frame.shape == (*DEMO_HW, 3) == (288, 352, 3)
    assert frame.dtype == np.uint8
    assert frame.min() < 20
    assert frame.max() > 220
    plain_wall = frame[40:60, 150:230].astype(float)
    assert 0.5 < np.diff(plain_wall, axis=1).std() < 6


def test_frame_has_the_same_bytes_in_another_process() -> None:
    here = hashlib.sha256(demo_frame().tobytes()).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", DIGEST_OF_FRAME], check=True, capture_output=True, text=True
    )
    assert there.stdout.strip() == here


def test_eyes_lie_on_the_face_and_are_as_far_apart_as_in_a_30_px_face() -> None:
    left, right = demo_eyes()
    assert 13 < right[0] - left[0] < 16
    assert abs(right[1] - left[1]) < 2
    frame = demo_frame().astype(float).mean(axis=-1)
    cheeks = frame[108, 172:194].mean()
    for x, y in (left, right):
        pupil = frame[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].min()
        assert pupil < cheeks - 30
