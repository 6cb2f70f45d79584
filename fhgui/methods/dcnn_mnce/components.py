"""The five facial components and their feathered masks (paper 000, Figure 3b).

Rectangles are on the 128 px template; the paper gives them only as a figure (methods.md, MNCE).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter

from fhgui.core.arrays import AnyArray, Floats

TEMPLATE_PX = 128
CELL_PX = 2
"""Features are means over cells of 2×2 pixels: f is smooth, so nothing is lost."""


@dataclass(frozen=True)
class Rectangle:
    """Columns x0 … x1, rows y0 … y1 (both ends included) on the 128 px template."""

    x0: int
    x1: int
    y0: int
    y1: int


RECTANGLES: dict[str, Rectangle] = {
    "brows": Rectangle(26, 100, 37, 50),
    "eyes": Rectangle(26, 100, 51, 63),
    "nose": Rectangle(50, 74, 64, 84),
    "mouth": Rectangle(43, 81, 85, 106),
}
REST = "rest"
NAMES: tuple[str, ...] = (*RECTANGLES, REST)


def masks(feather_px: int) -> Floats:
    """Return 5×128×128 float64 weights in [0, 1] that sum to 1 at every pixel, in `NAMES` order.

    The components tile the face; blurring every tile with the same box keeps the sum.
    """
    tiles = np.zeros((len(NAMES), TEMPLATE_PX, TEMPLATE_PX))
    for tile, r in zip(tiles, RECTANGLES.values(), strict=False):
        tile[r.y0 : r.y1 + 1, r.x0 : r.x1 + 1] = 1
    tiles[-1] = 1 - tiles[:-1].sum(axis=0)
    soft = uniform_filter(tiles, size=(0, 2 * feather_px + 1, 2 * feather_px + 1), mode="nearest")
    soft[:-1] = np.where(soft[:-1] > 1e-9, soft[:-1], 0)
    soft[-1] = 1 - soft[:-1].sum(axis=0)
    soft[-1] = np.where(soft[-1] > 1e-9, soft[-1], 0)
    return soft


def pixel_indices(mask: Floats) -> AnyArray:
    """Return the flat indices of the pixels that a component has a say in."""
    return np.flatnonzero(mask > 0)


def cell_indices(mask: Floats, context_px: int) -> AnyArray:
    """Return the flat indices of the 2×2 cells that describe a component.

    Parameters
    ----------
    context_px : how far beyond the component its surroundings are looked at.
    """
    near = uniform_filter((mask > 0).astype(float), size=2 * context_px + 1, mode="nearest") > 1e-9
    return np.flatnonzero(cells(near[None].astype(float))[0] > 0)


def cells(planes: Floats) -> Floats:
    """Return N×(H·W/4) means over 2×2 pixels of N×H×W planes."""
    n, height, width = planes.shape
    blocks = planes.reshape(n, height // CELL_PX, CELL_PX, width // CELL_PX, CELL_PX)
    means: Floats = blocks.mean(axis=(2, 4))
    return means.reshape(n, -1)
