"""Pictures of which exemplars a result is from, in colours that are told apart."""

from __future__ import annotations

import cv2
import numpy as np

from fhgui.core.arrays import Floats, Pixels
from fhgui.core.contributions import Contributions
from fhgui.imaging.colour import luma, to_uint8

SHOWN = 16
"""Exemplars that have a colour each: those with the largest shares in the whole face."""
TINT = 0.5
"""Share of the colour where a picture is tinted."""


def palette() -> Floats:
    """Return `SHOWN`×3 colours, 0–255, as far apart in hue as they can be, in two shades."""
    hues = np.repeat(np.arange(SHOWN // 2), 2) * (180 * 2 / SHOWN)
    values = np.tile([255, 150], SHOWN // 2)
    hsv = np.stack([hues, np.full(SHOWN, 220), values], axis=-1).astype(np.uint8)
    return np.asarray(cv2.cvtColor(hsv[None], cv2.COLOR_HSV2RGB)[0], np.float64)


def colours(found: Contributions) -> Floats:
    """Return N×3, 0–255, the exemplars' colours; NaN for those that have none."""
    shades = np.full((len(found.names), 3), np.nan)
    shown = found.largest(SHOWN)
    shades[shown] = palette()[: len(shown)]
    return shades


def leading_tint(found: Contributions) -> Pixels:
    """Return H×W×4 uint8 R-G-B-A to lie over a result: who counts most at each pixel."""
    tint = colours(found)[found.spread.leading]
    alpha = np.where(np.isnan(tint[..., :1]), 0, 255 * TINT)
    return to_uint8(np.concatenate([np.nan_to_num(tint), alpha], axis=-1))


def tinted(found: Contributions, output: Floats) -> Pixels:
    """Return the face in gray, tinted by the colour of the exemplar that counts most.

    Parameters
    ----------
    output : H×W×3, 0–255.
    """
    gray = np.repeat(luma(output)[..., None], 3, axis=2)
    tint = colours(found)[found.spread.leading]
    return to_uint8(np.where(np.isnan(tint), gray, (1 - TINT) * gray + TINT * tint))
