"""Lays a picture of a face onto the grid of another one, by where both lie in their frame.

Methods take in other crops of the same face: results of two templates show an eye at other
pixels, and must not be compared pixel by pixel as they stand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fhgui.alignment.cutting import sample
from fhgui.alignment.similarity import apply, chained, invert, onto_grid, scale_of
from fhgui.core.arrays import AnyArray, Floats, Matrix
from fhgui.imaging.resize import imresize

SAME = 1e-6
"""Two grids are one if no corner of one is further from that of the other, in pixels."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Where the pixels of a picture of a face lie in its frame.

    Parameters
    ----------
    matrix : 2×3 similarity, frame → picture.
    size_hw : height and width of the picture.
    """

    matrix: Matrix
    size_hw: tuple[int, int]

    def is_like(self, other: Grid) -> bool:
        """Tell whether pixels of both lie at the same places."""
        if self.size_hw != other.size_hw:
            return False
        corners = _corners(self.size_hw)
        there = apply(chained(invert(self.matrix), other.matrix), corners)
        return bool(np.abs(there - corners).max() <= SAME)

    def covers(self, other: Grid) -> bool:
        """Tell whether both show the same part of the frame, whatever their pixels' size."""
        factor = self.size_hw[0] / other.size_hw[0]
        finer = Grid(onto_grid(other.matrix, factor), self.size_hw)
        return self.size_hw[1] == round(factor * other.size_hw[1]) and self.is_like(finer)


def laid_onto(pixels: AnyArray, here: Grid, there: Grid) -> Floats:
    """Return a picture on another grid.

    Parameters
    ----------
    pixels : H×W×C on the grid ``here``.

    Returns
    -------
    h×w×C float64 on the grid ``there``, by cubic convolution, within the range of the picture; NaN
    beyond its edges, and about what is NaN in it. What is reduced is sampled finer first, and then
    made smaller without folding.
    """
    if here.is_like(there):
        return pixels.astype(np.float64)
    matrix = chained(invert(here.matrix), there.matrix)
    k = max(1, math.ceil(1 / scale_of(matrix) - 1e-9))
    fine_hw = (there.size_hw[0] * k, there.size_hw[1] * k)
    laid = imresize(sample(pixels, onto_grid(matrix, k), fine_hw), there.size_hw)
    known = pixels[~np.isnan(pixels)] if pixels.dtype.kind == "f" else pixels
    if not known.size:
        return np.full((*there.size_hw, pixels.shape[2]), np.nan)
    laid = np.clip(laid, known.min(), known.max())
    laid[~_reached(here.size_hw, matrix, there.size_hw)] = np.nan
    return laid


def _reached(
    size_hw: tuple[int, int], matrix: Matrix, out_hw: tuple[int, int]
) -> NDArray[np.bool_]:
    """Return which pixels of the new grid have their middle within the picture."""
    y, x = np.indices(out_hw, dtype=np.float64)
    seen = apply(invert(matrix), np.column_stack([x.ravel(), y.ravel()]))
    edges = np.array(size_hw[::-1]) - 0.5
    inside: NDArray[np.bool_] = ((seen >= -0.5) & (seen <= edges)).all(axis=1).reshape(out_hw)
    return inside


def _corners(size_hw: tuple[int, int]) -> Floats:
    height, width = size_hw
    return np.array([(x, y) for y in (0.0, height - 1.0) for x in (0.0, width - 1.0)])
