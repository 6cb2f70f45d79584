"""Metrics obey their laws; figures of real faces are in ``tests/unit/cli/test_benchmark.py``."""

import numpy as np
import pytest

from fhgui.core.errors import InputError
from fhgui.evaluation.metrics import psnr, score, sharpness, ssim


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def test_equal_pictures() -> None:
    same = score(noise(0), noise(0))
    assert same.psnr_rgb == np.inf
    assert same.ssim == pytest.approx(1.0)


def test_psnr_of_a_constant_difference() -> None:
    a = np.full((20, 20), 100, np.uint8)
    assert psnr(a, a + 10) == pytest.approx(20 * np.log10(255 / 10))


def test_metrics_are_symmetric() -> None:
    a, b = noise(0)[..., 0], noise(1)[..., 0]
    assert ssim(a, b) == pytest.approx(ssim(b, a))
    assert psnr(a, b) == psnr(b, a)


def test_y_is_studio_luma() -> None:
    """A grey step of 10 becomes 10·219/255 in studio range."""
    a = np.full((20, 20, 3), 100, np.uint8)
    assert score(a + 10, a).psnr_y == pytest.approx(20 * np.log10(255 / (10 * 219 / 255)))


def test_sizes_must_agree() -> None:
    with pytest.raises(InputError, match="50×40"):
        score(noise(0), noise(1)[:30])


def test_sharpness_is_one_for_the_truth_and_falls_with_blur() -> None:
    truth = noise(0)
    blurred = truth.copy()
    blurred[:, 1:] = ((truth[:, 1:].astype(int) + truth[:, :-1]) // 2).astype(np.uint8)
    assert score(truth, truth).sharpness == pytest.approx(1)
    softer = score(blurred, truth).sharpness
    assert softer is not None
    assert 0.3 < softer < 0.95


def test_sharpness_counts_both_directions_and_the_square_of_contrast() -> None:
    steps = np.zeros((8, 8), np.uint8)
    steps[:, 4:] = 10
    assert sharpness(steps.T * 2, steps) == pytest.approx(4)
    assert sharpness(steps, np.zeros((8, 8), np.uint8)) is None
