"""Two pictures in one view with an edge between them: A left of it, B right of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from fhgui.core.arrays import Pixels
from fhgui.gui.language import tr
from fhgui.gui.viewers.marked_view import MarkedView
from fhgui.gui.viewers.painting import to_qimage
from fhgui.gui.viewers.picture_view import Sample
from fhgui.session.viewing import Line

REACH_PX = 10.0
"""How near to the edge a press takes hold of it, screen pixels."""


class WipeView(MarkedView):
    """Shows picture B with picture A over its left part, at the same place and size.

    Signals
    -------
    edge_moved : share of the view's width to which the edge was dragged.
    """

    edge_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Wipe between two pictures"))
        self._left_pixels: Pixels | None = None
        self._left: QImage | None = None
        self._edge = 0.5
        self._names = ("", "")
        self._held = False

    def set_left(self, pixels: Pixels | None, names: tuple[str, str]) -> None:
        """Show another picture A, and say what both are."""
        self._names = names
        if pixels is not self._left_pixels:
            self._left_pixels = pixels
            self._left = None if pixels is None else to_qimage(pixels)
        self.update()
        self._tell_under()

    def let_go(self) -> None:
        """Hold no picture any more."""
        self.set_pixels(None)
        self.set_left(None, ("", ""))

    def sample(self, at: QPointF) -> Sample | None:
        """Return the pixel under a widget point, of the picture that is seen there."""
        if self._left_pixels is None or not self._is_left(at.x()):
            return super().sample(at)
        return self.sample_of(self._left_pixels, at)

    def begins_left(self, line: Line) -> bool:
        """Tell whether a line that was drawn begins on picture A."""
        target = self.target()
        return self._is_left(target.left() + line[0][0] * target.width())

    def set_edge(self, edge: float) -> None:
        """Move the edge: 0 left end of the view, 1 right end."""
        self._edge = edge
        self.update()
        self._tell_under()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take hold of the edge, or draw, or pan; called by Qt."""
        near = self._is_near(event.position().x())
        if near and event.button() == Qt.MouseButton.LeftButton:
            self._held = True
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Move the edge if it is held; called by Qt."""
        x = event.position().x()
        if self._held:
            self.edge_moved.emit(min(1.0, max(0.0, x / max(1, self.width()))))
            return
        super().mouseMoveEvent(event)
        if not self.draws:
            near = self._is_near(x)
            shape = Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go; called by Qt."""
        self._held = False
        super().mouseReleaseEvent(event)

    def _is_left(self, x: float) -> bool:
        return x < self._edge * self.width()

    def _is_near(self, x: float) -> bool:
        return abs(x - self._edge * self.width()) <= REACH_PX

    def paint_over(self, painter: QPainter) -> None:
        """Paint A up to the edge, with a handle to take hold of."""
        x = self.width() * self._edge
        if self._left is not None:
            painter.save()
            painter.setClipRect(QRectF(0, 0, x, self.height()))
            painter.drawImage(self.target(), self._left)
            painter.restore()
        painter.setPen(QPen(QColor(255, 255, 255, 220), 1.5))
        painter.drawLine(int(x), 0, int(x), self.height())
        self._paint_handle(painter, x)
        super().paint_over(painter)
        self._paint_name(painter, self._names[0], Qt.AlignmentFlag.AlignLeft)
        self._paint_name(painter, self._names[1], Qt.AlignmentFlag.AlignRight)

    def paint_marks(self, painter: QPainter) -> None:
        """Paint the annotations of B where B is seen."""
        painter.save()
        x = self.width() * self._edge
        painter.setClipRect(QRectF(x, 0, self.width() - x, self.height()))
        super().paint_marks(painter)
        painter.restore()

    def _paint_handle(self, painter: QPainter, x: float) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(20, 20, 20, 200))
        middle = self.height() / 2
        painter.drawEllipse(QRectF(x - 9, middle - 9, 18, 18))
        for side in (-1, 1):
            painter.drawLine(int(x + 5 * side), int(middle), int(x + 2 * side), int(middle - 3))
            painter.drawLine(int(x + 5 * side), int(middle), int(x + 2 * side), int(middle + 3))
        painter.restore()

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
