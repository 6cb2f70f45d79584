"""Which exemplars a face's detail is from, and where: the matched patches on demand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.face import Box
from fhgui.core.method import Reading
from fhgui.imaging.colour import luma, to_uint8
from fhgui.methods.fsgn.exemplars import Matches

SHOWN = 16
"""Exemplars that are shown, in four rows of four; they have a colour each, the others none."""
PER_SIDE = 4
READ = 5
"""Exemplars whose share is told in figures."""
TINT = 0.5
"""Share of the colour in the map."""


@dataclass(frozen=True)
class Source:
    """A window that a place of the face was mixed from.

    Parameters
    ----------
    exemplar : its number in the gallery. name : as the gallery calls it.
    mirrored : whether its mirror picture was taken.
    box : the window, in the exemplar as it is stored.
    weight : what the window was multiplied by.
    """

    exemplar: int
    name: str
    mirrored: bool
    box: Box
    weight: float


@dataclass(frozen=True, eq=False)
class Contributions:
    """What the patches of a face were mixed from.

    Parameters
    ----------
    names : of the gallery's N exemplars.
    numbers : which of 0 … 2N−1 the exemplars of the matches are; N + i is i mirrored.
    matches : see `Matches`.
    size_hw : of the face.
    """

    names: tuple[str, ...]
    numbers: AnyArray
    matches: Matches
    size_hw: tuple[int, int]

    @cached_property
    def exemplars(self) -> AnyArray:
        """P×K numbers of the exemplars, 0 … N−1."""
        found: AnyArray = self.numbers[self.matches.windows.exemplars] % len(self.names)
        return found

    @cached_property
    def shares(self) -> Floats:
        """N shares of the exemplars in the whole face; they sum to 1.

        Every patch counts alike, its windows by the size of their weights.
        """
        sizes = np.abs(self.matches.weights).astype(np.float64)
        sizes /= np.maximum(sizes.sum(axis=1, keepdims=True), 1e-12)
        sums = np.bincount(self.exemplars.ravel(), sizes.ravel(), len(self.names))
        shares: Floats = sums / max(sums.sum(), 1e-12)
        return shares

    def largest(self, count: int = SHOWN) -> AnyArray:
        """Return the numbers of the exemplars with the largest shares, largest first."""
        order = np.argsort(-self.shares, kind="stable")[:count]
        return order[self.shares[order] > 0]

    def readings(self) -> tuple[Reading, ...]:
        """Return the largest shares, in percent, by the names of the exemplars."""
        return tuple(
            Reading(f"exemplar_{i + 1}", round(100 * float(self.shares[i]), 1), "%", self.names[i])
            for i in self.largest(READ)
        )

    def at(self, x: int, y: int) -> tuple[Source, ...]:
        """Return what the patch whose middle is nearest to a pixel was mixed from, largest first.

        Parameters
        ----------
        x, y : pixel of the face.
        """
        patch = self._patch_at(x, y)
        windows, side = self.matches.windows, self.matches.patch_px
        found = []
        for k in np.argsort(-np.abs(self.matches.weights[patch]), kind="stable"):
            number = int(self.numbers[windows.exemplars[patch, k]])
            mirrored = number >= len(self.names)
            left, top = int(windows.lefts[patch, k]), int(windows.tops[patch, k])
            left = self.size_hw[1] - side - left if mirrored else left
            exemplar = number % len(self.names)
            weight = float(self.matches.weights[patch, k])
            box = Box(left, top, side, side)
            found.append(Source(exemplar, self.names[exemplar], mirrored, box, weight))
        return tuple(found)

    def map(self) -> AnyArray:
        """Return H×W: at each pixel the exemplar whose weight is largest in the nearest patch."""
        leading = np.abs(self.matches.weights).argmax(axis=1)
        numbers = np.take_along_axis(self.exemplars, leading[:, None], 1)[:, 0]
        rows = self._nearest_patch(np.arange(self.size_hw[0]), self.matches.grid[0])
        columns = self._nearest_patch(np.arange(self.size_hw[1]), self.matches.grid[1])
        grid = numbers.reshape(self.matches.grid)
        painted: AnyArray = grid[np.ix_(rows, columns)]
        return painted

    def painted(self, output: Floats) -> Pixels:
        """Return the face in gray, tinted by the colours of the exemplars with the largest shares.

        Parameters
        ----------
        output : H×W×3, 0–255.
        """
        colours = np.full((len(self.names), 3), np.nan)
        shown = self.largest()
        colours[shown] = palette()[: len(shown)]
        gray = np.repeat(luma(output)[..., None], 3, axis=2)
        tint = colours[self.map()]
        mixed = np.where(np.isnan(tint), gray, (1 - TINT) * gray + TINT * tint)
        return to_uint8(mixed)

    def thumbnails(self, pictures: Pixels) -> Pixels:
        """Return H×W×3: the exemplars with the largest shares, framed in their colours.

        Row by row, largest first; places that are left over are black.

        Parameters
        ----------
        pictures : N×H×W×3, the gallery's.
        """
        height, width = (n // PER_SIDE for n in self.size_hw)
        sheet = np.zeros((*self.size_hw, 3), np.uint8)
        edge = max(1, width // 20)
        for place, (number, colour) in enumerate(zip(self.largest(), palette(), strict=False)):
            row, column = divmod(place, PER_SIDE)
            tile = np.empty((height, width, 3), np.uint8)
            tile[:] = to_uint8(colour)
            inner = (width - 2 * edge, height - 2 * edge)
            small = cv2.resize(pictures[number], inner, interpolation=cv2.INTER_AREA)
            tile[edge : height - edge, edge : width - edge] = small
            at = (
                slice(row * height, (row + 1) * height),
                slice(column * width, (column + 1) * width),
            )
            sheet[at] = tile
        return sheet

    def _patch_at(self, x: int, y: int) -> int:
        row = int(self._nearest_patch(np.array([y]), self.matches.grid[0])[0])
        column = int(self._nearest_patch(np.array([x]), self.matches.grid[1])[0])
        return row * self.matches.grid[1] + column

    def _nearest_patch(self, places: AnyArray, count: int) -> AnyArray:
        """Return the number of the patch whose middle is nearest, along one axis."""
        middle = (self.matches.patch_px - 1) / 2
        nearest = np.floor((places - middle) / self.matches.step_px + 0.5).astype(int)
        held: AnyArray = np.clip(nearest, 0, count - 1)
        return held


def palette() -> Floats:
    """Return `SHOWN`×3 colours, 0–255, as far apart in hue as they can be, in two shades."""
    hues = np.repeat(np.arange(SHOWN // 2), 2) * (180 * 2 / SHOWN)
    values = np.tile([255, 150], SHOWN // 2)
    hsv = np.stack([hues, np.full(SHOWN, 220), values], axis=-1).astype(np.uint8)
    return np.asarray(cv2.cvtColor(hsv[None], cv2.COLOR_HSV2RGB)[0], np.float64)
