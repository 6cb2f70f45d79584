"""A place of a picture with its surroundings, to be seen beside others."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.arrays import Pixels
from fhgui.core.face import Box

AROUND = 3
"""Side of the part of an exemplar that is shown, as a multiple of its window's."""


@dataclass(frozen=True, eq=False)
class Glimpse:
    """A part of an exemplar, the way round in which it was used.

    Parameters
    ----------
    pixels : h×w×3 uint8.
    box : where the window lies in them.
    at_xy : the pixel in them that was laid on the face's.
    """

    pixels: Pixels
    box: Box
    at_xy: tuple[int, int]


def glimpse_of(result: Pixels, at_xy: tuple[int, int], side: int) -> Glimpse:
    """Return the surroundings of a place in a result, with a window about it."""
    around = surroundings(result.shape[:2], at_xy, side)
    x, y = at_xy[0] - around.x, at_xy[1] - around.y
    pixels = result[around.y : around.y + around.h, around.x : around.x + around.w]
    return Glimpse(pixels, Box(x - side // 2, y - side // 2, side, side), (x, y))


def surroundings(size_hw: tuple[int, int], at_xy: tuple[int, int], side: int) -> Box:
    """Return the square about a pixel that is shown: moved, where need be, to lie on the picture.

    Parameters
    ----------
    side : of the windows.
    """
    height, width = size_hw
    shown = min(AROUND * side, height, width)
    x, y = (
        min(max(0, at - shown // 2), most - shown)
        for at, most in zip(at_xy, (width, height), strict=True)
    )
    return Box(x, y, shown, shown)
