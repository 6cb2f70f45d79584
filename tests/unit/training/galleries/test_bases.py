"""PCA bases, and means of rows."""

import numpy as np

from fhgui.training.galleries.bases import fit_basis, means

RNG = np.random.default_rng(0)


def test_means_of_each_entry():
    rows = np.arange(10.0).reshape(5, 2)
    found = means(rows, np.array([3, 0, 0, 3, 1]), 4)
    np.testing.assert_allclose(found[[0, 1, 3]], [[3, 4], [8, 9], [3, 4]])
    np.testing.assert_array_equal(found[2], 0)


def test_a_basis_finds_the_leading_axes():
    rows = (
        RNG.normal(size=(300, 2)) @ RNG.normal(size=(2, 40)) * 10
        + RNG.normal(size=(300, 40)) * 0.01
    )
    basis = fit_basis(rows, 2, 0)
    np.testing.assert_allclose(basis.axes.T @ basis.axes, np.eye(2), atol=1e-5)
    assert np.abs(basis.decode(basis.encode(rows)) - rows).max() < 0.1


def test_a_basis_without_mean_keeps_nothing_at_nothing():
    basis = fit_basis(RNG.normal(size=(50, 6)) + 3, 4, 0, centre=False)
    np.testing.assert_array_equal(basis.decode(basis.encode(np.zeros((1, 6)))), 0)
