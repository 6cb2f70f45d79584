"""Finds faces in a frame, large and small: the one call of window, command line and records.

Large faces are found by gradients (`fhgui.alignment.gradients`), small ones by a network
(`fhgui.finding`), which sees them through noise and compression too. Where the network's file is
not installed, gradients look for small ones as well, enlarged; ``fhgui doctor`` says so.
"""

from __future__ import annotations

import numpy as np

from fhgui import paths
from fhgui.alignment.checks import check_box
from fhgui.alignment.gradients import (
    MIN_SCORE,
    SAME_FACE,
    SMALLEST_FACE_PX,
    centre_lies_in,
    edges_of,
    find_large_faces,
    overlap,
    whole_box,
    with_margin,
)
from fhgui.alignment.small_landmarks import landmarks_of
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.errors import InputError
from fhgui.core.face import Box, DetectedFace, FoundBy
from fhgui.finding import FILE

__all__ = ["MIN_PROBABILITY", "MIN_SCORE", "SMALLEST_FACE_PX", "find_faces"]

LARGE_PX = 40.0
"""Width from which faces are found by gradients."""

SURELY_LARGE_PX = 56.0
"""Width up to which the network is asked too: gradients miss some faces in noise."""

MIN_PROBABILITY = 0.4
"""Least probability of what is reported of a whole frame."""

MIN_PROBABILITY_WITHIN = 0.15
"""The same in a box that somebody drew around a face."""


def find_faces(
    pixels: Pixels, within: Box | None = None, smallest_px: float = SMALLEST_FACE_PX
) -> tuple[DetectedFace, ...]:
    """Return the faces of a frame: those found by gradients, then small ones, each best first.

    The same pixels always give the same answer.

    Parameters
    ----------
    pixels : H×W×3 uint8 R-G-B.
    within : only faces whose centre lies in this box; it is searched more finely than a whole
        frame, for faces from a quarter of its width up.
    smallest_px : width of the smallest faces looked for in a whole frame; who needs only larger
        ones is spared most of the search.

    Returns
    -------
    tuple of `DetectedFace`
        Landmarks 68×2 in the iBUG order, boxes cut to the frame; margins from `MIN_SCORE` and
        probabilities from `MIN_PROBABILITY` up.

    Raises
    ------
    InputError
        If ``within`` does not lie in the frame, or is too small.
    WeightsError
        If the landmark model is not installed, or the network's file is damaged.
    """
    if paths.model_file(FILE) is None:
        return find_large_faces(pixels, within, smallest_px)
    if within is not None:
        check_box(within, pixels.shape[:2])
        large = find_large_faces(pixels, within)
        return large + _small_within(pixels, within, large)
    large = find_large_faces(pixels, smallest_px=max(smallest_px, LARGE_PX))
    if smallest_px >= SURELY_LARGE_PX:
        return large
    return large + _small(pixels, (smallest_px, SURELY_LARGE_PX), MIN_PROBABILITY, large)


def _small_within(
    pixels: Pixels, within: Box, large: tuple[DetectedFace, ...]
) -> tuple[DetectedFace, ...]:
    """Return what the network finds in a box."""
    x0, y0, x1, y1 = with_margin(edges_of(within), (pixels.shape[0], pixels.shape[1]))
    side_px = min(within.w, within.h)
    widths_px = side_px / 4, float(side_px)
    faces = _small(pixels[y0:y1, x0:x1], widths_px, MIN_PROBABILITY_WITHIN, (), (x0, y0))
    inside = [f for f in faces if centre_lies_in(edges_of(f.box), edges_of(within))]
    return tuple(f for f in inside if not _known(edges_of(f.box), large))


def _small(
    pixels: Pixels,
    widths_px: tuple[float, float],
    least: float,
    large: tuple[DetectedFace, ...],
    origin_xy: tuple[int, int] = (0, 0),
) -> tuple[DetectedFace, ...]:
    """Return what the network finds and gradients did not; frame coordinates of the whole."""
    from fhgui.finding.search import find_small  # it imports torch

    found = find_small(pixels, *widths_px, least)
    faces = []
    for probability, edges in zip(found.probability, found.edges, strict=True):
        box = whole_box(edges, (pixels.shape[0], pixels.shape[1]))
        if min(box.w, box.h) >= 1 and not _known(edges, large):
            try:
                seen = landmarks_of(pixels, edges)
            except InputError:  # landmarks that are no face's
                continue
            points = seen.points + np.array(origin_xy)
            moved = Box(box.x + origin_xy[0], box.y + origin_xy[1], box.w, box.h)
            faces.append(
                DetectedFace(moved, float(probability), points, FoundBy.NETWORK, seen.spread_px)
            )
    return tuple(faces)


def _known(edges: Floats, faces: tuple[DetectedFace, ...]) -> bool:
    return any(overlap(edges, edges_of(face.box)) >= SAME_FACE for face in faces)
