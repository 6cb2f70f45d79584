"""Landmarks of small faces, with how far the looks at them lie apart.

dlib's model knows sharp faces some 100 pixels wide. Small ones are seen by trees of our own too,
which were grown on faces of 12 to 64 pixels with the noise, blur and compression of cameras: five
points put the face upright, then the 68 are seen. Each answer is the median over looks from boxes
shifted, turned and resized a little, in the mirror too; how far the looks lie apart is the
confidence.

References
----------
V. Kazemi, J. Sullivan, "One millisecond face alignment with an ensemble of regression trees",
CVPR 2014. The labels of our trees are dlib's landmarks in sharp pictures, whose model was trained
on iBUG 300-W (non-commercial data).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from fhgui import paths
from fhgui.alignment.gradients import LOOK_WIDTHS_PX, enlarged_region, with_margin
from fhgui.alignment.landmarks import landmarks_in
from fhgui.alignment.placing import by_landmarks
from fhgui.alignment.similarity import apply, chained, invert
from fhgui.alignment.templates import template
from fhgui.assets import GET, load_file
from fhgui.core.arrays import Floats, Matrix, Pixels, Points
from fhgui.core.errors import WeightsError
from fhgui.core.face import PlacedBy
from fhgui.imaging import shape_trees
from fhgui.imaging.shape_trees import ShapeTrees

FILES = {5: "landmarks/points5.safetensors", 68: "landmarks/points68.safetensors"}
"""Trees of the two steps, under ``models/``."""

TEMPLATE = "celeba128"
"""Says where the points of an upright face lie about the detector's box."""

TREES_ALONE_PX, DLIB_ALONE_PX = 12.0, 36.0
"""Widths of the box up to which our trees, and from which dlib's model, answers alone; between
them the shares change evenly. Measured with given boxes on LFW faces with noise and compression,
medians in % of the eye distance: at 16 px dlib 5.7, trees 4.6, both 4.6 (nine in ten 8.4, 6.2,
5.9); at 24 px 3.3, 3.4, 2.9."""

Change: TypeAlias = tuple[float, float, float, float]
"""Of a look: shift right and down as shares of the box, size as a factor, turn in degrees."""

BOX_CHANGES: tuple[Change, ...] = (
    (0.0, 0.0, 1.0, 0.0),
    (0.0, 0.0, 0.88, 0.0),
    (0.0, 0.0, 1.14, 0.0),
    (0.07, 0.0, 1.0, 0.0),
    (-0.07, 0.0, 1.0, 0.0),
    (0.0, 0.07, 1.0, 0.0),
    (0.0, -0.07, 1.0, 0.0),
)
"""Looks of the five points: as much as the boxes of detectors differ."""

UPRIGHT_CHANGES: tuple[Change, ...] = (
    (0.0, 0.0, 1.0, 0.0),
    (0.0, 0.0, 0.95, 3.0),
    (0.0, 0.0, 1.05, -3.0),
    (0.03, 0.0, 1.0, -3.0),
    (-0.03, 0.0, 1.0, 3.0),
    (0.0, 0.03, 0.97, 0.0),
    (0.0, -0.03, 1.03, 0.0),
)
"""Looks of the 68 points: as much as five points leave."""


@dataclass(frozen=True, eq=False)
class SeenLandmarks:
    """Landmarks and how sure they are.

    Parameters
    ----------
    points : 68×2 frame coordinates in the iBUG order.
    spread_px : mean distance, over points and looks, of what a look saw from the median of all,
        in frame pixels.
    """

    points: Points
    spread_px: float


def landmarks_of(pixels: Pixels, edges: Floats) -> SeenLandmarks:
    """Return the landmarks of a face whose box is known, by the model that knows such faces.

    Small ones by our trees, where these are installed, others by dlib's model, those between by
    both.

    Parameters
    ----------
    pixels : H×W×3 uint8 R-G-B frame.
    edges : left, top, right, bottom of the detector's box in it (pixel i: i … i+1).

    Raises
    ------
    WeightsError
        If a model is damaged, or dlib's is missing.
    InputError
        If what is seen is no face's.
    """
    share = dlib_share(float(edges[2] - edges[0]))
    if share == 1:
        return by_dlib(pixels, edges)
    trees = by_trees(pixels, edges)
    return trees if share == 0 else between(trees, by_dlib(pixels, edges), share)


def dlib_share(width_px: float) -> float:
    """Return how much of the answer for a box of this width is dlib's, 0 to 1."""
    if not installed():
        return 1.0
    place = (width_px - TREES_ALONE_PX) / (DLIB_ALONE_PX - TREES_ALONE_PX)
    return min(max(place, 0.0), 1.0)


