"""The geometry of the crop rectangle: which handle is under the cursor, and what dragging does.

Without Qt, so that it can be tested as laws. A box is whole pixels; a drag snaps to them.
"""

from __future__ import annotations

from enum import Enum

from fhgui.core.face import Box

XY = tuple[float, float]


class Grip(Enum):
    """What was taken hold of; the value says which edges move (left, top, right, bottom)."""

    NEW = (False, False, False, False)
    INSIDE = (True, True, True, True)
    TOP_LEFT = (True, True, False, False)
    TOP = (False, True, False, False)
    TOP_RIGHT = (False, True, True, False)
    RIGHT = (False, False, True, False)
    BOTTOM_RIGHT = (False, False, True, True)
    BOTTOM = (False, False, False, True)
    BOTTOM_LEFT = (True, False, False, True)
    LEFT = (True, False, False, False)


HANDLES = tuple(g for g in Grip if g not in (Grip.NEW, Grip.INSIDE))


def handle_xy(box: Box, grip: Grip) -> XY:
    """Return where a handle lies, in coordinates with pixel centres at integers."""
    left, top, right, bottom = _edges(box)
    moves_left, moves_top, moves_right, moves_bottom = grip.value
    x = left if moves_left else right if moves_right else (left + right) / 2
    y = top if moves_top else bottom if moves_bottom else (top + bottom) / 2
    return x, y


def grip_at(box: Box | None, at: XY, reach_px: float) -> Grip:
    """Return what a press at a point takes hold of; ``NEW`` begins another box.

    Parameters
    ----------
    reach_px : how far from a handle still counts, in picture pixels.
    """
    if box is None:
        return Grip.NEW
    near = min(HANDLES, key=lambda g: _distance(handle_xy(box, g), at))
    if _distance(handle_xy(box, near), at) <= reach_px:
        return near
    left, top, right, bottom = _edges(box)
    inside = left <= at[0] <= right and top <= at[1] <= bottom
    return Grip.INSIDE if inside else Grip.NEW


def dragged(box: Box | None, grip: Grip, start: XY, now: XY, size_wh: tuple[int, int]) -> Box:
    """Return the box after a drag, at least one pixel large and inside the picture."""
    if grip is Grip.NEW or box is None:
        edges = (*start, *now)
        return from_edges(*edges, size_wh)
    dx, dy = now[0] - start[0], now[1] - start[1]
    left, top, right, bottom = _edges(box)
    if grip is Grip.INSIDE:
        return inside(Box(box.x + round(dx), box.y + round(dy), box.w, box.h), size_wh)
    moves = grip.value
    return from_edges(
        left + dx * moves[0],
        top + dy * moves[1],
        right + dx * moves[2],
        bottom + dy * moves[3],
        size_wh,
    )


def from_edges(x1: float, y1: float, x2: float, y2: float, size_wh: tuple[int, int]) -> Box:
    """Return the box of whole pixels between two corners, whichever way round they are."""
    w, h = size_wh
    left = min(w - 1, max(0, round(min(x1, x2) + 0.5)))
    top = min(h - 1, max(0, round(min(y1, y2) + 0.5)))
    right = min(w, max(left + 1, round(max(x1, x2) + 0.5)))
    bottom = min(h, max(top + 1, round(max(y1, y2) + 0.5)))
    return Box(left, top, right - left, bottom - top)


def inside(box: Box, size_wh: tuple[int, int]) -> Box:
    """Return a box of the same size moved (or cut, if it is too large) into the picture."""
    w, h = min(box.w, size_wh[0]), min(box.h, size_wh[1])
    return Box(max(0, min(box.x, size_wh[0] - w)), max(0, min(box.y, size_wh[1] - h)), w, h)


def expanded(box: Box, factor: float, size_wh: tuple[int, int]) -> Box:
    """Return a box about the same centre, ``factor`` times as large, cut to the picture."""
    left, top, right, bottom = _edges(box)
    grow_x, grow_y = (factor - 1) * box.w / 2, (factor - 1) * box.h / 2
    return from_edges(left - grow_x, top - grow_y, right + grow_x, bottom + grow_y, size_wh)


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.x - 0.5, box.y - 0.5, box.x + box.w - 0.5, box.y + box.h - 0.5


def _distance(a: XY, b: XY) -> float:
    return max(abs(a[0] - b[0]), abs(a[1] - b[1]))
