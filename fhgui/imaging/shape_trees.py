"""Landmarks by a cascade of regression trees, on small gray pictures that show a face alike.

Each stage of the cascade compares pairs of pixels, whose places move with the points seen so far,
and adds what the leaves of its trees say. dlib trains such cascades; its own program for running
them is quicker on one picture, but rounds points to whole pixels, and its files hold 30 times as
many bytes as the leaves' numbers need.

A *look* is the picture that the trees see: `SIDE_PX` pixels a side, the detector's box of the
upright face on the columns and rows of `BOX`, mean and contrast of the box always the same.

References
----------
V. Kazemi, J. Sullivan, "One millisecond face alignment with an ensemble of regression trees",
CVPR 2014; D. E. King, "Dlib-ml: a machine learning toolkit", JMLR 10, 2009.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Matrix, Pixels, Points

SIDE_PX = 96
"""Side of a look."""

BOX = (16.0, 16.0, 64.0, 64.0)
"""Left, top, width and height of the detector's box on a look (pixel i: i … i+1)."""

MEAN, DEVIATION = 128.0, 48.0
"""Of the gray levels in the box of a look."""

FLATTEST = 4.0
"""Gray levels of deviation that are enlarged at most to `DEVIATION`: less is noise."""

_PARTS = (
    range(16, -1, -1),
    range(26, 16, -1),
    range(27, 31),
    range(35, 30, -1),
    (45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40),
    range(54, 47, -1),
    range(59, 54, -1),
    range(64, 59, -1),
    range(67, 64, -1),
)
MIRRORED = {
    5: np.array([1, 0, 2, 4, 3]),
    68: np.array([point for part in _PARTS for point in part]),
}
"""Which point each of 5 or 68 is in the mirror; the 68 are those of iBUG 300-W."""

GRAY = np.array([0.299, 0.587, 0.114], np.float32)
"""Shares of R, G and B (ITU-R BT.601)."""


@dataclass(frozen=True, eq=False)
class ShapeTrees:
    """A trained cascade: C stages of T trees over F pixels, for P points; S = 2^depth − 1.

    Parameters
    ----------
    initial : P×2 float32, the mean face; 0 and 1 are the centres of the first and last pixel of
        the box.
    anchors : C×F, the point that each pixel goes with.
    deltas : C×F×2 float32, where the pixel lies from it on the mean face.
    pairs : C×T×S×2, the two pixels that a split compares.
    thresholds : C×T×S float32; above, a sample goes to the first branch.
    leaves : C×T×(S+1)×2P int8, in units of ``scales``.
    scales : C×T float32.
    """

    initial: Floats
    anchors: AnyArray
    deltas: Floats
    pairs: AnyArray
    thresholds: Floats
    leaves: AnyArray
    scales: Floats

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, AnyArray]) -> ShapeTrees:
        """Return the cascade that a file of weights holds.

        Raises
        ------
        KeyError, ValueError
            If it holds another, or arrays that do not belong together.
        """
        found = cls(**{name: arrays[name] for name in cls.__dataclass_fields__})
        found._check()
        return found

    def _check(self) -> None:
        stages, trees, splits = self.pairs.shape[:3]
        points, pixels = len(self.initial), self.anchors.shape[-1]
        shapes = {
            "initial": (points, 2),
            "anchors": (stages, pixels),
            "deltas": (stages, pixels, 2),
            "pairs": (stages, trees, splits, 2),
            "thresholds": (stages, trees, splits),
            "leaves": (stages, trees, splits + 1, 2 * points),
            "scales": (stages, trees),
        }
        wrong = [name for name, shape in shapes.items() if getattr(self, name).shape != shape]
        wrong += [n for n in shapes if not np.isfinite(getattr(self, n)).all()]
        wrong += [
            n for n, most in (("anchors", points), ("pairs", pixels)) if self._leads_out(n, most)
        ]
        if wrong or points not in MIRRORED or (splits + 1) & splits:
            raise ValueError(f"these are no trees ({', '.join(wrong)})")

    def _leads_out(self, name: str, most: int) -> bool:
        places = getattr(self, name)
        whole = np.issubdtype(places.dtype, np.integer)
        return not whole or not places.size or places.min() < 0 or places.max() >= most


