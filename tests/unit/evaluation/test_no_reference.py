"""Scores without a truth."""

import numpy as np
import pytest

from fhgui.evaluation.no_reference import gradient, no_reference, noise_sigma
from fhgui.imaging.demo import demo_frame
from fhgui.imaging.resize import imresize


@pytest.mark.parametrize("sigma", [2.0, 8.0])
def test_white_noise_is_measured(sigma):
    noisy = 128 + np.random.default_rng(0).normal(0, sigma, (200, 200))
    assert noise_sigma(noisy) == pytest.approx(sigma, rel=0.03)


def test_a_plane_has_no_noise_and_its_own_slope():
    rows, columns = np.mgrid[:40, :50].astype(float)
    plane = 3 * columns + 4 * rows
    assert noise_sigma(plane) == pytest.approx(0, abs=1e-9)
    assert gradient(plane) == pytest.approx(5, rel=0.06)  # the edges repeat themselves


def test_blur_lowers_both():
    sharp = demo_frame()
    blurred = imresize(imresize(sharp, (sharp.shape[0] // 4, sharp.shape[1] // 4)), sharp.shape[:2])
    before, after = no_reference(sharp), no_reference(blurred)
    assert after.noise_sigma < before.noise_sigma
    assert after.gradient < before.gradient


def test_an_empty_wall_is_no_face():
    assert not no_reference(np.full((64, 64, 3), 90, np.uint8)).face_found
