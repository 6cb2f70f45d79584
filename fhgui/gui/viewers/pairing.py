"""Pictures over each other: for wipe, blink and difference, wherever both show a place."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.method import Origin
from fhgui.gui.threads.laying import Laid, Laying
from fhgui.gui.viewers.painting import at_size
from fhgui.gui.viewers.picture_cell import Picture

TIP = "Of the true difference in grey levels of 255, before the gain"
OTHER_CROP = "another crop, laid over"
BEING_LAID = "another crop, being laid over …"
LAID = "A shows another crop: it was laid over B by where both lie in the frame."


LATELY = 16
"""Pictures that are kept as they were laid: as many as there are methods to blink through."""
LATELY_BYTES = 12 << 20


class Pairing:
    """Lays A over B; what was laid lately is kept, so that an edge can be dragged at once."""

    def __init__(self) -> None:
        self._lately: deque[tuple[Laying, Laid]] = deque(maxlen=LATELY)

    def wanted(self, a: Picture, b: Picture) -> Laying | None:
        """Return what takes so long to lay that a thread should, and then `take` it; else None."""
        laying = _laying(a, b)
        if laying is None or self._known(laying) is not None or not laying.is_large:
            return None
        return laying

    def take(self, laying: Laying, laid: Laid) -> None:
        """Take in what was laid elsewhere."""
        self._lately.append((laying, laid))
        while len(self._lately) > 1 and sum(each.size for _, each in self._lately) > LATELY_BYTES:
            self._lately.popleft()

    def forget(self) -> None:
        """Let go of what was laid lately."""
        self._lately.clear()

    def laid(self, a: Picture, b: Picture) -> tuple[Picture, Pixels | None]:
        """Return A as it covers the area of B, and where it shows anything.

        Methods take in other crops of a face. A is black where it does not reach; None for a mask
        if both show the same area, or nobody knows where they lie.
        """
        laying = _laying(a, b)
        if laying is None:
            return a, None
        laid = self._known(laying)
        if laid is None:
            laid = laying.made()
            self.take(laying, laid)
        placed = replace(a, pixels=laid.pixels, grid=laid.grid, over=laid.over, values=laid.values)
        return placed, laid.reached

    def _known(self, laying: Laying) -> Laid | None:
        return next((laid for known, laid in self._lately if known.is_like(laying)), None)

    def in_place(self, a: Picture, b: Picture) -> Picture:
        """Return A as it covers the area of B, said so in its title if it shows another crop.

        What was laid over is no stage any more: nothing can be drawn on it.
        """
        laid, reached = self.laid(a, b)
        if reached is None:
            return laid
        title = f"{a.title} · {OTHER_CROP}"
        return replace(laid, title=title, stage="", outlines=())

    def difference(self, a: Picture, b: Picture, gain: int) -> Picture:
        """Return |A − B| · gain as a picture; its values are the true differences of grey."""
        title = f"|A − B| × {gain}:  {a.title}  −  {b.title}"
        a, reached = self.laid(a, b)
        if a.pixels is None or b.pixels is None:
            return Picture(title, None, empty="nothing to compare yet")
        size_hw = max(a.pixels.shape[:2], b.pixels.shape[:2])
        one, two = (at_size(p, size_hw) for p in (a.pixels, b.pixels))
        gaps = np.maximum(one, two) - np.minimum(one, two)
        beside = None if reached is None else at_size(reached, size_hw) == 0
        if beside is not None:
            gaps[beside] = 0
        red, green, blue = (gaps[..., band].astype(np.uint16) for band in range(3))
        plain = (red + green + blue) / 3
        among = plain if beside is None else plain[~beside]
        mean, most = (float(among.mean()), among.max()) if among.size else (0.0, 0.0)
        note = f"mean {mean:.1f}, largest {most:.0f}"
        pixels: Pixels = np.minimum(gaps.astype(np.uint16) * gain, 255).astype(np.uint8)
        tip = TIP if reached is None else f"{TIP}. {LAID}"
        return Picture(title, pixels, note=note, note_tip=tip, values=plain, grid=b.grid)


def _laying(a: Picture, b: Picture) -> Laying | None:
    """Return how A is laid over B; None if nothing has to be laid, or nobody knows where."""
    if a.pixels is None or b.pixels is None or a.grid is None or b.grid is None:
        return None
    if a.grid.covers(b.grid):
        return None
    values = None if a.over is None else a.values
    return Laying(a.pixels, a.grid, b.grid, a.origin is Origin.MEASURED, a.over, values)
