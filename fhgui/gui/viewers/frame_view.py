"""The frame of evidence with the crop rectangle, the faces found and the points set."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from fhgui.core.face import Box, DetectedFace
from fhgui.gui.theme import colour
from fhgui.gui.viewers import crop_tool
from fhgui.gui.viewers.crop_tool import Grip
from fhgui.gui.viewers.picture_view import PictureView

REACH_PX = 9.0
"""How near to a handle a press must be, screen pixels."""

CURSORS = {
    Grip.NEW: Qt.CursorShape.CrossCursor,
    Grip.INSIDE: Qt.CursorShape.SizeAllCursor,
    Grip.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Grip.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Grip.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Grip.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Grip.TOP: Qt.CursorShape.SizeVerCursor,
    Grip.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Grip.LEFT: Qt.CursorShape.SizeHorCursor,
    Grip.RIGHT: Qt.CursorShape.SizeHorCursor,
}


class FrameView(PictureView):
    """Shows a frame; with the crop tool on, a drag draws or changes the crop.

    The right or middle button always pans.

    Signals
    -------
    box_dragged : the `Box` so far and the number of the drag (one drag is one undo step).
    face_chosen : index of a face found that was clicked.
    """

    box_dragged = Signal(object, int)
    face_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("frameView")
        self.setAccessibleName("Frame of evidence")
        self.cropping = False
        self._box: Box | None = None
        self._faces: tuple[DetectedFace, ...] = ()
        self._points: tuple[tuple[float, float], ...] = ()
        self._grip: Grip | None = None
        self._start: tuple[float, float] = (0, 0)
        self._box_before: Box | None = None
        self._drag = 0

    def set_cropping(self, on: bool) -> None:
        """Switch the crop tool."""
        self.cropping = on
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def set_marks(
        self,
        box: Box | None,
        points: tuple[tuple[float, float], ...],
        faces: tuple[DetectedFace, ...],
    ) -> None:
        """Show another crop, other points, other faces."""
        self._box, self._points, self._faces = box, points, faces
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take hold of the crop, choose a face, or begin to pan; called by Qt."""
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.pixels is None:
            return
        at = self.to_picture(event.position())
        if self.cropping:
            self._pan_from = None
            self._grip = crop_tool.grip_at(self._box, at, REACH_PX / self.scale)
            self._start, self._box_before = at, self._box
            self._drag += 1
        elif (face := self._face_at(at)) is not None:
            self.face_chosen.emit(face)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Drag the crop, or pan; called by Qt."""
        super().mouseMoveEvent(event)
        if not self.cropping or self.pixels is None:
            return
        at = self.to_picture(event.position())
        if self._grip is None:
            self.setCursor(CURSORS[crop_tool.grip_at(self._box, at, REACH_PX / self.scale)])
        elif max(abs(at[0] - self._start[0]), abs(at[1] - self._start[1])) >= 1:
            box = crop_tool.dragged(self._box_before, self._grip, self._start, at, self.size_wh)
            self.box_dragged.emit(box, self._drag)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go of the crop; called by Qt."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Fit the picture, unless the crop is being drawn; called by Qt."""
        if not self.cropping:
            super().mouseDoubleClickEvent(event)

    def paint_over(self, painter: QPainter) -> None:
        """Paint faces, points and crop."""
        for face in self._faces:
            self._paint_face(painter, face)
        if self._box is not None:
            self._paint_box(painter, self._box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#000000"), 0.5))
        painter.setBrush(QColor(colour("amber")))
        radius = 3.5 if len(self._points) <= 5 else 2.0
        for x, y in self._points:
            painter.drawEllipse(self.to_widget(x, y), radius, radius)

    def _paint_face(self, painter: QPainter, face: DetectedFace) -> None:
        pen = QPen(QColor(colour("green")), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        rect = self._rect(face.box)
        painter.drawRect(rect)
        text = f"{face.box.w}×{face.box.h} px · {face.score:.2f}"
        box = painter.fontMetrics().boundingRect(text).adjusted(-5, -2, 5, 2)
        box.moveTopLeft(rect.bottomLeft().toPoint())
        painter.fillRect(box, QColor(0, 0, 0, 150))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_box(self, painter: QPainter, box: Box) -> None:
        rect = self._rect(box)
        if self.cropping:
            self._shade_outside(painter, rect)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 160), 3))
        painter.drawRect(rect)
        painter.setPen(QPen(QColor(colour("accent")), 1.5))
        painter.drawRect(rect)
        if not self.cropping:
            return
        painter.setBrush(QColor("#ffffff"))
        for grip in crop_tool.HANDLES:
            at = self.to_widget(*crop_tool.handle_xy(box, grip))
            painter.drawRect(QRectF(at.x() - 3.5, at.y() - 3.5, 7, 7))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _shade_outside(self, painter: QPainter, rect: QRectF) -> None:
        shade, all_ = QColor(0, 0, 0, 90), self.target()
        painter.fillRect(QRectF(all_.topLeft(), QPointF(all_.right(), rect.top())), shade)
        painter.fillRect(QRectF(QPointF(all_.left(), rect.bottom()), all_.bottomRight()), shade)
        painter.fillRect(QRectF(QPointF(all_.left(), rect.top()), rect.bottomLeft()), shade)
        painter.fillRect(QRectF(rect.topRight(), QPointF(all_.right(), rect.bottom())), shade)

    def _rect(self, box: Box) -> QRectF:
        return QRectF(
            self.to_widget(box.x - 0.5, box.y - 0.5),
            self.to_widget(box.x + box.w - 0.5, box.y + box.h - 0.5),
        )

    def _face_at(self, at: tuple[float, float]) -> int | None:
        for number, face in enumerate(self._faces):
            box = face.box
            if box.x <= at[0] <= box.x + box.w and box.y <= at[1] <= box.y + box.h:
                return number
        return None
