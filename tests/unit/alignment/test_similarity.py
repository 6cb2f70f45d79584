"""Laws of similarity transforms: both directions agree, and a fit finds what was there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhgui.alignment.similarity import apply, fit_similarity, invert, onto_grid, scale_of
from fhgui.core.arrays import Matrix, Points
from fhgui.core.errors import InputError

coordinates = st.floats(-4000, 4000)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20).map(np.array)


def similarity(scale: float, angle: float, x: float, y: float) -> Matrix:
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[cos, -sin, x], [sin, cos, y]])


similarities = st.builds(
    similarity, st.floats(0.005, 50), st.floats(-np.pi, np.pi), coordinates, coordinates
)


@given(similarities, points)
def test_crop_to_frame_to_crop_returns_to_the_same_place(matrix: Matrix, places: Points) -> None:
    there_and_back = apply(invert(matrix), apply(matrix, places))
    assert np.abs(there_and_back - places).max() < 0.01
    back_and_there = apply(matrix, apply(invert(matrix), places))
    assert np.abs(back_and_there - places).max() < 0.01


@given(similarities, st.integers(2, 68), st.integers(0, 2**32 - 1))
def test_fit_finds_the_similarity_that_moved_the_points(
    matrix: Matrix, count: int, seed: int
) -> None:
    places = np.random.default_rng(seed).uniform(0, 1000, (count, 2))
    found, rms = fit_similarity(places, apply(matrix, places))
    assert np.abs(apply(found, places) - apply(matrix, places)).max() < 1e-6
    assert rms < 1e-6
    assert scale_of(found) == pytest.approx(scale_of(matrix), rel=1e-5)


def test_no_neighbouring_similarity_fits_better() -> None:
    random = np.random.default_rng(1)
    src = random.uniform(0, 100, (5, 2))
    dst = apply(similarity(0.4, 0.3, 5, -2), src) + random.normal(0, 3, (5, 2))
    found, rms = fit_similarity(src, dst)
    cos, sin = found[0, 0], found[1, 0]
    assert found[:, :2] == pytest.approx(np.array([[cos, -sin], [sin, cos]]))
    for nudge in np.vstack([np.eye(4), -np.eye(4)]) * 1e-3:
        turn_and_shift = [[nudge[0], -nudge[1], nudge[2]], [nudge[1], nudge[0], nudge[3]]]
        moved = np.add(found, turn_and_shift)
        other = np.sqrt(np.mean(np.sum((apply(moved, src) - dst) ** 2, axis=1)))
        assert other > rms


def test_mirrored_points_are_never_answered_by_a_mirror() -> None:
    src = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 4.0], [0.0, 7.0]])
    found, rms = fit_similarity(src, src * [-1, 1])
    assert np.linalg.det(found[:, :2]) > 0
    assert rms > 1


def test_points_on_one_spot_are_refused() -> None:
    with pytest.raises(InputError, match="one spot"):
        fit_similarity(np.ones((5, 2)), np.arange(10.0).reshape(5, 2))


@given(similarities, points, st.integers(1, 16))
def test_a_finer_grid_covers_the_same_area(matrix: Matrix, places: Points, k: int) -> None:
    coarse, fine = apply(matrix, places), apply(onto_grid(matrix, k), places)
    assert np.allclose((fine + 0.5) / k, coarse + 0.5, atol=1e-6)
    assert np.allclose(onto_grid(onto_grid(matrix, k), 1 / k), matrix)
