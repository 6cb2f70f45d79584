"""Two pictures in one view with an edge between them: A left of it, B right of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from fhgui.core.arrays import Pixels
from fhgui.gui.viewers.painting import to_qimage
from fhgui.gui.viewers.picture_view import PictureView


class WipeView(PictureView):
    """Shows picture B with picture A over its left part, at the same place and size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Wipe between two pictures")
        self._over_pixels: Pixels | None = None
        self._over: QImage | None = None
        self._edge = 0.5
        self._names = ("", "")

    def set_over(self, pixels: Pixels | None, names: tuple[str, str]) -> None:
        """Show another picture A, and say what both are."""
        self._names = names
        if pixels is not self._over_pixels:
            self._over_pixels = pixels
            self._over = None if pixels is None else to_qimage(pixels)
        self.update()

    def set_edge(self, edge: float) -> None:
        """Move the edge: 0 left end of the view, 1 right end."""
        self._edge = edge
        self.update()

    def paint_over(self, painter: QPainter) -> None:
        """Paint A up to the edge."""
        x = self.width() * self._edge
        if self._over is not None:
            painter.save()
            painter.setClipRect(QRectF(0, 0, x, self.height()))
            painter.drawImage(self.target(), self._over)
            painter.restore()
        painter.setPen(QPen(QColor(255, 255, 255, 220), 1.5))
        painter.drawLine(int(x), 0, int(x), self.height())
        self._paint_name(painter, self._names[0], Qt.AlignmentFlag.AlignLeft)
        self._paint_name(painter, self._names[1], Qt.AlignmentFlag.AlignRight)

    def _paint_name(self, painter: QPainter, name: str, side: Qt.AlignmentFlag) -> None:
        box = painter.fontMetrics().boundingRect(name).adjusted(-8, -4, 8, 4)
        box.moveTop(8)
        if side == Qt.AlignmentFlag.AlignLeft:
            box.moveLeft(8)
        else:
            box.moveRight(self.width() - 8)
        painter.fillRect(box, QColor(0, 0, 0, 170))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
