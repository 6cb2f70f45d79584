"""k-means with clusters of a least size: prototypes must not show a single person."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from fhgui.core.arrays import AnyArray

CHUNK = 512


def clusters(
    rows: AnyArray, count: int, least_members: int, rng: np.random.Generator, rounds: int = 6
) -> AnyArray:
    """Return the cluster 0 … C−1 of each of N×d rows; each has at least ``least_members``.

    After Lloyd's rounds, clusters that are too small are dissolved and their rows join the nearest
    remaining one, smallest first by halves, until all are large enough; C may be below ``count``.

    Raises
    ------
    ValueError
        If there are fewer rows than one cluster needs.
    """
    if len(rows) < max(least_members, 1):
        raise ValueError(f"{len(rows)} rows for clusters of {least_members}")
    centres = rows[np.sort(rng.choice(len(rows), min(count, len(rows)), replace=False))]
    for _ in range(rounds):
        centres = means(rows, _nearest(rows, centres))
    while True:
        entry = _nearest(rows, centres)
        sizes = np.bincount(entry, minlength=len(centres))
        small = np.flatnonzero(sizes < least_members)
        if len(small) == 0:
            return entry
        order = small[np.argsort(sizes[small], kind="stable")]
        gone = order[: min((len(order) + 1) // 2, len(centres) - 1)]
        centres = np.delete(centres, gone, axis=0)


def means(rows: AnyArray, entry: AnyArray) -> AnyArray:
    """Return the mean row of each cluster that has any, in the order of clusters."""
    names, place, sizes = np.unique(entry, return_inverse=True, return_counts=True)
    ones = np.ones(len(rows), rows.dtype)
    member = sparse.csr_array((ones, (place, np.arange(len(rows)))), (len(names), len(rows)))
    averaged: AnyArray = (member @ rows) / sizes[:, None].astype(rows.dtype)
    return averaged


def _nearest(rows: AnyArray, centres: AnyArray) -> AnyArray:
    half_norms = np.einsum("cd,cd->c", centres, centres) / 2
    # in parts that stay in the processor's cache
    starts = range(0, len(rows), CHUNK)
    parts = [np.argmax(rows[i : i + CHUNK] @ centres.T - half_norms, axis=1) for i in starts]
    return np.concatenate(parts)
