"""One picture of evidence, exactly as it was decoded."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.arrays import Pixels
from fhgui.core.fields import Fields

NOT_SQUARE = "pixels are not square"
"""Begins the note of a frame whose pixels are wider or higher than square ones."""

DAMAGED = "the data of this frame are damaged: the decoder filled in what is missing"
AFTER_DAMAGE = "frames that this one is made from are damaged: parts of it may be wrong"
DOUBTED = "a second decoder finds the data damaged: parts of the picture may be wrong"


@dataclass(frozen=True, eq=False)
class Frame:
    """A decoded frame of a still picture or a video.

    Parameters
    ----------
    pixels : H×W×3 uint8 sRGB, read-only.
    index : position in presentation order, from 0.
    pts : presentation time stamp in units of the stream's time base; None for stills.
    time_s : presentation time in seconds; None for stills.
    key_frame : whether the frame decodes without others (always true for stills).
    notes : what was done between the stored samples and ``pixels``, in words
        ("EXIF orientation 6 applied", "16 bit reduced to 8 bit").
    fields : which of its two fields ``pixels`` show.
    """

    pixels: Pixels
    index: int = 0
    pts: int | None = None
    time_s: float | None = None
    key_frame: bool = True
    notes: tuple[str, ...] = ()
    fields: Fields = Fields.WOVEN

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def damage(self) -> str:
        """The note that its data are damaged; empty if nothing is known of that."""
        known = (DAMAGED, AFTER_DAMAGE, DOUBTED)
        return next((note for note in self.notes if note in known), "")
