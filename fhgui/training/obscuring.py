"""Faces as scenes show them but portraits do not: in the shade, dark, half covered, under a cap."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Pixels

DARKEST_GAMMA = 2.8
"""Exponent of the darkest faces; 1 leaves them as they are."""
COVERED = 0.15, 0.45
"""Least and largest share of a face's width or height that is covered from a side or from below."""
CAP = 0.05, 0.22
"""Likewise from above: brows and eyes stay."""


def shaded(picture: Pixels, face: Sequence[float], random: np.random.Generator) -> Pixels:
    """Return a face that is darker and flatter than what is around it, or all of it is.

    Parameters
    ----------
    picture : H×W×3 uint8.
    face : centre x, centre y and width of the face's box.
    """
    gamma, gain = random.uniform(1.2, DARKEST_GAMMA), random.uniform(0.6, 1.0)
    flat, lift = random.uniform(0.5, 1.0), random.uniform(0, 12)
    curve = gain * 255 * (np.arange(256) / 255) ** gamma
    curve = lift + flat * curve + (1 - flat) * curve.mean() * 0.6
    dark: Pixels = cv2.LUT(picture, np.clip(np.rint(curve), 0, 255).astype(np.uint8)).astype(
        np.uint8, copy=False
    )
    if random.random() < 0.4:
        return dark
    x, y, width = face
    oval = np.zeros(picture.shape[:2], np.float32)
    axes = round(0.62 * width), round(0.8 * width)
    cv2.ellipse(oval, (round(x), round(y - 0.08 * width)), axes, 0, 0, 360, 1.0, -1)
    return _blended(picture, dark, cv2.GaussianBlur(oval, (0, 0), 0.05 * width))


def covered(
    picture: Pixels, face: Sequence[float], cover: Pixels, random: np.random.Generator
) -> Pixels:
    """Return a face that something comes before from a side, from below, or from above.

    Parameters
    ----------
    picture : H×W×3 uint8.
    face : centre x, centre y and width of the face's box.
    cover : what is laid over it, any size.
    """
    height, across = picture.shape[:2]
    x, y, width = face
    side = random.choice(("left", "right", "below", "above"), p=(0.25, 0.25, 0.3, 0.2))
    share = random.uniform(*(CAP if side == "above" else COVERED)) - 0.5
    down, right = np.mgrid[:height, :across]
    lean = random.uniform(-0.5, 0.5)
    beyond = {
        "left": x + share * width - right + lean * (down - y),
        "right": right - (x - share * width) + lean * (down - y),
        "below": down - (y - share * width) + lean * (right - x),
        "above": y + share * width - down + 0.2 * lean * (right - x),
    }[str(side)]
    mask = np.clip(beyond / (0.03 * width) + 0.5, 0, 1).astype(np.float32)
    laid = cv2.resize(_plain_or(cover, random), (across, height), interpolation=cv2.INTER_LINEAR)
    return _blended(picture, laid.astype(np.uint8, copy=False), mask)


def _plain_or(cover: Pixels, random: np.random.Generator) -> Pixels:
    """Return a part of what covers, or one colour of it: cloth and hair are mostly plain."""
    height, width = cover.shape[:2]
    side = int(random.uniform(0.05, 0.6) * min(height, width)) + 2
    top, left = int(random.integers(height - side + 1)), int(random.integers(width - side + 1))
    part = cover[top : top + side, left : left + side]
    if random.random() < 0.5:
        return cv2.resize(part, (2, 2), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return part


def _blended(under: Pixels, over: Pixels, share: AnyArray) -> Pixels:
    mixed = under + share[..., None] * (over.astype(np.float32) - under)
    pixels: Pixels = np.rint(mixed).astype(np.uint8)
    return pixels
