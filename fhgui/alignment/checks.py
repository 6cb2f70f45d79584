"""Refuses boxes and landmarks that make no sense, each with one clear sentence."""

from __future__ import annotations

import numpy as np

from fhgui.alignment.templates import COUNTS, reduced
from fhgui.core.arrays import Points
from fhgui.core.errors import InputError
from fhgui.core.face import Box

MIN_BOX_PX = 8
"""Shortest side of a crop box: fewer pixels hold no face."""

MIN_EYES_PX = 2.0
"""Smallest distance of the eye centres."""

MAX_OVERHANG = 0.25
"""How far a landmark may lie outside the frame, as a share of its longer side: the far side of
a cut-off face is still a sensible guess."""


def check_box(box: Box, frame_hw: tuple[int, int]) -> None:
    """Raise `InputError` unless the box lies in the frame and can hold a face."""
    height, width = frame_hw
    said = f"the box {box.x},{box.y},{box.w},{box.h}"
    in_frame = f"the frame is {width} pixels wide and {height} high"
    if min(box.w, box.h) < MIN_BOX_PX:
        raise InputError(
            f"{said} is too small", hint=f"both sides need at least {MIN_BOX_PX} pixels"
        )
    if box.x < 0 or box.y < 0 or box.x + box.w > width or box.y + box.h > height:
        raise InputError(f"{said} reaches outside the frame", hint=in_frame)


def check_landmarks(points: Points, frame_hw: tuple[int, int]) -> None:
    """Raise `InputError` unless the points can be a face of this frame."""
    check_points(points)
    height, width = frame_hw
    slack = MAX_OVERHANG * max(frame_hw)
    low, high = np.array([-0.5, -0.5]), np.array([width - 0.5, height - 0.5])
    overhang = np.maximum(low - points, points - high).max(axis=1)
    worst = int(overhang.argmax())
    centre = points.mean(axis=0)
    if overhang[worst] > slack or np.any(centre < low) or np.any(centre > high):
        x, y = points[worst]
        raise InputError(
            f"landmark {worst + 1} at {x:g},{y:g} lies far outside the frame",
            hint=f"the frame is {width} pixels wide and {height} high",
        )


def check_points(points: Points) -> None:
    """Raise `InputError` unless there are 2, 5 or 68 distinct finite points, not mirrored."""
    if points.ndim != 2 or points.shape[1:] != (2,) or len(points) not in COUNTS:
        raise InputError(
            f"{len(points)} landmarks were given",
            hint="give 2 (eye centres), 5 (eyes, nose tip, mouth corners) or 68",
        )
    if not np.isfinite(points).all():
        bad = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
        raise InputError(f"landmark {bad + 1} is not a number", hint="give x,y in frame pixels")
    left_eye, right_eye = reduced(points, 2)
    if np.hypot(*(right_eye - left_eye)) < MIN_EYES_PX:
        raise InputError(
            "the landmarks coincide: the eyes are less than 2 pixels apart",
            hint="set the two eye centres apart",
        )
    if len(points) > 2:
        _check_order(points)


def _check_order(points: Points) -> None:
    """Eyes from left to right must see the mouth on their right hand, as on every face."""
    left_eye, right_eye, _, left_mouth, right_mouth = reduced(points, 5)
    across, down = right_eye - left_eye, (left_mouth + right_mouth - left_eye - right_eye) / 2
    if across[0] * down[1] - across[1] * down[0] <= 0:
        raise InputError(
            "the landmarks are those of a mirrored face",
            hint="give the points on the image's left first",
        )
