"""A picture with what lies over it: a map of doubt, annotations, the line of a profile."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from fhgui.core.annotation import XY, Annotation, AnnotationKind, distance_to
from fhgui.core.arrays import Pixels
from fhgui.core.method import Outline
from fhgui.gui.viewers.mark_painting import (
    INK,
    on_widget,
    paint_annotations,
    paint_line,
    paint_outlines,
    paint_shape,
)
from fhgui.gui.viewers.painting import to_overlay
from fhgui.gui.viewers.picture_view import PictureView
from fhgui.session.annotating import inside
from fhgui.session.viewing import Line

REACH_PX = 8.0
"""How near to an annotation a press must be, screen pixels."""


class MarkedView(PictureView):
    """Shows one picture; with a tool in hand the left button draws and the right one pans.

    Signals
    -------
    drawn : the `Line` from press to release, and whether the button is still down.
    picked : place of the annotation that was clicked.
    """

    drawn = Signal(object, bool)
    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool: AnnotationKind | None = None
        self.measures = False
        self._marks: tuple[tuple[int, Annotation], ...] = ()
        self._chosen: int | None = None
        self._line: Line | None = None
        self._over: Pixels | None = None
        self._over_image: QImage | None = None
        self._draft: Line | None = None
        self._outlines: tuple[Outline, ...] = ()

    def set_outlines(self, outlines: tuple[Outline, ...]) -> None:
        """Show other outlines of what a method looked at."""
        if outlines != self._outlines:
            self._outlines = outlines
            self.update()

    def set_over(self, rgba: Pixels | None) -> None:
        """Lay H×W×4 uint8 R-G-B-A over the picture, whatever its size; None takes it away."""
        if rgba is not self._over:
            self._over, self._over_image = rgba, None
            self.update()

    def set_marks(self, marks: Sequence[tuple[int, Annotation]], chosen: int | None) -> None:
        """Show other annotations, one of them chosen."""
        self._marks, self._chosen = tuple(marks), chosen
        self.update()

    def set_tool(self, tool: AnnotationKind | None, measures: bool) -> None:
        """Take an annotation or a profile line in hand, or lay both down."""
        if (tool, measures) == (self.tool, self.measures):
            return  # else a line that is being drawn would be lost
        self.tool, self.measures, self._draft = tool, measures, None
        shape = Qt.CursorShape.CrossCursor if self.draws else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def set_line(self, line: Line | None) -> None:
        """Show another line of a profile."""
        if line != self._line:
            self._line = line
            self.update()

    @property
    def draws(self) -> bool:
        """Whether the left button draws."""
        return self.measures or self.tool is not None

    def share(self, at: QPointF) -> XY:
        """Return the place on the picture under a widget point, as shares inside it."""
        target = self.target()
        x = (at.x() - target.left()) / max(1e-9, target.width())
        y = (at.y() - target.top()) / max(1e-9, target.height())
        return inside((x, y))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Begin to draw, take an annotation, or begin to pan; called by Qt."""
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.pixels is None:
            return
        if self.draws:
            self._pan_from = None
            start = self.share(event.position())
            self._draft = (start, start)
        else:
            near = self._nearest(event.position())
            if near is not None:
                self.picked.emit(near)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Draw or pan; called by Qt."""
        super().mouseMoveEvent(event)
        if self._draft is not None:
            self._draft = (self._draft[0], self.share(event.position()))
            self.drawn.emit(self._draft, True)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """End to draw or to pan; called by Qt."""
        super().mouseReleaseEvent(event)
        draft, self._draft = self._draft, None
        if draft is not None:
            self.update()
            self.drawn.emit((draft[0], self.share(event.position())), False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Fit the picture unless a tool is in hand; called by Qt."""
        if not self.draws:
            super().mouseDoubleClickEvent(event)

    def paint_over(self, painter: QPainter) -> None:
        """Paint map, line and annotations."""
        if self._over is not None:
            if self._over_image is None:
                self._over_image = to_overlay(self._over)
            painter.drawImage(self.target(), self._over_image)
        paint_outlines(painter, self.to_widget, self._outlines)
        self.paint_marks(painter)
        if self._line is not None:
            paint_line(painter, self.target(), self._line)
        if self._draft is not None and self.tool is not None:
            ends = (
                on_widget(self._draft[0], self.target()),
                on_widget(self._draft[1], self.target()),
            )
            paint_shape(painter, self.tool, ends, INK, 2)

    def paint_marks(self, painter: QPainter) -> None:
        """Paint the annotations."""
        paint_annotations(painter, self.target(), self._marks, self._chosen)

    def _nearest(self, at: QPointF) -> int | None:
        share, reach = self.share(at), REACH_PX / max(1.0, self.target().width())
        far = [(distance_to(a, share), index) for index, a in self._marks]
        best = min(far, default=(reach + 1, -1))
        return best[1] if best[0] <= reach else None
