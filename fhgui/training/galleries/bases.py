"""PCA bases and clusters of many rows, by matrix products."""

from __future__ import annotations

import numpy as np
import torch

from fhgui.blocks.convolution import seeded
from fhgui.core.arrays import AnyArray
from fhgui.methods.dcnn_mnce.embedding import squared_distances
from fhgui.methods.dcnn_mnce.gallery import Basis

CHUNK = 512
ROUNDS = 8
"""Of k-means; more change next to nothing."""


def fit_basis(rows: AnyArray, dims: int, seed: int, *, centre: bool = True) -> Basis:
    """Return the leading principal axes of N×D rows (randomised, three power iterations).

    ``centre=False`` leaves the mean at zero, so that a row of zeros is carried over exactly.
    """
    dims = min(dims, *rows.shape)
    mean = np.zeros(rows.shape[1], np.float32)
    if centre:
        mean = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = torch.from_numpy(rows.astype(np.float32) - mean)
    sketch = torch.randn(centred.shape[1], min(dims + 16, *rows.shape), generator=seeded(seed))
    for _ in range(3):
        sketch = torch.linalg.qr(centred.T @ (centred @ sketch)).Q
    small = (centred @ sketch).double()
    axes = sketch.double() @ torch.linalg.eigh(small.T @ small).eigenvectors.flip(1)
    return Basis(mean, np.ascontiguousarray(axes[:, :dims].float().numpy()))


def cluster(rows: AnyArray, count: int, least_members: int, rng: np.random.Generator) -> AnyArray:
    """Return the cluster of each row; every cluster has at least ``least_members`` rows.

    k-means (Lloyd), then clusters that are too small are dissolved and their rows join the
    nearest remaining one, smallest first by halves, until all are large enough.
    """
    centres = rows[np.sort(rng.choice(len(rows), size=count, replace=False))]
    for _ in range(ROUNDS):
        centres = means(rows, _assign(rows, centres), len(centres), centres)
    entry = _assign(rows, centres)
    while True:
        sizes = np.bincount(entry, minlength=len(centres))
        small = np.flatnonzero(sizes < least_members)
        if len(small) == 0:
            return entry
        order = small[np.argsort(sizes[small], kind="stable")]
        centres = np.delete(centres, order[: max(1, len(order) // 2)], axis=0)
        entry = _assign(rows, centres)


def means(rows: AnyArray, entry: AnyArray, count: int, empty: AnyArray | None = None) -> AnyArray:
    """Return the ``count``×d float32 means of the rows of each entry.

    Parameters
    ----------
    empty : what stands where an entry has no rows; zeros without it.
    """
    order = np.argsort(entry, kind="stable")
    members = np.bincount(entry, minlength=count)
    some = np.flatnonzero(members)
    starts = (np.cumsum(members) - members)[some]
    found = np.zeros((count, rows.shape[1]), np.float32) if empty is None else empty.copy()
    sums = np.add.reduceat(rows[order].astype(np.float64), starts, axis=0)
    found[some] = sums / members[some, None]
    return found


def _assign(rows: AnyArray, centres: AnyArray) -> AnyArray:
    parts = [
        squared_distances(rows[i : i + CHUNK], centres).argmin(axis=1)
        for i in range(0, len(rows), CHUNK)
    ]
    return np.concatenate(parts)
