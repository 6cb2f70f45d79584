"""The way of a face through a film: steps of the flow, and the sightings smoothed along them.

A detector's boxes and points tremble, and it looks only into some of the frames. The flow tells
well how a face moved, but not where it is. So every sighting is carried by the flow into the
frame in question and the mean of the neighbours is taken there: what trembles is averaged out,
what moves is not held back.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np

from fhgui.alignment.carrying import motion
from fhgui.alignment.similarity import apply, chained, invert, scale_of
from fhgui.core.arrays import Floats, Matrix, Pixels, Points
from fhgui.core.errors import NoFaceError
from fhgui.core.face import Box, DetectedFace
from fhgui.core.track import Sighting, Waypoint

NEAR_SEARCHES = 1.0
"""Standard deviation of the weight of a sighting over time, in steps from search to search."""

FAR = 3.0
"""Sightings farther away, in standard deviations, do not count."""

GAP_SEARCHES = 2
"""Where the flow does not lead, faces go on the line over so many steps from search to search."""

LOOK_SIDE_PX = 24
"""Side at which the looks of a face are compared."""

ALIKE = 0.4
"""Correlation with the last sighting below which the flow follows something else."""

APART, GROWN = 0.2, 1.25
"""How far from where the flow expects it a face may be found, in widths, and how much larger or
smaller: a detector's own unrest."""

HALF_PX = 0.5
"""From a box's first column to its left edge: pixel centres lie at integers."""


@dataclass(frozen=True, eq=False)
class Step:
    """How a face came here.

    Parameters
    ----------
    stretch : number of the stretch in which the flow never lost the face.
    matrix : 2×3 similarity from the stretch's first frame to this one.
    alike : whether it looks as when it was found last; else something may have come before it.
    """

    stretch: int
    matrix: Matrix
    alike: bool = True


@dataclass
class Way:
    """The steps of one face, frame by frame.

    Parameters
    ----------
    face : where the face was found last.
    look : its pixels there, standardised.
    moved : 2×3 similarity from there to where it is thought to be now.
    stood : frame in which it was found last.
    lost : the flow lost it: it has to be found again.
    steps : by frame; none where it is lost.
    """

    face: DetectedFace
    look: Floats
    moved: Matrix = field(default_factory=lambda: np.eye(2, 3))
    stood: int = -1
    lost: bool = False
    steps: dict[int, Step] = field(default_factory=dict)

    @property
    def box(self) -> Box:
        """Where the face is thought to be now."""
        return _box(_edges(self.moved, self.face.box))

    def go_on(self, before: Pixels, after: Pixels, index: int) -> None:
        """Follow the face into the frame with a number, unless it was lost."""
        if self.lost:
            return
        try:
            step = motion(before, after, apply(self.moved, self.face.landmarks)).matrix
        except NoFaceError:
            self.lost = True
            return
        last = next(reversed(self.steps.values()))
        self.moved = chained(self.moved, step)
        alike = last.alike and bool(np.mean(self.look * look(after, self.box)) >= ALIKE)
        self.steps[index] = Step(last.stretch, chained(last.matrix, step), alike)

    def stand(self, sighting: Sighting, pixels: Pixels) -> None:
        """Go on from where the face was found; where the flow did not lead here, a stretch begins.

        If it led elsewhere, the steps since the last sighting are forgotten: cross-faded frames
        mislead it.
        """
        last = next(reversed(self.steps.values()), Step(0, np.eye(2, 3)))
        misled = bool(self.steps) and not self.lost and not _agree(self.box, sighting.face.box)
        if misled:
            self.steps = {i: step for i, step in self.steps.items() if i <= self.stood}
        if misled or self.lost:
            last = Step(last.stretch + 1, np.eye(2, 3))
        self.steps[sighting.frame_index] = replace(last, alike=True)
        self.face, self.look = sighting.face, look(pixels, sighting.face.box)
        self.moved, self.lost, self.stood = np.eye(2, 3), False, sighting.frame_index

    @property
    def doubtful(self) -> bool:
        """Whether it is lost, or something else may have come before it."""
        return self.lost or not next(reversed(self.steps.values())).alike


