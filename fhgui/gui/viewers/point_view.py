"""The enlarged crop with points that can be dragged and nudged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from fhgui.core.arrays import Points
from fhgui.core.face import Box
from fhgui.gui.theme import colour
from fhgui.gui.viewers.picture_view import PictureView

REACH_PX = 12.0
"""How near to a point a press must be, screen pixels."""

NUDGE_PX = 0.1
"""Arrow keys move a point by so many frame pixels; with Shift ten times as far."""

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

CHAINS_68 = (
    range(17),
    range(17, 22),
    range(22, 27),
    range(27, 31),
    range(31, 36),
    (*range(36, 42), 36),
    (*range(42, 48), 42),
    (*range(48, 60), 48),
    (*range(60, 68), 60),
)
"""Jaw, brows, nose, eyes and lips of the 68 points."""


class PointView(PictureView):
    """Shows the frame about the crop; drag, or choose a point and use the arrow keys.

    Signals
    -------
    point_moved : index, x, y (frame pixels) and the number of the drag; nudges have a number
        each, so that each can be undone.
    point_chosen : index of the point that was taken hold of.
    """

    point_moved = Signal(int, float, float, int)
    point_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Enlarged crop with points")
        self.empty_text = "Open a frame and draw a crop around a face first"
        self.chosen: int | None = None
        self._points: tuple[tuple[float, float], ...] = ()
        self._template: Points | None = None
        self._box: Box | None = None
        self._held: int | None = None
        self._change = 0

    def set_marks(
        self,
        points: tuple[tuple[float, float], ...],
        template: Points | None,
        box: Box | None,
    ) -> None:
        """Show other points, another template overlay (N×2 frame pixels) and another crop."""
        self._points, self._template, self._box = points, template, box
        if self.chosen is not None and self.chosen >= len(points):
            self.chosen = None
        self.update()

    def choose(self, index: int | None) -> None:
        """Mark a point as the one that arrow keys move."""
        self.chosen = index
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take hold of the nearest point, or begin to pan; called by Qt."""
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._held = self._nearest(event.position())
        if self._held is not None:
            self._pan_from = None
            self._change += 1
            self.choose(self._held)
            self.point_chosen.emit(self._held)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Drag the point, or pan; called by Qt."""
        super().mouseMoveEvent(event)
        if self._held is not None:
            x, y = self.clamped(*self.to_picture(event.position()))
            self.point_moved.emit(self._held, x, y, self._change)
        else:
            near = self._nearest(event.position()) is not None
            shape = Qt.CursorShape.SizeAllCursor if near else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go; called by Qt."""
        super().mouseReleaseEvent(event)
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Look at the crop again; called by Qt."""
        self.look_at_crop()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Nudge the chosen point; called by Qt."""
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None or self.chosen is None:
            super().keyPressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        far = NUDGE_PX * (10 if shift else 1)
        x, y = self._points[self.chosen]
        x, y = self.clamped(x + far * step[0], y + far * step[1])
        self._change += 1
        self.point_moved.emit(self.chosen, x, y, self._change)

    def look_at_crop(self) -> None:
        """See the crop with some room about it."""
        if self._box is None:
            self.fit()
            return
        box, room = self._box, 0.35
        look = self.look_at(
            box.x - room * box.w,
            box.y - room * box.h,
            box.w * (1 + 2 * room),
            box.h * (1 + 2 * room),
        )
        self.set_look(look)

    def paint_over(self, painter: QPainter) -> None:
        """Paint crop, template and points."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._box is not None:
            painter.setPen(QPen(QColor(255, 255, 255, 90), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self._rect(self._box))
        if self._template is not None and len(self._template) == 68:
            self._paint_chains(painter, self._template, QColor("#4fd3e8"), 1.2)
        if len(self._points) == 68:
            self._paint_chains(painter, self._points, QColor(colour("amber")), 0.8)
        for index in range(len(self._points)):
            self._paint_point(painter, index)

    def _paint_chains(
        self,
        painter: QPainter,
        points: Points | tuple[tuple[float, float], ...],
        shade: QColor,
        width: float,
    ) -> None:
        shade.setAlpha(170)
        painter.setPen(QPen(shade, width))
        for chain in CHAINS_68:
            painter.drawPolyline([self.to_widget(points[i][0], points[i][1]) for i in chain])

    def _paint_point(self, painter: QPainter, index: int) -> None:
        at = self.to_widget(*self._points[index])
        few = len(self._points) <= 5
        radius = 6.0 if few else 3.0
        if index == self.chosen:
            radius += 2
        painter.setPen(QPen(QColor(0, 0, 0, 200), 1.2))
        shade = colour("accent") if index == self.chosen else colour("amber")
        painter.setBrush(QColor(shade))
        painter.drawEllipse(at, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if few:
            painter.setPen(QPen(QColor("#000000"), 1))
            painter.drawLine(at - QPointF(radius, 0), at + QPointF(radius, 0))
            painter.drawLine(at - QPointF(0, radius), at + QPointF(0, radius))
        if few or index == self.chosen:
            self._paint_number(painter, at, index + 1)

    def _paint_number(self, painter: QPainter, at: QPointF, number: int) -> None:
        where = at + QPointF(10, -8)
        painter.setPen(QColor("#000000"))
        painter.drawText(where + QPointF(1, 1), str(number))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(where, str(number))

    def _nearest(self, at: QPointF) -> int | None:
        best, best_distance = None, REACH_PX
        for index, (x, y) in enumerate(self._points):
            off = self.to_widget(x, y) - at
            distance = max(abs(off.x()), abs(off.y()))
            if distance <= best_distance:
                best, best_distance = index, distance
        return best

    def clamped(self, x: float, y: float) -> tuple[float, float]:
        """Return the nearest point inside the frame."""
        w, h = self.size_wh
        return min(w - 1.0, max(0.0, x)), min(h - 1.0, max(0.0, y))

    def _rect(self, box: Box) -> QRectF:
        return QRectF(
            self.to_widget(box.x - 0.5, box.y - 0.5),
            self.to_widget(box.x + box.w - 0.5, box.y + box.h - 0.5),
        )
