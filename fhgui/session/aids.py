"""What the analyst set up on a source beside crop and points: a loop, a ruler, a scale, a field.

Of it only the choice of a field reaches a pixel or a method, and the record of every run says so.
All of it is kept in the case and can be undone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

from fhgui.core.fields import Fields

XY: TypeAlias = tuple[float, float]
"""(x, y) in frame pixels, pixel centres at integers."""


@dataclass(frozen=True)
class Loop:
    """A stretch of film, both ends included."""

    first: int
    last: int


@dataclass(frozen=True)
class Ruler:
    """A line that was measured in one frame."""

    start: XY
    end: XY
    frame_index: int

    @property
    def length_px(self) -> float:
        """Its length in frame pixels."""
        return math.dist(self.start, self.end)


@dataclass(frozen=True)
class Calibration:
    """A line of known length: it holds in the plane of that object, at its distance, only.

    Parameters
    ----------
    length_px : length of the line in frame pixels.
    length_mm : its true length, as the analyst knows it.
    """

    length_px: float
    length_mm: float

    @property
    def mm_per_px(self) -> float:
        """Millimetres that a pixel covers."""
        return self.length_mm / self.length_px


@dataclass(frozen=True)
class Aids:
    """One state of all aids on a source; every change makes a new one.

    Parameters
    ----------
    loop : what is played over and over; None for the whole film.
    ruler : the line measured last.
    calibration : what turns pixels into millimetres; None before a line of known length.
    fields : which of the two fields of every frame are shown and used.
    """

    loop: Loop | None = None
    ruler: Ruler | None = None
    calibration: Calibration | None = None
    fields: Fields = Fields.WOVEN

    def with_loop_end(self, frame_index: int, is_first: bool, count: int) -> Aids:
        """Return the aids with one end of the loop moved; the other end gives way to it."""
        loop = self.loop or Loop(0, count - 1)
        if is_first:
            last = loop.last if loop.last > frame_index else count - 1
            return replace(self, loop=Loop(frame_index, max(last, frame_index)))
        first = loop.first if loop.first < frame_index else 0
        return replace(self, loop=Loop(first, frame_index))
