"""Prototypes of faces, region by region: in every region each shows the mean of several people.

Whole faces that are averaged lose what detail is made of. Faces that are alike in a *region* keep
more of it: regions overlap by half and are blended by windows that sum to 1, and in each the faces
are grouped anew. A prototype is one group of every region; it is nobody's face anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.imaging.colour import to_uint8
from fhgui.training.galleries.clustering import clusters

REGION_PX = 32
"""Side of a region; 20 and 48 are worse."""
COARSE = 2
"""Regions are grouped by every second pixel."""

Seen = Sequence[tuple[int, ...]]
"""Of each face, left, top, right and bottom of what its picture showed; beyond it edges go on."""


@dataclass(frozen=True, eq=False)
class Prototypes:
    """Means of faces.

    Parameters
    ----------
    sharp : M×H×W×3 uint8. bases : mode → M×H×W uint8.
    least_members : faces averaged anywhere, at least.
    """

    sharp: Pixels
    bases: Mapping[str, AnyArray]
    least_members: int


@dataclass(frozen=True)
class _Region:
    """A region inside a face: its pixels, and the corner of its window that is inside."""

    rows: slice
    columns: slice
    window: tuple[slice, slice]

    def seen_by(self, seen: tuple[int, ...]) -> bool:
        """Return whether a picture showed the whole of it."""
        left, top, right, bottom = seen
        across = left <= int(self.columns.start) and int(self.columns.stop) <= right
        return across and top <= int(self.rows.start) and int(self.rows.stop) <= bottom


def averaged(
    sharp: Pixels,
    bases: Mapping[str, AnyArray],
    seen: Seen,
    count: int,
    least_members: int,
    rng: np.random.Generator,
) -> Prototypes:
    """Return ``count`` prototypes of N faces.

    Parameters
    ----------
    sharp : N×H×W×3 uint8. bases : mode → N×H×W uint8; the first says which faces are alike.

    Raises
    ------
    ValueError
        If there are fewer faces than one group needs.
    """
    guide = next(iter(bases.values()))
    size_hw = (sharp.shape[1], sharp.shape[2])
    window = _window()[..., None]
    totals = {name: np.zeros((count, *size_hw, 1), np.float32) for name in bases}
    colours = np.zeros((count, *size_hw, 3), np.float32)
    fewest = len(sharp)
    for region in _regions(size_hw):
        rows = _seeing(region, seen, least_members)
        entry = _grouped(guide[rows, region.rows, region.columns], count, least_members, rng)
        sizes = np.bincount(entry)
        fewest = min(fewest, int(sizes.min()))
        order = np.resize(rng.permutation(len(sizes)), count)
        here = (slice(None), region.rows, region.columns)
        share = window[region.window]
        colours[here] += share * _means(sharp[rows][here], entry)[order]
        for name, planes in bases.items():
            totals[name][here] += share * _means(planes[rows][here][..., None], entry)[order]
    rounded = {name: to_uint8(total[..., 0]) for name, total in totals.items()}
    return Prototypes(to_uint8(colours), rounded, fewest)


def _window() -> Floats:
    """Return the S×S window whose copies, half its side apart, sum to 1."""
    along = np.sin(np.pi * (np.arange(REGION_PX) + 0.5) / REGION_PX) ** 2
    return np.outer(along, along)


def _regions(size_hw: tuple[int, int]) -> Iterator[_Region]:
    starts = [range(-REGION_PX // 2, length, REGION_PX // 2) for length in size_hw]
    for top in starts[0]:
        for left in starts[1]:
            first, last = (max(top, 0), max(left, 0)), (top + REGION_PX, left + REGION_PX)
            bottom, right = min(last[0], size_hw[0]), min(last[1], size_hw[1])
            inside = slice(first[0] - top, bottom - top), slice(first[1] - left, right - left)
            yield _Region(slice(first[0], bottom), slice(first[1], right), inside)


def _seeing(region: _Region, seen: Seen, least_members: int) -> AnyArray:
    """Return the faces that show a region; all, if they are too few for two groups."""
    rows = np.flatnonzero([region.seen_by(box) for box in seen])
    return rows if len(rows) >= 2 * least_members else np.arange(len(seen))


def _grouped(
    planes: AnyArray, count: int, least_members: int, rng: np.random.Generator
) -> AnyArray:
    """Return the group 0 … G−1 of each face, by what its region is like about its mean grey."""
    rows = planes[:, ::COARSE, ::COARSE].reshape(len(planes), -1).astype(np.float32)
    found = clusters(rows - rows.mean(axis=1, keepdims=True), count, least_members, rng)
    numbers: AnyArray = np.unique(found, return_inverse=True)[1]
    return numbers


def _means(pictures: AnyArray, entry: AnyArray) -> AnyArray:
    groups = [pictures[entry == number] for number in range(int(entry.max()) + 1)]
    return np.stack([group.mean(axis=0, dtype=np.float64) for group in groups])
