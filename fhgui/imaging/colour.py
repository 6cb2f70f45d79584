"""The one border between 8-bit pictures and floats, and the gray conventions of the protocols."""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Pixels

GRAY = np.array([0.2989, 0.5870, 0.1140])
"""MATLAB's rgb2gray weights (protocols.md)."""

LUMA = np.array([0.299, 0.587, 0.114])
"""BT.601 luma; sums to 1, so adding d to R, G and B adds d to luma and leaves chroma alone."""


def to_float(pixels: Pixels) -> Floats:
    """Return uint8 pixels as float64, 0–255."""
    return pixels.astype(np.float64)


def to_uint8(values: AnyArray) -> Pixels:
    """Return floats (0–255 scale) rounded half up and clipped to uint8."""
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


def gray(pixels: Pixels) -> Pixels:
    """Return H×W uint8 gray: ``.2989R + .5870G + .1140B``, rounded half up."""
    return to_uint8(to_float(pixels) @ GRAY)


def studio_luma(pixels: Pixels) -> Floats:
    """Return H×W float64 Y of BT.601 in studio range, 16–235."""
    return 16 + to_float(pixels) @ (LUMA * 219 / 255)


def luma(values: AnyArray) -> Floats:
    """Return H×W float64 luma of H×W×3 R-G-B on any linear scale."""
    result: Floats = values.astype(np.float64) @ LUMA
    return result


def with_luma(values: Floats, new_luma: Floats) -> Floats:
    """Return H×W×3 with its luma replaced and its colour differences kept (not clipped)."""
    return values + (new_luma - luma(values))[..., None]
