"""Weights that write a patch as a sum of its neighbours, in closed form, many faces at a time.

w = argmin ‖f − Σ w_k f_k‖² + Σ a_k w_k² subject to Σ w_k = 1. With the offsets Z_k = f_k − f the
Lagrangian gives (ZZᵀ + A)w ∝ 1, A = diag(a) (Chang et al. 2004, section 3.2; Jiang et al. 2014,
Eqs. 10–12). Features are few (some 16) and neighbours many, hence the Woodbury identity:
(ZZᵀ + A)⁻¹1 = A⁻¹(1 − Z (I + ZᵀA⁻¹Z)⁻¹ ZᵀA⁻¹1) needs a solve as small as the features.

Everything is float64, so that results do not hang on rounding.
"""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import AnyArray, Floats

LEAST_PENALTY = 1e-9
"""Least a_k: neighbours that equal the patch must not be divided by nothing."""


def nearest(queries: Floats, entries: AnyArray, count: int) -> AnyArray:
    """Return the places of the ``count`` nearest of N×d entries to each of B×d queries.

    Returns
    -------
    B×K, K = min(count, N) or N for a count of 0; ascending, so that ties cannot reorder sums.
    """
    if not 0 < count < len(entries):
        return np.broadcast_to(np.arange(len(entries)), (len(queries), len(entries)))
    rows = np.asarray(entries)
    norms = np.einsum("nd,nd->n", rows, rows)
    distances = norms - 2 * (queries.astype(rows.dtype) @ rows.T)
    return np.sort(np.argpartition(distances, count - 1, axis=1)[:, :count], axis=1)


def reconstruction_weights(offsets: Floats, penalties: Floats) -> Floats:
    """Return the B×K weights, rows summing to 1.

    Parameters
    ----------
    offsets : B×K×d array of Z_k = f_k − f.
    penalties : B×K of a_k ≥ 0.
    """
    inverse = 1 / np.maximum(penalties, LEAST_PENALTY)
    scaled = offsets * np.sqrt(inverse)[..., None]
    inner = scaled.swapaxes(1, 2) @ scaled + np.eye(offsets.shape[2])
    right = np.einsum("bkd,bk->bd", offsets, inverse)
    solved = np.linalg.solve(inner, right[..., None])[..., 0]
    weights = inverse - inverse * np.einsum("bkd,bd->bk", offsets, solved)
    normalised: Floats = weights / weights.sum(axis=1, keepdims=True)
    return normalised
