"""What an examiner points out on a picture: arrows, boxes and words that live in the report only.

No picture ever holds them: viewers and reports draw them over copies. Places are shares of the
picture's width and height from its outer left and upper edge, so that the same place of a face is
meant in a 16 px input and in a 128 px result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

XY: TypeAlias = tuple[float, float]
"""(x, y)."""

LONGEST_TEXT = 500
"""Characters of one annotation."""
MOST_ON_A_RUN = 100
"""More annotations than that on one run are no help to anybody."""
HEAD_ASPECT = 0.45
"""Half the width of an arrow's head by its length."""


class AnnotationKind(StrEnum):
    """What is drawn."""

    ARROW = "arrow"
    BOX = "box"
    TEXT = "text"


@dataclass(frozen=True)
class Annotation:
    """One mark on one stage of one run.

    Parameters
    ----------
    record : id of the run's record.
    stage : name of the stage, e.g. ``input``.
    kind : arrow, box or words alone.
    start, end : shares 0–1 of width and height: tail and tip of an arrow, two corners of a box,
        the upper left corner of words (twice).
    text : what it says; may be empty for arrows and boxes.
    """

    record: str
    stage: str
    kind: AnnotationKind
    start: XY
    end: XY
    text: str = ""


def placed_inside(annotation: Annotation) -> bool:
    """Tell whether every number of it lies on the picture, and its words are not too many."""
    places = (*annotation.start, *annotation.end)
    return all(0 <= v <= 1 for v in places) and len(annotation.text) <= LONGEST_TEXT


def arrow_head(start: XY, end: XY, length: float) -> tuple[XY, XY, XY]:
    """Return the triangle at the tip of an arrow; never longer than half of the arrow.

    Parameters
    ----------
    start, end : tail and tip, on any grid with square pixels.
    length : of the head, on the same grid.

    Returns
    -------
    tip, one, other
        The corners; all are the tip for an arrow without length.
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    whole = math.hypot(dx, dy)
    if whole == 0:
        return end, end, end
    reach = min(length, whole / 2)
    ux, uy = dx / whole, dy / whole
    x, y, side = end[0] - reach * ux, end[1] - reach * uy, reach * HEAD_ASPECT
    return end, (x - side * uy, y + side * ux), (x + side * uy, y - side * ux)


def distance_to(annotation: Annotation, at: XY) -> float:
    """Return how far a place is from what is drawn, as a share of the picture; 0 on words' corner.

    Parameters
    ----------
    at : shares of width and height.
    """
    (x0, y0), (x1, y1) = annotation.start, annotation.end
    if annotation.kind is AnnotationKind.BOX:
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        sides = zip(corners, (*corners[1:], corners[0]), strict=True)
        return min(_to_segment(a, b, at) for a, b in sides)
    return _to_segment(annotation.start, annotation.end, at)


def _to_segment(a: XY, b: XY, at: XY) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    squared = dx * dx + dy * dy
    along = 0.0 if squared == 0 else ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / squared
    along = min(1.0, max(0.0, along))
    return math.hypot(at[0] - a[0] - along * dx, at[1] - a[1] - along * dy)
