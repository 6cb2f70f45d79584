"""Where a face is in a frame, and the small picture cut out for a method."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from fhgui.core.arrays import Matrix, Pixels, Points


@dataclass(frozen=True)
class Box:
    """A rectangle of whole pixels: columns x … x+w−1, rows y … y+h−1."""

    x: int
    y: int
    w: int
    h: int

    @property
    def centre_xy(self) -> tuple[float, float]:
        """Centre in the pixel-centres-at-integers convention."""
        return self.x + (self.w - 1) / 2, self.y + (self.h - 1) / 2

    def towards(self, other: Box, share: float) -> Box:
        """Return the box that lies on the line to another: at 0 this one, at 1 the other."""
        here, there = (self.x, self.y, self.w, self.h), (other.x, other.y, other.w, other.h)
        x, y, w, h = (round(a + (b - a) * share) for a, b in zip(here, there, strict=True))
        return Box(x, y, w, h)


class PlacedBy(StrEnum):
    """Who or what decided where the face is."""

    ANALYST = "analyst"
    """Landmarks set or corrected by hand."""
    AUTO = "auto"
    """Landmarks found automatically."""
    SNAPPED = "snapped"
    """Landmarks set by hand, then moved to where the landmark model sees them."""
    TRACKED = "tracked"
    """Landmarks carried over from another frame by optical flow."""
    NETWORK = "network"
    """Put upright by a network that sees how a face is turned; nobody saw landmarks."""
    BOX = "box"
    """Only a box was given: no rotation, the box is taken to span brows to chin."""
    ALIGNED = "aligned"
    """The file already is the method's input."""


@dataclass(frozen=True, eq=False)
class FaceAlignment:
    """The similarity that carries frame coordinates to a method's input grid.

    Parameters
    ----------
    matrix : 2×3 float64; input_xy = matrix · (frame_x, frame_y, 1).
    placed_by : who or what placed it.
    template : name of the landmark template it was fitted to.
    landmarks : N×2 frame coordinates (2, 5 or 68 points); None when placed without any.
    box : the crop or detection it came from, if any.
    rms_px : root mean square residual of the fit, in *frame* pixels; 0 when exact.
    score : detector score; None unless found automatically.
    """

    matrix: Matrix
    placed_by: PlacedBy
    template: str
    landmarks: Points | None = None
    box: Box | None = None
    rms_px: float = 0.0
    score: float | None = None


@dataclass(frozen=True, eq=False)
class FaceImage:
    """The picture that a method takes in.

    Parameters
    ----------
    pixels : h×w×3 uint8 sRGB on the method's input grid.
    alignment : how it was cut from its frame.
    """

    pixels: Pixels
    alignment: FaceAlignment

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]


class FoundBy(StrEnum):
    """What found a face, and so what its score means."""

    GRADIENTS = "gradients"
    """dlib's HOG detector: the score is its margin, 0 between face and none, mostly 0.2 to 3."""
    NETWORK = "network"
    """The network for small faces: the score is its probability, 0 to 1."""

    @property
    def scale(self) -> str:
        """What its score is."""
        return "probability" if self is FoundBy.NETWORK else "margin"


@dataclass(frozen=True, eq=False)
class DetectedFace:
    """A face found in a frame.

    Parameters
    ----------
    box : detector box (brows to chin), frame pixels.
    score : how sure the detector is, on the scale of ``found_by``.
    landmarks : 68×2 frame coordinates in the iBUG order.
    found_by : what found it.
    spread_px : mean distance of what single looks saw from the landmarks, in frame pixels: the
        smaller, the surer; None where the landmarks were seen once, or by a model that is used on
        large faces.
    """

    box: Box
    score: float
    landmarks: Points
    found_by: FoundBy = FoundBy.GRADIENTS
    spread_px: float | None = None

    @property
    def sureness(self) -> str:
        """How sure the landmarks are, in words; empty where that is not known."""
        return "" if self.spread_px is None else spread_words(self.spread_px)

    @property
    def words(self) -> str:
        """Size, and how sure the find and its landmarks are, as they stand beside its box."""
        size, score = f"{self.box.w}×{self.box.h} px", f"{self.found_by.scale} {self.score:.2f}"
        return " · ".join(words for words in (size, score, self.sureness) if words)


def spread_words(spread_px: float) -> str:
    """Return the spread of landmarks over single looks as it is shown; errors are larger.

    On faces of 16 to 24 pixels they were twice the spread (medians, LFW).
    """
    return f"points repeat to {spread_px:.1f} px, errors are larger"


class AdequacyClass(StrEnum):
    """IEC 62676-4:2025 classes by pixels a metre; the value is the class's name."""

    BELOW = "below Perceive"
    PERCEIVE = "Perceive"
    CHARACTERISE = "Characterise"
    VALIDATE = "Validate"
    SCRUTINISE = "Scrutinise"


def density_words(density_px_per_m: float) -> str:
    """Return e.g. ``124 px/m``: cut, for rounded it might seem to reach the next class."""
    return f"{math.floor(density_px_per_m)} px/m"


@dataclass(frozen=True)
class Adequacy:
    """How much face the evidence holds.

    Parameters
    ----------
    face_px : width of the face in frame pixels.
    interocular_px : distance of the eye centres in frame pixels; None without landmarks.
    density_px_per_m : face_px / 0.16 m (a face is *assumed* to be 16 cm wide).
    adequacy : class reached.
    """

    face_px: float
    interocular_px: float | None
    density_px_per_m: float
    adequacy: AdequacyClass
