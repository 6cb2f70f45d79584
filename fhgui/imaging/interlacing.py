"""Two fields in one frame: whether they are there, and one of them made into a whole picture.

An interlaced camera takes the even lines of a frame, and a fiftieth of a second later the odd ones.
What moved meanwhile is torn into a comb: a line differs from both its neighbours in the same
direction, while lines of the same field agree. Where nothing moves the fields cannot be told apart,
and need not be.

A field is taken as it is; the lines between are interpolated by Keys' cubic, ½-phase taps
(−1, 9, 9, −1)/16 [1]_. The other field is left out: it shows another moment, and a mixture of
moments is no evidence of either.

References
----------
.. [1] R. Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans. ASSP
   29(6), 1981, with a = −½.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import Floats, Pixels
from fhgui.core.fields import Fields
from fhgui.imaging.colour import luma, to_uint8

TEETH = 12.0
"""Geometric mean of a line's differences to both neighbours, in grey levels, from which it is a
tooth: noise of σ 5 reaches it in a pixel of some forty."""

COMBED = 0.01
"""Share of pixels that must be combed, beyond those of one field alone, to tell of fields."""
RATIO = 2.0
"""How many times more combed pixels the frame must have than its fields each have."""

FEWEST_LINES = 16


@dataclass(frozen=True)
class Combing:
    """How torn a picture is.

    Parameters
    ----------
    share : of its pixels that are combed, 0–1, less those that texture or noise make look so.
    is_interlaced : whether two fields of different moments must be in it.
    """

    share: float
    is_interlaced: bool

    @property
    def words(self) -> str:
        """Verdict and extent, e.g. ``two fields, 4 % of the pixels torn``."""
        if not self.is_interlaced:
            return "no fields to be seen"
        return f"two fields of different moments, {self.share:.0%} of the pixels torn"


def estimate_combing(pixels: Pixels) -> Combing | None:
    """Tell whether a picture holds two fields between which something moved.

    Parameters
    ----------
    pixels : H×W×3 uint8, lines as they were stored.

    Returns
    -------
    None if there are too few lines to tell.
    """
    gray = luma(pixels)
    if gray.shape[0] < 2 * FEWEST_LINES:
        return None
    woven = _teeth(gray)
    alone = max(_teeth(gray[::2]), _teeth(gray[1::2]))
    share = max(woven - alone, 0.0)
    return Combing(share, share > COMBED and woven > RATIO * alone)


def one_field(pixels: Pixels, fields: Fields) -> Pixels:
    """Return a picture of one field, with the lines of the other interpolated.

    Parameters
    ----------
    pixels : H×W×3 uint8, lines as they were stored; line 0 is of the upper field.
    """
    if fields is Fields.WOVEN or pixels.shape[0] < 2:
        return pixels
    first = 0 if fields is Fields.UPPER else 1
    return filled(pixels[first::2], first, pixels.shape[0])


def filled(field: Pixels, first: int, height: int) -> Pixels:
    """Return a field with the lines between interpolated.

    Parameters
    ----------
    field : h×W×3 uint8.
    first : line of the whole picture that the field's first line is: 0 or 1.
    height : lines of the whole picture.
    """
    padded = np.pad(field.astype(np.float64), ((2, 2), (0, 0), (0, 0)), mode="edge")
    between = to_uint8((9 * (padded[1:-2] + padded[2:-1]) - padded[:-3] - padded[3:]) / 16)
    whole = np.empty((height, *field.shape[1:]), np.uint8)
    others = whole[1 - first :: 2]
    whole[first::2] = field[: len(whole[first::2])]
    others[:] = between[1 - first : 1 - first + len(others)]
    return whole


def _teeth(gray: Floats) -> float:
    """Return the share of pixels that differ from both lines beside them in one direction."""
    above, below = gray[1:-1] - gray[:-2], gray[1:-1] - gray[2:]
    return float((above * below > TEETH**2).mean())
