"""Brightness, contrast and the like for looking at evidence; nothing that is kept is made here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.imaging.colour import LUMA

CLAHE_TILES = 8
"""Tiles a side, as usual since K. Zuiderveld, "Contrast limited adaptive histogram equalization",
Graphics Gems IV, 1994."""


BLOCK_ROWS = 64


class Channel(StrEnum):
    """Which part of a picture is shown; all but ``colour`` as grey."""

    COLOUR = "colour"
    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    LUMA = "luma"


@dataclass(frozen=True)
class Adjustment:
    """How a picture is shown.

    Parameters
    ----------
    brightness : added to every value, grey levels, −128 to 128.
    contrast : factor about mid grey, 0.25 to 4.
    gamma : values v/255 are raised to 1/gamma, 0.25 to 4; above 1 shadows open.
    channel : which part is shown.
    clahe : clip limit of the local equalization, 0 (off) to 10.
    """

    brightness: int = 0
    contrast: float = 1.0
    gamma: float = 1.0
    channel: Channel = Channel.COLOUR
    clahe: float = 0.0

    @property
    def is_neutral(self) -> bool:
        """Whether the picture is shown as it is."""
        return self == Adjustment()

    def words(self) -> str:
        """Return what is adjusted, e.g. ``brightness +20, gamma 1.50``; empty if nothing is."""
        told = []
        if self.channel is not Channel.COLOUR:
            told.append(f"{self.channel.value} only")
        if self.clahe:
            told.append(f"CLAHE {self.clahe:g}")
        if self.contrast != 1.0:
            told.append(f"contrast ×{self.contrast:.2f}")
        if self.brightness:
            told.append(f"brightness {self.brightness:+d}")
        if self.gamma != 1.0:
            told.append(f"gamma {self.gamma:.2f}")
        return ", ".join(told)


def adjusted(pixels: Pixels, adjustment: Adjustment) -> Pixels:
    """Return a picture as it is to be shown: channel, CLAHE, contrast, brightness, gamma.

    Parameters
    ----------
    pixels : H×W×3 uint8 R-G-B; never changed.

    Returns
    -------
    H×W×3 uint8; ``pixels`` itself for a neutral adjustment.
    """
    if adjustment.is_neutral:
        return pixels
    shown = _channel(pixels, adjustment.channel)
    if adjustment.clahe:
        shown = _equalized(shown, adjustment.clahe)
    table = tone_table(adjustment)
    if np.array_equal(table, np.arange(256)):
        return shown
    toned = np.empty_like(shown)
    for rows in _blocks(shown):
        toned[rows] = table[shown[rows]]
    return toned


def tone_table(adjustment: Adjustment) -> AnyArray:
    """Return 256 uint8: what contrast, brightness and gamma make of each value."""
    values = (np.arange(256) - 127.5) * adjustment.contrast + 127.5 + adjustment.brightness
    unit = np.clip(values / 255.0, 0.0, 1.0) ** (1.0 / adjustment.gamma)
    table: AnyArray = np.round(unit * 255.0).astype(np.uint8)
    return table


def histogram(pixels: Pixels) -> AnyArray:
    """Return how often each value occurs.

    Returns
    -------
    4×256 int64: red, green, blue, luma (rounded).
    """
    counts = np.zeros((4, 256), dtype=np.int64)
    for rows in _blocks(pixels):
        part = pixels[rows]
        planes = [*np.moveaxis(part, 2, 0), _luma(part)]
        counts += [np.bincount(plane.ravel(), minlength=256) for plane in planes]
    return counts


def _blocks(pixels: Pixels) -> Iterator[slice]:
    """Yield rows by the block, so that other threads get their turn in between."""
    for top in range(0, pixels.shape[0], BLOCK_ROWS):
        yield slice(top, top + BLOCK_ROWS)


def _channel(pixels: Pixels, channel: Channel) -> Pixels:
    if channel is Channel.COLOUR:
        return pixels
    if channel is Channel.LUMA:
        grey = np.concatenate([_luma(pixels[rows]) for rows in _blocks(pixels)])
    else:
        grey = pixels[..., (Channel.RED, Channel.GREEN, Channel.BLUE).index(channel)]
    return np.repeat(grey[..., None], 3, axis=2)


def _luma(pixels: Pixels) -> Pixels:
    weights = LUMA.astype(np.float32)
    luma: Pixels = np.round(pixels @ weights).astype(np.uint8)
    return luma


def _equalized(pixels: Pixels, clip: float) -> Pixels:
    """Return CLAHE of the lightness; colours keep their hue."""
    import cv2  # the window starts without it

    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    equalizer = cv2.createCLAHE(clip, (CLAHE_TILES, CLAHE_TILES))
    lab[..., 0] = equalizer.apply(lab[..., 0])
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).astype(np.uint8, copy=False)