def between(one: SeenLandmarks, other: SeenLandmarks, share: float) -> SeenLandmarks:
    """Return the weighted mean of two answers, ``share`` of it the other's."""
    points = (1 - share) * one.points + share * other.points
    return SeenLandmarks(points, (1 - share) * one.spread_px + share * other.spread_px)


def installed() -> bool:
    """Return whether the files of the trees are there."""
    return all(paths.model_file(name) is not None for name in FILES.values())


def by_trees(pixels: Pixels, edges: Floats) -> SeenLandmarks:
    """Return the landmarks of a small face, turned by up to about 25°; as `landmarks_of`."""
    five = _median(pixels, _trees(5), _onto_box(edges), BOX_CHANGES).points
    return about(pixels, five)


def about(pixels: Pixels, points: Points) -> SeenLandmarks:
    """Return the landmarks of a small face of which 2, 5 or 68 are roughly known.

    Twice: what is seen first says better where to look. Errors as of `landmarks_of`.
    """
    first = _median(pixels, _trees(68), _onto_upright(points), UPRIGHT_CHANGES).points
    return _median(pixels, _trees(68), _onto_upright(first), UPRIGHT_CHANGES)


def by_dlib(pixels: Pixels, edges: Floats) -> SeenLandmarks:
    """Return the landmarks that dlib's model sees in the face enlarged to several sizes."""
    region = with_margin(edges, (pixels.shape[0], pixels.shape[1]))
    corner = np.array(region[:2])
    looks = []
    for width_px in LOOK_WIDTHS_PX:
        enlarged, scale_xy = enlarged_region(pixels, region, width_px / (edges[2] - edges[0]))
        box = (edges.reshape(2, 2) - corner) * scale_xy
        points = landmarks_in(enlarged, box.ravel())
        looks.append((points + 0.5) / scale_xy - 0.5 + corner)
    return together(np.stack(looks))


def _median(
    pixels: Pixels, trees: ShapeTrees, onto: Matrix, changes: tuple[Change, ...]
) -> SeenLandmarks:
    """Return what the looks around the one of ``onto`` see together."""
    wanted = [chained(onto, _change(change)) for change in changes]
    looks = np.stack([shape_trees.look(pixels, matrix) for matrix in wanted])
    on_looks = shape_trees.landmarks_both_ways(trees, looks)
    seen = np.stack(
        [apply(invert(m), p) for m, p in zip([*wanted, *wanted], on_looks, strict=True)]
    )
    return together(seen)


def together(looks: Points) -> SeenLandmarks:
    """Return the median of L×P×2 points, and how far they lie from it on average."""
    points = np.median(looks, axis=0)
    return SeenLandmarks(points, float(np.linalg.norm(looks - points, axis=2).mean()))


def _onto_box(edges: Floats) -> Matrix:
    """Return the matrix frame → look that lays a box, square about its middle, on the look's."""
    left, top, width, height = shape_trees.BOX
    scale = width / float(edges[2] - edges[0])
    middle = (edges[:2] + edges[2:] - 1) / 2
    goal = np.array([left + (width - 1) / 2, top + (height - 1) / 2])
    return np.column_stack([scale * np.eye(2), goal - scale * middle])


def _onto_upright(points: Points) -> Matrix:
    """Return the matrix frame → look that puts a face upright by its points."""
    grid = template(TEMPLATE)
    x, y, width, height = grid.box
    upright = by_landmarks(points, TEMPLATE, grid.size_hw, PlacedBy.AUTO).matrix
    return chained(upright, _onto_box(np.array([x, y, x + width, y + height])))


def _change(change: Change) -> Matrix:
    """Return the matrix look → changed look, about the middle of the box."""
    right, down, size, degrees = change
    left, top, width, height = shape_trees.BOX
    middle = np.array([left + (width - 1) / 2, top + (height - 1) / 2])
    turn = np.radians(degrees)
    linear = size * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = middle + np.array([right * width, down * height])
    return np.column_stack([linear, moved - linear @ middle])


@lru_cache(maxsize=2)
def _trees(points: int) -> ShapeTrees:
    identity = {"method": "landmarks", "part": f"points{points}"}
    loaded = load_file(f"{points} landmarks", FILES[points], identity)
    try:
        return ShapeTrees.of_arrays(loaded.arrays)
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise WeightsError("holds no landmark trees", path=FILES[points], hint=GET) from error
