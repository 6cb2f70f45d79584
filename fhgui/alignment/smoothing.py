"""The way of a face through a film: steps of the flow, and the sightings smoothed along them.

A detector's boxes and points tremble, and it looks only into some of the frames. The flow tells
well how a face moved, but not where it is. So every sighting is carried by the flow into the
frame in question and the mean of the neighbours is taken there: what trembles is averaged out,
what moves is not held back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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

HALF_PX = 0.5
"""From a box's first column to its left edge: pixel centres lie at integers."""


@dataclass(frozen=True, eq=False)
class Step:
    """How a face came here.

    Parameters
    ----------
    stretch : number of the stretch in which the flow never lost the face.
    matrix : 2×3 similarity from the stretch's first frame to this one.
    """

    stretch: int
    matrix: Matrix


@dataclass
class Way:
    """The steps of one face, frame by frame.

    Parameters
    ----------
    face : where the face was found last.
    moved : 2×3 similarity from there to where it is thought to be now.
    steps : by frame.
    """

    face: DetectedFace
    moved: Matrix = field(default_factory=lambda: np.eye(2, 3))
    steps: dict[int, Step] = field(default_factory=dict)

    @property
    def box(self) -> Box:
        """Where the face is thought to be now."""
        return _box(_edges(self.moved, self.face.box))

    def go_on(self, before: Pixels, after: Pixels, index: int) -> None:
        """Follow the face into the frame with a number; where that fails a stretch begins."""
        last = next(reversed(self.steps.values()), Step(0, np.eye(2, 3)))
        try:
            moved = motion(before, after, apply(self.moved, self.face.landmarks)).matrix
        except NoFaceError:
            self.steps[index] = Step(last.stretch + 1, np.eye(2, 3))
            return
        self.moved = chained(self.moved, moved)
        self.steps[index] = Step(last.stretch, chained(last.matrix, moved))

    def stand(self, sighting: Sighting) -> None:
        """Go on from where the face was found."""
        self.face, self.moved = sighting.face, np.eye(2, 3)
        last = next(reversed(self.steps.values()), Step(0, np.eye(2, 3)))
        self.steps.setdefault(sighting.frame_index, last)


def smoothed(
    sightings: Sequence[Sighting], steps: dict[int, Step], search_step: int
) -> tuple[Waypoint, ...]:
    """Return where a face is in every frame that the flow reached, first to last sighting.

    Parameters
    ----------
    sightings : in the order of frames; ``steps`` has the frame of each.
    search_step : frames from search to search.
    """
    first, last = sightings[0].frame_index, sightings[-1].frame_index
    return tuple(
        place
        for index, step in steps.items()
        if first <= index <= last
        and (place := _place(index, step, sightings, steps, search_step)) is not None
    )


def _place(
    index: int,
    step: Step,
    sightings: Sequence[Sighting],
    steps: dict[int, Step],
    search_step: int,
) -> Waypoint | None:
    """Return the mean of the neighbours, carried here; None where the flow brings none here."""
    spread = NEAR_SEARCHES * search_step
    near = [
        s
        for s in sightings
        if steps[s.frame_index].stretch == step.stretch
        and abs(s.frame_index - index) <= FAR * spread
    ]
    if not near:
        return None
    weights = np.exp([-(((s.frame_index - index) / spread) ** 2) / 2 for s in near])
    weights /= weights.sum()
    ways = [chained(invert(steps[s.frame_index].matrix), step.matrix) for s in near]
    landmarks: Points = np.tensordot(
        weights, [apply(way, s.face.landmarks) for way, s in zip(ways, near, strict=True)], 1
    )
    edges = weights @ [_edges(way, s.face.box) for way, s in zip(ways, near, strict=True)]
    seen = any(s.frame_index == index for s in near)
    return Waypoint(index, _box(edges), landmarks, seen)


def _edges(way: Matrix, box: Box) -> Floats:
    """Return left, top, width, height of a box that moved; boxes do not turn."""
    size_wh = scale_of(way) * np.array([box.w, box.h])
    centre = apply(way, np.array([box.centre_xy]))[0]
    return np.concatenate([centre - size_wh / 2 + HALF_PX, size_wh])


def _box(edges: Floats) -> Box:
    x, y, w, h = np.rint(edges).astype(int)
    return Box(int(x), int(y), max(1, int(w)), max(1, int(h)))
