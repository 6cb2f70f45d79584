"""How well points fit the template, in figures, and how the face looks on it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from fhgui.alignment import placing
from fhgui.alignment.cutting import cut_face
from fhgui.alignment.similarity import apply, invert, scale_of
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Pixels, Points
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.core.method import MethodInfo
from fhgui.session.marking import Marking
from fhgui.session.placement import overlay

FITTED_OF_68 = (*range(36, 48), 48, 54)
"""Of 68 points the fit uses those of the eyes and the corners of the mouth."""

UPRIGHT = np.eye(2)


@dataclass(frozen=True, eq=False)
class FitFacts:
    """What is to be said about an alignment by points.

    Parameters
    ----------
    targets : N×2, where the fitted template has the points, frame pixels.
    off_px : N distances of the points from there.
    fitted : which of the points the fit uses; the others are shown for comparison only.
    rms_px : root mean square residual of the fit, frame pixels.
    eyes_px : distance of the eye centres, frame pixels.
    roll_deg : how far the face is turned in the picture, clockwise positive.
    frame_px_per_input_px : frame pixels along one pixel of the method's input.
    """

    targets: Points
    off_px: tuple[float, ...]
    fitted: tuple[bool, ...]
    rms_px: float
    eyes_px: float
    roll_deg: float
    frame_px_per_input_px: float

    def words(self) -> str:
        """Return the figures of the face as a whole."""
        return (
            f"eyes {self.eyes_px:.1f} px apart  ·  turned {self.roll_deg:+.1f}°  ·  "
            f"1 px of the input = {self.frame_px_per_input_px:.2f} px of the frame"
        )

    def residual(self) -> str:
        """Return the residual; two points always fit, so they have none."""
        if len(self.off_px) == 2:
            return "two points always fit: no residual"
        share = self.rms_px / self.eyes_px
        return f"residual {self.rms_px:.2f} px, {share:.1%} of the eye distance"


def facts_of(alignment: FaceAlignment, info: MethodInfo) -> FitFacts | None:
    """Return the figures of an alignment; None for one without points."""
    points = alignment.landmarks
    if points is None:
        return None
    targets = overlay(alignment, info, len(points))
    left, right = reduced(points, 2)
    along_x, along_y = alignment.matrix[:, 0].tolist()  # how the frame is turned to fit
    return FitFacts(
        targets,
        tuple(float(d) for d in np.hypot(*(targets - points).T)),
        _fitted(len(points)),
        alignment.rms_px,
        float(np.hypot(*(right - left))),
        round(math.degrees(math.atan2(-along_y, along_x)), 1) + 0.0,  # no −0.0°
        1 / scale_of(alignment.matrix),
    )


def on_template(pixels: Pixels, alignment: FaceAlignment, info: MethodInfo) -> Pixels:
    """Return the face as it lies on a method's output grid, H×W×3 uint8, interpolated."""
    matrix = placing.output_matrix(alignment, info.scale)
    return cut_face(pixels, replace(alignment, matrix=matrix), info.output_hw).pixels


def template_on_output(info: MethodInfo) -> Points:
    """Return the template's 68 points on a method's output grid."""
    identity = placing.aligned(info.input_hw, info.template)
    matrix = placing.output_matrix(identity, info.scale)
    points: Points = apply(matrix, overlay(identity, info))
    return points


def upright(marking: Marking, alignment: FaceAlignment, info: MethodInfo) -> FaceAlignment:
    """Return the alignment before any point was set: the crop alone, or else only not turned."""
    if marking.box is not None:
        return placing.by_box(marking.box, info.template, info.input_hw)
    scale = scale_of(alignment.matrix)
    middle = np.array([[(info.input_hw[1] - 1) / 2, (info.input_hw[0] - 1) / 2]])
    held = apply(invert(alignment.matrix), middle)[0]
    matrix = np.column_stack([scale * UPRIGHT, middle[0] - scale * held])
    return FaceAlignment(matrix, PlacedBy.BOX, info.template)


def _fitted(count: int) -> tuple[bool, ...]:
    if count == 68:
        return tuple(i in FITTED_OF_68 for i in range(68))
    return tuple(count == 2 or i in placing.ANCHORS for i in range(count))
