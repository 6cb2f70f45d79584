"""Follows every face of a film: searched frames, optical flow between them, and a vote at the end.

What is found once in many frames is as likely a pattern as a face, so a face must be seen again
and convince once, or steadily while it moves, or be very sure. What was seen before is looked for
once more, and more finely, where the flow says that it should be, or where the flow lost it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from fhgui.alignment.checks import MIN_BOX_PX
from fhgui.alignment.detection import MIN_PROBABILITY, SMALLEST_FACE_PX, find_faces
from fhgui.alignment.retracing import retraced
from fhgui.alignment.smoothing import Way, look, smoothed
from fhgui.alignment.tracks import (
    Follower,
    Growing,
    best_of,
    cut_out,
    frames_to_search,
    judged,
    scored,
)
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.errors import EvidenceError
from fhgui.core.face import Box, DetectedFace, FoundBy
from fhgui.core.track import FaceTrack, Sighting

FrameAt: TypeAlias = Callable[[int], Pixels]
"""Gives a frame, H×W×3 uint8, by its number; raises `EvidenceError` where it is damaged."""

VOTES = 3
"""So many searched frames must show a face; fewer where fewer were searched."""

SHARE = 1 / 3
"""Share of the searched frames from its first to its last sighting that must show it."""

SURE_SCORE = {FoundBy.GRADIENTS: 1.2, FoundBy.NETWORK: 0.97}
"""A face with this score is believed at once: a margin or a probability."""

CONVINCING_SCORE = {FoundBy.GRADIENTS: 0.2, FoundBy.NETWORK: 0.7}
"""However often a face is seen, it must convince once: a pattern of the background that looks a
little like a face does so in every frame, a face comes and goes."""

HINT_PROBABILITY = 0.4
"""What the network finds from here on is a sighting: the votes of a film tell more than one frame,
whose faces have at least `MIN_PROBABILITY`."""

STEADY_VOTES, STEADY_SHARE, STEADY_PROBABILITY = 7, 0.75, 0.5
"""A face that never convinces is believed if so many searched frames, and such a share of those
from its first to its last sighting, show it with this probability in the mean, and it moves."""

SAME_PICTURE = 0.985
"""Correlation of looks from which a sighting only repeats another: a pattern of the background
stays as it is, a face does not."""

LOOKS = 6
"""So many looks of a track, spread over it, are held against each other."""

MOST_CARRIED = 16
"""Frames from search to search up to which the flow goes through all of them."""

ROOM = 1.6
"""A face that is missed is looked for again in a box so many times as large as its own."""

SEEN_BEFORE = 2
"""Sightings after which a face is looked for again where it is missed."""


@dataclass(frozen=True, eq=False)
class Searched:
    """One frame was searched.

    Parameters
    ----------
    done, total : how far the search is.
    faces : those of this frame alone.
    damaged : the frame cannot be decoded; the film goes on behind it.
    """

    done: int
    total: int
    frame_index: int
    faces: tuple[DetectedFace, ...]
    damaged: bool = False


@dataclass(frozen=True, eq=False)
class Followed:
    """The end: the faces that are believed, best first."""

    tracks: tuple[FaceTrack, ...]


def follow(
    frame_at: FrameAt,
    first: int,
    last: int,
    rate_fps: float | None,
    smallest_px: float = SMALLEST_FACE_PX,
) -> Iterator[Searched | Followed]:
    """Follow the faces of a stretch of film, both ends included; the last item has the tracks.

    Between two items the work may be left off.

    Parameters
    ----------
    smallest_px : width of the smallest faces looked for.

    Raises
    ------
    WeightsError
        If the landmark model is not installed.
    """
    indices = frames_to_search(first, last, rate_fps)
    walk = _Walk(frame_at, smallest_px, indices[1] - indices[0] if len(indices) > 1 else 1)
    for done, index in enumerate(indices, start=1):
        faces = walk.search(index)
        yield Searched(done, len(indices), index, faces or (), damaged=faces is None)
    walk.end(last)
    yield Followed(_led_back(frame_at, first, walk.tracks()))


def tracks_in(
    frame_at: FrameAt,
    first: int,
    last: int,
    rate_fps: float | None,
    smallest_px: float = SMALLEST_FACE_PX,
) -> tuple[FaceTrack, ...]:
    """Return the faces of a stretch of film, best first; parameters and errors as of `follow`."""
    *_, end = follow(frame_at, first, last, rate_fps, smallest_px)
    return end.tracks if isinstance(end, Followed) else ()


class _Walk:
    """Goes through the frames once, with all faces that are being followed."""

    def __init__(self, frame_at: FrameAt, smallest_px: float, search_step: int) -> None:
        self._frame_at, self._smallest_px, self._step = frame_at, smallest_px, search_step
        self._follower = Follower()
        self._ways: dict[int, Way] = {}  # by the id of a track's first face
        self._looks: dict[int, list[Floats]] = {}
        self._last: tuple[int, Pixels] | None = None
        self._frame_hw = (0, 0)
        self._searched: list[int] = []

    def search(self, index: int) -> tuple[DetectedFace, ...] | None:
        """Carry the faces here, search the frame, and return what was found; None if damaged."""
        pixels = self._go_to(index)
        if pixels is None:
            return None
        self._searched.append(index)
        found = find_faces(pixels, smallest_px=self._smallest_px, least=HINT_PROBABILITY)
        missing = self._follower.take([_sighting(index, pixels, face) for face in found])
        again = [s for g in missing if (s := _looked_again(index, pixels, g)) is not None]
        for growing in self._follower.growing:
            if growing.sightings[-1].frame_index == index:
                self._stand(growing.sightings, pixels)
        return (*(f for f in found if _is_told(f)), *(s.face for s in again))

    def end(self, last: int) -> None:
        """Carry the faces through the frames behind the last that is searched."""
        if self._last is not None and last - self._last[0] <= MOST_CARRIED:
            for index in range(self._last[0] + 1, last + 1):
                self._carry(index, looks=False)

    def tracks(self) -> tuple[FaceTrack, ...]:
        """Return the tracks that enough searched frames vote for, best first."""
        grown = [g.sightings for g in self._follower.all() if self._is_believed(g.sightings)]
        return tuple(self._track(n, track) for n, track in enumerate(scored(grown), start=1))

    def _track(self, number: int, sightings: tuple[Sighting, ...]) -> FaceTrack:
        best = best_of(sightings)
        picture = cut_out(self._frame_at(best.frame_index), best.face.box)
        steps = self._ways[_key(sightings)].steps
        path = smoothed(sightings, steps, self._step, self._frame_hw)
        return FaceTrack(number, sightings, best, picture, path)

    def _stand(self, sightings: Sequence[Sighting], pixels: Pixels) -> None:
        """Have the flow of a track begin, or go on, at its last sighting."""
        last = sightings[-1]
        if len(sightings) == 1:
            self._ways[_key(sightings)] = Way(last.face, look(pixels, last.face.box))
        way = self._ways[_key(sightings)]
        way.stand(last, pixels)
        self._looks.setdefault(_key(sightings), []).append(way.look)

    def _go_to(self, index: int) -> Pixels | None:
        """Carry all faces on to a frame; None if it is damaged: the film goes on behind it."""
        if self._last is not None and index - self._last[0] <= MOST_CARRIED:
            for between in range(self._last[0] + 1, index):
                self._carry(between, looks=True)
        return self._carry(index, looks=False)

    def _carry(self, index: int, looks: bool) -> Pixels | None:
        """Carry all faces into a frame; ``looks``: who becomes doubtful here is looked for."""
        try:
            pixels = self._frame_at(index)
        except EvidenceError:
            return None
        if self._last is not None:
            for growing in self._follower.growing:
                doubtful = self._go_on(growing, self._last[1], pixels, index)
                if looks and doubtful and _looked_again(index, pixels, growing) is not None:
                    self._stand(growing.sightings, pixels)
        self._last, self._frame_hw = (index, pixels), (pixels.shape[0], pixels.shape[1])
        return pixels

    def _go_on(self, growing: Growing, before: Pixels, after: Pixels, index: int) -> bool:
        """Carry one face on; return whether it became doubtful in this very frame."""
        way = self._ways[_key(growing.sightings)]
        doubtful_before = way.doubtful
        way.go_on(before, after, index)
        growing.expected = way.box
        return way.doubtful and not doubtful_before

    def _is_believed(self, sightings: Sequence[Sighting]) -> bool:
        if _reaches(sightings, SURE_SCORE):
            return True
        first, last = sightings[0].frame_index, sightings[-1].frame_index
        asked = sum(first <= index <= last for index in self._searched)
        votes = max(min(VOTES, len(self._searched)), SHARE * asked)
        if len(sightings) >= votes and _reaches(sightings, CONVINCING_SCORE):
            return True
        steady = max(min(STEADY_VOTES, len(self._searched)), STEADY_SHARE * asked)
        return (
            len(sightings) >= steady
            and float(np.mean([s.face.score for s in sightings])) >= STEADY_PROBABILITY
            and _moves(self._looks[_key(sightings)])
        )


def _led_back(frame_at: FrameAt, first: int, tracks: Sequence[FaceTrack]) -> tuple[FaceTrack, ...]:
    """Return the tracks with the frames before their first sightings, as far as the flow leads."""
    led = list(tracks)
    for i, track in enumerate(tracks):
        others = [*led[:i], *led[i + 1 :]]
        before = retraced(frame_at, first, track.sightings[0], others)
        led[i] = replace(track, path=(*before, *track.path))
    return tuple(led)


def _moves(looks: Sequence[Floats]) -> bool:
    """Return whether a face's picture changes from look to look."""
    some = looks[:: max(1, len(looks) // LOOKS)]
    # their correlation, and 1 where both are flat
    alike = [1 - float(np.mean((one - other) ** 2)) / 2 for one, other in pairwise(some)]
    return bool(alike) and float(np.median(alike)) <= SAME_PICTURE


def _is_told(face: DetectedFace) -> bool:
    """Return whether a face is told of before the votes are counted."""
    return face.found_by is not FoundBy.NETWORK or face.score >= MIN_PROBABILITY


def _reaches(sightings: Sequence[Sighting], score: dict[FoundBy, float]) -> bool:
    return any(s.face.score >= score[s.face.found_by] for s in sightings)


def _key(sightings: Sequence[Sighting]) -> int:
    return id(sightings[0].face)


def _sighting(index: int, pixels: Pixels, face: DetectedFace) -> Sighting:
    return Sighting(index, face, judged(pixels, face))


def _looked_again(index: int, pixels: Pixels, growing: Growing) -> Sighting | None:
    """Look for a missed face where it should be; what is found there belongs to its track."""
    seen = growing.sightings
    if len(seen) < SEEN_BEFORE or not _reaches(seen, CONVINCING_SCORE):
        return None
    room = _room(growing.box, pixels)
    if room is None:
        return None
    for face in find_faces(pixels, within=room):
        sighting = _sighting(index, pixels, face)
        if growing.takes(sighting):
            growing.add(sighting)
            return sighting
    return None


def _room(box: Box, pixels: Pixels) -> Box | None:
    """Return the box enlarged, as far as the frame goes; None if it lies outside."""
    (cx, cy), half = box.centre_xy, ROOM * max(box.w, box.h, MIN_BOX_PX) / 2
    height, width = pixels.shape[:2]
    left, right = max(0, round(cx - half)), min(width, round(cx + half))
    top, bottom = max(0, round(cy - half)), min(height, round(cy + half))
    if right - left < max(box.w, MIN_BOX_PX) or bottom - top < max(box.h, MIN_BOX_PX):
        return None
    return Box(left, top, right - left, bottom - top)
