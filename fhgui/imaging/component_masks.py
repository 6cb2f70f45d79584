"""Where brows, eyes, nose and mouth of a face are: outlines and masks from its 68 landmarks.

Paper 003 (Song et al. 2019, section 3.1) gives its network one mask for each of four kinds of
component. Here a component is the convex hull of its landmarks, widened evenly all around. The
68 points are iBUG 300-W's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np

from fhgui.core.arrays import Pixels, Points

COMPONENTS: Mapping[str, tuple[slice, ...]] = MappingProxyType(
    {
        "brows": (slice(17, 22), slice(22, 27)),
        "eyes": (slice(36, 42), slice(42, 48)),
        "nose": (slice(27, 36),),
        "mouth": (slice(48, 68),),
    }
)
"""The landmarks of each part, by component; in the order of the masks."""

COUNT = 68
"""Landmarks that it takes."""

MARGIN = 0.1
"""By how much a part is widened, as a share of the distance of the eyes: 7 pixels where they are
70 apart, so that masks that are off by the paper's 6 pixels still hold their component."""

_TURNS = np.linspace(0, 2 * np.pi, 16, endpoint=False)
_CIRCLE = np.column_stack([np.cos(_TURNS), np.sin(_TURNS)])
_SUBPIXEL_BITS = 4


def outlines(landmarks: Points, margin: float = MARGIN) -> tuple[tuple[str, Points], ...]:
    """Return the parts as (component, n×2 corners of a convex polygon), (x, y) like the landmarks.

    Parameters
    ----------
    landmarks : 68×2 (x, y).
    margin : see `MARGIN`.

    Raises
    ------
    ValueError
        If there are not 68 of them, or one is not finite.
    """
    if landmarks.shape != (COUNT, 2) or not np.isfinite(landmarks).all():
        raise ValueError(f"component masks need {COUNT} finite landmarks")
    eyes = [landmarks[part].mean(axis=0) for part in COMPONENTS["eyes"]]
    circle = margin * float(np.hypot(*(eyes[1] - eyes[0]))) * _CIRCLE
    return tuple(
        (name, _hull((landmarks[part][:, None] + circle).reshape(-1, 2)))
        for name, parts in COMPONENTS.items()
        for part in parts
    )


def component_masks(landmarks: Points, size_hw: tuple[int, int], margin: float = MARGIN) -> Pixels:
    """Return H×W×4 uint8, 1 inside brows, eyes, nose and mouth, else 0.

    Parameters
    ----------
    landmarks, margin : as of `outlines`; parts outside the grid leave nothing on it.
    """
    masks = np.zeros((len(COMPONENTS), *size_hw), np.uint8)
    planes = dict(zip(COMPONENTS, masks, strict=True))
    limit = 2 * max(size_hw)  # far outside: nothing of it is seen, and integers do not overflow
    for name, corners in outlines(landmarks, margin):
        fixed = np.clip(corners, -limit, limit) * 2**_SUBPIXEL_BITS
        whole = np.rint(fixed).astype(np.int32)
        cv2.fillConvexPoly(planes[name], whole, (1,), cv2.LINE_8, _SUBPIXEL_BITS)
    return np.ascontiguousarray(masks.transpose(1, 2, 0))


def _hull(points: Points) -> Points:
    hull = cv2.convexHull(points.astype(np.float32))[:, 0]
    return hull.astype(np.float64)
