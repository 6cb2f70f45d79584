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

TEETH = 10.0
"""Difference of a line to both its neighbours, in grey levels, from which it may be a tooth."""
ALIKE = 0.5
"""The two neighbours differ by less than this share of the tooth: they are of one field."""

STRIP_PX = 256
"""Columns that are interpolated at once: a picture of 8K would take 2 GB as a whole."""

TILE = 32
"""Side of the tiles that are judged: what moves is often a small part of a frame."""
TORN = 0.05
"""Share of a tile's pixels that must be teeth."""
RATIO = 2.0
"""How many times more teeth a tile must have than either of its fields alone, which texture has."""
CHANCE = 0.005
"""Teeth that any tile may have by chance, added to those of its fields."""
FEW = 0.002
"""Share of the tiles that must be torn, and at least one."""


@dataclass(frozen=True)
class Combing:
    """How torn a picture is.

    Parameters
    ----------
    share : of its tiles that are torn, 0–1.
    is_interlaced : whether two fields of different moments must be in it.
    """

    share: float
    is_interlaced: bool

    @property
    def words(self) -> str:
        """Verdict and extent, e.g. ``two fields of different moments, 4% of the picture torn``."""
        if not self.is_interlaced:
            return "no fields to be seen"
        return f"two fields of different moments, {self.share:.0%} of the picture torn"


def estimate_combing(pixels: Pixels) -> Combing | None:
    """Tell whether a picture holds two fields between which something moved.

    Parameters
    ----------
    pixels : H×W×3 uint8, lines as they were stored.

    Returns
    -------
    None if it is smaller than four tiles.
    """
    gray = luma(pixels)
    if min(gray.shape) < 2 * TILE:
        return None
    gray = gray[: gray.shape[0] // TILE * TILE]
    woven = _teeth(gray, TILE)
    alone = np.maximum(_teeth(gray[::2], TILE // 2), _teeth(gray[1::2], TILE // 2))
    torn = (woven > TORN) & (woven > RATIO * (alone + CHANCE))
    share = float(torn.mean())
    return Combing(share, bool(torn.any()) and share >= FEW)


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
    whole = np.empty((height, *field.shape[1:]), np.uint8)
    others = whole[1 - first :: 2]
    whole[first::2] = field[: len(whole[first::2])]
    for left in range(0, field.shape[1], STRIP_PX):
        columns = slice(left, left + STRIP_PX)
        others[:, columns] = _between(field[:, columns])[1 - first : 1 - first + len(others)]
    return whole


def _between(field: Pixels) -> Pixels:
    """Return the h + 1 lines before, between and after those of a field, by cubic interpolation."""
    padded = np.pad(field.astype(np.float64), ((2, 2), (0, 0), (0, 0)), mode="edge")
    return to_uint8((9 * (padded[1:-2] + padded[2:-1]) - padded[:-3] - padded[3:]) / 16)


def _teeth(gray: Floats, height: int) -> Floats:
    """Return, for each tile of a height, the share of pixels that stick out of their neighbours."""
    above, below = gray[1:-1] - gray[:-2], gray[1:-1] - gray[2:]
    size = np.minimum(np.abs(above), np.abs(below))
    teeth = (above * below > 0) & (size > TEETH) & (np.abs(above - below) < ALIKE * size)
    whole = np.pad(teeth, ((1, 1), (0, 0)))
    rows, columns = whole.shape[0] // height, whole.shape[1] // TILE
    tiles = whole[: rows * height, : columns * TILE].reshape(rows, height, columns, TILE)
    shares: Floats = tiles.mean(axis=(1, 3))
    return shares
