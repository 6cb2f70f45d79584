"""The blind estimate names the blur that was put on, and none where there is none."""

import numpy as np
import pytest
from scipy.ndimage import convolve, gaussian_filter

from fhgui.imaging.blur import ALPHA, FOURFOLD, TWOFOLD, Blur, BlurKind, estimate_blur

HW = 80, 60


def invented(seed, hw=HW):
    """Return a picture with a face's spectrum and nothing else of one: h×w×3, 0–255."""
    height, width = (2 * n for n in hw)  # the middle of a larger one: no edge goes on at the other
    v, u = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None]
    f, turned = np.hypot(u, v), np.arctan2(v, u)
    f[0, 0] = 1
    law = -ALPHA * np.log(f) + TWOFOLD * np.cos(2 * turned) + FOURFOLD * np.cos(4 * turned)
    amplitude = np.exp(law / 2)
    amplitude[0, 0] = 0
    noise = np.fft.fft2(np.random.default_rng(seed).normal(size=(height, width)))
    picture = np.fft.ifft2(noise * amplitude).real[: hw[0], : hw[1]]
    picture = (picture - picture.mean()) / picture.std()
    return np.repeat((128 + 35 * picture)[..., None], 3, 2)


def rounded(picture):
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def smear(length, angle_deg):
    """Return the kernel of a straight, even motion."""
    kernel = np.zeros((31, 31))
    along = np.linspace(-length / 2, length / 2, 400)
    x, y = along * np.cos(np.deg2rad(angle_deg)), along * np.sin(np.deg2rad(angle_deg))
    np.add.at(kernel, (np.rint(15 + y).astype(int), np.rint(15 + x).astype(int)), 1)
    return gaussian_filter(kernel, 0.4) / 400


def kinds(pictures):
    return [estimate_blur(rounded(p)).kind for p in pictures]


def test_sharp_pictures_are_not_blurred():
    assert kinds(invented(seed) for seed in range(8)) == [BlurKind.NONE] * 8


@pytest.mark.parametrize("sigma", [0.8, 1.3, 1.7])
def test_a_gaussian_is_found_with_its_width(sigma):
    found = [
        estimate_blur(rounded(gaussian_filter(invented(seed), (sigma, sigma, 0))))
        for seed in range(8)
    ]
    assert sum(blur.kind is BlurKind.GAUSSIAN for blur in found) >= 7
    assert np.median([blur.sigma_px for blur in found]) == pytest.approx(sigma, rel=0.25)


@pytest.mark.parametrize("angle", [0, 30, 75, 120])
def test_motion_is_found_with_its_direction_clockwise_from_horizontal(angle):
    kernel = smear(6, angle)[..., None]
    found = [estimate_blur(rounded(convolve(invented(seed), kernel))) for seed in range(8)]
    assert sum(blur.kind is BlurKind.MOTION for blur in found) >= 7
    off = [(blur.angle_deg - angle + 90) % 180 - 90 for blur in found]
    assert np.median(np.abs(off)) <= 15
    assert 4 <= np.median([blur.length_px for blur in found]) <= 9


def test_noise_does_not_hide_a_gaussian():
    rng = np.random.default_rng(1)
    blurred = [gaussian_filter(invented(seed), (1, 1, 0)) for seed in range(8)]
    noisy = [p + rng.normal(0, 1.5, p.shape) for p in blurred]
    assert kinds(noisy).count(BlurKind.GAUSSIAN) >= 6


def test_nothing_is_said_of_pictures_that_hold_nothing():
    assert estimate_blur(np.full((*HW, 3), 90, np.uint8)) is None
    assert estimate_blur(rounded(invented(0, (15, 40)))) is None


def test_any_size_is_judged():
    assert estimate_blur(rounded(invented(3, (37, 128)))) == Blur(BlurKind.NONE)


@pytest.mark.parametrize(
    ("blur", "words"),
    [
        (Blur(BlurKind.NONE), "none"),
        (Blur(BlurKind.GAUSSIAN, 1.3), "Gaussian, σ 1.3 px"),
        (Blur(BlurKind.MOTION, 0.35, 5, 30), "motion, 5 px at 30°"),
    ],
)
def test_an_estimate_has_words(blur, words):
    assert blur.words == words
