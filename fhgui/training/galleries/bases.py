"""PCA bases of many rows, by matrix products, and means of some of them."""

from __future__ import annotations

import numpy as np
import torch

from fhgui.blocks.convolution import seeded
from fhgui.core.arrays import AnyArray
from fhgui.methods.dcnn_mnce.gallery import Basis


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


def means(rows: AnyArray, entry: AnyArray, count: int) -> AnyArray:
    """Return the ``count``×d float32 means of the rows of each entry; zeros where it has none."""
    order = np.argsort(entry, kind="stable")
    members = np.bincount(entry, minlength=count)
    some = np.flatnonzero(members)
    starts = (np.cumsum(members) - members)[some]
    found = np.zeros((count, rows.shape[1]), np.float32)
    sums = np.add.reduceat(rows[order].astype(np.float64), starts, axis=0)
    found[some] = sums / members[some, None]
    return found
