"""Locality-regularised neighbour embedding (paper 000, Eqs. 6–8), many faces at a time.

Everything is float64, so that results do not hang on rounding.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from fhgui.core.arrays import AnyArray, Floats

RIDGE = 1e-6
"""Share of the median d² added to the diagonal, as the first author's LcR code adds to C."""


def nearest(queries: Floats, gallery: Floats, count: int) -> tuple[AnyArray, Floats]:
    """Return the ``count`` nearest gallery rows of each query and their squared distances.

    Parameters
    ----------
    queries : B×d. gallery : N×d.

    Returns
    -------
    B×K indices, ascending by gallery position (so that ties cannot reorder sums), and B×K
    squared Euclidean distances (Eq. 7), from one matrix product.
    """
    norms = np.einsum("nd,nd->n", gallery, gallery)
    own = np.einsum("bd,bd->b", queries, queries)
    distances = np.maximum(own[:, None] + norms - 2 * queries @ gallery.T, 0)
    if count >= len(gallery):
        return np.broadcast_to(np.arange(len(gallery)), distances.shape), distances
    picks = np.sort(np.argpartition(distances, count - 1, axis=1)[:, :count], axis=1)
    return picks, np.take_along_axis(distances, picks, axis=1)


def embedding_weights(offsets: Floats, squared: Floats, locality: float) -> Floats:
    """Return w = argmin ‖Σ w_k Z_k‖² + λ‖d ∘ w‖² subject to Σ w = 1 (Eq. 6).

    Parameters
    ----------
    offsets : B×K×D array of Z_k = f(y_k) − f(y).
    squared : B×K squared distances d_k².
    locality : λ; it has no unit, both terms scale alike.

    Returns
    -------
    B×K float64, rows summing to 1.
    """
    count, dimension = offsets.shape[1:]
    diagonal = locality * squared + RIDGE * np.median(squared, axis=1, keepdims=True)
    diagonal = np.maximum(diagonal, np.finfo(float).tiny)
    solve = _solve_primal if count > dimension else _solve_dual
    weights = solve(offsets, diagonal)
    normalised: Floats = weights / weights.sum(axis=1, keepdims=True)
    return normalised


def _solve_dual(offsets: Floats, diagonal: Floats) -> Floats:
    """Return (ZZᵀ + A)⁻¹1 by a K×K solve."""
    gram = offsets @ offsets.swapaxes(1, 2)
    places = np.arange(gram.shape[1])
    gram[:, places, places] += diagonal
    ones = np.ones((*diagonal.shape, 1))
    return _solve_spd(gram, ones)[..., 0]


def _solve_primal(offsets: Floats, diagonal: Floats) -> Floats:
    """Return the same through (I + ZᵀA⁻¹Z)⁻¹, D×D, by the Woodbury identity."""
    inverse = 1 / diagonal
    scaled = offsets * np.sqrt(inverse)[..., None]
    gram = scaled.swapaxes(1, 2) @ scaled
    places = np.arange(gram.shape[1])
    gram[:, places, places] += 1
    right = np.einsum("bkd,bk->bd", offsets, inverse)[..., None]
    inner = _solve_spd(gram, right)[..., 0]
    weights: Floats = inverse - inverse * np.einsum("bkd,bd->bk", offsets, inner)
    return weights


def _solve_spd(matrices: Floats, right: Floats) -> Floats:
    """Solve a batch of symmetric positive definite systems by Cholesky factors."""
    solved = [
        cho_solve(cho_factor(m, lower=True, check_finite=False), r, check_finite=False)
        for m, r in zip(matrices, right, strict=True)
    ]
    return np.stack(solved)