def look(pixels: Pixels, box: Box) -> Floats:
    """Return the grey levels of a face at a fixed size, of mean 0 and standard deviation 1."""
    inside = cut_to(box, (pixels.shape[0], pixels.shape[1]))
    if inside is None:
        return np.zeros((LOOK_SIDE_PX, LOOK_SIDE_PX))
    part = pixels[inside.y : inside.y + inside.h, inside.x : inside.x + inside.w]
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (LOOK_SIDE_PX, LOOK_SIDE_PX), interpolation=cv2.INTER_AREA)
    centred = small - np.mean(small)
    standard: Floats = centred / max(float(np.std(centred)), 1e-6)
    return standard


def cut_to(box: Box, frame_hw: tuple[int, int]) -> Box | None:
    """Return the part of a box that lies in the frame; None if most of it does not."""
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.w, frame_hw[1]), min(box.y + box.h, frame_hw[0])
    if max(0, right - left) * max(0, bottom - top) * 2 < box.w * box.h:
        return None
    return Box(left, top, right - left, bottom - top)


def smoothed(
    sightings: Sequence[Sighting],
    steps: dict[int, Step],
    search_step: int,
    frame_hw: tuple[int, int],
) -> tuple[Waypoint, ...]:
    """Return where a face is in every frame that the flow reached, from the first sighting on.

    Behind the last one the flow goes on as long as the face looks alike: who turns away a little
    is no longer found, but still there.

    Parameters
    ----------
    sightings : in the order of frames; ``steps`` has the frame of each.
    search_step : frames from search to search.
    frame_hw : boxes are cut to it.
    """
    last = sightings[-1].frame_index
    places = (
        _place(index, step, sightings, steps, search_step)
        for index, step in steps.items()
        if index <= last or (step.stretch == steps[last].stretch and step.alike)
    )
    inside = [
        replace(place, box=box)
        for place in places
        if (box := cut_to(place.box, frame_hw)) is not None
    ]
    return tuple(_without_gaps(inside, GAP_SEARCHES * search_step))


def _without_gaps(places: Sequence[Waypoint], longest: int) -> Iterator[Waypoint]:
    """Yield the places, and in gaps that are not too long what lies on the line between two."""
    yield from places[:1]
    for before, after in pairwise(places):
        gap = after.frame_index - before.frame_index
        for index in range(before.frame_index + 1, after.frame_index) if gap <= longest else ():
            share = (index - before.frame_index) / gap
            points = before.landmarks + share * (after.landmarks - before.landmarks)
            yield Waypoint(index, before.box.towards(after.box, share), points, seen=False)
        yield after


def _place(
    index: int,
    step: Step,
    sightings: Sequence[Sighting],
    steps: dict[int, Step],
    search_step: int,
) -> Waypoint:
    """Return the mean of the neighbours, carried here; of a stretch, all or the last."""
    spread = NEAR_SEARCHES * search_step
    known = [s for s in sightings if steps[s.frame_index].stretch == step.stretch]
    near = [s for s in known if abs(s.frame_index - index) <= FAR * spread] or known[-1:]
    weights = np.exp([-(((s.frame_index - index) / spread) ** 2) / 2 for s in near])
    weights /= weights.sum()
    ways = [chained(invert(steps[s.frame_index].matrix), step.matrix) for s in near]
    landmarks: Points = np.tensordot(
        weights, [apply(way, s.face.landmarks) for way, s in zip(ways, near, strict=True)], 1
    )
    edges = weights @ [_edges(way, s.face.box) for way, s in zip(ways, near, strict=True)]
    seen = any(s.frame_index == index for s in near)
    return Waypoint(index, _box(edges), landmarks, seen)


def _agree(expected: Box, found: Box) -> bool:
    off = math.dist(expected.centre_xy, found.centre_xy) / found.w
    return off <= APART and max(expected.w, found.w) <= GROWN * min(expected.w, found.w)


def _edges(way: Matrix, box: Box) -> Floats:
    """Return left, top, width, height of a box that moved; boxes do not turn."""
    size_wh = scale_of(way) * np.array([box.w, box.h])
    centre = apply(way, np.array([box.centre_xy]))[0]
    return np.concatenate([centre - size_wh / 2 + HALF_PX, size_wh])


def _box(edges: Floats) -> Box:
    x, y, w, h = np.rint(edges).astype(int)
    return Box(int(x), int(y), max(1, int(w)), max(1, int(h)))
