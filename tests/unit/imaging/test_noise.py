"""The strength of noise is read from plain parts, whatever else is in the picture."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from fhgui.imaging.noise import Noise, estimate_noise
from tests.unit.imaging.test_blur import invented, rounded

HW = 200, 240


def plain(seed):
    """Return a picture without fine detail: a field of noise has no plain parts to read."""
    return gaussian_filter(invented(seed, HW), (2, 2, 0))


def noisy(sigma, seed=0, grain=0.0):
    noise = np.random.default_rng(seed).normal(size=(*HW, 3))
    noise = gaussian_filter(noise, (grain, grain, 0)) if grain else noise
    noise *= sigma / noise.std()
    noise[..., 1:] = noise[..., :1]  # gray noise: its luma has the same σ
    return rounded(plain(seed) + noise)


@pytest.mark.parametrize("sigma", [2, 5, 10, 25])
def test_white_noise_is_told_to_a_tenth(sigma):
    for seed in range(3):
        found = estimate_noise(noisy(sigma, seed))
        assert found.sigma == pytest.approx(sigma, rel=0.12)
        assert not found.is_coarse


def test_a_picture_without_noise_has_none():
    found = estimate_noise(rounded(plain(1)))
    assert found.sigma < 1
    assert found.words == "none to be seen"


def test_coarse_grain_is_told_from_fine_and_not_lost():
    found = estimate_noise(noisy(8, grain=0.8))
    assert found.is_coarse
    assert found.sigma == pytest.approx(8, rel=0.3)
    assert found.words.endswith("coarse grain")


def test_more_noise_is_told_as_more():
    found = [estimate_noise(noisy(sigma, grain=1.0)).sigma for sigma in (2, 4, 8, 16)]
    assert found == sorted(found)


def test_too_little_to_tell():
    assert estimate_noise(noisy(5)[:24, :24]) is None
    assert estimate_noise(np.full((*HW, 3), 255, np.uint8)) is None


def test_words_say_size_and_grain():
    assert Noise(4.2, 4.0).words == "σ 4.2 grey levels"
    assert Noise(4.2, 1.0).words == "σ 4.2 grey levels, coarse grain"
