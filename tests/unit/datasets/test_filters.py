"""What a face is sifted by."""

import io

import cv2
import numpy as np
from PIL import Image

from fhgui.datasets.filters import dhash, first_alike, sharpness
from tests.helpers.photographs import astronaut, encoded, pattern


def bits_apart(a: bytes, b: bytes) -> int:
    words = np.frombuffer(a, np.uint64) ^ np.frombuffer(b, np.uint64)
    return int(np.bitwise_count(words).sum())


def face() -> np.ndarray:
    return astronaut()[30:190, 130:290]


def test_blur_lowers_sharpness_and_flatness_has_none() -> None:
    blurred = [cv2.GaussianBlur(face(), (0, 0), sigma_px) for sigma_px in (1.0, 2.0, 4.0)]
    found = [sharpness(pixels) for pixels in (face(), *blurred)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 25 > found[2]
    assert sharpness(np.full((40, 40, 3), 77, np.uint8)) == 0


def test_the_same_picture_stays_near_and_another_is_far() -> None:
    own = dhash(face())
    assert len(own) == 32
    stored = Image.open(io.BytesIO(encoded(face(), "JPEG", quality=50)))
    assert bits_apart(own, dhash(np.asarray(stored))) <= 20
    assert bits_apart(own, dhash(cv2.resize(face(), (128, 128)))) <= 20
    assert bits_apart(own, dhash(pattern(1, 160, 160))) > 60
    assert bits_apart(own, dhash(face()[:, ::-1])) > 60


def test_an_alike_is_the_nearest_new_one_before_it() -> None:
    zero, one_bit, far = bytes(32), bytes([1] + [0] * 31), bytes([255] * 32)
    assert list(first_alike([zero, far, one_bit, far, zero], 1)) == [None, None, 0, 1, 0]
    assert list(first_alike([zero, one_bit], 0)) == [None, None]
    assert list(first_alike([], 5)) == []


def test_duplicates_do_not_chain() -> None:
    # 1 is dropped for 0; 2 is near 1 only, and so it is new
    hashes = [bytes([0] * 32), bytes([0b11] + [0] * 31), bytes([0b1111] + [0] * 31)]
    assert list(first_alike(hashes, 2)) == [None, 0, None]
