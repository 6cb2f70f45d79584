"""What the analyst marked on a frame: a crop box, points, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from fhgui.core.face import Box, DetectedFace, PlacedBy
from fhgui.provenance.request import Placement, PlacementKind

PointList: TypeAlias = tuple[tuple[float, float], ...]
"""(x, y) pairs in frame pixels."""

POINT_COUNTS = (2, 5, 68)


@dataclass(frozen=True)
class Marking:
    """One state of crop and points; every change makes a new one.

    Parameters
    ----------
    box : the crop (or the detector's box), frame pixels.
    points : 2, 5 or 68 points, frame pixels.
    found : how the automatic search can be repeated; None once a point was set by hand, so that
        the record never calls an edited point automatic.
    found_frame : the frame that it was found in.
    score : detector score of an unedited automatic find.
    aligned : the frame already is a method's input.
    """

    box: Box | None = None
    points: PointList | None = None
    found: Placement | None = None
    found_frame: int | None = None
    score: float | None = None
    aligned: bool = False

    @property
    def placed_by(self) -> PlacedBy:
        """Who or what decided where the face is."""
        if self.aligned:
            return PlacedBy.ALIGNED
        if self.points is None:
            return PlacedBy.BOX
        return PlacedBy.ANALYST if self.found is None else PlacedBy.AUTO

    def placement(self) -> Placement | None:
        """Return what to ask a run for; None while nothing is marked."""
        if self.aligned:
            return Placement(PlacementKind.ALIGNED)
        if self.found is not None:
            return self.found
        if self.points is not None:
            return Placement(PlacementKind.LANDMARKS, box=self.box, landmarks=self.points)
        if self.box is not None:
            return Placement(PlacementKind.BOX, box=self.box)
        return None

    def in_frame(self, index: int) -> Marking:
        """Return what the marking means for a frame: points found in another are taken as set."""
        if self.found is None or self.found_frame == index:
            return self
        return replace(self, found=None, found_frame=None, score=None)

    def with_box(self, box: Box | None) -> Marking:
        """Return the marking with another crop; points outside it would mislead, so they go."""
        return Marking(box=box)

    def with_points(self, points: PointList | None) -> Marking:
        """Return the marking with points set by hand."""
        return replace(self, points=points, found=None, found_frame=None, score=None, aligned=False)

    def with_point(self, index: int, xy: tuple[float, float]) -> Marking:
        """Return the marking with one point moved."""
        if self.points is None:
            return self
        points = (*self.points[:index], (float(xy[0]), float(xy[1])), *self.points[index + 1 :])
        return self.with_points(points)


def from_detection(face: DetectedFace, within: Box | None, frame_index: int = 0) -> Marking:
    """Return the marking of an automatic find, keeping how to find it again.

    Parameters
    ----------
    within : the crop it was looked for in; None when the whole frame was searched.
    frame_index : the frame it was found in.
    """
    found = (
        Placement(PlacementKind.BOX, box=within)
        if within is not None
        else Placement(PlacementKind.AUTO, box=face.box)
    )
    points = tuple((float(x), float(y)) for x, y in face.landmarks)
    return Marking(
        box=within or face.box,
        points=points,
        found=found,
        found_frame=frame_index,
        score=face.score,
    )
