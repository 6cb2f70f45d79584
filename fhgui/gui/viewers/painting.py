"""Arrays to Qt images: the border between pixels as data and pixels on the screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.imaging.heat import inferno


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


def at_size(pixels: Pixels, size_hw: tuple[int, int]) -> Pixels:
    """Return pixels repeated (nearest neighbour) to another size, for looking only.

    Those that have the size already are returned as they are, not copied.
    """
    if pixels.shape[:2] == size_hw:
        return pixels
    rows = np.arange(size_hw[0]) * pixels.shape[0] // size_hw[0]
    columns = np.arange(size_hw[1]) * pixels.shape[1] // size_hw[1]
    repeated: Pixels = pixels.take(rows, axis=0).take(columns, axis=1)
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
