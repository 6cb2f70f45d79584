"""The thread that lays a picture of a face over the area of another one, from another crop."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from fhgui.alignment.laying import Grid, laid_onto
from fhgui.alignment.similarity import onto_grid, scale_of
from fhgui.core.arrays import AnyArray, Floats, Pixels
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
    over : h×w×4 uint8 map that lies over the picture, clear where it does not reach; or None.
    values : h×w that the map stands for, NaN where it does not reach; or None.
    """

    pixels: Pixels
    reached: Pixels
    grid: Grid
    over: Pixels | None = None
    values: NDArray[np.float32] | None = None

    @property
    def size(self) -> int:
        """Bytes of all of it."""
        parts = (self.pixels, self.reached, self.over, self.values)
        return sum(part.nbytes for part in parts if part is not None)


@dataclass(frozen=True, eq=False)
class Laying:
    """A picture to be laid over an area.

    Parameters
    ----------
    pixels : H×W×3 uint8 on the grid ``here``; nobody changes it.
    there : whose area is to be covered.
    pixel_true : whether each sample stays a square: of the evidence.
    over, values : map over the picture and what it stands for, each on a grid of its own; or None.
    """

    pixels: Pixels
    here: Grid
    there: Grid
    pixel_true: bool
    over: Pixels | None = None
    values: AnyArray | None = None

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
        same = same and _equal(self.over, other.over)  # a map is painted anew each time
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
        over = None if self.over is None else _filled(self._map_laid(self.over))
        values = (
            None
            if self.values is None
            else self._map_laid(self.values[..., None])[..., 0].astype(np.float32)
        )
        return Laid(_filled(laid), reached, fine, over, values)

    def _map_laid(self, values: AnyArray) -> Floats:
        """Return H×W×C, on any grid over the picture's area, where it is to lie."""
        size_hw = (values.shape[0], values.shape[1])
        here = Grid(onto_grid(self.here.matrix, size_hw[0] / self.here.size_hw[0]), size_hw)
        return laid_onto(values, here, self.fine)


def _filled(laid: Floats) -> Pixels:
    return to_uint8(np.nan_to_num(laid, nan=0.0))


def _equal(one: Pixels | None, other: Pixels | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


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