def look(pixels: Pixels, onto: Matrix) -> Pixels:
    """Return `SIDE_PX`² uint8: a face as the trees see it.

    Parameters
    ----------
    pixels : H×W×3 uint8 R-G-B; the edges go on outwards.
    onto : 2×3, carries them to the look (pixel centres at integers).
    """
    return normalised(
        cv2.warpAffine(
            pixels.astype(np.float32) @ GRAY,
            onto,
            (SIDE_PX, SIDE_PX),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def normalised(gray: AnyArray) -> Pixels:
    """Return a look of the same mean and contrast as all others, as uint8."""
    left, top, width, height = map(int, BOX)
    inner = gray[top : top + height, left : left + width]
    gain = DEVIATION / max(float(inner.std()), FLATTEST)
    even = (gray - float(inner.mean())) * gain + MEAN
    levels: Pixels = np.clip(np.floor(even + 0.5), 0, 255).astype(np.uint8)
    return levels


def landmarks_on(trees: ShapeTrees, looks: Pixels) -> Points:
    """Return L×P×2 points on L looks, in their pixels.

    Parameters
    ----------
    looks : L×`SIDE_PX`×`SIDE_PX` uint8, made by `look`.
    """
    shape = np.repeat(trees.initial[None], len(looks), axis=0)
    for stage in range(len(trees.anchors)):
        values = _values(trees, stage, shape, looks)
        leaf = _leaves(trees, stage, values)
        told = trees.leaves[stage][np.arange(leaf.shape[1]), leaf]  # L×T×2P
        step = trees.scales[stage] @ told.astype(np.float32)
        shape = shape + step.reshape(shape.shape)
    return _to_pixels(shape)


def landmarks_both_ways(trees: ShapeTrees, looks: Pixels) -> Points:
    """Return 2L×P×2 points: those of each look, then those seen in the mirror, put back."""
    there = landmarks_on(trees, np.concatenate([looks, looks[..., ::-1]]))
    mirrored = there[len(looks) :, MIRRORED[there.shape[1]]]
    mirrored[..., 0] = SIDE_PX - 1 - mirrored[..., 0]
    return np.concatenate([there[: len(looks)], mirrored])


def _to_pixels(shape: Floats) -> Floats:
    left, top, width, height = BOX
    placed: Floats = shape * np.array([width - 1, height - 1]) + np.array([left, top])
    return placed


def _values(trees: ShapeTrees, stage: int, shape: Floats, looks: Pixels) -> Floats:
    """Return L×F gray levels at the places that go with the points; 0 outside of the look."""
    turns = _turns(trees.initial, shape)
    places = np.einsum("lij,fj->lfi", turns, trees.deltas[stage]) + shape[:, trees.anchors[stage]]
    x, y = np.moveaxis(np.floor(_to_pixels(places) + 0.5).astype(np.intp), -1, 0)
    inside = (x >= 0) & (x < SIDE_PX) & (y >= 0) & (y < SIDE_PX)
    row = np.arange(len(looks))[:, None]
    seen = looks[row, np.where(inside, y, 0), np.where(inside, x, 0)]
    values: Floats = np.where(inside, seen, 0).astype(np.float32)
    return values


def _turns(mean: Floats, shape: Floats) -> Floats:
    """Return L×2×2: turn and scale that carry the mean face nearest to each shape."""
    a = mean - mean.mean(axis=0)
    b = shape - shape.mean(axis=1, keepdims=True)
    size = np.sum(a**2)
    along = np.einsum("pi,lpi->l", a, b) / size
    across = (b[..., 1] @ a[:, 0] - b[..., 0] @ a[:, 1]) / size
    return np.stack([np.stack([along, -across], -1), np.stack([across, along], -1)], -2)


def _leaves(trees: ShapeTrees, stage: int, values: Floats) -> AnyArray:
    """Return L×T, the leaf at which each look arrives in each tree."""
    pairs, thresholds = trees.pairs[stage], trees.thresholds[stage]
    tree = np.arange(len(pairs))
    at = np.zeros((len(values), len(pairs)), np.intp)
    row = np.arange(len(values))[:, None]
    splits = pairs.shape[1]
    while at[0, 0] < splits:  # all trees are full and equally deep
        pair = pairs[tree, at]
        apart = values[row, pair[..., 0]] - values[row, pair[..., 1]]
        at = 2 * at + 1 + (apart <= thresholds[tree, at])
    arrived: AnyArray = at - splits
    return arrived
