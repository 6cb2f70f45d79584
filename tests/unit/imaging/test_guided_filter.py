"""Laws of the guided filter."""

from __future__ import annotations

import numpy as np
import pytest

from fhgui.core.arrays import Floats
from fhgui.imaging.guided_filter import guided_filter

TINY = 1e-9


def _noise(seed: int, *shape: int) -> Floats:
    return np.random.default_rng(seed).random(shape)


def test_own_guide_without_epsilon_changes_nothing() -> None:
    picture = _noise(1, 40, 30)
    assert np.allclose(guided_filter(picture, picture, 4, TINY), picture, atol=1e-5)


def test_flat_guide_is_the_mean_of_means() -> None:
    picture = _noise(2, 40, 30)
    smoothed = guided_filter(picture, np.full((40, 30), 0.3), 2, 0.01)
    inner = picture[16 - 4 : 16 + 5, 12 - 4 : 12 + 5]
    windows = np.lib.stride_tricks.sliding_window_view(inner, (5, 5)).mean(axis=(2, 3))
    assert smoothed[16, 12] == pytest.approx(windows.mean(), abs=1e-12)


def test_any_epsilon_is_linear_in_the_picture() -> None:
    one, two, guide = (_noise(seed, 24, 24) for seed in (3, 4, 5))
    both = guided_filter(2 * one - 3 * two + 0.5, guide, 3, 0.02)
    apart = 2 * guided_filter(one, guide, 3, 0.02) - 3 * guided_filter(two, guide, 3, 0.02) + 0.5
    assert np.allclose(both, apart, atol=1e-9)


def test_edge_stays_where_noise_goes() -> None:
    edge = np.zeros((32, 32))
    edge[:, 16:] = 1
    noisy = edge + 0.02 * (_noise(6, 32, 32) - 0.5)
    smoothed = guided_filter(noisy, noisy, 4, 0.02**2)
    assert np.abs(smoothed - edge).mean() < 0.5 * np.abs(noisy - edge).mean()
    assert smoothed[:, 16].mean() - smoothed[:, 15].mean() > 0.9


def test_colours_are_filtered_one_by_one_and_wide_windows_are_taken() -> None:
    picture, guide = _noise(7, 12, 10, 3), _noise(8, 12, 10)
    together = guided_filter(picture, guide, 15, 0.01)
    for c in range(3):
        assert np.array_equal(together[..., c], guided_filter(picture[..., c], guide, 15, 0.01))


@pytest.mark.parametrize(("radius", "epsilon"), [(0, 0.1), (2, 0.0), (2, float("nan"))])
def test_what_makes_no_filter_is_refused(radius: int, epsilon: float) -> None:
    picture = _noise(9, 8, 8)
    with pytest.raises(ValueError, match="no guided filter"):
        guided_filter(picture, picture, radius, epsilon)
    with pytest.raises(ValueError, match="a guide of"):
        guided_filter(picture, picture[1:], 2, 0.1)
