"""What camera and storage did to a picture, as far as it can be told from its pixels.

Estimates, not measurements: each is right about pictures like those that it was tried on (``fhgui
benchmark wear`` prints how well), and none of them changes a pixel by itself.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.wear import ToldWear
from fhgui.imaging.blocking import (
    VISIBLE,
    Blocking,
    Jpeg,
    estimate_blocking,
    estimate_jpeg,
)
from fhgui.imaging.enlarging import Enlargement, estimate_enlargement
from fhgui.imaging.interlacing import Combing, estimate_combing
from fhgui.imaging.noise import UNSEEN, Noise, estimate_noise

UNKNOWN = "too small to tell"


@dataclass(frozen=True)
class Wear:
    """Estimates about a whole frame; None where it is too small to tell.

    Parameters
    ----------
    noise : how strong it is.
    jpeg : the last JPEG that the picture was; None also where it is none that can be told, and for
        frames of videos, whose codecs are known and leave other traces.
    blocking : edges of blocks of a codec.
    combing : whether two fields of different moments are in it.
    enlargement : whether it was enlarged before it was stored.
    """

    noise: Noise | None
    jpeg: Jpeg | None
    blocking: Blocking | None
    combing: Combing | None
    enlargement: Enlargement | None

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Title and words of each estimate."""
        return (
            ("Noise", self.noise.words if self.noise else UNKNOWN),
            ("JPEG", self.jpeg.words if self.jpeg else "no trace of one"),
            ("Blocks", self.blocking.words if self.blocking else UNKNOWN),
            ("Fields", self.combing.words if self.combing else UNKNOWN),
            ("Sensor scale", self.enlargement.words if self.enlargement else UNKNOWN),
        )

    @property
    def found(self) -> tuple[str, ...]:
        """Kinds of wear that are there to be seen (`fhgui.core.wear.WORDS`)."""
        there = {
            "noise": self.noise is not None and self.noise.sigma >= UNSEEN,
            "blocks": self.blocking is not None and self.blocking.strength >= VISIBLE,
            "fields": self.combing is not None and self.combing.is_interlaced,
            "enlarged": self.enlargement is not None and self.enlargement != Enlargement(),
        }
        return tuple(name for name, is_there in there.items() if is_there)

    @property
    def told(self) -> ToldWear:
        """All of it in words."""
        return ToldWear(self.lines, self.found)

    def as_json(self) -> dict[str, Any]:
        """Return numbers and words of each estimate, null where nothing can be told."""
        values: dict[str, Any] = asdict(self)
        for name, value in values.items():
            if value is not None:
                value["words"] = getattr(self, name).words
        return values


MOST_PIXELS = 12_000_000
"""Of a larger picture the middle is asked: the estimates take some 37 bytes a pixel."""

GRID_PX = 16
"""The middle begins at a multiple of this: blocks and fields lie as in the whole picture."""


def estimate_wear(pixels: Pixels, is_video: bool = False) -> Wear:
    """Estimate what was done to a frame.

    Parameters
    ----------
    pixels : H×W×3 uint8, the whole frame as it was decoded; the middle of it is asked if it has
        more than `MOST_PIXELS`.
    is_video : whether it is of a video: its JPEG is not asked for, and its blocks may be small.
    """
    pixels = _middle(pixels)
    return Wear(
        noise=estimate_noise(pixels),
        jpeg=None if is_video else estimate_jpeg(pixels),
        blocking=estimate_blocking(pixels),
        combing=estimate_combing(pixels),
        enlargement=estimate_enlargement(pixels, is_video),
    )


def _middle(pixels: Pixels) -> Pixels:
    """Return what is asked of a picture: all of it, or a part in its middle of the same shape."""
    height, width = pixels.shape[:2]
    share = math.sqrt(MOST_PIXELS / (height * width)) if height and width else 1.0
    if share >= 1:
        return pixels
    # a picture may be so narrow that its short side stays whole
    tall = min(height, max(GRID_PX, int(share * height)))
    wide = min(width, MOST_PIXELS // tall)
    top = (height - tall) // 2 // GRID_PX * GRID_PX
    left = (width - wide) // 2 // GRID_PX * GRID_PX
    return np.ascontiguousarray(pixels[top : top + tall, left : left + wide])
