"""Eqs. 6–8: neighbours, weights, masks."""

import numpy as np
import pytest
from scipy.optimize import minimize

from fhgui.alignment.templates import template
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.methods import registry
from fhgui.methods.dcnn_mnce import components
from fhgui.methods.dcnn_mnce.embedding import embedding_weights, nearest
from fhgui.methods.dcnn_mnce.following import shifts
from fhgui.methods.dcnn_mnce.gallery import Basis, Entries
from fhgui.methods.dcnn_mnce.mnce import FACES_AT_ONCE, EmbeddingSettings, Membership, embed
from fhgui.methods.dcnn_mnce.patches import patch_masks, smallest_grid

RNG = np.random.default_rng(0)


def test_nearest_agrees_with_sorting_all_distances():
    queries, gallery = RNG.normal(size=(5, 7)), RNG.normal(size=(40, 7))
    picks, squared = nearest(queries, gallery, 6)
    exact = ((queries[:, None] - gallery) ** 2).sum(axis=-1)
    for row, pick, distance in zip(exact, picks, squared, strict=True):
        assert set(pick) == set(np.argsort(row)[:6])
        np.testing.assert_allclose(distance, row[pick], atol=1e-9)


@pytest.mark.parametrize(("count", "dimension"), [(6, 9), (9, 6)])
def test_weights_minimise_eq_6(count, dimension):
    offsets = RNG.normal(size=(1, count, dimension))
    squared = (offsets**2).sum(axis=-1)
    w = embedding_weights(offsets, squared, 0.3)[0]

    def cost(v):
        return np.sum((v @ offsets[0]) ** 2) + 0.3 * np.sum(squared[0] * v**2)

    best = minimize(
        cost, np.full(count, 1 / count), constraints={"type": "eq", "fun": lambda v: v.sum() - 1}
    )
    assert w.sum() == pytest.approx(1)
    np.testing.assert_allclose(w, best.x, atol=1e-3)


def test_primal_and_dual_solves_agree():
    offsets = RNG.normal(size=(3, 8, 5))
    squared = (offsets**2).sum(axis=-1)
    padded = np.concatenate([offsets, np.zeros((3, 8, 10))], axis=-1)  # K ≤ D: dual
    np.testing.assert_allclose(
        embedding_weights(offsets, squared, 0.5), embedding_weights(padded, squared, 0.5), rtol=1e-9
    )


def test_an_entry_equal_to_the_query_gets_nearly_all_the_weight():
    offsets = RNG.normal(size=(1, 6, 12))
    offsets[0, 2] = 0
    w = embedding_weights(offsets, (offsets**2).sum(axis=-1), 1.0)[0]
    assert w[2] > 0.999


def entries_of(features, residuals, members):
    basis = Basis(np.zeros(features.shape[1]), np.eye(features.shape[1]))
    cell_index = np.arange(features.shape[1])
    return Entries(cell_index, basis, features, residuals, np.asarray(members))


def test_leave_one_out_equals_a_gallery_without_the_face():
    features, residuals = RNG.normal(size=(12, 4)), RNG.normal(size=(12, 3))
    entry = np.arange(12) // 4

    def means(rows, keep):
        return np.stack([rows[keep & (entry == c)].mean(axis=0) for c in range(3)])

    everyone = np.ones(12, bool)
    with_it = entries_of(means(features, everyone), means(residuals, everyone), np.full(3, 4))
    settings = EmbeddingSettings(3, 0.5)
    member = Membership(entry[5:6], residuals[5:6])
    left_out = embed(features[5:6], with_it, settings, member)
    others = everyone & (np.arange(12) != 5)
    without = entries_of(means(features, others), means(residuals, others), [4, 3, 4])
    np.testing.assert_allclose(left_out, embed(features[5:6], without, settings), rtol=1e-5)


@pytest.mark.parametrize("count", [4, 9, 50])
def test_leave_one_out_drops_an_entry_of_one_face(count):
    features, residuals = RNG.normal(size=(9, 4)), RNG.normal(size=(9, 3))
    settings = EmbeddingSettings(count, 0.5)
    member = Membership(np.array([0]), residuals[:1])
    full = entries_of(features, residuals, np.ones(9, int))
    rest = entries_of(features[1:], residuals[1:], np.ones(8, int))
    left_out = embed(features[:1], full, settings, member)
    np.testing.assert_allclose(left_out, embed(features[:1], rest, settings), atol=1e-5)


