"""Pictures over each other: for wipe, blink and difference, wherever both show a place."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from fhgui.alignment.laying import Grid, laid_onto
from fhgui.alignment.similarity import onto_grid, scale_of
from fhgui.core.arrays import Pixels
from fhgui.core.method import Origin
from fhgui.gui.viewers.painting import at_size
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.imaging.colour import to_uint8

TIP = "Of the true difference in grey levels of 255, before the gain"
OTHER_CROP = "another crop, laid over"
LAID = "A shows another crop: it was laid over B by where both lie in the frame."


LATELY = 8
"""Pictures that are kept as they were laid: as many as are blinked through."""


class _Laid(NamedTuple):
    """A as it lies over B, and where it shows anything; and the pixels of both."""

    a: Pixels
    b: Pixels
    over: Picture
    reached: Pixels


class Pairing:
    """Lays A over B; what was laid lately is kept, so that an edge can be dragged at once."""

    def __init__(self) -> None:
        self._lately: deque[_Laid] = deque(maxlen=LATELY)

    def laid(self, a: Picture, b: Picture) -> tuple[Picture, Pixels | None]:
        """Return A as it covers the area of B, and where it shows anything.

        Methods take in other crops of a face. A is black where it does not reach; None for a mask
        if both show the same area, or nobody knows where they lie.
        """
        if a.pixels is None or b.pixels is None or a.grid is None or b.grid is None:
            return a, None
        if a.grid.covers(b.grid):
            return a, None
        found = next((x for x in self._lately if x.a is a.pixels and x.b is b.pixels), None)
        if found is None:
            found = _Laid(a.pixels, b.pixels, *_laid_over(a, a.grid, b.grid))
            self._lately.append(found)
        return replace(a, pixels=found.over.pixels, grid=found.over.grid), found.reached

    def in_place(self, a: Picture, b: Picture) -> Picture:
        """Return A as it covers the area of B, said so in its title if it shows another crop.

        What was laid over is no stage any more: nothing can be drawn on it. A map of doubt over A
        stays where A is.
        """
        laid, reached = self.laid(a, b) if a.over is None else (a, None)
        if reached is None:
            return laid
        title = f"{a.title} · {OTHER_CROP}"
        return replace(laid, title=title, stage="", outlines=(), values=None)

    def difference(self, a: Picture, b: Picture, gain: int) -> Picture:
        """Return |A − B| · gain as a picture; its values are the true differences of grey."""
        title = f"|A − B| × {gain}:  {a.title}  −  {b.title}"
        a, reached = self.laid(a, b)
        if a.pixels is None or b.pixels is None:
            return Picture(title, None, empty="nothing to compare yet")
        size_hw = max(a.pixels.shape[:2], b.pixels.shape[:2])
        one, two = (at_size(p, size_hw).astype(np.int16) for p in (a.pixels, b.pixels))
        gaps = np.abs(one - two)
        if reached is not None:
            gaps[at_size(reached, size_hw) == 0] = 0
        plain = gaps.astype(np.float64).mean(axis=2)
        among = plain if reached is None else plain[at_size(reached, size_hw) > 0]
        mean, most = (float(among.mean()), among.max()) if among.size else (0.0, 0.0)
        note = f"mean {mean:.1f}, largest {most:.0f}"
        pixels: Pixels = np.clip(gaps * gain, 0, 255).astype(np.uint8)
        tip = TIP if reached is None else f"{TIP}. {LAID}"
        return Picture(title, pixels, note=note, note_tip=tip, values=plain)


def _laid_over(a: Picture, here: Grid, there: Grid) -> tuple[Picture, Pixels]:
    """Return A on a grid that covers B's, as fine as its own; of the evidence, its own pixels."""
    factor = max(1, math.ceil(scale_of(here.matrix) / scale_of(there.matrix) - 1e-6))
    fine = Grid(
        onto_grid(there.matrix, factor), (there.size_hw[0] * factor, there.size_hw[1] * factor)
    )
    assert a.pixels is not None
    if a.origin is Origin.MEASURED:  # pixel-true: each sample a square
        times = max(1, math.ceil(scale_of(fine.matrix) / scale_of(here.matrix)))
        squares_hw = (here.size_hw[0] * times, here.size_hw[1] * times)
        pixels = at_size(a.pixels, squares_hw)
        here = Grid(onto_grid(here.matrix, times), squares_hw)
    else:
        pixels = a.pixels
    laid = laid_onto(pixels, here, fine)
    reached = (~np.isnan(laid[..., 0])).astype(np.uint8)
    shown = to_uint8(np.nan_to_num(laid, nan=0.0))
    return replace(a, pixels=shown, grid=fine), reached
