"""One person's face followed through a film."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.arrays import Pixels
from fhgui.core.face import Box, DetectedFace


@dataclass(frozen=True)
class FaceQuality:
    """How much a sighting of a face promises; what it is judged by is shown, never hidden.

    Parameters
    ----------
    face_px : width of the face in frame pixels.
    sharpness : gradient energy at a fixed face size, 0 and up; comparable within one film.
    frontal : 1 for a face that looks into the camera, 0 for a profile.
    score : the three together, 0–1 within one film.
    """

    face_px: float
    sharpness: float
    frontal: float
    score: float = 0.0


@dataclass(frozen=True, eq=False)
class Sighting:
    """A face in one frame of a film."""

    frame_index: int
    face: DetectedFace
    quality: FaceQuality


@dataclass(frozen=True, eq=False)
class FaceTrack:
    """The sightings of one person, as far as position tells: nobody is identified.

    Parameters
    ----------
    number : from 1, in the order of the best quality.
    sightings : in the order of frames.
    best : the sighting with the best quality.
    picture : H×W×3 uint8, the face and a little around it in the best frame, as it was decoded.
    """

    number: int
    sightings: tuple[Sighting, ...]
    best: Sighting
    picture: Pixels

    @property
    def first(self) -> int:
        """Frame of the first sighting."""
        return self.sightings[0].frame_index

    @property
    def last(self) -> int:
        """Frame of the last sighting."""
        return self.sightings[-1].frame_index

    def sighting(self, frame_index: int) -> Sighting | None:
        """Return the sighting in a frame that was searched."""
        return next((s for s in self.sightings if s.frame_index == frame_index), None)

    def box_at(self, frame_index: int) -> Box | None:
        """Return where the face is in a frame, between two sightings on the straight line."""
        if not self.first <= frame_index <= self.last:
            return None
        after = next(s for s in self.sightings if s.frame_index >= frame_index)
        if after.frame_index == frame_index:
            return after.face.box
        before = next(s for s in reversed(self.sightings) if s.frame_index < frame_index)
        share = (frame_index - before.frame_index) / (after.frame_index - before.frame_index)
        a, b = before.face.box, after.face.box
        x, y, w, h = (
            round(p + (q - p) * share)
            for p, q in zip((a.x, a.y, a.w, a.h), (b.x, b.y, b.w, b.h), strict=True)
        )
        return Box(x, y, w, h)
