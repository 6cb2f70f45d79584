"""How many times a picture was enlarged is told from what repeats in it."""

import cv2
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from fhgui.imaging.enlarging import Enlargement, estimate_enlargement
from tests.unit.imaging.test_blur import invented, rounded

HW = 160, 200


def picture(seed=0):
    return rounded(invented(seed, HW) + np.random.default_rng(seed).normal(0, 3, (*HW, 1)))


@pytest.mark.parametrize("factor", [1.25, 1.5, 3.0])
def test_bicubic_enlargement_is_told(factor):
    large = cv2.resize(picture(), None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    found = estimate_enlargement(large)
    assert found.across == pytest.approx(factor, rel=0.02)
    assert found.down == pytest.approx(factor, rel=0.02)


@pytest.mark.parametrize("factor", [1.25, 2.0, 3.0])
def test_repeated_pixels_are_counted(factor):
    large = cv2.resize(picture(), None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)
    assert estimate_enlargement(large).across == pytest.approx(factor, rel=0.02)


def test_width_and_height_are_told_apart():
    wide = cv2.resize(picture(), None, fx=2.0, fy=1.0, interpolation=cv2.INTER_LINEAR)
    found = estimate_enlargement(wide)
    assert (found.across, found.down) == (pytest.approx(2, rel=0.02), 1.0)
    assert found.words.startswith("enlarged about 2")
    assert found.words.endswith("times across")


def test_blocks_of_four_pixels_are_not_taken_for_samples():
    tiles = np.random.default_rng(0).normal(0, 0.7, (HW[0] // 4, HW[1] // 4, 1))
    coded = rounded(
        gaussian_filter(picture() / 1.0, (1, 1, 0)) + np.kron(tiles, np.ones((4, 4, 1)))
    )
    assert estimate_enlargement(coded, is_video=True) == Enlargement()


def test_no_trace_where_nothing_was_enlarged():
    assert [estimate_enlargement(picture(seed)) for seed in range(4)] == [Enlargement()] * 4
    assert Enlargement().words == "no trace of enlarging"
    assert estimate_enlargement(picture()[:80]) is None


def test_a_black_frame_shows_no_trace():
    assert estimate_enlargement(np.zeros((480, 640, 3), np.uint8)) == Enlargement()
