"""Follows faces through a film by where they are, and judges which sighting shows most.

What is found in the searched frames is joined here; `following` carries faces through the frames
between them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Pixels, Points
from fhgui.core.face import Box, DetectedFace
from fhgui.core.track import FaceQuality, Sighting

SEARCHES_PER_S = 4.0
"""So many frames a second of film are searched: a walking person moves about a third of a
metre between two."""

FEWEST_SEARCHES = 12
"""However short the film: a face is believed when it is seen several times."""

MOST_SEARCHES = 240
"""However long the film; the work of some minutes on one core."""

REACH = 1.5
"""How far a face may move between two searched frames, in widths of it."""

MOST_MISSED = 4
"""A face may be missed in so many searched frames in a row before its track ends."""

SIZE_STEP = 1.6
"""How much a face may grow or shrink between two sightings."""

SHARP_SIDE_PX = 64
"""Faces are brought to this width before their sharpness is measured."""

DARKEST, LIGHTEST = 20, 250
"""Grey levels beyond which a pixel says next to nothing of a face."""

PICTURE_ROOM = 1.8
"""Side of a track's picture in widths of the face."""


def frames_to_search(first: int, last: int, rate_fps: float | None) -> tuple[int, ...]:
    """Return which frames of a stretch (both ends included) are searched for faces."""
    count = last - first + 1
    step = min(round((rate_fps or 25.0) / SEARCHES_PER_S), count // FEWEST_SEARCHES)
    step = max(1, step, math.ceil(count / MOST_SEARCHES))
    return tuple(range(first, last + 1, step))


def judged(pixels: Pixels, face: DetectedFace) -> FaceQuality:
    """Return how much a face promises: size, sharpness, pose, exposure; `scored` adds the score.

    Parameters
    ----------
    pixels : the frame, H×W×3 uint8.
    """
    grey = cv2.cvtColor(_within(pixels, face.box), cv2.COLOR_RGB2GRAY)
    return FaceQuality(
        float(face.box.w), _sharpness(grey), frontal(face.landmarks), _exposure(grey)
    )


def frontal(landmarks: Points) -> float:
    """Return 1 for a face that looks into the camera and 0 for a profile.

    The tip of the nose (point 30) lies midway between the ends of the jaw line (0 and 16) in a
    frontal face; measured along the line of the ends, so that a tilted head does not count.

    Parameters
    ----------
    landmarks : 68×2 frame coordinates in the iBUG order.
    """
    left, right, nose = landmarks[0], landmarks[16], landmarks[30]
    span = right - left
    length = float(span @ span)
    if length == 0:
        return 0.0
    share = float((nose - left) @ span) / length
    return max(0.0, 1.0 - 2.0 * abs(share - 0.5))


def cut_out(pixels: Pixels, box: Box) -> Pixels:
    """Return a copy of the face and a little around it, as far as the frame goes."""
    cx, cy = box.centre_xy
    half = PICTURE_ROOM * max(box.w, box.h) / 2
    h, w = pixels.shape[:2]
    top, bottom = max(0, round(cy - half)), min(h, round(cy + half))
    left, right = max(0, round(cx - half)), min(w, round(cx + half))
    return pixels[top:bottom, left:right].copy()


@dataclass
class Growing:
    """A track that may still go on.

    Parameters
    ----------
    missed : searched frames since the last sighting.
    expected : where the face should be by now; None for where it was seen last.
    """

    sightings: list[Sighting] = field(default_factory=list)
    missed: int = 0
    expected: Box | None = None

    @property
    def box(self) -> Box:
        """Where the face is looked for next."""
        return self.expected or self.sightings[-1].face.box

    def takes(self, sighting: Sighting) -> bool:
        """Return whether a sighting may be of the same face."""
        return _may_be_one(self.box, sighting.face.box, self.missed)

    def add(self, sighting: Sighting) -> None:
        """Take a sighting in."""
        self.sightings.append(sighting)
        self.missed, self.expected = 0, None


class Follower:
    """Takes in the sightings of one searched frame after the other."""

    def __init__(self) -> None:
        self.growing: list[Growing] = []
        self._ended: list[Growing] = []

    def take(self, sightings: Sequence[Sighting]) -> list[Growing]:
        """Give the sightings to the tracks, the nearest pair first, or begin others.

        Returns
        -------
        the tracks that had none.
        """
        free, left = list(self.growing), list(sightings)
        while pairs := [(g, s) for g in free for s in left if g.takes(s)]:
            near, sighting = min(pairs, key=lambda p: _distance(p[0].box, p[1].face.box))
            near.add(sighting)
            free = [g for g in free if g is not near]
            left = [s for s in left if s is not sighting]
        for missing in free:
            missing.missed += 1
        self._ended += [g for g in free if g.missed > MOST_MISSED]
        self.growing = [g for g in self.growing if g.missed <= MOST_MISSED]
        self.growing += [Growing([sighting]) for sighting in left]
        return [g for g in free if g.missed <= MOST_MISSED]

    def all(self) -> list[Growing]:
        """Return every track, in the order they began."""
        found = [*self._ended, *self.growing]
        return sorted(found, key=lambda g: g.sightings[0].frame_index)


def scored(tracks: Iterable[Sequence[Sighting]]) -> list[tuple[Sighting, ...]]:
    """Return the tracks with every sighting's score, the track with the best one first.

    The score is the geometric mean of size and sharpness, each as a share of the largest in the
    film, of the pose and of the exposure: a face that fails in one of them is not saved by the
    others.
    """
    found = [tuple(track) for track in tracks]
    all_ = [s.quality for track in found for s in track]
    largest = max((q.face_px for q in all_), default=1.0)
    sharpest = max((q.sharpness for q in all_), default=1.0) or 1.0
    ranked = [tuple(_with_score(s, largest, sharpest) for s in track) for track in found]
    return sorted(ranked, key=lambda track: -best_of(track).quality.score)


def best_of(track: Sequence[Sighting]) -> Sighting:
    """Return the sighting with the best score, the earliest of equals."""
    return max(track, key=lambda s: s.quality.score)


def _with_score(sighting: Sighting, largest: float, sharpest: float) -> Sighting:
    quality = sighting.quality
    product = quality.face_px / largest * quality.sharpness / sharpest
    product *= quality.frontal * quality.exposure
    return replace(sighting, quality=replace(quality, score=product ** (1 / 4)))


def _within(pixels: Pixels, box: Box) -> Pixels:
    return pixels[box.y : box.y + box.h, box.x : box.x + box.w]


def _sharpness(grey: AnyArray) -> float:
    """Return the root mean square of the Laplacian of the face at a fixed width, grey levels."""
    h, w = grey.shape
    height = max(1, round(SHARP_SIDE_PX * h / max(1, w)))
    kernel = cv2.INTER_AREA if w > SHARP_SIDE_PX else cv2.INTER_CUBIC
    same = cv2.resize(grey, (SHARP_SIDE_PX, height), interpolation=kernel)
    return float(np.sqrt(np.mean(np.square(cv2.Laplacian(same, cv2.CV_64F)))))


def _exposure(grey: AnyArray) -> float:
    """Return the share of pixels between the grey levels `DARKEST` and `LIGHTEST`."""
    return float(np.mean((grey > DARKEST) & (grey < LIGHTEST)))


def _distance(a: Box, b: Box) -> float:
    """Return how far apart two boxes are, in widths of the larger."""
    return math.dist(a.centre_xy, b.centre_xy) / max(a.w, b.w)


def _may_be_one(a: Box, b: Box, missed: int) -> bool:
    sizes = max(a.w, b.w) / max(1, min(a.w, b.w))
    return _distance(a, b) <= REACH * (1 + missed / 4) and sizes <= SIZE_STEP
