"""How a face stands in an input: turned, larger or smaller, shifted.

Told as what was done to an upright face, on one grid: ``input_xy = s·R(angle)·(upright_xy − c) + c
+ shift`` about the grid's middle c. With y pointing down a positive angle is clockwise as seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fhgui.alignment.laying import Grid
from fhgui.alignment.similarity import chained, invert, onto_grid, scale_of
from fhgui.core.arrays import Matrix
from fhgui.core.face import FaceAlignment
from fhgui.core.method import Reading, Stage
from fhgui.core.record import StageRecord

ANGLE, SCALE, SHIFT_X, SHIFT_Y = "angle_deg", "scale", "shift_x_px", "shift_y_px"
"""Names of the readings by which a stage tells the pose that its method has found."""


@dataclass(frozen=True)
class Pose:
    """How a face stands in an input.

    Parameters
    ----------
    angle_deg : clockwise as seen. scale : 1 is as large as upright.
    shift_xy_px : of the middle, in pixels of the input.
    """

    angle_deg: float
    scale: float = 1.0
    shift_xy_px: tuple[float, float] = (0.0, 0.0)


def pose_of(matrix: Matrix, size_hw: tuple[int, int]) -> Pose:
    """Return the pose that a 2×3 similarity from the upright grid to the input's makes.

    Parameters
    ----------
    size_hw : of either grid, in pixels.
    """
    linear = matrix[:, :2]
    middle = (np.array(size_hw[::-1], dtype=np.float64) - 1) / 2
    shift = linear @ middle + matrix[:, 2] - middle
    return Pose(
        angle_deg=float(np.degrees(np.arctan2(linear[1, 0], linear[0, 0]))),
        scale=scale_of(matrix),
        shift_xy_px=(float(shift[0]), float(shift[1])),
    )


def matrix_of(pose: Pose, size_hw: tuple[int, int]) -> Matrix:
    """Return the 2×3 similarity from the upright grid to the input's; undoes `pose_of`."""
    angle = np.radians(pose.angle_deg)
    cos, sin = pose.scale * np.cos(angle), pose.scale * np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]])
    middle = (np.array(size_hw[::-1], dtype=np.float64) - 1) / 2
    return np.column_stack([linear, middle + pose.shift_xy_px - linear @ middle])


def enlarged(pose: Pose, factor: float) -> Pose:
    """Return a pose on grids ``factor`` times as fine."""
    right, down = pose.shift_xy_px
    return replace(pose, shift_xy_px=(factor * right, factor * down))


def told_pose(stages: Iterable[Stage | StageRecord]) -> Pose | None:
    """Return the pose by the last stage that tells one; None if none does."""
    found: Pose | None = None
    for stage in stages:
        told = {reading.name: reading for reading in stage.readings}
        if ANGLE in told:
            shift = _number(told.get(SHIFT_X), 0.0), _number(told.get(SHIFT_Y), 0.0)
            found = Pose(_number(told[ANGLE], 0.0), _number(told.get(SCALE), 1.0), shift)
    return found


def grid_of(alignment: FaceAlignment, stages: Sequence[Stage]) -> Grid:
    """Return where the pixels of the last of some stages lie in the frame.

    A method that straightens says by which pose; its upright pictures lie turned in the frame.

    Parameters
    ----------
    stages : the input, and what came of it, to the one that is meant.
    """
    size_hw = stages[-1].pixels.shape[0], stages[-1].pixels.shape[1]
    scale = size_hw[0] / stages[0].pixels.shape[0]
    matrix, pose = onto_grid(alignment.matrix, scale), told_pose(stages)
    if pose is not None:
        matrix = chained(matrix, invert(matrix_of(enlarged(pose, scale), size_hw)))
    return Grid(matrix, size_hw)


def turned_by(found: Pose, applied: Pose) -> float:
    """Return the angle between two poses in degrees, 0 to 180."""
    return abs((found.angle_deg - applied.angle_deg + 180) % 360 - 180)


def _number(reading: Reading | None, otherwise: float) -> float:
    return otherwise if reading is None else float(reading.value)
