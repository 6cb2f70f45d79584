"""How far results that could be the same lie apart: across methods, placements and seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fhgui.core.arrays import Floats, Pixels
from fhgui.core.errors import InputError
from fhgui.imaging.colour import luma, to_float
from fhgui.imaging.resize import imresize


def spread(pictures: Sequence[Pixels | Floats]) -> Floats:
    """Return the range of grey at every pixel: from the darkest picture to the brightest.

    The range is told and not the standard deviation: for two pictures it is their difference,
    and one method that differs is not averaged away by many that agree.

    Parameters
    ----------
    pictures : H×W×3, 0–255, of one size; NaN where a picture says nothing.

    Returns
    -------
    H×W float64, 0–255 (uint8 pictures); 0 where fewer than two pictures say anything.

    Raises
    ------
    InputError
        Without pictures, or if they differ in size.
    """
    if not pictures or any(p.shape != pictures[0].shape for p in pictures):
        raise InputError("only pictures of one size can be compared", hint="compare equal crops")
    planes = np.stack([luma(p.astype(np.float64)) for p in pictures])
    known = ~np.isnan(planes)
    low = np.where(known, planes, np.inf).min(axis=0)
    high = np.where(known, planes, -np.inf).max(axis=0)
    return np.where(known.any(axis=0), high - low, 0.0)


def on_one_grid(pictures: Sequence[Pixels]) -> tuple[Floats, ...]:
    """Return pictures of one face on the grid of the largest, by bicubic interpolation.

    Methods of other magnifications give other sizes; the same pixels are returned as floats if
    all are alike.
    """
    height = max(p.shape[0] for p in pictures)
    width = max(p.shape[1] for p in pictures)
    return tuple(
        to_float(p) if p.shape[:2] == (height, width) else imresize(to_float(p), (height, width))
        for p in pictures
    )
