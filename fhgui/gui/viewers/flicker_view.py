"""Two states of an alignment in turns: what jumps between them is what the alignment changed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from fhgui.core.arrays import Pixels, Points
from fhgui.core.method import Origin
from fhgui.gui.language import tr
from fhgui.gui.viewers.face_lines import paint_chains
from fhgui.gui.viewers.picture_view import Look, PictureView
from fhgui.gui.viewers.point_view import TEMPLATE_SHADE
from fhgui.gui.widgets import paint_badge

TURN_MS = 450
"""How long each of the two is seen."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two pictures: H×W×3 uint8 on the template's grid, and what it is."""

    pixels: Pixels
    words: str


class FlickerView(PictureView):
    """Shows the two pictures in turns, the template over both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("flickerView")
        self.setAccessibleName(tr("Face before and after in turns"))
        self.second = False
        self._sides: tuple[Side, Side] | None = None
        self._template: Points | None = None
        self._clock = QTimer(self)
        self._clock.setObjectName("fhgui-flicker")
        self._clock.setInterval(TURN_MS)
        self._clock.timeout.connect(self.turn)

    def set_sides(self, sides: tuple[Side, Side] | None, template: Points | None, why: str) -> None:
        """Show other pictures; ``why`` says why there are none."""
        self._sides, self._template = sides, template
        self.empty_text = why
        self._show_side()

    def start(self) -> None:
        """Begin to flicker, the earlier one first."""
        self.second = False
        self.set_look(Look())
        self._show_side()
        self._clock.start()

    def stop(self) -> None:
        """End to flicker."""
        self._clock.stop()

    def turn(self) -> None:
        """Show the other one."""
        self.second = not self.second
        self._show_side()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Go on when somebody looks again; called by Qt."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Rest while nobody looks; called by Qt."""
        self.stop()
        super().hideEvent(event)

    def paint_over(self, painter: QPainter) -> None:
        """Paint the template and say which of the two it is."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._template is not None:
            paint_chains(painter, self.to_widget, self._template, QColor(TEMPLATE_SHADE), 1.2)
        if self._sides is not None:
            self._paint_words(painter, self._sides[self.second].words)

    def _paint_words(self, painter: QPainter, words: str) -> None:
        words = f"{'AFTER' if self.second else 'BEFORE'}   {words}"
        width = painter.fontMetrics().horizontalAdvance(words) + 22
        strip = QRectF(8, 8, width + 104, 24)
        painter.fillRect(strip, QColor(0, 0, 0, 170))
        painter.setPen(QPen(QColor("#ffffff")))
        painter.drawText(QPointF(18, 25), words)
        paint_badge(painter, QRectF(width, 12, 102, 16), Origin.INTERPOLATED)

    def _show_side(self) -> None:
        self.set_pixels(None if self._sides is None else self._sides[self.second].pixels)
        self.update()
