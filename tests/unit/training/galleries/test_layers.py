"""Building galleries layer by layer: entries large enough, layers help, files hold them."""

import dataclasses

import numpy as np
import pytest

from fhgui.core.errors import WeightsError
from fhgui.methods.dcnn_mnce import mnce
from fhgui.methods.dcnn_mnce.gallery import (
    GallerySpec,
    areas,
    from_arrays,
    make_spec,
    to_arrays,
)
from fhgui.training.galleries.layers import Faces, LayerSettings, build_layers

INSIDE, OUTSIDE, UNSEEN = 64, 16, 16
COMPONENTS = GallerySpec(
    layers=2, contexts_px=(0, 4), feature_dims=12, residual_dims=8, rest_per_side=2
)
PATCHES = dataclasses.replace(COMPONENTS, partition="patches", patches_per_side=6)
PARTITIONS = pytest.mark.parametrize("spec", [COMPONENTS, PATCHES], ids=["components", "patches"])


def invent(seed=0):
    """Return 'faces' x whose fine detail follows from their coarse part f, and f."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.uniform(60, 200, (6, 16, 16)), np.ones((8, 8)))
    fine = np.kron(rng.uniform(-20, 20, (6, 64, 64)), np.ones((2, 2)))
    mix = rng.uniform(0, 1, (INSIDE + OUTSIDE + UNSEEN, 6))
    mix /= mix.sum(axis=1, keepdims=True)
    f = np.tensordot(mix, coarse, 1)
    return (f + np.tensordot(mix, fine, 1)).astype(np.float32), f.astype(np.float32)


def settings(prototypes, neighbours=40, locality=1e-3, threads=1):
    embedding = mnce.EmbeddingSettings(neighbours, locality)
    return LayerSettings(embedding, prototypes, threads=threads)


def made(spec, how):
    x, f = invent()
    known = INSIDE + OUTSIDE
    faces = Faces(x[:known], f[:known].copy(), INSIDE)
    return build_layers(faces, spec, how), faces, x[known:], f[known:]


def power(v):
    return float(np.mean(np.asarray(v, float) ** 2))


@pytest.mark.parametrize("partition", ["components", "patches"])
@pytest.mark.parametrize("rest_per_side", [1, 2, 4])
def test_regions_sum_to_the_whole_face(partition, rest_per_side):
    spec = GallerySpec(partition=partition, rest_per_side=rest_per_side)
    total = np.zeros(128 * 128)
    for area, mask in areas(spec):
        total[area.pixel_index] += area.weight
        assert np.count_nonzero(mask) == len(area.pixel_index)
    np.testing.assert_allclose(total, 1, atol=1e-6)


@PARTITIONS
@pytest.mark.parametrize("prototypes", [0, 6])
def test_a_gallery_explains_detail_that_follows_from_the_face(spec, prototypes):
    how = settings(prototypes)
    gallery, faces, x, f = made(spec, how)
    gap = power(invent()[1][:INSIDE] - faces.x[:INSIDE])
    assert power(faces.f[:INSIDE] - faces.x[:INSIDE]) < 0.5 * gap
    residual = mnce.residual_faces(f, gallery, 0, how.embedding)
    assert power(f + residual - x) < 0.5 * power(f - x)


def test_prototypes_average_at_least_eight_faces():
    gallery, *_ = made(COMPONENTS, settings(9))
    for row in gallery.entries:
        for entries in row:
            assert entries.members.min() >= 8
            assert entries.members.sum() == INSIDE


def test_gains_are_shares_and_noise_gets_none():
    x, f = invent()
    gallery, *_ = made(COMPONENTS, settings(0))
    assert all(0 <= e.gain <= 1 for row in gallery.entries for e in row)
    noise = np.random.default_rng(1).normal(0, 10, x.shape).astype(np.float32)
    faces = Faces(f + noise, f.copy(), INSIDE)
    unrelated = build_layers(faces, COMPONENTS, settings(0))
    assert max(e.gain for e in unrelated.entries[0]) < 0.3


def test_threads_do_not_change_a_gallery():
    one, two = (made(COMPONENTS, settings(0, threads=n))[0] for n in (1, 2))
    for first, second in zip(to_arrays(one), to_arrays(two), strict=True):
        for name in first:
            np.testing.assert_array_equal(first[name], second[name])


@PARTITIONS
def test_round_trip_through_the_file_format(spec):
    how = settings(6)
    gallery, _, _, f = made(spec, how)
    bases, entries = to_arrays(gallery)
    again = from_arrays(spec, bases, entries)
    np.testing.assert_allclose(
        mnce.residual_faces(f, again, 1, how.embedding),
        mnce.residual_faces(f, gallery, 1, how.embedding),
        atol=0.5,
    )
    name = f"2.{gallery.regions[2].area.name}.members"
    del entries[name]
    with pytest.raises(WeightsError, match=name.replace(".", r"\.")):
        from_arrays(spec, bases, entries)


def test_arrays_of_the_wrong_shape_are_refused():
    bases, entries = to_arrays(made(COMPONENTS, settings(6))[0])
    entries["1.nose.residuals"] = entries["1.nose.residuals"][:, :3]
    with pytest.raises(WeightsError, match=r"1\.nose"):
        from_arrays(COMPONENTS, bases, entries)


def test_a_header_holds_the_whole_spec():
    import json

    values = json.loads(json.dumps(dataclasses.asdict(PATCHES)))
    assert make_spec(values) == PATCHES
    for wrong in ({}, {**values, "colour": 1}, {**values, "contexts_px": [0]}):
        with pytest.raises(WeightsError):
            make_spec(wrong)


def test_the_first_entries_of_a_gallery_are_a_gallery():
    how = settings(0)
    gallery, _, _, f = made(COMPONENTS, how)
    assert gallery.size == INSIDE
    few = gallery.first(5)
    assert few.size == 5
    assert np.isfinite(mnce.residual_faces(f, few, 0, how.embedding)).all()


def test_a_component_that_is_elsewhere_is_looked_for_there():
    how = settings(0)
    gallery, _, _, f = made(COMPONENTS, how)
    away = np.roll(f, (-2, 4), axis=(1, 2))
    usual = mnce.residual_faces(f, gallery, 0, how.embedding)
    moved = mnce.residual_faces(away, gallery, 0, how.embedding, {"nose": (4, -2)})
    inner = np.s_[:, 68:80, 54:66]  # no other component reaches so far, moved or not
    back = np.roll(moved, (2, -4), axis=(1, 2))
    np.testing.assert_allclose(back[inner], usual[inner], atol=1e-3)
