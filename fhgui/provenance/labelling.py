"""The burned-in label of exported pictures, made so that no recorded pixel is lost.

A labelled picture is the result at a whole-numbered nearest-neighbour scale with a strip below it
that holds the label. Cutting the strip off and taking every k-th sample gives the recorded pixels
back, so a picture can be checked against its record without any other file.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from fhgui.core.arrays import Pixels
from fhgui.provenance.report.fonts import picture_font
from fhgui.provenance.report.words import LABEL

LEAST_PX = 512
"""Longer side of a labelled picture at least: below it the label could not be read."""

STRIP_SHARE = 1 / 14
TEXT_SHARE = 0.94
STRIP, INK = (20, 20, 20), (255, 196, 0)


def labelled(pixels: Pixels) -> Pixels:
    """Return an enhanced picture with the label burned in below it.

    Parameters
    ----------
    pixels : H×W×3 uint8.

    Returns
    -------
    (k·H + strip) × k·W × 3 uint8; k is the least whole number that makes the longer side
    `LEAST_PX`.
    """
    h, w = pixels.shape[:2]
    k = max(1, math.ceil(LEAST_PX / max(h, w)))
    return np.concatenate([_enlarged(pixels, k), _strip(w * k)])


def recorded_pixels(picture: Pixels, h: int, w: int) -> Pixels | None:
    """Return the H×W×3 pixels of the result that an exported picture shows.

    Parameters
    ----------
    picture : an exported picture, labelled or not, losslessly decoded.
    h, w : size of the result in its record.

    Returns
    -------
    None if it is neither the result's size nor a labelled enlargement of it. How the strip looks
    is not asked: libraries of another machine draw letters otherwise.
    """
    if picture.shape[:2] == (h, w):
        return picture
    k, rest = divmod(picture.shape[1], max(1, w))
    if rest or min(h, w, k) < 1 or picture.shape[0] != h * k + _strip_height(w * k):
        return None
    pixels = np.ascontiguousarray(picture[: h * k : k, ::k])
    return pixels if np.array_equal(_enlarged(pixels, k), picture[: h * k]) else None


def _enlarged(pixels: Pixels, k: int) -> Pixels:
    return pixels.repeat(k, axis=0).repeat(k, axis=1)


def _strip_height(width_px: int) -> int:
    return max(12, round(width_px * STRIP_SHARE))


def _strip(width_px: int) -> Pixels:
    """Return the strip with the label, as high as it takes to read it."""
    height_px = _strip_height(width_px)
    size_px = height_px * 0.6
    font = picture_font(round(size_px), heavy=True)
    shrink = TEXT_SHARE * width_px / font.getlength(LABEL)
    if shrink < 1:
        font = picture_font(max(1, math.floor(size_px * shrink)), heavy=True)
    strip = Image.new("RGB", (width_px, height_px), STRIP)
    middle = (width_px / 2, height_px / 2)
    ImageDraw.Draw(strip).text(middle, LABEL, fill=INK, font=font, anchor="mm")
    return np.asarray(strip)
