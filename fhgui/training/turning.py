"""Heads turned aside: pictures of faces that look into the camera, seen from farther round.

Sets of faces hold few profiles. For a small face a rough head is enough: half an elliptic cylinder
with a nose, on which the picture lies and which turns about its own axis. What the picture never
showed is filled with what is next to it.

References
----------
X. Zhu, Z. Lei, X. Liu, H. Shi, S. Z. Li, "Face alignment across large poses: a 3D solution",
CVPR 2016, Section 4, turn heads of photographs in the same way, with a finer model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Pixels

HALF_WIDTH = 0.58
"""Of the head, from its middle to an ear, in widths of the detector's box."""
DEPTH = 0.68
"""From the ears' plane to the front of the face, likewise."""
FLATNESS = 2.6
"""Exponent of the cylinder's outline: an ellipse has 2, faces are flatter in front."""
NOSE = 0.16, 0.12, 0.56, 0.16
"""Its height and half width in widths of the box, its tip's place down the box and half length."""
BOX_SHIFT = 0.38
"""Share of the way of the front of the face that the detector's box goes: between nose and ear."""
BACK, TEMPLE = 0.3, 0.1
"""Length of the head behind the ear, in widths of the box, and the share of the half before the ear
that is mirrored there: no picture from the front shows it."""
FINER = 4
"""Samples a pixel along a row of the head."""


@dataclass(frozen=True, eq=False)
class TurnedHead:
    """How a picture of a face is seen after a turn to the right of the picture.

    Parameters
    ----------
    columns, rows : H×W float32: where each pixel lies in the picture.
    shift_px : how far the face's box went to the right.
    """

    columns: AnyArray
    rows: AnyArray
    shift_px: float

    def of(self, picture: Pixels) -> Pixels:
        """Return the picture of a face, H×W×3 uint8, turned."""
        turned = cv2.remap(
            picture, self.columns, self.rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        pixels: Pixels = turned.astype(np.uint8, copy=False)
        return pixels

    def seen(self, edges: Sequence[int]) -> tuple[int, ...]:
        """Return left, top, right, bottom of what the turned picture shows of a part of it."""
        left, top, right, bottom = edges
        middle = self.columns[len(self.columns) // 2]
        inside = np.flatnonzero((middle >= left) & (middle <= right - 1))
        return int(inside[0]), top, int(inside[-1]) + 1, bottom


@lru_cache(maxsize=4)
def turned_heads(
    size_hw: tuple[int, int], face_box: tuple[float, ...], angles_deg: tuple[float, ...]
) -> tuple[TurnedHead, ...]:
    """Return the turns by some angles for faces that all lie on one template.

    Parameters
    ----------
    size_hw : of the pictures.
    face_box : x, y, width, height of the detector's box in them.
    angles_deg : above 0 and below 90.
    """
    return tuple(_turned(size_hw, face_box, np.deg2rad(angle)) for angle in angles_deg)


def _turned(size_hw: tuple[int, int], face_box: Sequence[float], angle: float) -> TurnedHead:
    height, width = size_hw
    left, top, across, down = face_box
    middle = left + (across - 1) / 2
    half = HALF_WIDTH * across
    offsets = np.linspace(-half, half, FINER * 2 * round(half) + 1)
    places = np.arange(width, dtype=np.float64) - middle
    columns = np.empty((height, width), np.float32)
    for y in range(height):
        depths = _depths(offsets / across, (y - top) / down) * across
        columns[y] = _row(places, offsets, depths, angle) + middle
    rows = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    return TurnedHead(columns, rows, float(BOX_SHIFT * DEPTH * across * np.sin(angle)))


def _depths(offsets: Floats, down: float) -> Floats:
    """Return how far the head's surface lies before the ears' plane; all in widths of the box."""
    round_ = (1 - np.abs(offsets / HALF_WIDTH) ** FLATNESS).clip(0) ** (1 / FLATNESS)
    height, half_width, tip, half_length = NOSE
    nose = np.exp(-((offsets / half_width) ** 2) - ((down - tip) / half_length) ** 2)
    return DEPTH * round_ + height * nose


def _row(places: Floats, offsets: Floats, depths: Floats, angle: float) -> Floats:
    """Return for each place of a row which offset of the picture is seen there."""
    seen_at = offsets * np.cos(angle) + depths * np.sin(angle)
    nearness = depths * np.cos(angle) - offsets * np.sin(angle)
    cells = np.rint(seen_at - places[0]).astype(int)
    inside = (cells >= 0) & (cells < len(places))
    cells, shown, nearness = cells[inside], offsets[inside], nearness[inside]
    order = np.argsort(nearness, kind="stable")  # what is nearest is written last
    row = np.full(len(places), np.nan)
    row[cells[order]] = shown[order]
    known = np.flatnonzero(np.isfinite(row))
    first, last = known[0], known[-1]
    row[first : last + 1] = np.interp(np.arange(first, last + 1), known, row[known])
    row[:first] = _behind(places[:first] - places[first], offsets[0], angle)
    row[last + 1 :] = offsets[-1] + places[last + 1 :] - places[last]
    return row


def _behind(beyond: Floats, ear: float, angle: float) -> Floats:
    """Return what is seen beyond the ear: the back of the head, then what was beside it.

    Parameters
    ----------
    beyond : places from the ear's, below 0. ear : its offset, below 0.
    """
    length = BACK / HALF_WIDTH * -ear * np.sin(angle)
    mirrored = ear - beyond / length * TEMPLE * -ear
    offsets: Floats = np.where(-beyond < length, mirrored, ear + beyond + length)
    return offsets
