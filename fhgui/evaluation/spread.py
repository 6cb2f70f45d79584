"""How far results that could be the same lie apart: across methods, placements and seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fhgui.alignment.laying import Grid, laid_onto
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.errors import InputError
from fhgui.imaging.colour import luma


def spread(pictures: Sequence[Pixels | Floats]) -> Floats:
    """Return the range of grey at every pixel: from the darkest picture to the brightest.

    The range is told and not the standard deviation: for two pictures it is their difference,
    and one method that differs is not averaged away by many that agree.

    Parameters
    ----------
    pictures : H×W×3, 0–255, of one size; NaN where a picture says nothing.

    Returns
    -------
    H×W float64, 0–255 (uint8 pictures); NaN where fewer than two pictures say anything: nothing is
    compared there, which is not agreement.

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
    return np.where(known.sum(axis=0) > 1, high - low, np.nan)


def spreads(pictures: Sequence[Pixels], grids: Sequence[Grid]) -> tuple[Floats, ...]:
    """Return the range of grey over pictures of one face, on the grid of each of them.

    Methods take in other crops of a face and enlarge them by other factors: each picture is laid
    onto the grid of the others by where it lies in the frame; beyond its edges it says nothing.

    Parameters
    ----------
    pictures : each H×W×3 uint8. grids : where each lies.
    """
    found: list[tuple[Grid, Floats]] = []
    for grid in grids:
        if not any(grid.is_like(other) for other, _ in found):
            laid = [laid_onto(p, here, grid) for p, here in zip(pictures, grids, strict=True)]
            found.append((grid, spread(laid)))
    return tuple(next(v for other, v in found if grid.is_like(other)) for grid in grids)
