"""The maps of doubt where a method has put the face upright: its result is laid back first.

The degradation made the input from a face that was turned; the result is upright. It is sampled
back onto the input's grid, enlarged; what it does not reach is the input's bicubic enlargement,
which invents nothing. The maps made there are sampled upright again, to lie over the result.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fhgui.alignment.cutting import sample
from fhgui.alignment.similarity import apply, invert
from fhgui.core.arrays import Floats, Matrix, Pixels
from fhgui.core.doubt import DoubtMaps
from fhgui.evaluation.doubt import doubt_maps
from fhgui.evaluation.pose import Pose, enlarged, matrix_of
from fhgui.imaging.colour import to_float, to_uint8
from fhgui.imaging.resize import imresize

NOTE = (
    "The method put the face upright: its result was laid back, turned by {:.1f}°, before it was "
    "degraded again."
)


def turned_doubt_maps(result: Pixels, face: Pixels, degradation: str, pose: Pose) -> DoubtMaps:
    """Return the maps of doubt of an upright result of a turned input.

    Parameters
    ----------
    result : H×W×3 uint8, upright. face : h×w×3 uint8, the input; H = s·h, W = s·w.
    degradation : name of the operator (`imaging.operators`).
    pose : how the method found the face to stand in the input, in pixels of the input.

    Raises
    ------
    InputError
        If the sizes are not one whole multiple of each other.
    """
    size_hw = (result.shape[0], result.shape[1])
    to_input = matrix_of(enlarged(pose, result.shape[0] / face.shape[0]), size_hw)
    maps = doubt_maps(laid_back(result, face, to_input), face, degradation)
    upright = invert(to_input)
    return replace(
        maps,
        invented=_carried(maps.invented, upright),
        fixed=None if maps.fixed is None else _carried(maps.fixed, upright),
        note=NOTE.format(pose.angle_deg),
    )


def laid_back(result: Pixels, face: Pixels, to_input: Matrix) -> Pixels:
    """Return the result on the input's grid, enlarged, with the input's enlargement around it.

    Parameters
    ----------
    to_input : 2×3, from the result's grid to that of the enlarged input.
    """
    size_hw = (result.shape[0], result.shape[1])
    laid: Floats = sample(result, to_input, size_hw)
    y, x = np.indices(size_hw, dtype=np.float64)
    from_result = apply(invert(to_input), np.column_stack([x.ravel(), y.ravel()]))
    edges = np.array(size_hw[::-1]) - 0.5
    outside = ~((from_result >= -0.5) & (from_result <= edges)).all(axis=1).reshape(size_hw)
    laid[outside] = imresize(to_float(face), size_hw)[outside]
    return to_uint8(np.clip(laid, 0, 255))


def _carried(values: NDArray[np.float32], matrix: Matrix) -> NDArray[np.float32]:
    """Return an H×W map seen through a similarity; cubic convolution may fall below 0."""
    size_hw = (values.shape[0], values.shape[1])
    seen = sample(values[..., None], matrix, size_hw)[..., 0]
    return np.maximum(seen, 0).astype(np.float32)
