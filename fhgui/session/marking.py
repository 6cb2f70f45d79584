"""What the analyst marked on a frame: a crop box, points, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from fhgui.core.face import Box, DetectedFace, FoundBy, PlacedBy
from fhgui.provenance.request import Placement, PlacementKind

PointList: TypeAlias = tuple[tuple[float, float], ...]
"""(x, y) pairs in frame pixels."""

POINT_COUNTS = (2, 5, 68)


@dataclass(frozen=True)
class Carried:
    """How points came from another frame by optical flow.

    Parameters
    ----------
    anchor_frame, anchor : the frame in which somebody set them, and where they were there.
    came_from : the frame of the step before; undoing goes back to it.
    frame : the frame that they were carried to.
    spread_px : root mean square distance of the agreeing places from one similarity.
    agreed : share of the places on the face that agree on how it moved, 0–1.
    """

    anchor_frame: int
    anchor: PointList
    came_from: int
    frame: int
    spread_px: float
    agreed: float

    def words(self) -> str:
        """Return what the record says about it."""
        return (
            f"the landmarks were set in frame {self.anchor_frame} and carried to frame "
            f"{self.frame} by optical flow: {self.agreed:.0%} of the places on the face agree, "
            f"{self.spread_px:.2f} px apart"
        )


FOUND = "there they had been found automatically"
SNAPPED = (
    "the landmarks were set by hand, then moved to where the landmark model sees them; the model "
    "sees landmarks everywhere and does not tell whether there is a face"
)


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
    score, found_by, spread_px : of an unedited automatic find, see `DetectedFace`.
    aligned : the frame already is a method's input.
    by : who or what set points that were not found automatically.
    carried : how the points came from another frame, if they did.
    note : what the record says about points that STN0 put there; of carried points, about how
        they were set before. Empty for others.
    set_in : the frame that was shown when crop or points were set; says nothing about where they
        are, and so makes no difference between markings.
    """

    box: Box | None = None
    points: PointList | None = None
    found: Placement | None = None
    found_frame: int | None = None
    score: float | None = None
    found_by: FoundBy = FoundBy.GRADIENTS
    spread_px: float | None = None
    aligned: bool = False
    by: PlacedBy = PlacedBy.ANALYST
    carried: Carried | None = None
    note: str = ""
    set_in: int | None = field(default=None, compare=False)

    @property
    def placed_by(self) -> PlacedBy:
        """Who or what decided where the face is."""
        if self.aligned:
            return PlacedBy.ALIGNED
        if self.points is None:
            return PlacedBy.BOX
        return self.by if self.found is None else PlacedBy.AUTO

    def placement(self) -> Placement | None:
        """Return what to ask a run for; None while nothing is marked."""
        if self.aligned:
            return Placement(PlacementKind.ALIGNED)
        if self.found is not None:
            return self.found
        if self.points is not None:
            return self._placed_points()
        if self.box is not None:
            return Placement(PlacementKind.BOX, box=self.box)
        return None

    def _placed_points(self) -> Placement:
        note = SNAPPED if self.by is PlacedBy.SNAPPED else self.note
        if self.carried is not None:
            note = "; ".join(filter(None, (self.carried.words(), self.note)))
        kind = PlacementKind.LANDMARKS
        return Placement(kind, self.box, self.points, placed_by=self.by, note=note)

    def in_frame(self, index: int) -> Marking:
        """Return what the marking means for a frame: points found in another are taken as set."""
        home = self.set_in if self.found is None else self.found_frame
        if home == index or (self.found is None and self.by is PlacedBy.ANALYST):
            return self
        return self._by_hand(self.points)

    def seen_in(self, index: int) -> Marking:
        """Return the marking as set while a frame was shown; carried points know their own."""
        return self if self.carried is not None else replace(self, set_in=index)

    def _by_hand(self, points: PointList | None) -> Marking:
        by = PlacedBy.ANALYST
        changes = replace(self, points=points, by=by, carried=None, note="")
        changes = replace(changes, found=None, found_frame=None, score=None, spread_px=None)
        return replace(changes, found_by=FoundBy.GRADIENTS)

    def with_box(self, box: Box | None) -> Marking:
        """Return the marking with another crop; points outside it would mislead, so they go."""
        return Marking(box=box)

    def with_points(self, points: PointList | None) -> Marking:
        """Return the marking with points set by hand."""
        return replace(self._by_hand(points), aligned=False)

    def snapped_to(self, points: PointList) -> Marking:
        """Return the marking with all points where the landmark model sees them."""
        return replace(self.with_points(points), by=PlacedBy.SNAPPED)

    def straightened_to(self, points: PointList, note: str) -> Marking:
        """Return the marking with the eyes where an upright template has them; see ``note``."""
        return replace(self.with_points(points), by=PlacedBy.NETWORK, note=note)

    def carried_to(self, carried: Carried, points: PointList | None, box: Box | None) -> Marking:
        """Return the marking in another frame; a crop without points stays one."""
        moved = replace(self.with_points(points), box=box, set_in=carried.frame)
        if points is None:
            return moved
        return replace(moved, by=PlacedBy.TRACKED, carried=carried, note=self._set_how())

    def _set_how(self) -> str:
        """Return what is to be known of points before they are carried; empty of a hand's."""
        if self.found is not None:
            return FOUND
        return SNAPPED if self.by is PlacedBy.SNAPPED else self.note

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
        found_by=face.found_by,
        spread_px=face.spread_px,
    )
