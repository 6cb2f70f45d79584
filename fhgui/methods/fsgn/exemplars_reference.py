"""Exemplar regression as the paper writes it: every patch with every window of every exemplar.

Song et al. 2019, section 3.2.1. Slow: the fast way (`exemplars`) is measured against it.
"""

from __future__ import annotations

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Floats
from fhgui.methods.fsgn.exemplars import (
    FLATTEST,
    Matches,
    Reals,
    Regression,
    Windows,
    mixing_weights,
    patches_of,
)


def match_densely(base: Reals, exemplars: Reals, how: Regression) -> Matches:
    """Find the windows that the patch at each pixel is mixed from, and their weights.

    Parameters
    ----------
    base : H×W. exemplars : N×H×W. Both on the 0–1 scale.
    """
    side = how.patch_px
    grid = base.shape[0] - side + 1, base.shape[1] - side + 1
    kept = min(how.neighbours, len(exemplars))
    least = np.full((kept, *grid), np.inf)
    windows = np.zeros((3, kept, *grid), np.int32)
    for number, exemplar in enumerate(exemplars):
        d, tops, lefts = _best_windows(base.astype(np.float64), exemplar.astype(np.float64), how)
        which = np.full(grid, number, np.int32)
        _keep(least, windows, d, np.stack([which, tops, lefts]))
    found = Windows(*windows.reshape(3, kept, -1).swapaxes(1, 2))
    patches = patches_of(base, side, 1).reshape(-1, side**2)
    return Matches(1, grid, side, found, *mixing_weights(patches, exemplars, found, how))


def _best_windows(
    base: Floats, exemplar: Floats, how: Regression
) -> tuple[Floats, AnyArray, AnyArray]:
    """Return D_p (Eq. 1) of the best window of every patch, and its top and left; R×C each."""
    side, reach = how.patch_px, how.reach_px
    grid = base.shape[0] - side + 1, base.shape[1] - side + 1
    tops, lefts = np.indices(grid, dtype=np.int32)
    best = np.full(grid, np.inf)
    at = np.stack([tops, lefts])
    mean_b, mean_e = _mean(base, side), _mean(exemplar, side)
    variance_b, variance_e = (_mean(x * x, side) for x in (base, exemplar))
    deviation_b = np.sqrt(np.maximum(variance_b - mean_b**2, FLATTEST**2))
    deviation_e = np.sqrt(np.maximum(variance_e - mean_e**2, FLATTEST**2))
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if abs(dy) >= grid[0] or abs(dx) >= grid[1]:
                continue  # no patch has a window so far away
            (here, b), (there, e) = _shifted(grid, side, dy, dx)
            covariance = _mean(base[b] * exemplar[e], side) - mean_b[here] * mean_e[there]
            d_ncc = covariance / (deviation_b[here] * deviation_e[there])
            d_abs = _mean(np.abs(base[b] - exemplar[e]), side)
            d = how.alpha * (1 - d_ncc) + (1 - how.alpha) * d_abs  # Eq. 1
            better = d < best[here]
            best[here][better] = d[better]
            at[0][here][better] = tops[there][better]
            at[1][here][better] = lefts[there][better]
    return best, at[0], at[1]


Block = tuple[slice, slice]


def _shifted(
    grid: tuple[int, ...], side: int, dy: int, dx: int
) -> tuple[tuple[Block, Block], tuple[Block, Block]]:
    """Return the patches that have a window (dy, dx) further, and those windows; with pixels."""
    ends = [(max(0, -by), count - max(0, by)) for count, by in zip(grid, (dy, dx), strict=True)]
    here = tuple(slice(a, z) for a, z in ends)
    there = tuple(slice(a + by, z + by) for (a, z), by in zip(ends, (dy, dx), strict=True))
    pixels = [tuple(slice(s.start, s.stop + side - 1) for s in block) for block in (here, there)]
    return ((here[0], here[1]), (pixels[0][0], pixels[0][1])), (
        (there[0], there[1]),
        (pixels[1][0], pixels[1][1]),
    )


def _mean(picture: Floats, side: int) -> Floats:
    """Return the mean of every whole window."""
    whole = np.asarray(cv2.blur(picture, (side, side), anchor=(0, 0)), np.float64)
    return whole[: picture.shape[0] - side + 1, : picture.shape[1] - side + 1]


def _keep(least: Floats, windows: AnyArray, d: Floats, at: AnyArray) -> None:
    """Put a window in the place of the worst one of each patch, if it is better."""
    worst = least.argmax(axis=0)
    better = d < np.take_along_axis(least, worst[None], 0)[0]
    rows, columns = np.nonzero(better)
    places = worst[better]
    least[places, rows, columns] = d[better]
    windows[:, places, rows, columns] = at[:, better]
