"""Locality-regularised neighbour embedding (paper 000, Eqs. 6–8), many faces at a time.

Products are float32, the systems of equations float64.
"""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import AnyArray

RIDGE = 1e-6
"""Share of the median d² added to the diagonal, as the first author's LcR code adds to C."""


def squared_distances(queries: AnyArray, gallery: AnyArray) -> AnyArray:
    """Return B×N squared Euclidean distances (Eq. 7), from one matrix product.

    Parameters
    ----------
    queries : B×d. gallery : N×d, both of one float type.
    """
    norms = np.einsum("nd,nd->n", gallery, gallery)
    own = np.einsum("bd,bd->b", queries, queries)
    found: AnyArray = np.maximum(own[:, None] + norms - 2 * (queries @ gallery.T), 0)
    return found


def nearest(
    queries: AnyArray, gallery: AnyArray, count: int, banned: AnyArray | None = None
) -> tuple[AnyArray, AnyArray]:
    """Return the ``count`` nearest gallery rows of each query and their squared distances.

    Parameters
    ----------
    queries : B×d. gallery : N×d.
    count : K; more than N means all.
    banned : for each query a row that must not be taken, or −1.

    Returns
    -------
    B×K indices, ascending by gallery position (so that ties cannot reorder sums), and B×K
    squared distances, infinite for a banned row that had to be taken since there are no others.
    """
    distances = squared_distances(queries, gallery)
    if banned is not None:
        rows = np.flatnonzero(banned >= 0)
        distances[rows, banned[rows]] = np.inf
    if count >= len(gallery):
        return np.broadcast_to(np.arange(len(gallery)), distances.shape), distances
    picks = np.sort(np.argpartition(distances, count - 1, axis=1)[:, :count], axis=1)
    return picks, np.take_along_axis(distances, picks, axis=1)


def embedding_weights(
    offsets: AnyArray, squared: AnyArray, locality: float, ridge: float = RIDGE
) -> AnyArray:
    """Return w = argmin ‖Σ w_k Z_k‖² + λ‖d ∘ w‖² subject to Σ w = 1 (Eq. 6).

    Parameters
    ----------
    offsets : B×K×D array of Z_k = f(y_k) − f(y).
    squared : B×K squared distances d_k²; where infinite, w_k = 0.
    locality : λ; it has no unit, both terms scale alike.
    ridge : see `RIDGE`.

    Returns
    -------
    B×K, rows summing to 1.
    """
    count, dimension = offsets.shape[1:]
    tiny = np.finfo(offsets.dtype).tiny ** 0.5
    middle = np.median(squared, axis=1, keepdims=True)
    diagonal = np.maximum(locality * squared + ridge * middle, tiny)
    solve = _solve_primal if count > dimension else _solve_dual
    weights = solve(offsets, 1 / diagonal)
    normalised: AnyArray = weights / weights.sum(axis=1, keepdims=True)
    return normalised


def _solve_dual(offsets: AnyArray, inverse: AnyArray) -> AnyArray:
    """Return (ZZᵀ + A)⁻¹1 = S(SZZᵀS + I)⁻¹S1 with S = A^-½, by K×K solves."""
    root = np.sqrt(inverse)
    scaled = offsets * root[..., None]
    inner = _solve(scaled @ scaled.swapaxes(1, 2), root)
    return root * inner


def _solve_primal(offsets: AnyArray, inverse: AnyArray) -> AnyArray:
    """Return the same as A⁻¹(1 − Z(I + ZᵀA⁻¹Z)⁻¹ZᵀA⁻¹1), by D×D solves (Woodbury)."""
    root = np.sqrt(inverse)
    scaled = offsets * root[..., None]
    right = (scaled.swapaxes(1, 2) @ root[..., None])[..., 0]
    inner = _solve(scaled.swapaxes(1, 2) @ scaled, right)
    weights: AnyArray = inverse - root * (scaled @ inner[..., None].astype(scaled.dtype))[..., 0]
    return weights


def _solve(grams: AnyArray, right: AnyArray) -> AnyArray:
    """Return (G + I)⁻¹r for a batch, float64."""
    systems = grams.astype(np.float64)
    places = np.arange(systems.shape[1])
    systems[:, places, places] += 1
    solved: AnyArray = np.linalg.solve(systems, right[..., None].astype(np.float64))
    return solved[..., 0]
