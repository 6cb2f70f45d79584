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


def all_templates() -> tuple[Template, ...]:
    """Return every template."""
    return tuple(_TEMPLATES.values())


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
find of `fhgui.alignment.gradients` were kept. The mean leaves out the lowest and highest tenth of
each coordinate, and so does that of the box. The points' spread (one standard deviation, mean of
the 68) is 3.9 pixels across and 3.0 down."""

_BOX128 = (18.87, 27.27, 90.92, 90.32)

# fmt: off
_LFW192 = (
    (47.82, 87.11), (48.63, 99.76), (50.16, 112.38), (52.56, 124.73),
    (57.13, 136.39), (64.50, 146.59), (74.05, 154.90), (85.12, 161.27),
    (97.65, 162.95), (110.06, 160.69), (120.76, 153.86), (129.96, 145.23),
    (136.83, 134.72), (140.88, 122.88), (142.76, 110.37), (143.67, 97.77),
    (143.91, 85.17), (57.41, 77.43), (62.97, 71.77), (71.14, 69.64),
    (79.75, 70.45), (87.80, 73.45), (103.11, 72.98), (111.09, 69.70),
    (119.67, 68.54), (127.95, 70.37), (133.79, 75.77), (95.73, 82.44),
    (95.90, 90.28), (96.10, 98.12), (96.30, 106.28), (86.90, 112.50),
    (91.47, 114.11), (96.47, 115.46), (101.41, 113.90), (105.90, 112.12),
    (67.31, 85.02), (72.26, 82.05), (78.14, 81.92), (83.41, 85.36),
    (77.93, 86.51), (72.15, 86.63), (108.20, 84.83), (113.34, 81.18),
    (119.21, 81.05), (124.27, 83.82), (119.57, 85.62), (113.81, 85.74),
    (78.09, 129.13), (84.72, 125.44), (91.49, 123.81), (96.63, 124.83),
    (101.79, 123.63), (108.69, 124.98), (115.49, 128.33), (109.17, 134.69),
    (102.48, 137.54), (96.95, 138.20), (91.47, 137.80), (84.67, 135.25),
    (80.93, 129.21), (91.56, 127.71), (96.72, 128.07), (101.93, 127.48),
    (112.59, 128.56), (102.10, 131.65), (96.78, 132.37), (91.54, 131.89),
)
# fmt: on
"""Mean of the 68 points over 884 faces: the middle 192×192 of the 900 pictures in the dev half of
LFW deepfunneled, those with exactly one find, averaged as above. The spread is 5.1 pixels across
and 4.2 down: these faces are roughly aligned only."""

_BOX192 = (45.17, 55.08, 103.74, 102.35)

_IN_216 = (24.0, 57.0)
"""Where the upper left pixel of the 128×128 faces lies in the middle 176×216 of CelebA's aligned
178×218 pictures, (x, y): (25, 58) in these. Found by comparing CelebA's five published points of
picture 000001 with those of `fhgui.alignment.gradients` on the small face; the five differences
spread by 1.5 pixels."""


def _shifted(by_xy: tuple[float, float], name: str, size_hw: tuple[int, int]) -> Template:
    """Return the mean face of ``celeba128`` on a grid that shows more around it."""
    (dx, dy), (x, y, width, height) = by_xy, _BOX128
    points = tuple((px + dx, py + dy) for px, py in _CELEBA128)
    return Template(name, size_hw, _frozen(points), (x + dx, y + dy, width, height))


def _enlarged(width_px: int, height_px: int, name: str) -> Template:
    """Return the mean face of ``celeba128`` over the width of a higher grid, half-way down.

    Parameters
    ----------
    width_px, height_px : of the grid; at least as high as wide.
    """
    scale, down = width_px / 128, (height_px - width_px) / 2
    points = tuple(((x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5 + down) for x, y in _CELEBA128)
    x, y, width, height = _BOX128
    box = scale * x, scale * y + down, scale * width, scale * height
    return Template(name, (height_px, width_px), _frozen(points), box)


_TEMPLATES = MappingProxyType(
    {
        "celeba128": Template("celeba128", (128, 128), _frozen(_CELEBA128), _BOX128),
        "celeba216": _shifted(_IN_216, "celeba216", (216, 176)),
        "lfw192": Template("lfw192", (192, 192), _frozen(_LFW192), _BOX192),
        "face320": _enlarged(240, 320, "face320"),
    }
)
