"""Grey levels along a line that lies in the same place of pictures of different sizes."""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import Floats, Pixels
from fhgui.imaging.colour import gray

ROUNDED = 1e-9
"""Share of the picture by which an end may be beyond its edge and still be on it."""


def line_profile(
    pixels: Pixels,
    start: tuple[float, float],
    end: tuple[float, float],
    samples: int,
    channel: int | None = None,
) -> Floats:
    """Return the values of the pixels that a line goes through, each pixel as a step.

    Parameters
    ----------
    pixels : H×W×3 uint8.
    start, end : (x, y) as shares of width and height from the outer left and upper edge: 0–1 on
        the picture.
    samples : number of places at equal distances, both ends included.
    channel : 0, 1, 2 for R, G, B; None for gray.

    Returns
    -------
    Floats
        ``samples`` values 0–255; NaN beyond the picture.
    """
    h, w = pixels.shape[:2]
    along = np.linspace(0.0, 1.0, samples)
    x = start[0] + (end[0] - start[0]) * along
    y = start[1] + (end[1] - start[1]) * along
    columns = np.clip((x * w).astype(np.intp), 0, w - 1)
    rows = np.clip((y * h).astype(np.intp), 0, h - 1)
    read = pixels[rows, columns][None]
    values: Floats = (gray(read)[0] if channel is None else read[0, :, channel]).astype(np.float64)
    beyond = (np.minimum(x, y) < -ROUNDED) | (np.maximum(x, y) > 1 + ROUNDED)
    values[beyond] = np.nan
    return values
