"""Which exemplars a result is from, and where: whose windows each pixel was mixed of.

Everything is told pixel by pixel as the result was made: patches overlap, and at a pixel all that
cover it count, each by its trust.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol, runtime_checkable

import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.face import Box, FaceImage
from fhgui.core.method import Asset

NONE = 1e-12
"""Below it a sum of weights is none."""


@dataclass(frozen=True)
class Source:
    """What one exemplar brought to one pixel of a face.

    Parameters
    ----------
    exemplar : its number in the gallery, from 0. name : as the gallery calls it.
    share : of the sizes of all weights at the pixel, 0–1; those of all exemplars sum to 1.
    weight : what its windows are multiplied by there, in all; may be negative.
    windows : how many windows of it cover the pixel.
    mirrored : whether the window that counts most is of its mirror picture.
    box : that window, in the exemplar as it is stored.
    at_xy : pixel of the exemplar, as it is stored, that the window lays on the pixel of the face.
    """

    exemplar: int
    name: str
    share: float
    weight: float
    windows: int
    mirrored: bool
    box: Box
    at_xy: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Spread:
    """How the contributions are spread over a face.

    Parameters
    ----------
    leading : H×W int32, the exemplar with the largest share at each pixel.
    largest : H×W float32, its share, 0–1.
    count : H×W float32 ≥ 1, as how many exemplars with equal shares would count there: 1/Σs².
    shares : N, of the exemplars in the whole face: the mean over its pixels; they sum to 1.
    """

    leading: AnyArray
    largest: AnyArray
    count: AnyArray
    shares: Floats


@dataclass(frozen=True, eq=False)
class Contributions:
    """What the patches of a face were mixed from.

    A pixel's value is Σ t·w·v / Σ t over the windows of all patches that cover it: v the window's
    value there, w its weight, t the trust in its patch.

    Parameters
    ----------
    names : of the gallery's N exemplars.
    exemplars : P×K, 0 … 2N−1; N + i is exemplar i mirrored.
    tops, lefts : P×K, of the windows in the exemplar, or in its mirror picture.
    weights : P×K. trust : P, above 0.
    grid : (R, C), patches down and across, the first at the top left; P = R·C, row by row.
    step_px, patch_px : distance of neighbouring patches, and their side.
    size_hw : of the face and of the exemplars.
    """

    names: tuple[str, ...]
    exemplars: AnyArray
    tops: AnyArray
    lefts: AnyArray
    weights: AnyArray
    trust: AnyArray
    grid: tuple[int, int]
    step_px: int
    patch_px: int
    size_hw: tuple[int, int]

    @cached_property
    def spread(self) -> Spread:
        """How they are spread over the face."""
        total = self._total
        leading = np.zeros(self.size_hw, np.int32)
        largest, squares = np.zeros(self.size_hw), np.zeros(self.size_hw)
        shares = np.zeros(len(self.names))
        for number, sizes in self._by_exemplar():
            here = sizes / total
            shares[number] = here.mean()
            squares += here**2
            better = here > largest
            leading[better], largest[better] = number, here[better]
        count = (1 / np.maximum(squares, NONE)).astype(np.float32)
        return Spread(leading, largest.astype(np.float32), count, shares / max(shares.sum(), NONE))

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is quickly computed again; `spread` travels if it is there."""
        return {k: v for k, v in vars(self).items() if not k.startswith("_")}

    @property
    def shares(self) -> Floats:
        """N shares of the exemplars in the whole face."""
        return self.spread.shares

    def largest(self, count: int) -> AnyArray:
        """Return the numbers of the exemplars with the largest shares, largest first."""
        order = np.argsort(-self.shares, kind="stable")[:count]
        return order[self.shares[order] > 0]

    def share_of(self, exemplar: int) -> Floats:
        """Return H×W, 0–1: the share of one exemplar at each pixel."""
        own = np.where(self._people == exemplar, self._sizes, 0).sum(axis=1)
        return self._laid(own) / self._total

    def at(self, x: int, y: int) -> tuple[Source, ...]:
        """Return what a pixel was mixed from, largest share first.

        Raises
        ------
        ValueError
            If the pixel is not on the face.
        """
        height, width = self.size_hw
        if not (0 <= x < width and 0 <= y < height):
            raise ValueError(f"({x}, {y}) is not on a face of {width}×{height} px")
        (top, below), (left, beyond) = self._reaches
        down, across = np.arange(top[y], below[y]), np.arange(left[x], beyond[x])
        patches = (down[:, None] * self.grid[1] + across).ravel()
        sizes, people = self._sizes[patches], self._people[patches]
        signed = np.copysign(sizes, self.weights[patches])
        total, trust = max(float(sizes.sum()), NONE), float(self.trust[patches].sum())
        found = []
        for exemplar in np.unique(people[sizes > 0]).tolist():
            own = people == exemplar
            rows, places = np.nonzero(own)
            most = int(np.argmax(sizes[own]))
            window = self._window(int(patches[rows[most]]), int(places[most]), x, y)
            share, weight = float(sizes[own].sum()) / total, float(signed[own].sum()) / trust
            source = Source(exemplar, self.names[exemplar], share, weight, len(rows), *window)
            found.append(source)
        return tuple(sorted(found, key=lambda source: (-source.share, source.exemplar)))

    @cached_property
    def _people(self) -> AnyArray:
        """P×K numbers of the exemplars, 0 … N−1."""
        return self.exemplars % len(self.names)

    @cached_property
    def _total(self) -> Floats:
        """H×W, how much all windows count at each pixel."""
        return np.maximum(self._laid(self._sizes.sum(axis=1)), NONE)

    @cached_property
    def _sizes(self) -> Floats:
        """P×K, how much each window counts: the size of its weight, times the trust."""
        sizes: Floats = np.abs(self.weights) * self.trust[:, None].astype(np.float64)
        return sizes

    def _window(self, patch: int, place: int, x: int, y: int) -> tuple[bool, Box, tuple[int, int]]:
        """Return whether a window is mirrored, where it is, and its pixel at one of the face."""
        side, width = self.patch_px, self.size_hw[1]
        top, left = int(self.tops[patch, place]), int(self.lefts[patch, place])
        row, column = divmod(patch, self.grid[1])
        at_x, at_y = left + x - column * self.step_px, top + y - row * self.step_px
        if int(self.exemplars[patch, place]) < len(self.names):
            return False, Box(left, top, side, side), (at_x, at_y)
        return True, Box(width - side - left, top, side, side), (width - 1 - at_x, at_y)

    @cached_property
    def _reaches(self) -> tuple[tuple[AnyArray, AnyArray], tuple[AnyArray, AnyArray]]:
        """For each row and column of pixels the first patch that covers it, and one after the last.

        What no patch covers, at the ends of faces that are no whole number of steps, goes with the
        patch next to it.
        """
        return tuple(map(self._reach, self.size_hw, self.grid))  # type: ignore[return-value]  # two

    def _reach(self, length: int, count: int) -> tuple[AnyArray, AnyArray]:
        places = np.arange(length)
        first = np.ceil((places - self.patch_px + 1) / self.step_px).astype(int)
        first = np.clip(first, 0, count - 1)
        after = np.clip(places // self.step_px + 1, first + 1, count)
        return first, after

    def _by_exemplar(self) -> Iterator[tuple[int, Floats]]:
        """Yield each exemplar that takes part, and how much it counts at each pixel, H×W."""
        people = self._people.ravel()
        order = np.argsort(people, kind="stable")
        sizes, patches = self._sizes.ravel()[order], order // self.weights.shape[1]
        starts = np.searchsorted(people[order], np.arange(len(self.names) + 1))
        for number, (begin, end) in enumerate(pairwise(starts.tolist())):
            if begin < end:
                held = np.bincount(patches[begin:end], sizes[begin:end], len(self.weights))
                yield number, self._laid(held.astype(np.float64))

    def _laid(self, held: Floats) -> Floats:
        """Return H×W: at each pixel the sum of what the P patches that cover it hold."""
        table = np.zeros((self.grid[0] + 1, self.grid[1] + 1))
        table[1:, 1:] = held.reshape(self.grid).cumsum(axis=0).cumsum(axis=1)
        (top, below), (left, beyond) = self._reaches
        strips = table[below] - table[top]
        return np.maximum(strips[:, beyond] - strips[:, left], 0)


@dataclass(frozen=True, eq=False)
class Traced:
    """A result that was made again, with what it is from.

    Parameters
    ----------
    result : H×W×3 uint8, as it was made again.
    contributions : whose windows it is mixed of.
    gallery : the file of the exemplars. array : the array in it, N×H×W×3 uint8, as they are shown.
    least_members : pictures averaged in every exemplar, at least; 1: each is one photograph.
    gap : grey levels by which it differs from the recorded result, at most; 0: bit for bit.
    """

    result: Pixels
    contributions: Contributions
    gallery: Asset
    array: str
    least_members: int
    gap: int = 0


@runtime_checkable
class Sourced(Protocol):
    """A method that can tell which exemplars of its gallery a result is from."""

    def traced(self, face: FaceImage, seed: int) -> Traced | None:
        """Make the result again, and tell; None if its settings use no gallery.

        Raises
        ------
        FhguiError
            As of `Method.stages`.
        """
