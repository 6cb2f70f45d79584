"""Eqs. 6–8: neighbours, weights, masks."""

import numpy as np
import pytest
from scipy.optimize import minimize

from fhgui.methods.dcnn_mnce import components
from fhgui.methods.dcnn_mnce.embedding import embedding_weights, nearest
from fhgui.methods.dcnn_mnce.gallery import Entries
from fhgui.methods.dcnn_mnce.mnce import EmbeddingSettings, Membership, embed

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


def test_leave_one_out_equals_a_gallery_without_the_face():
    features, residuals = RNG.normal(size=(12, 4)), RNG.normal(size=(12, 3))
    entry = np.arange(12) // 4

    def means(rows, keep):
        return np.stack([rows[keep & (entry == c)].mean(axis=0) for c in range(3)])

    everyone = np.ones(12, bool)
    with_it = Entries(means(features, everyone), means(residuals, everyone), np.full(3, 4))
    settings = EmbeddingSettings(3, 0.5)
    member = Membership(entry[5:6], residuals[5:6])
    left_out = embed(features[5:6], with_it, settings, member)
    others = everyone & (np.arange(12) != 5)
    without = Entries(means(features, others), means(residuals, others), np.array([4, 3, 4]))
    np.testing.assert_allclose(left_out, embed(features[5:6], without, settings), rtol=1e-9)


def test_leave_one_out_drops_an_entry_of_one_face():
    features, residuals = RNG.normal(size=(9, 4)), RNG.normal(size=(9, 3))
    full = Entries(features, residuals, np.ones(9, int))
    settings = EmbeddingSettings(9, 0.5)
    left_out = embed(features[:1], full, settings, Membership(np.array([0]), residuals[:1]))
    rest = Entries(features[1:], residuals[1:], np.ones(8, int))
    np.testing.assert_allclose(left_out, embed(features[:1], rest, settings), atol=1e-4)


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


def test_cells_are_means_of_two_by_two_pixels():
    plane = np.arange(16.0).reshape(1, 4, 4)
    np.testing.assert_allclose(components.cells(plane), [[2.5, 4.5, 10.5, 12.5]])
