"""Where the landmarks of a face lie on the grid that a method was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from fhgui.core.arrays import Points
from fhgui.core.errors import MethodError

COUNTS = (2, 5, 68)
"""Numbers of landmarks that are understood: eye centres; eye centres, nose tip, mouth corners;
the 68 points of iBUG 300-W."""

_LEFT_EYE, _RIGHT_EYE = slice(36, 42), slice(42, 48)  # left and right in the image
_NOSE_TIP, _LEFT_MOUTH, _RIGHT_MOUTH = 30, 48, 54


@dataclass(frozen=True, eq=False)
class Template:
    """The mean face of a training set.

    Parameters
    ----------
    name : how methods ask for it.
    size_hw : height and width of the grid, the methods' *output* grid, in pixels.
    points : 68×2 (x, y) on that grid, iBUG order.
    box : (x, y, w, h) of the detector's box on that grid, columns x … x+w−1 as in `Box`.
    """

    name: str
    size_hw: tuple[int, int]
    points: Points
    box: tuple[float, float, float, float]

    def reduced(self, count: int) -> Points:
        """Return the template's 2, 5 or 68 points; see `reduced`."""
        return reduced(self.points, count)


def template(name: str) -> Template:
    """Return a template by its name.

    Raises
    ------
    MethodError
        If there is none of that name.
    """
    if name not in _TEMPLATES:
        raise MethodError(
            f"there is no template {name!r}", hint=f"choose one of {', '.join(_TEMPLATES)}"
        )
    return _TEMPLATES[name]


def reduced(points: Points, count: int) -> Points:
    """Return fewer points of a face: ``count`` × 2 (x, y), the image's left first.

    Parameters
    ----------
    points : 2×2, 5×2 or 68×2.
    count : 2 for the eye centres; 5 for eye centres, nose tip and mouth corners; 68. Not more
        than there are.

    Raises
    ------
    ValueError
        If there are too few points.
    """
    have = len(points)
    if have not in COUNTS or count not in COUNTS or count > have:
        raise ValueError(f"cannot make {count} landmarks of {have}")
    if have == count:
        return points
    if have == 5:
        return points[:2]
    eyes = [points[_LEFT_EYE].mean(axis=0), points[_RIGHT_EYE].mean(axis=0)]
    rest = [points[_NOSE_TIP], points[_LEFT_MOUTH], points[_RIGHT_MOUTH]]
    return np.array(eyes if count == 2 else eyes + rest)


def _frozen(rows: tuple[tuple[float, float], ...]) -> Points:
    points = np.array(rows)
    points.setflags(write=False)
    return points


# fmt: off
_CELEBA128 = (
    (20.77, 54.37), (21.20, 65.66), (22.53, 77.03), (24.60, 88.27),
    (28.51, 98.88), (34.95, 108.23), (43.14, 116.23), (52.70, 122.69),
    (63.54, 124.53), (74.43, 122.79), (84.28, 116.51), (92.85, 108.64),
    (99.59, 99.32), (103.66, 88.67), (105.73, 77.27), (107.09, 65.76),
    (107.61, 54.21), (28.18, 45.31), (33.72, 40.91), (41.06, 39.90),
    (48.51, 41.12), (55.68, 44.17), (70.82, 44.01), (78.19, 40.98),
    (85.81, 39.78), (93.36, 40.94), (99.14, 45.40), (63.32, 52.71),
    (63.29, 60.29), (63.22, 67.89), (63.16, 75.62), (54.97, 80.30),
    (58.94, 81.88), (63.29, 83.28), (67.66, 81.91), (71.71, 80.37),
    (36.95, 53.56), (41.63, 50.77), (47.32, 50.94), (52.19, 54.71),
    (46.85, 55.64), (41.29, 55.57), (74.81, 54.72), (79.69, 50.96),
    (85.39, 50.85), (90.14, 53.67), (85.73, 55.62), (80.15, 55.67),
    (46.33, 93.63), (52.38, 91.19), (58.65, 90.11), (63.33, 91.22),
    (68.10, 90.16), (74.51, 91.26), (80.82, 93.68), (74.78, 100.25),
    (68.44, 103.12), (63.33, 103.64), (58.26, 103.10), (52.11, 100.21),
    (48.97, 94.12), (58.59, 93.86), (63.34, 94.35), (68.15, 93.89),
    (78.14, 94.16), (68.21, 97.28), (63.33, 97.83), (58.48, 97.26),
)
# fmt: on
"""Mean of the 68 points over 1,612 faces. Of the 20,000 aligned CelebA faces, 128×128, on which
`dcnn_mnce` is trained, every twelfth was looked at (000001, 000013, …); those with exactly one
find of `fhgui.alignment.detection` were kept. The mean leaves out the lowest and highest tenth of
each coordinate, and so does that of the box. The points' spread (one standard deviation, mean of
the 68) is 3.9 pixels across and 3.0 down."""

_BOX128 = (18.87, 27.27, 90.92, 90.32)

_IN_216 = (24.0, 57.0)
"""Where the upper left pixel of the 128×128 faces lies in the middle 176×216 of CelebA's aligned
178×218 pictures, (x, y): (25, 58) in these. Found by comparing CelebA's five published points of
picture 000001 with those of `fhgui.alignment.detection` on the small face; the five differences
spread by 1.5 pixels."""


def _shifted(by_xy: tuple[float, float], name: str, size_hw: tuple[int, int]) -> Template:
    """Return the mean face of ``celeba128`` on a grid that shows more around it."""
    (dx, dy), (x, y, width, height) = by_xy, _BOX128
    points = tuple((px + dx, py + dy) for px, py in _CELEBA128)
    return Template(name, size_hw, _frozen(points), (x + dx, y + dy, width, height))


_TEMPLATES = MappingProxyType(
    {
        "celeba128": Template("celeba128", (128, 128), _frozen(_CELEBA128), _BOX128),
        "celeba216": _shifted(_IN_216, "celeba216", (216, 176)),
    }
)
