"""The burned-in label is there to be read, and no recorded pixel is lost under it."""

import numpy as np
import pytest

from fhgui.core.arrays import Pixels
from fhgui.provenance.labelling import LEAST_PX, labelled, recorded_pixels


def noise(h: int, w: int) -> Pixels:
    return np.random.default_rng(h + w).integers(0, 256, (h, w, 3), dtype=np.uint8)


@pytest.mark.parametrize(("h", "w"), [(128, 128), (16, 16), (20, 16), (100, 77), (600, 40)])
def test_the_recorded_pixels_come_back(h: int, w: int) -> None:
    pixels = noise(h, w)
    picture = labelled(pixels)
    assert max(picture.shape) >= LEAST_PX
    back = recorded_pixels(picture, h, w)
    assert back is not None
    assert np.array_equal(back, pixels)
    assert np.array_equal(recorded_pixels(pixels, h, w), pixels)


def test_the_label_can_be_seen() -> None:
    picture = labelled(noise(128, 128))
    strip = picture[512:]
    assert strip.shape[1] == 512
    inked = (strip == (255, 196, 0)).all(axis=2)
    assert inked.sum() > 200
    assert np.ptp(np.nonzero(inked)[1]) > 200
    assert not inked[:, :5].any()
    assert not inked[:, -5:].any()


def test_a_change_anywhere_in_its_pixels_is_no_labelled_picture() -> None:
    pixels = noise(128, 128)
    for y, x in ((0, 0), (511, 511), (300, 77)):
        picture = labelled(pixels)
        picture[y, x, 1] ^= 1
        assert recorded_pixels(picture, 128, 128) is None
    assert recorded_pixels(labelled(pixels)[:512], 128, 128) is None
    assert recorded_pixels(labelled(pixels), 100, 100) is None
    assert recorded_pixels(labelled(pixels), 0, 0) is None  # of a forged record


def test_letters_drawn_by_another_library_lose_no_pixel() -> None:
    pixels = noise(128, 128)
    picture = labelled(pixels)
    picture[520:530] = 99
    kept = recorded_pixels(picture, 128, 128)
    assert kept is not None
    assert np.array_equal(kept, pixels)
