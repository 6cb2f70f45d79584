"""The frame of evidence with crop, faces, points, and the tools for looking at it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget

from fhgui.core.arrays import Pixels
from fhgui.core.face import Box, DetectedFace
from fhgui.gui.language import tr
from fhgui.gui.theme import colour
from fhgui.gui.viewers import crop_tool
from fhgui.gui.viewers.crop_tool import Grip
from fhgui.gui.viewers.loupe import paint_loupe, paint_note, paint_scale_bar, paint_values
from fhgui.gui.viewers.picture_view import PictureView
from fhgui.session.aids import Calibration, Ruler

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


@dataclass(frozen=True)
class TrackBox:
    """Where a followed face is in the frame shown; ``sighted`` False: it was not found in it."""

    box: Box
    words: str
    sighted: bool
    shade: str


@dataclass(frozen=True)
class Tools:
    """What lies over the frame beside crop and faces.

    Parameters
    ----------
    measuring : a drag lays the ruler.
    magnifier : the pixels under the cursor are enlarged.
    scale_bar : the scale bar is shown.
    ruler : the line that was measured, if it was in this frame.
    known : what turns pixels into millimetres.
    note : words about how the frame is shown.
    """

    measuring: bool = False
    magnifier: bool = False
    scale_bar: bool = False
    ruler: Ruler | None = None
    known: Calibration | None = None
    note: str = ""


class FrameView(PictureView):
    """Shows a frame; with the crop tool on, a drag draws or changes the crop.

    The right or middle button always pans.

    Signals
    -------
    box_dragged : the `Box` so far and the number of the drag (one drag is one undo step).
    face_chosen : the `Box` of a face that was clicked.
    ruler_dragged : both ends (x, y) so far and the number of the drag.
    """

    box_dragged = Signal(object, int)
    face_chosen = Signal(object)
    ruler_dragged = Signal(object, object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("frameView")
        self.setAccessibleName(tr("Frame of evidence"))
        self.cropping = False
        self._box: Box | None = None
        self._faces: tuple[DetectedFace, ...] = ()
        self._tracks: tuple[TrackBox, ...] = ()
        self._tools = Tools()
        self._shown: Pixels | None = None
        self._cursor: QPointF | None = None
        self._measured_from: tuple[float, float] | None = None
        self._pressed: tuple[QPointF, Box] | None = None
        self._points: tuple[tuple[float, float], ...] = ()
        self._grip: Grip | None = None
        self._start: tuple[float, float] = (0, 0)
        self._box_before: Box | None = None
        self._drag = 0

    def show_frame(self, pixels: Pixels | None, shown: Pixels | None = None) -> None:
        """Show a frame; values under the cursor are its own, whatever is painted.

        Parameters
        ----------
        pixels : the frame as it was decoded.
        shown : the same frame as it is to be painted; None for as it is.
        """
        if pixels is not self._pixels or shown is not self._shown:
            self._shown = shown
            self._image = None
            self.set_pixels(pixels)
            self.update()

    def painted_pixels(self, pixels: Pixels) -> Pixels:
        """Return the adjusted frame, if there is one."""
        return pixels if self._shown is None else self._shown

    def set_tools(self, tools: Tools) -> None:
        """Show other tools."""
        if tools != self._tools:
            self._tools = tools
            self._tell_cursor()
            self.update()

    def set_tracks(self, tracks: tuple[TrackBox, ...]) -> None:
        """Show other followed faces."""
        if tracks != self._tracks:
            self._tracks = tracks
            self.update()

    def _tell_cursor(self) -> None:
        cross = self.cropping or self._tools.measuring
        self.setCursor(Qt.CursorShape.CrossCursor if cross else Qt.CursorShape.ArrowCursor)

    def set_cropping(self, on: bool) -> None:
        """Switch the crop tool."""
        self.cropping = on
        self._tell_cursor()
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
        """Take hold of the crop, press on a face, or begin to pan; called by Qt."""
        super().mousePressEvent(event)
        self._pressed = None
        if event.button() != Qt.MouseButton.LeftButton or self.pixels is None:
            return
        at = self.to_picture(event.position())
        if self.cropping:
            self._pan_from = None
            self._grip = crop_tool.grip_at(self._box, at, REACH_PX / self.scale)
            self._start, self._box_before = at, self._box
            self._drag += 1
        elif self._tools.measuring:
            self._pan_from = None
            self._measured_from = at
            self._drag += 1
        elif (face := self._face_at(at)) is not None:
            self._pressed = event.position(), face

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Drag the crop, or pan; called by Qt."""
        super().mouseMoveEvent(event)
        self._cursor = event.position()
        if self._tools.magnifier:
            self.update()
        if self.pixels is None:
            return
        at = self.to_picture(event.position())
        if self._measured_from is not None:
            start, end = (tuple(round(v, 1) for v in xy) for xy in (self._measured_from, at))
            self.ruler_dragged.emit(start, end, self._drag)
        if not self.cropping:
            return
        if self._grip is None:
            self.setCursor(CURSORS[crop_tool.grip_at(self._box, at, REACH_PX / self.scale)])
        elif max(abs(at[0] - self._start[0]), abs(at[1] - self._start[1])) >= 1:
            box = crop_tool.dragged(self._box_before, self._grip, self._start, at, self.size_wh)
            self.box_dragged.emit(box, self._drag)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go of the crop, or choose the face that was pressed on; called by Qt."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._grip = self._measured_from = None
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            moved = (event.position() - pressed[0]).manhattanLength()
            if moved < QApplication.startDragDistance():  # else the frame was panned
                self.face_chosen.emit(pressed[1])

    def leaveEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        """Take the magnifier away; called by Qt."""
        super().leaveEvent(event)
        self._cursor = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Fit the picture, unless the crop is being drawn; called by Qt."""
        if not self.cropping and not self._tools.measuring:
            super().mouseDoubleClickEvent(event)

    def paint_over(self, painter: QPainter) -> None:
        """Paint values, faces, points, crop and tools."""
        if self._pixels is None:
            return
        paint_values(painter, QRectF(self.rect()), self.target(), self._pixels)
        for face in self._faces:
            self._paint_face(painter, face.box, QColor(colour("green")), face.words, dashed=False)
        for track in self._tracks:
            shade = QColor(track.shade)
            self._paint_face(painter, track.box, shade, track.words, not track.sighted)
        if self._box is not None:
            self._paint_box(painter, self._box)
        self._paint_points(painter)
        self._paint_tools(painter, self._pixels)

    def _paint_points(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#000000"), 0.5))
        painter.setBrush(QColor(colour("amber")))
        radius = 3.5 if len(self._points) <= 5 else 2.0
        for x, y in self._points:
            painter.drawEllipse(self.to_widget(x, y), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_tools(self, painter: QPainter, pixels: Pixels) -> None:
        tools, room = self._tools, QRectF(self.rect())
        if tools.ruler is not None:
            self._paint_ruler(painter, tools.ruler)
        if tools.scale_bar:
            paint_scale_bar(painter, room, self.scale, tools.known)
        if tools.note:
            paint_note(painter, room, tools.note)
        under = None if self._cursor is None else self.sample(self._cursor)
        if tools.magnifier and under is not None and self._cursor is not None:
            shown = self.painted_pixels(pixels)
            paint_loupe(painter, room, pixels, shown, self._cursor, (under.x, under.y))

    def _paint_ruler(self, painter: QPainter, ruler: Ruler) -> None:
        a, b = self.to_widget(*ruler.start), self.to_widget(*ruler.end)
        for pen in (QPen(QColor(0, 0, 0, 190), 4), QPen(QColor(colour("amber")), 2)):
            painter.setPen(pen)
            painter.drawLine(a, b)
            for end in (a, b):
                painter.drawEllipse(end, 3, 3)
        words = f"{ruler.length_px:.1f} px"
        if self._tools.known is not None:
            words += f" · {ruler.length_px * self._tools.known.mm_per_px:.0f} mm"
        self._write_below(painter, QPointF((a.x() + b.x()) / 2, max(a.y(), b.y()) + 6), words)

    def _write_below(self, painter: QPainter, at: QPointF, text: str) -> None:
        words = painter.fontMetrics().boundingRect(QRect(), Qt.AlignmentFlag.AlignLeft, text)
        box = words.adjusted(-5, -2, 5, 2)
        box.moveTopLeft(at.toPoint())
        box.moveLeft(max(0, min(box.left(), self.width() - box.width())))
        painter.fillRect(box, QColor(0, 0, 0, 150))
        painter.drawText(box.adjusted(5, 2, 0, 0), Qt.AlignmentFlag.AlignLeft, text)

    def _paint_face(
        self, painter: QPainter, box: Box, shade: QColor, text: str, dashed: bool
    ) -> None:
        line = Qt.PenStyle.DotLine if dashed else Qt.PenStyle.DashLine
        painter.setPen(QPen(shade, 1.5, line))
        rect = self._rect(box)
        painter.drawRect(rect)
        self._write_below(painter, rect.bottomLeft(), _in_lines(text))

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

    def _face_at(self, at: tuple[float, float]) -> Box | None:
        boxes = [face.box for face in self._faces] + [track.box for track in self._tracks]
        for box in boxes:
            if box.x <= at[0] <= box.x + box.w and box.y <= at[1] <= box.y + box.h:
                return box
        return None


def _in_lines(words: str) -> str:
    """Break words about a face after its size: beside each other they would cover other faces."""
    size, px, rest = words.partition(" px · ")
    return f"{size} px\n{rest}" if px else words
