"""Smaller copies of a large picture: zoomed out, they are quicker to paint and lose no detail."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

STEP = 4
"""Each copy is so many times smaller than the one before."""
SMALLEST_PX = 256
"""Pictures whose longer side is below that are painted as they are."""


class Reduced:
    """A picture with its smaller copies, each made by area averaging when it is first needed."""

    def __init__(self, image: QImage) -> None:
        self._images = [image]

    def at(self, scale: float) -> QImage:
        """Return the copy to paint from, never smaller than what is painted.

        Parameters
        ----------
        scale : screen pixels a picture pixel.
        """
        level = 0
        while scale * STEP ** (level + 1) <= 1.0 and self._has(level + 1):
            level += 1
        return self._images[level]

    def _has(self, level: int) -> bool:
        """Make the copy of a level if it is missing; tell whether there is one."""
        if level < len(self._images):
            return True
        last = self._images[-1].size()
        if max(last.width(), last.height()) < SMALLEST_PX * STEP:
            return False
        size = QSize(max(1, last.width() // STEP), max(1, last.height() // STEP))
        keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode
        self._images.append(self._images[-1].scaled(size, keep, smooth.SmoothTransformation))
        return True
