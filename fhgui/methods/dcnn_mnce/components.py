"""The five facial components (paper 000, Figure 3b): their place, feathered masks and features.

Rectangles are on the 128 px template; the paper gives them only as a figure (methods.md, MNCE).
Where a face carries landmarks, its components are looked for where they are (`following`).
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter

from fhgui.core.arrays import AnyArray, Floats

TEMPLATE_PX = 128
CELL_PX = 2
"""Features are means over cells of 2×2 pixels: f is smooth, so nothing is lost."""

Boxes = tuple[tuple[int, int, int, int], ...]
"""One rectangle each of brows, eyes, nose and mouth: columns x0 … x1, rows y0 … y1, inclusive."""

BOXES_PX: Boxes = ((26, 100, 37, 50), (26, 100, 51, 63), (50, 74, 64, 84), (43, 81, 85, 106))
REST = "rest"
NAMES: tuple[str, ...] = ("brows", "eyes", "nose", "mouth", REST)


def masks(feather_px: int, boxes: Boxes = BOXES_PX) -> Floats:
    """Return 5×128×128 float64 weights in [0, 1] that sum to 1 at every pixel, in `NAMES` order.

    The components tile the face; blurring every tile with the same box keeps the sum.
    """
    tiles = np.zeros((len(NAMES), TEMPLATE_PX, TEMPLATE_PX))
    for tile, (x0, x1, y0, y1) in zip(tiles, boxes, strict=False):
        tile[y0 : y1 + 1, x0 : x1 + 1] = 1
    tiles[-1] = 1 - tiles[:-1].sum(axis=0)
    soft = uniform_filter(tiles, size=(0, 2 * feather_px + 1, 2 * feather_px + 1), mode="nearest")
    soft[:-1] = np.where(soft[:-1] > 1e-9, soft[:-1], 0)
    soft[-1] = 1 - soft[:-1].sum(axis=0)
    soft[-1] = np.where(soft[-1] > 1e-9, soft[-1], 0)
    return soft


def pixel_indices(mask: Floats) -> AnyArray:
    """Return the flat indices of the pixels that a region has a say in."""
    return np.flatnonzero(mask > 0)


def cell_indices(mask: Floats, context_px: int) -> AnyArray:
    """Return the flat indices of the 2×2 cells that describe a region.

    Parameters
    ----------
    context_px : how far beyond the region its surroundings are looked at.
    """
    near = uniform_filter((mask > 0).astype(float), size=2 * context_px + 1, mode="constant")
    return np.flatnonzero(cells(near[None] > 1e-9)[0] > 0)


def cells(planes: AnyArray) -> AnyArray:
    """Return N×(H·W/4) float32 means over 2×2 pixels of N×H×W planes."""
    n, height, width = planes.shape
    blocks = planes.reshape(n, height // CELL_PX, CELL_PX, width // CELL_PX, CELL_PX)
    means: AnyArray = blocks.mean(axis=(2, 4), dtype=np.float32)
    return means.reshape(n, -1)
