"""Pictures of one face over each other, by where they lie in the frame."""

import numpy as np

from fhgui.alignment.laying import Grid, laid_onto
from fhgui.alignment.similarity import onto_grid

WHOLE = Grid(np.eye(2, 3), (32, 40))


def test_a_picture_on_its_own_grid_is_itself() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (32, 40, 3), dtype=np.uint8)
    laid = laid_onto(picture, WHOLE, Grid(WHOLE.matrix.copy(), (32, 40)))
    assert np.array_equal(laid, picture)


def test_what_is_not_reached_is_not_known() -> None:
    picture = np.full((32, 40, 3), 90, np.uint8)
    beside = Grid(np.array([[1.0, 0.0, 10.0], [0.0, 1.0, 0.0]]), (32, 40))
    laid = laid_onto(picture, WHOLE, beside)
    assert np.isnan(laid[:, :10]).all()
    assert np.all(laid[:, 10:] == 90)


def test_what_is_reduced_is_not_folded() -> None:
    """Stripes of one pixel become grey where pixels are four times as large."""
    stripes = np.zeros((64, 64, 1))
    stripes[:, ::2] = 200
    fine = Grid(np.eye(2, 3), (64, 64))
    laid = laid_onto(stripes, fine, Grid(onto_grid(fine.matrix, 0.25), (16, 16)))
    assert np.abs(laid[2:-2, 2:-2] - 100).max() < 1


def test_grids_know_whether_they_show_the_same() -> None:
    finer = Grid(onto_grid(WHOLE.matrix, 3), (96, 120))
    assert finer.covers(WHOLE)
    assert WHOLE.covers(finer)
    assert not finer.is_like(WHOLE)
    assert not Grid(np.eye(2, 3), (32, 41)).covers(WHOLE)
    assert not Grid(np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]]), (32, 40)).covers(WHOLE)
