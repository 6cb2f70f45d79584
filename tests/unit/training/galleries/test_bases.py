"""PCA bases and clusters."""

import numpy as np
import pytest

from fhgui.training.galleries.bases import cluster, fit_basis, means

RNG = np.random.default_rng(0)


def test_clusters_are_large_enough_and_the_same_every_time():
    rows = RNG.normal(size=(200, 3)).astype(np.float32)
    first = cluster(rows, 30, 8, np.random.default_rng(1))
    assert np.bincount(first).min() >= 8
    assert len(np.bincount(first)) > 5
    np.testing.assert_array_equal(first, cluster(rows, 30, 8, np.random.default_rng(1)))


def test_clusters_of_well_separated_rows_are_those_rows():
    centres = np.arange(5.0)[:, None] * 100
    rows = (np.repeat(centres, 20, axis=0) + RNG.normal(size=(100, 1))).astype(np.float32)
    entry = cluster(rows, 20, 8, np.random.default_rng(0))
    for group in entry.reshape(5, 20):
        assert not set(group) & (set(entry) - set(group))


@pytest.mark.parametrize("empty", [None, np.full((4, 2), 7.0, np.float32)])
def test_means_of_each_entry(empty):
    rows = np.arange(10.0).reshape(5, 2)
    found = means(rows, np.array([3, 0, 0, 3, 1]), 4, empty)
    np.testing.assert_allclose(found[[0, 1, 3]], [[3, 4], [8, 9], [3, 4]])
    np.testing.assert_allclose(found[2], 0 if empty is None else 7)


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
