"""Fusing as laws: what is known exactly comes back, noise falls, liars are not believed."""

import numpy as np
import pytest

from fhgui.core.arrays import Floats
from fhgui.imaging.fusion import Fusion, Observation, fuse
from fhgui.imaging.resize import imresize
from tests.helpers.photographs import astronaut

SCENE = astronaut()[60:156, 170:266].astype(np.float64)


def grid(size: int) -> Floats:
    y, x = np.indices((size, size), dtype=np.float64)
    return np.column_stack([x.ravel(), y.ravel()])


def rms(a: Floats, b: Floats, edge: int = 6) -> float:
    return float(np.sqrt(np.mean((a - b)[edge:-edge, edge:-edge] ** 2)))


def still(count: int, sigma: float) -> tuple[list[Observation], Floats]:
    """Return noisy pictures of a face 48 pixels wide that does not move, and the truth."""
    truth = imresize(SCENE, (48, 48))
    random = np.random.Generator(np.random.PCG64(1))
    noisy = [truth + random.normal(0, sigma, truth.shape) for _ in range(count)]
    return [Observation(n.reshape(-1, 3), grid(48)) for n in noisy], truth


def halves(sigma: float, rounds: int = 1) -> tuple[list[Observation], Floats]:
    """Return the four pictures shifted by halves that together hold a grid twice as fine."""
    fine = imresize(SCENE, (48, 48))
    random = np.random.Generator(np.random.PCG64(2))
    observations = []
    for _ in range(rounds):
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            coarse = imresize(np.roll(fine, (-dy, -dx), axis=(0, 1)), (24, 24))
            seen = coarse + random.normal(0, sigma, coarse.shape)
            places = grid(24) * 2 + 0.5 + (dx, dy)
            inside = (places <= 47.5).all(axis=1)
            observations.append(Observation(seen.reshape(-1, 3)[inside], places[inside]))
    return observations, fine


def test_noise_falls_as_with_a_mean() -> None:
    observations, truth = still(16, 10.0)
    start = observations[0].values.reshape(truth.shape)
    found = fuse(observations, start, 1, 10.0)
    assert rms(start, truth) == pytest.approx(10, rel=0.1)
    assert rms(found.picture, truth) < 10 / np.sqrt(16) * 1.05


def test_detail_between_the_pixels_comes_back() -> None:
    observations, fine = halves(0.5, rounds=2)
    start = imresize(observations[0].values.reshape(24, 24, 3), (48, 48))
    found = fuse(observations, start, 2, 0.5)
    assert rms(found.picture, fine) < 0.6 * rms(start, fine)


def test_a_picture_that_lies_is_hardly_believed() -> None:
    observations, truth = still(8, 4.0)
    liar = Observation(255 - observations[3].values, observations[3].places)
    told = [*observations[:3], liar, *observations[4:]]
    start = observations[0].values.reshape(truth.shape)
    robust = fuse(told, start, 1, 4.0)
    honest = fuse(observations, start, 1, 4.0)
    assert rms(robust.picture, truth) < 2 * rms(honest.picture, truth)
    mean = np.mean([o.values for o in told], axis=0).reshape(truth.shape)
    assert rms(robust.picture, truth) < rms(mean, truth) / 4


def test_the_support_counts_pictures() -> None:
    observations, truth = still(6, 2.0)
    left = observations[5].places[:, 0] < 24
    half = Observation(observations[5].values[left], observations[5].places[left])
    found = fuse([*observations[:5], half], truth, 1, 2.0)
    assert found.support.shape == (48, 48)
    assert found.support[:, :20].mean() == pytest.approx(6, abs=0.4)
    assert found.support[:, 30:].mean() == pytest.approx(5, abs=0.4)
    assert found.support.max() <= 6 + 1e-9


def test_the_same_observations_give_the_same_bits() -> None:
    observations, fine = halves(3.0)
    one, other = (fuse(observations, fine, 2, 3.0) for _ in range(2))
    assert isinstance(one, Fusion)
    assert np.array_equal(one.picture, other.picture)
    assert np.array_equal(one.support, other.support)
