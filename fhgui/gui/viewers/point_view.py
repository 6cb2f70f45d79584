"""The enlarged crop with points that can be dragged, nudged, and set one after the other."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from fhgui.core.arrays import Points
from fhgui.core.face import Box
from fhgui.gui.keys import Place, wish_of
from fhgui.gui.language import tr
from fhgui.gui.viewers.face_lines import paint_chains
from fhgui.gui.viewers.picking import Picking
from fhgui.gui.viewers.picture_view import Look, PictureView
from fhgui.session.marking import PointList

REACH_PX = 12.0
"""How near to a point a press must be, screen pixels."""

NUDGE_PX = 0.1
"""Arrow keys move a point by so many frame pixels; with Shift ten times as far, with Ctrl a
tenth."""

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

TEMPLATE_SHADE, OFF_SHADE = "#4fd3e8", "#ff6d6d"
POINT_SHADE, CHOSEN_SHADE = "#ffc53d", "#5aa9ff"
"""On pictures, which are the same in both themes."""


class PointView(PictureView):
    """Shows the frame about the crop; drag, or choose a point and use the arrow keys.

    Signals
    -------
    point_moved : index, x, y (frame pixels) and the number of the drag; nudges have a number
        each, so that each can be undone.
    all_moved : how far all points together went in x and y, and the number of the nudge.
    point_chosen : index of the point that was chosen here, None for none.
    point_dropped : index of the point that was dragged and let go.
    picked : all points that were clicked one after the other.
    picking_ended : no more points are set by clicks.
    """

    point_moved = Signal(int, float, float, int)
    all_moved = Signal(float, float, int)
    point_chosen = Signal(object)
    point_dropped = Signal(int)
    picked = Signal(object)
    picking_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pointView")
        self.setAccessibleName(tr("Enlarged crop with points"))
        self.empty_text = "Open a frame and draw a crop around a face first"
        self.chosen: int | None = None
        self.all_chosen = False
        self.picking: Picking | None = None
        self._points: PointList = ()
        self._template: Points | None = None
        self._targets: Points | None = None
        self._box: Box | None = None
        self._held: int | None = None
        self._dragged = False
        self._change = 0

    def set_marks(
        self,
        points: PointList,
        template: Points | None,
        box: Box | None,
        targets: Points | None = None,
    ) -> None:
        """Show other points, another template overlay and another crop.

        Parameters
        ----------
        template : 68×2 frame pixels; None for no overlay.
        targets : N×2, where the template has the points; None to show no residuals.
        """
        self._points, self._template, self._box = points, template, box
        self._targets = targets
        self.all_chosen = self.all_chosen and bool(points)
        if self.chosen is not None and self.chosen >= len(points):
            self.chosen = None
        self.update()

    def choose(self, index: int | None) -> None:
        """Mark a point as the one that arrow keys move."""
        self.chosen, self.all_chosen = index, False
        self.update()

    def choose_all(self) -> None:
        """Let arrow keys move all points together."""
        self.chosen, self.all_chosen = None, bool(self._points)
        self.update()
        self.point_chosen.emit(None)

    def pick(self, count: int | None) -> None:
        """Have so many points clicked one after the other; None ends it."""
        self.picking = None if count is None else Picking(count)
        shape = Qt.CursorShape.ArrowCursor if count is None else Qt.CursorShape.CrossCursor
        self.setCursor(shape)
        self.update()
        if count is None:
            self.picking_ended.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take hold of the nearest point, set the next one, or begin to pan; called by Qt."""
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.pixels is None:
            return
        if self.picking is not None:
            self._pan_from = None
            self._pick_at(event.position())
            return
        self._held = self._nearest(event.position())
        if self._held is not None:
            self._pan_from, self._dragged = None, False
            self._change += 1
            self._choose_here(self._held)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Drag the point, or pan; called by Qt."""
        super().mouseMoveEvent(event)
        if self._held is not None:
            x, y = self.clamped(*self.to_picture(event.position()))
            self._dragged = True
            self.point_moved.emit(self._held, x, y, self._change)
        elif self.picking is None:
            near = self._nearest(event.position()) is not None
            shape = Qt.CursorShape.SizeAllCursor if near else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go; called by Qt."""
        super().mouseReleaseEvent(event)
        held, self._held = self._held, None
        if held is not None and self._dragged:
            self.point_dropped.emit(held)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Look at the crop again, unless points are being set; called by Qt."""
        if self.picking is None:
            self.look_at_crop()
        else:
            self.mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take Esc before the window's shortcut does, which stops a run, if it has a use here."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            held = self.picking is not None or self.chosen is not None or self.all_chosen
            if held and wish_of(Place.POINTS, event) == "let_go":
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Nudge or choose points; called by Qt."""
        key, wish = Qt.Key(event.key()), wish_of(Place.POINTS, event)
        if self.picking is not None and wish in ("let_go", "take_back"):
            self._picking_key(key)
        elif wish == "nudge" and (self.chosen is not None or self.all_chosen):
            self._nudge(ARROWS[key], event.modifiers())
        elif wish in ("point_on", "point_back") and self._points:
            self._choose_next(1 if wish == "point_on" else -1)
        elif wish == "all_points":
            self.choose_all()
        elif wish == "let_go" and (self.chosen is not None or self.all_chosen):
            self._choose_here(None)
        else:
            super().keyPressEvent(event)

    def move_look(self, dx: float, dy: float) -> None:
        """See what lies so many frame pixels further, as large as before."""
        w, h = self.size_wh
        look = self.look
        self.set_look(Look(look.cx + dx / w, look.cy + dy / h, look.zoom))

    def look_at_crop(self) -> None:
        """See the face that the points are on, or else the crop, with some room about it."""
        box = self._seen()
        if box is None:
            self.fit()
            return
        self.set_look(self.look_at(*box))

    def _seen(self) -> tuple[float, float, float, float] | None:
        """Return left, top, width and height of what is worth seeing."""
        if self._points:
            outline = self._points if self._template is None else self._template.tolist()
            xs, ys = zip(*outline, strict=True)
            room = 0.3 if len(outline) > 5 else 1.2
            x, y = min(xs), min(ys)
            w, h = max(max(xs) - x, 8.0), max(max(ys) - y, 8.0)
        elif self._box is not None:
            box, room = self._box, 0.1
            x, y, w, h = float(box.x), float(box.y), float(box.w), float(box.h)
        else:
            return None
        return x - room * w, y - room * h, w * (1 + 2 * room), h * (1 + 2 * room)

    def _pick_at(self, at: QPointF) -> None:
        picking = self.picking
        if picking is None:
            return
        picking.add(*self.clamped(*self.to_picture(at)))
        self.update()
        if picking.done:
            self.pick(None)
            self.picked.emit(picking.points)

    def _picking_key(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_Escape or self.picking is None:
            self.pick(None)
            return
        self.picking.take_back()
        self.update()

    def _nudge(self, way: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
        far = NUDGE_PX
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            far *= 10
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            far /= 10
        dx, dy = far * way[0], far * way[1]
        self._change += 1
        if self.all_chosen:
            self.all_moved.emit(dx, dy, self._change)
        elif self.chosen is not None:
            x, y = self._points[self.chosen]
            inside = self.clamped(x + dx, y + dy)
            x, y = inside[0] if dx else x, inside[1] if dy else y
            self.point_moved.emit(self.chosen, x, y, self._change)

    def _choose_next(self, step: int) -> None:
        last = len(self._points) - 1
        start = -1 if step > 0 else last + 1
        self._choose_here(((start if self.chosen is None else self.chosen) + step) % (last + 1))

    def _choose_here(self, index: int | None) -> None:
        self.choose(index)
        self.point_chosen.emit(index)

    def paint_over(self, painter: QPainter) -> None:
        """Paint crop, template, residuals and points."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._box is not None:
            painter.setPen(QPen(QColor(255, 255, 255, 90), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self._rect(self._box))
        if self._template is not None and len(self._template) == 68:
            paint_chains(painter, self.to_widget, self._template, QColor(TEMPLATE_SHADE), 1.2)
        if len(self._points) == 68:
            paint_chains(painter, self.to_widget, self._points, QColor(POINT_SHADE), 0.8)
        for index, point in enumerate(self._points):
            self._paint_point(painter, index, point, len(self._points) <= 5)
        if self._targets is not None:
            self._paint_residuals(painter, self._targets)
        if self.picking is not None:
            for index, point in enumerate(self.picking.points):
                self._paint_point(painter, index, point, True)
            self._paint_prompt(painter, self.picking.prompt())

    def _paint_residuals(self, painter: QPainter, targets: Points) -> None:
        painter.setPen(QPen(QColor(OFF_SHADE), 2.0))
        for (x, y), (to_x, to_y) in zip(self._points, targets.tolist(), strict=False):
            end = self.to_widget(to_x, to_y)
            painter.drawLine(self.to_widget(x, y), end)
            painter.drawEllipse(end, 1.0, 1.0)

    def _paint_point(
        self, painter: QPainter, index: int, point: tuple[float, float], few: bool
    ) -> None:
        at = self.to_widget(*point)
        chosen = self.all_chosen or index == self.chosen
        radius = (7.0 if few else 2.5) + (2.0 if index == self.chosen else 0.0)
        shade = QColor(CHOSEN_SHADE if chosen else POINT_SHADE)
        for pen in (QPen(QColor(0, 0, 0, 190), 4.0 if few else 3.0), QPen(shade, 1.8)):
            painter.setPen(pen)  # a ring: what lies under the point is what it is about
            painter.drawEllipse(at, radius, radius)
            if few:
                painter.drawPoint(at)
        if few or index == self.chosen:
            self._paint_number(painter, at, index + 1)

    def _paint_number(self, painter: QPainter, at: QPointF, number: int) -> None:
        where = at + QPointF(10, -8)
        painter.setPen(QColor("#000000"))
        painter.drawText(where + QPointF(1, 1), str(number))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(where, str(number))

    def _paint_prompt(self, painter: QPainter, words: str) -> None:
        width = painter.fontMetrics().horizontalAdvance(words) + 24
        strip = QRectF((self.width() - width) / 2, 8, width, 26)
        painter.fillRect(strip, QColor(0, 0, 0, 190))
        painter.setPen(QColor("#ffffff"))
        painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, words)

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