def test_more_neighbours_than_entries_means_all():
    features, residuals = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 2))
    three = entries_of(features, residuals, np.ones(3, int))
    query = RNG.normal(size=(2, 4))
    every = embed(query, three, EmbeddingSettings(3, 0.5))
    np.testing.assert_array_equal(embed(query, three, EmbeddingSettings(10_000, 0.5)), every)
    assert np.all(every <= residuals.max(axis=0) + 2 * np.ptp(residuals, axis=0))


def test_many_faces_at_once_give_what_each_gives_alone():
    full = entries_of(RNG.normal(size=(60, 5)), RNG.normal(size=(60, 4)), np.ones(60, int))
    queries = RNG.normal(size=(FACES_AT_ONCE + 3, 5))
    settings = EmbeddingSettings(20, 0.3)
    alone = np.concatenate([embed(q[None], full, settings) for q in queries])
    np.testing.assert_allclose(embed(queries, full, settings), alone, rtol=1e-5)


def test_single_precision_is_enough():
    offsets = RNG.normal(size=(4, 300, 40))
    squared = (offsets**2).sum(axis=-1)
    exact = embedding_weights(offsets, squared, 0.05)
    rough = embedding_weights(offsets.astype(np.float32), squared.astype(np.float32), 0.05)
    np.testing.assert_allclose(rough, exact, atol=1e-4 * np.abs(exact).max())


@pytest.mark.parametrize("feather_px", [0, 2, 3])
def test_masks_are_feathered_and_sum_to_one(feather_px):
    masks = components.masks(feather_px)
    assert masks.shape == (5, 128, 128)
    np.testing.assert_allclose(masks.sum(axis=0), 1, atol=1e-12)
    assert masks.min() >= 0
    soft = np.any((masks > 0) & (masks < 1))
    assert soft == (feather_px > 0)
    nose = masks[components.NAMES.index("nose")]
    assert nose[74, 62] == 1
    assert nose[10, 62] == 0


@pytest.mark.parametrize(("patch_px", "per_side"), [(24, 6), (24, 8), (24, 10), (32, 4)])
def test_patches_cover_the_face_and_sum_to_one(patch_px, per_side):
    names, planes = patch_masks(patch_px, per_side)
    assert len(set(names)) == len(planes) == per_side**2
    np.testing.assert_allclose(planes.sum(axis=0), 1, atol=1e-12)
    assert planes.min() >= 0
    assert max(len(components.pixel_indices(p)) for p in planes) == patch_px**2
    assert per_side >= smallest_grid(patch_px)


def test_cells_are_means_of_two_by_two_pixels():
    plane = np.arange(16.0).reshape(1, 4, 4)
    np.testing.assert_allclose(components.cells(plane), [[2.5, 4.5, 10.5, 12.5]])


def test_features_look_as_far_as_told():
    nose = components.masks(0)[components.NAMES.index("nose")]
    sizes = [len(components.cell_indices(nose, context)) for context in (0, 8, 200)]
    assert sizes[0] == 13 * 11  # columns 50–74 and rows 64–84
    assert sizes[0] < sizes[1] < sizes[2] == 64 * 64


def test_components_follow_the_landmarks_of_a_face():
    info = registry.info("dcnn_mnce")
    usual = template(info.template).points
    moved = usual.copy()
    moved[48:68] += (3.2, -2.0)
    moved[27:36] += (0.2, 30.0)
    matrix = np.array([[0.1, 0.0, -3.0], [0.0, 0.1, 2.0]])
    on_input = (moved + 0.5) / info.scale - 0.5
    frame_points = (on_input - matrix[:, 2]) / 0.1
    pixels = np.zeros((16, 16, 3), np.uint8)
    alignment = FaceAlignment(matrix, PlacedBy.ANALYST, info.template, landmarks=frame_points)
    face = FaceImage(pixels, alignment)
    assert shifts(face, info, 6) == {"mouth": (3, -2), "nose": (0, 6)}
    assert shifts(face, info, 0) == {}
    eyes_only = FaceAlignment(matrix, PlacedBy.ANALYST, info.template, landmarks=frame_points[:2])
    assert shifts(FaceImage(pixels, eyes_only), info, 6) == {}
