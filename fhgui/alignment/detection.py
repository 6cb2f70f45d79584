"""Finds faces in a frame, large and small: the one call of window, command line and records.

Large faces are found by gradients (`fhgui.alignment.gradients`), small ones by a network
(`fhgui.finding`), which sees them through noise and compression too, and large ones that gradients
miss for their blur. Where the network's file is not installed, gradients look for small ones as
well, enlarged; ``fhgui doctor`` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fhgui import paths
from fhgui.alignment.checks import check_box
from fhgui.alignment.gradients import (
    MIN_SCORE,
    SMALLEST_FACE_PX,
    centre_lies_in,
    edges_of,
    face_at,
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
"""Width from which gradients search a whole frame, and keep their landmarks."""

HINT = 0.0
"""Margin from which gradients look closer in a whole frame: the network sees what is below."""

ALIKE = 0.2
"""Intersection over union from which the network's find is a face that gradients found."""

MIN_PROBABILITY = 0.58
"""Least probability of what is reported of a whole frame."""

MIN_DOUBTED, MOST_DOUBTED = 0.15, 8
"""Probability from which a doubted find is one if gradients see a face there, too, and how many of
a frame they are asked about: the asking takes a twentieth of a second each."""

MIN_PROBABILITY_WITHIN = 0.15
"""The same in a box that somebody drew around a face."""


def find_faces(
    pixels: Pixels,
    within: Box | None = None,
    smallest_px: float = SMALLEST_FACE_PX,
    least: float = MIN_PROBABILITY,
) -> tuple[DetectedFace, ...]:
    """Return the faces of a frame: those found by gradients, then others, each best first.

    The same pixels always give the same answer.

    Parameters
    ----------
    pixels : H×W×3 uint8 R-G-B.
    within : only faces whose centre lies in this box; it is searched more finely than a whole
        frame, for faces from a quarter of its width up.
    smallest_px : width of the smallest faces looked for in a whole frame; who needs only larger
        ones is spared most of the search.
    least : probability of the least certain find of the network in a whole frame.

    Returns
    -------
    tuple of `DetectedFace`
        Landmarks 68×2 in the iBUG order, boxes cut to the frame; margins from `MIN_SCORE` and
        probabilities from ``least`` up.

    Raises
    ------
    InputError
        If ``within`` does not lie in the frame, or is too small.
    WeightsError
        If the landmark model is not installed, or the network's file is damaged.
    """
    if paths.model_file(FILE) is None:
        return find_large_faces(pixels, within, smallest_px)
    if within is None:
        found = find_large_faces(pixels, None, max(smallest_px, LARGE_PX), HINT)
        large = tuple(_as_small(pixels, face) for face in found)
        widths_px = smallest_px, float(max(smallest_px, *pixels.shape[:2]))
        return large + _by_network(pixels, widths_px, least, large)
    check_box(within, pixels.shape[:2])
    large = tuple(_as_small(pixels, face) for face in find_large_faces(pixels, within))
    return large + _by_network_within(pixels, within, large)


def _by_network_within(
    pixels: Pixels, within: Box, known: Sequence[DetectedFace]
) -> tuple[DetectedFace, ...]:
    """Return what the network finds in a box and gradients did not."""
    x0, y0, x1, y1 = with_margin(edges_of(within), (pixels.shape[0], pixels.shape[1]))
    side_px = min(within.w, within.h)
    widths_px = side_px / 4, float(side_px)
    part = [replace(f, box=_moved(f.box, -x0, -y0)) for f in known]
    found = _by_network(pixels[y0:y1, x0:x1], widths_px, MIN_PROBABILITY_WITHIN, part)
    faces = [
        replace(f, box=_moved(f.box, x0, y0), landmarks=f.landmarks + np.array([x0, y0]))
        for f in found
    ]
    return tuple(f for f in faces if centre_lies_in(edges_of(f.box), edges_of(within)))


def _by_network(
    pixels: Pixels, widths_px: tuple[float, float], least: float, known: Sequence[DetectedFace]
) -> tuple[DetectedFace, ...]:
    """Return what the network finds and gradients did not; first what only both together find."""
    from fhgui.finding.search import find_small  # it imports torch

    found = find_small(pixels, *widths_px, min(least, MIN_DOUBTED))
    new = [
        (float(probability), edges)
        for probability, edges in zip(found.probability, found.edges, strict=True)
        if not any(_is_known(edges, edges_of(face.box)) for face in known)
    ]
    doubted = [edges for probability, edges in new if probability < least][:MOST_DOUBTED]
    agreed = [face for edges in doubted if (face := face_at(pixels, edges)) is not None]
    certain = (_as_found(pixels, *one) for one in new if one[0] >= least)
    return tuple(
        [_as_small(pixels, face) for face in sorted(agreed, key=lambda face: -face.score)]
        + [face for face in certain if face is not None]
    )


def _as_found(pixels: Pixels, probability: float, edges: Floats) -> DetectedFace | None:
    """Return a find of the network with its landmarks; None where they are no face's."""
    box = whole_box(edges, (pixels.shape[0], pixels.shape[1]))
    if min(box.w, box.h) < 1:
        return None
    try:
        seen = landmarks_of(pixels, edges)
    except InputError:
        return None
    return DetectedFace(box, probability, seen.points, FoundBy.NETWORK, seen.spread_px)


def _as_small(pixels: Pixels, face: DetectedFace) -> DetectedFace:
    """Return a face found by gradients, if it is small with the landmarks of small faces."""
    if face.box.w >= LARGE_PX:
        return face
    try:
        seen = landmarks_of(pixels, edges_of(face.box))
    except InputError:  # those that gradients led to are better than none
        return face
    return replace(face, landmarks=seen.points, spread_px=seen.spread_px)


def _is_known(edges: Floats, others: Floats) -> bool:
    """Return whether a find is a face that is known, or a part of it."""
    return overlap(edges, others) >= ALIKE or centre_lies_in(edges, others)


def _moved(box: Box, right_px: int, down_px: int) -> Box:
    return Box(box.x + right_px, box.y + down_px, box.w, box.h)
