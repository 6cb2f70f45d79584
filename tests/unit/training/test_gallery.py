"""Building galleries: clusters large enough, round trip through the file format, layers help."""

import numpy as np
import pytest

from fhgui.core.errors import WeightsError
from fhgui.methods.dcnn_mnce import mnce
from fhgui.methods.dcnn_mnce.gallery import GallerySpec, from_arrays, to_arrays
from fhgui.training.gallery import BuildSettings, build_gallery, cluster, fit_basis

RNG = np.random.default_rng(0)
SPEC = GallerySpec(layers=2, feature_dims=12, residual_dims=8)


@pytest.fixture(scope="module")
def invented():
    """72 'faces' whose fine detail follows from their coarse part, and their coarse parts."""
    rng = np.random.default_rng(0)
    coarse = np.kron(rng.uniform(60, 200, (6, 16, 16)), np.ones((8, 8)))
    fine = np.kron(rng.uniform(-20, 20, (6, 64, 64)), np.ones((2, 2)))
    mix = rng.uniform(0, 1, (72, 6))
    mix /= mix.sum(axis=1, keepdims=True)
    f = np.tensordot(mix, coarse, 1)
    return (f + np.tensordot(mix, fine, 1)).astype(np.float32), f.astype(np.float32)


@pytest.mark.parametrize("prototypes", [0, 8])
def test_a_gallery_explains_detail_that_follows_from_the_face(invented, prototypes):
    x, f = invented
    settings = BuildSettings(neighbours=40, locality=1e-3, prototypes=prototypes, least_members=4)
    gallery, last = build_gallery(x[:64], f[:64], SPEC, settings)
    assert np.mean((last - x[:64]) ** 2) < 0.5 * np.mean((f[:64] - x[:64]) ** 2)
    unseen = f[64:].astype(float)
    residual = mnce.residual_faces(unseen, gallery, 0, mnce.EmbeddingSettings(40, 1e-3))
    assert np.mean((unseen + residual - x[64:]) ** 2) < 0.5 * np.mean((unseen - x[64:]) ** 2)


def test_prototypes_average_at_least_the_stated_number_of_faces(invented):
    x, f = invented
    settings = BuildSettings(neighbours=9, locality=0.5, prototypes=9, least_members=8)
    gallery, _ = build_gallery(x, f, SPEC, settings)
    for row in gallery.entries:
        for entries in row:
            assert entries.members.min() >= 8
            assert entries.members.sum() == len(x)


def test_round_trip_through_the_file_format(invented):
    x, f = invented
    gallery, _ = build_gallery(x, f, SPEC, BuildSettings(9, 0.5, prototypes=6, least_members=4))
    bases, entries = to_arrays(gallery)
    again = from_arrays(SPEC, bases, entries)
    settings = mnce.EmbeddingSettings(9, 0.5)
    some = f[:3].astype(float)
    np.testing.assert_allclose(
        mnce.residual_faces(some, again, 1, settings),
        mnce.residual_faces(some, gallery, 1, settings),
        atol=0.5,
    )
    del entries["2.nose.members"]
    with pytest.raises(WeightsError, match=r"2\.nose\.members"):
        from_arrays(SPEC, bases, entries)


def test_clusters_are_large_enough_and_the_same_every_time():
    rows = RNG.normal(size=(200, 3))
    first = cluster(rows, 30, 8, np.random.default_rng(1))
    assert np.bincount(first).min() >= 8
    np.testing.assert_array_equal(first, cluster(rows, 30, 8, np.random.default_rng(1)))


def test_basis_finds_the_leading_axes():
    rows = (
        RNG.normal(size=(300, 2)) @ RNG.normal(size=(2, 40)) * 10
        + RNG.normal(size=(300, 40)) * 0.01
    )
    basis = fit_basis(rows, 2, 0)
    np.testing.assert_allclose(basis.axes.T @ basis.axes, np.eye(2), atol=1e-5)
    assert np.abs(basis.decode(basis.encode(rows)) - rows).max() < 0.1
