"""Position patches: where they lie, the closed form of their weights, galleries of every kind."""

import json

import numpy as np
import pytest

from fhgui.core.errors import MethodError, WeightsError
from fhgui.imaging.resize import imresize
from fhgui.methods.position_patches.gallery import (
    Features,
    GallerySpec,
    WholeFaces,
    from_arrays,
    header_of,
    to_arrays,
)
from fhgui.methods.position_patches.grid import PatchGrid
from fhgui.methods.position_patches.weights import nearest, reconstruction_weights

RNG = np.random.default_rng(0)
GRIDS = [PatchGrid((128, 128), 8), PatchGrid((120, 100), 4), PatchGrid((36, 28), 4, 12, 0)]


@pytest.mark.parametrize("grid", GRIDS)
def test_a_face_cut_into_patches_and_composed_is_itself(grid):
    faces = RNG.uniform(0, 255, (2, *grid.hr_hw))
    patches = np.stack([grid.patch(faces, i) for i in range(len(grid.corners_yx))])
    np.testing.assert_allclose(grid.compose(patches), faces)


@pytest.mark.parametrize("grid", GRIDS)
def test_a_window_is_all_that_bicubic_reads_for_its_patch(grid):
    low = RNG.uniform(0, 255, grid.lr_hw)
    for i in (0, len(grid.corners_yx) // 2, len(grid.corners_yx) - 1):
        changed = RNG.uniform(0, 255, grid.lr_hw)
        changed.ravel()[grid.windows[i]] = low.ravel()[grid.windows[i]]
        enlarged = [imresize(x, grid.hr_hw)[None] for x in (low, changed)]
        np.testing.assert_allclose(*(grid.patch(x, i) for x in enlarged))


def test_the_grid_of_the_papers():
    assert len(PatchGrid((128, 128), 8).corners_yx) == 16 * 16
    assert PatchGrid((128, 128), 8).window_px == 5


@pytest.mark.parametrize(("patch", "overlap"), [(12, 12), (200, 4), (12, -1)])
def test_patches_that_do_not_fit_are_refused(patch, overlap):
    with pytest.raises(ValueError, match="no patches"):
        PatchGrid((128, 128), 8, patch, overlap)


@pytest.mark.parametrize(("count", "dims"), [(7, 3), (3, 7), (1, 4), (40, 16)])
def test_weights_solve_the_normal_equations(count, dims):
    """(ZZᵀ + A)w ∝ 1, by a K×K solve; and Σw = 1."""
    z = RNG.normal(0, 20, (4, count, dims))
    a = RNG.uniform(1, 50, (4, count))
    w = reconstruction_weights(z, a)
    for zb, ab, wb in zip(z, a, w, strict=True):
        brute = np.linalg.solve(zb @ zb.T + np.diag(ab), np.ones(count))
        np.testing.assert_allclose(wb, brute / brute.sum(), rtol=0, atol=1e-10)
        assert wb.sum() == pytest.approx(1, abs=1e-12)


def test_weights_are_the_least_of_all_that_sum_to_1():
    z, a = RNG.normal(0, 20, (1, 9, 4)), RNG.uniform(1, 50, (1, 9))
    w = reconstruction_weights(z, a)[0]

    def cost(v):
        return np.sum((v @ z[0]) ** 2) + np.sum(a[0] * v**2)

    for _ in range(50):
        step = RNG.normal(0, 0.01, 9)
        assert cost(w + step - step.mean()) > cost(w)


def test_neighbours_that_equal_the_patch_share_it():
    weights = reconstruction_weights(np.zeros((1, 4, 3)), np.zeros((1, 4)))
    np.testing.assert_allclose(weights, 0.25)


@pytest.mark.parametrize("count", [0, 5, 30, 31, 10_000])
def test_nearest_are_the_nearest(count):
    entries, queries = RNG.normal(size=(30, 4)), RNG.normal(size=(3, 4))
    picks = nearest(queries, entries, count)
    distances = np.linalg.norm(queries[:, None] - entries, axis=2)
    for found, row in zip(picks, distances, strict=True):
        wanted = np.argsort(row)[: count or 30]
        np.testing.assert_array_equal(found, np.sort(wanted))


SPEC = GallerySpec("full", (24, 24), 4, "aligned", "bicubic", 3)


def whole(count=3):
    grid = SPEC.grid
    positions, window = grid.windows.shape
    features = Features(
        np.zeros((positions, window), np.float32),
        RNG.normal(size=(positions, window, 4)).astype(np.float32),
    )
    low = RNG.uniform(0, 255, (36, count)).astype(np.float32)
    return WholeFaces(SPEC, features, low, RNG.integers(0, 256, (count, 24, 24)).astype(np.uint8))


def header():
    return json.loads(json.dumps(header_of(SPEC)))


def test_round_trip_through_the_file_format():
    gallery = whole()
    again = from_arrays(header(), to_arrays(gallery), "g")
    assert again.spec == gallery.spec
    np.testing.assert_array_equal(again.entries(3), gallery.entries(3))
    picks, weights = np.array([[0, 2]]), np.array([[0.25, 0.75]])
    carried = again.carry(3, picks, weights)
    patches = gallery.spec.grid.patch(gallery.high, 3)
    np.testing.assert_allclose(carried[0], 0.25 * patches[0] + 0.75 * patches[2])


def test_only_the_first_entries_of_a_full_gallery():
    gallery = from_arrays(header(), to_arrays(whole(5)), "g", entries=2)
    assert len(gallery.entries(0)) == 2
    assert len(from_arrays(header(), to_arrays(whole(5)), "g", entries=9).entries(0)) == 5


def test_entries_of_prototypes_are_refused():
    with pytest.raises(MethodError, match="full gallery"):
        from_arrays({**header(), "kind": "prototypes"}, to_arrays(whole()), "g", entries=2)


@pytest.mark.parametrize("name", ["means", "maps", "low", "high"])
def test_a_missing_or_misshapen_array_is_named(name):
    arrays = to_arrays(whole())
    with pytest.raises(WeightsError, match=name):
        from_arrays(header(), {**arrays, name: arrays[name][:, :2]}, "g")
    del arrays[name]
    with pytest.raises(WeightsError, match=name):
        from_arrays(header(), arrays, "g")


@pytest.mark.parametrize(
    "change",
    [{"kind": "patches"}, {"colour": 3}, {"patch_px": 99}, {"hr_hw": None}, {"scale": 5}],
)
def test_a_header_without_sense_is_refused(change):
    with pytest.raises(WeightsError, match="g: unknown"):
        from_arrays({**header(), **change}, to_arrays(whole()), "g")
