"""One person's face followed through a film."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from fhgui.core.arrays import Pixels, Points
from fhgui.core.face import Box, DetectedFace


@dataclass(frozen=True)
class FaceQuality:
    """How much a sighting of a face promises; what it is judged by is shown, never hidden.

    Parameters
    ----------
    face_px : width of the face in frame pixels.
    sharpness : gradient energy at a fixed face size, 0 and up; comparable within one film.
    frontal : 1 for a face that looks into the camera, 0 for a profile.
    exposure : share of the face's pixels that are neither clipped nor all but black, 0–1.
    score : the four together, 0–1 within one film.
    """

    face_px: float
    sharpness: float
    frontal: float
    exposure: float = 1.0
    score: float = 0.0


@dataclass(frozen=True, eq=False)
class Sighting:
    """A face in one frame of a film."""

    frame_index: int
    face: DetectedFace
    quality: FaceQuality


@dataclass(frozen=True, eq=False)
class Waypoint:
    """Where a followed face is in one frame, smoothed over the neighbouring sightings.

    Parameters
    ----------
    box, landmarks : as of a `DetectedFace`, frame pixels.
    seen : whether the face was found in this frame; else optical flow carried it here, or it is
        thought to be on the line between two places.
    """

    frame_index: int
    box: Box
    landmarks: Points
    seen: bool


@dataclass(frozen=True, eq=False)
class FaceTrack:
    """The sightings of one person, as far as position tells: nobody is identified.

    Parameters
    ----------
    number : from 1, in the order of the best quality.
    sightings : in the order of frames.
    best : the sighting with the best quality.
    picture : H×W×3 uint8, the face and a little around it in the best frame, as it was decoded.
    path : in the order of frames: at least every sighting, and every frame that the flow carried
        it to, some before the first and behind the last sighting too.
    """

    number: int
    sightings: tuple[Sighting, ...]
    best: Sighting
    picture: Pixels
    path: tuple[Waypoint, ...]

    @property
    def first(self) -> int:
        """First frame that it was followed to."""
        return self.path[0].frame_index

    @property
    def last(self) -> int:
        """Last frame that it was followed to."""
        return self.path[-1].frame_index

    def sighting(self, frame_index: int) -> Sighting | None:
        """Return the sighting in a frame that was searched."""
        return next((s for s in self.sightings if s.frame_index == frame_index), None)

    def place(self, frame_index: int) -> Waypoint | None:
        """Return where the face is in a frame; None where it was not followed."""
        at = bisect_left(self.path, frame_index, key=lambda w: w.frame_index)
        found = self.path[at] if at < len(self.path) else None
        return found if found and found.frame_index == frame_index else None

    def box_at(self, frame_index: int) -> Box | None:
        """Return where the face is in a frame, where it was not followed on the straight line."""
        if not self.first <= frame_index <= self.last:
            return None
        at = bisect_left(self.path, frame_index, key=lambda w: w.frame_index)
        after = self.path[at]
        if after.frame_index == frame_index:
            return after.box
        before = self.path[at - 1]
        share = (frame_index - before.frame_index) / (after.frame_index - before.frame_index)
        return before.box.towards(after.box, share)
