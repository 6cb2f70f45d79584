"""Arrays to Qt images: the border between pixels as data and pixels on the screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

from fhgui.core.arrays import AnyArray, Pixels

_INFERNO_ANCHORS = (
    (0.0, (0, 0, 4)),
    (0.2, (66, 10, 104)),
    (0.4, (147, 38, 103)),
    (0.6, (221, 81, 58)),
    (0.8, (252, 165, 10)),
    (1.0, (252, 255, 164)),
)
"""Matplotlib's perceptually uniform map ``inferno`` at six points, linear between them."""


def to_qimage(pixels: Pixels) -> QImage:
    """Return a copy of H×W×3 uint8 sRGB pixels as a 32-bit image, which Qt paints fastest."""
    contiguous = np.ascontiguousarray(pixels)
    h, w = contiguous.shape[:2]
    view = QImage(contiguous.data, w, h, 3 * w, QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)


def thumbnail(pixels: Pixels, side_px: int) -> QPixmap:
    """Return a square thumbnail: the middle of the picture, enlarged pixel-true if it is small."""
    h, w = pixels.shape[:2]
    side = min(h, w)
    top, left = (h - side) // 2, (w - side) // 2
    step = max(1, side // (2 * side_px))
    middle = pixels[top : top + side : step, left : left + side : step]
    mode = Qt.TransformationMode.SmoothTransformation
    if middle.shape[0] <= side_px:
        mode = Qt.TransformationMode.FastTransformation
    keep = Qt.AspectRatioMode.IgnoreAspectRatio
    return QPixmap.fromImage(to_qimage(middle)).scaled(side_px, side_px, keep, mode)


NOT_KNOWN = 128
"""Grey of places where a map has no value."""


def inferno(values: AnyArray, top: float) -> Pixels:
    """Return H×W values 0–``top`` as H×W×3 uint8 colours, black to bright yellow; NaN is grey."""
    places = np.nan_to_num(np.clip(values * (255.0 / top), 0, 255)).astype(np.uint8)
    colours = inferno_table()[places]
    colours[np.isnan(values)] = NOT_KNOWN
    return colours


def inferno_table() -> Pixels:
    """Return the 256×3 colours of `inferno`."""
    at = np.linspace(0, 1, 256)
    places = [place for place, _ in _INFERNO_ANCHORS]
    channels = [
        np.interp(at, places, [colour[c] for _, colour in _INFERNO_ANCHORS]) for c in range(3)
    ]
    table: Pixels = np.stack(channels, axis=1).round().astype(np.uint8)
    return table


def at_size(pixels: Pixels, size_hw: tuple[int, int]) -> Pixels:
    """Return pixels repeated (nearest neighbour) to another size, for looking only."""
    rows = np.arange(size_hw[0]) * pixels.shape[0] // size_hw[0]
    columns = np.arange(size_hw[1]) * pixels.shape[1] // size_hw[1]
    repeated: Pixels = pixels[rows][:, columns]
    return repeated


def heat(values: AnyArray, top: float, opacity: float) -> Pixels:
    """Return H×W values 0–``top`` as H×W×4 uint8 R-G-B-A to lie over a picture.

    Opaque by value: where there is no doubt the picture is untouched; ``opacity`` 0–1 is that of
    ``top`` and above. NaN is laid over as half-opaque grey.
    """
    shares = np.nan_to_num(np.clip(values / top, 0.0, 1.0), nan=0.5)
    alpha = np.round(shares * (255.0 * opacity)).astype(np.uint8)
    laid: Pixels = np.dstack([inferno(values, top), alpha])
    return laid


def to_overlay(rgba: Pixels) -> QImage:
    """Return a copy of H×W×4 uint8 R-G-B-A as an image that paints fast over others."""
    contiguous = np.ascontiguousarray(rgba)
    h, w = contiguous.shape[:2]
    view = QImage(contiguous.data, w, h, 4 * w, QImage.Format.Format_RGBA8888)
    return view.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
