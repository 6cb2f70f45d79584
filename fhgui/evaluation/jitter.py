"""The same face placed a pixel otherwise: how much of a result hangs on where the points were set.

The landmarks are moved by at most one pixel of the frame in the eight ways that change a
similarity most: shifted left, right, up and down, turned both ways, spread and drawn together.
No random numbers: the same face gives the same map. A similarity J that moves all points moves
their least-squares fit with it, so the placement that the moved points would give is M∘J⁻¹.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fhgui.alignment.cutting import sample
from fhgui.alignment.similarity import apply, chained, invert, onto_grid
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Floats, Matrix, Pixels, Points
from fhgui.core.errors import InputError
from fhgui.core.face import FaceAlignment

REACH_PX = 1.0
"""How far a landmark is moved, in pixels of the frame."""


def jittered(alignment: FaceAlignment) -> tuple[FaceAlignment, ...]:
    """Return eight placements of a face with its landmarks up to one frame pixel away.

    Raises
    ------
    InputError
        If it has neither landmarks nor a box: nobody placed the face.
    """
    points = _anchor_points(alignment)
    centre = points.mean(axis=0)
    radius_px = float(np.linalg.norm(points - centre, axis=1).max())
    return tuple(_moved(alignment, move) for move in _moves(centre, radius_px))


def laid_back(pixels: Pixels, moved: FaceAlignment, alignment: FaceAlignment, scale: int) -> Floats:
    """Return the result of a moved placement on the output grid of the placement itself.

    Parameters
    ----------
    pixels : H×W×3 uint8, the result on the moved placement's output grid.
    scale : output size / input size.

    Returns
    -------
    H×W×3 float64; NaN where the moved grid did not reach. Sampled by cubic convolution.
    """
    there = onto_grid(alignment.matrix, scale)
    back = chained(invert(onto_grid(moved.matrix, scale)), there)
    height, width = pixels.shape[:2]
    picture = np.clip(sample(pixels, back, (height, width)), 0, 255)
    y, x = np.indices((height, width), dtype=np.float64)
    seen = apply(invert(back), np.column_stack([x.ravel(), y.ravel()]))
    inside = ((seen >= -0.5) & (seen <= (width - 0.5, height - 0.5))).all(axis=1)
    picture[~inside.reshape(height, width)] = np.nan
    return picture


def _anchor_points(alignment: FaceAlignment) -> Points:
    """Return the points that placed the face; of a box its middle left and right."""
    if alignment.landmarks is not None:
        points = alignment.landmarks
        return points if len(points) == 2 else reduced(points, 5)
    if alignment.box is None:
        raise InputError("nobody placed this face: its file already was the method's input")
    (x, y), reach = alignment.box.centre_xy, alignment.box.w / 2
    return np.array([(x - reach, y), (x + reach, y)])


def _moves(centre: Points, radius_px: float) -> tuple[Matrix, ...]:
    """Return 2×3 similarities of the frame that move no anchor by more than `REACH_PX`."""
    part = REACH_PX / max(radius_px, 2 * REACH_PX)
    shifts = ((REACH_PX, 0.0), (-REACH_PX, 0.0), (0.0, REACH_PX), (0.0, -REACH_PX))
    angle = 2 * np.arcsin(part / 2)
    turns = [_linear(np.cos(a), np.sin(a)) for a in (angle, -angle)]
    scales = [_linear(s, 0.0) for s in (1 + part, 1 - part)]
    return (
        *(np.column_stack([np.eye(2), shift]) for shift in shifts),
        *(np.column_stack([m, centre - m @ centre]) for m in (*turns, *scales)),
    )


def _linear(cosine: float, sine: float) -> Floats:
    return np.array([[cosine, -sine], [sine, cosine]])


def _moved(alignment: FaceAlignment, move: Matrix) -> FaceAlignment:
    points = alignment.landmarks
    return replace(
        alignment,
        matrix=chained(invert(move), alignment.matrix),
        landmarks=None if points is None else apply(move, points),
    )
