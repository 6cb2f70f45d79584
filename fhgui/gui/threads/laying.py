"""The thread that lays a picture of a face over the area of another one, from another crop."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from fhgui.alignment.laying import Grid, laid_onto
from fhgui.alignment.similarity import onto_grid, scale_of
from fhgui.core.arrays import Pixels
from fhgui.gui.threads.inputs import MANY
from fhgui.gui.threads.serving import ServingThread
from fhgui.gui.viewers.painting import at_size
from fhgui.imaging.colour import to_uint8


class Laid(NamedTuple):
    """A picture as it lies over another area.

    Parameters
    ----------
    pixels : h×w×3 uint8, black where it does not reach. reached : h×w uint8, 1 where it does.
    grid : of both.
    """

    pixels: Pixels
    reached: Pixels
    grid: Grid


@dataclass(frozen=True, eq=False)
class Laying:
    """A picture to be laid over an area.

    Parameters
    ----------
    pixels : H×W×3 uint8 on the grid ``here``; nobody changes it.
    there : whose area is to be covered.
    pixel_true : whether each sample stays a square: of the evidence.
    """

    pixels: Pixels
    here: Grid
    there: Grid
    pixel_true: bool

    @property
    def fine(self) -> Grid:
        """A grid that covers the area, as fine as the picture's own."""
        factor = max(1, math.ceil(scale_of(self.here.matrix) / scale_of(self.there.matrix) - 1e-6))
        height, width = self.there.size_hw
        return Grid(onto_grid(self.there.matrix, factor), (height * factor, width * factor))

    @property
    def is_large(self) -> bool:
        """Whether it takes so long that the window would stand still."""
        height, width = self.fine.size_hw
        return height * width > MANY

    def is_like(self, other: Laying) -> bool:
        """Tell whether another one gives the same."""
        same = self.pixels is other.pixels and self.pixel_true == other.pixel_true
        return same and self.here.is_like(other.here) and self.there.is_like(other.there)

    def made(self) -> Laid:
        """Return the picture where it is to lie."""
        pixels, here, fine = self.pixels, self.here, self.fine
        if self.pixel_true:
            times = max(1, math.ceil(scale_of(fine.matrix) / scale_of(here.matrix)))
            squares_hw = (here.size_hw[0] * times, here.size_hw[1] * times)
            pixels, here = (
                at_size(pixels, squares_hw),
                Grid(onto_grid(here.matrix, times), squares_hw),
            )
        laid = laid_onto(pixels, here, fine)
        reached = (~np.isnan(laid[..., 0])).astype(np.uint8)
        return Laid(to_uint8(np.nan_to_num(laid, nan=0.0)), reached, fine)


class LayingThread(ServingThread[Laying]):
    """Lays what was wanted last.

    Signals
    -------
    made : a `Laying` and its `Laid`.
    """

    made = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("fhgui-laying", parent)

    def want(self, laying: Laying) -> None:
        """Ask for a picture; one that has not begun is forgotten for it."""
        self._ask(laying, forget=lambda _: True)

    def _serve(self, laying: Laying) -> None:
        self.made.emit(laying, laying.made())
