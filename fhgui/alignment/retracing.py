"""Where a followed face came from: back from its first sighting, as far as the flow is sure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fhgui.alignment.similarity import apply
from fhgui.alignment.smoothing import Way, cut_to, look
from fhgui.core.arrays import Pixels
from fhgui.core.errors import EvidenceError
from fhgui.core.face import Box
from fhgui.core.track import FaceTrack, Sighting, Waypoint

AT_ONCE, MOST_BYTES = 16, 256 << 20
"""Frames that are read together, and what they may hold: a film is decoded forwards only, and
frames of 8K take 100 MB each."""

MOST_FRAMES = 60
"""So far back at most, two seconds of most films: what was not found until then came from
elsewhere."""


def retraced(
    frame_at: Callable[[int], Pixels], first: int, sighting: Sighting, others: Sequence[FaceTrack]
) -> tuple[Waypoint, ...]:
    """Return where a face was in the frames before its first sighting, in the order of frames.

    It ends where the flow loses the face, where something else is in its place, where another
    track is, or after `MOST_FRAMES`.

    Parameters
    ----------
    frame_at : gives a frame by its number; raises `EvidenceError` where it is damaged.
    first : first frame of the stretch that is searched.
    sighting : the first one of the face.
    others : tracks that are believed.
    """
    places: list[Waypoint] = []
    after = _read(frame_at, sighting.frame_index)
    if after is None:
        return ()
    way = Way(sighting.face, look(after, sighting.face.box))
    way.stand(sighting, after)
    earliest = max(first, sighting.frame_index - MOST_FRAMES)
    at_once = max(1, min(AT_ONCE, MOST_BYTES // after.nbytes))
    for index, pixels in _backwards(frame_at, earliest, sighting.frame_index, at_once):
        if pixels is None:
            break
        way.go_on(after, pixels, index)
        inside = None if way.doubtful else cut_to(way.box, (pixels.shape[0], pixels.shape[1]))
        if inside is None or any(_is_there(other, index, inside) for other in others):
            break
        landmarks = apply(way.moved, sighting.face.landmarks)
        places.append(Waypoint(index, inside, landmarks, seen=False))
        after = pixels
    return tuple(reversed(places))


def _backwards(
    frame_at: Callable[[int], Pixels], first: int, end: int, at_once: int
) -> Iterator[tuple[int, Pixels | None]]:
    """Yield the frames before one, the nearest first, None for a damaged one."""
    while end > first:
        start = max(first, end - at_once)
        read = [(index, _read(frame_at, index)) for index in range(start, end)]
        yield from reversed(read)
        end = start


def _read(frame_at: Callable[[int], Pixels], index: int) -> Pixels | None:
    try:
        return frame_at(index)
    except EvidenceError:
        return None


def _is_there(track: FaceTrack, index: int, box: Box) -> bool:
    """Return whether a track is about where a box is."""
    own = track.box_at(index)
    if own is None:
        return False
    (ax, ay), (bx, by) = own.centre_xy, box.centre_xy
    return abs(ax - bx) < own.w / 2 and abs(ay - by) < own.h / 2
