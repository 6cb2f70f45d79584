"""Curves of grey levels along a line; under the cursor the values of every picture are told.

Painted here and not by the plotting library, whose import alone stops the window for longer than
a frame, and which repaints too slowly to follow a line that is being drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from fhgui.core.arrays import Floats
from fhgui.gui.language import tr
from fhgui.gui.theme import colour

LEFT_PX, BOTTOM_PX, TOP_PX = 34, 18, 20
FONT_PX, KEY_GAP_PX, KEY_DOT_PX = 11, 14, 7
LEAST_SPAN = 32.0
"""Grey levels that the plot spans at least: flat pictures shall look flat."""
PLACES = (0, 25, 50, 75, 100)


@dataclass(frozen=True, eq=False)
class Curve:
    """The values of one picture along the line, 0–255; ``dashed`` where colours repeat.

    NaN where the line is beyond the picture, but not everywhere.
    """

    name: str
    shade: str
    values: Floats
    width: float = 1.6
    dashed: bool = False


class ProfilePlot(QWidget):
    """Shows curves over the same line, with a key; a hint while there is none."""

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("profilePlot")
        self.setAccessibleName(tr("Grey levels along the line"))
        self.setToolTip(tr("Grey levels of 255 against the way along the line in %"))
        self.setMouseTracking(True)
        self.curves: tuple[Curve, ...] = ()
        self._hint = hint
        self._at: float | None = None

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Show other curves."""
        self.curves = tuple(curves)
        self.update()

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest grey level that are shown."""
        if not self.curves:
            return 0.0, 255.0
        low = min(float(np.nanmin(c.values)) for c in self.curves)
        high = max(float(np.nanmax(c.values)) for c in self.curves)
        half = max(LEAST_SPAN, 1.1 * (high - low)) / 2
        middle = min(255.0 - half, max(half, (low + high) / 2)) if half < 127.5 else 127.5
        return max(0.0, middle - half), min(255.0, middle + half)

    def told(self) -> list[str]:
        """Return the words of the key: names, with the values under the cursor."""
        if self._at is None:
            return [curve.name for curve in self.curves]
        return [f"{c.name}: {self._value(c, self._at)}" for c in self.curves]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Tell the values under the cursor; called by Qt."""
        area = self._area()
        share = (event.position().x() - area.left()) / max(1.0, area.width())
        self._at = share if 0 <= share <= 1 else None
        self.update()

    def leaveEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        """Tell names alone; called by Qt."""
        self._at = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint axes, curves and key; called by Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colour("card")))
        font = QFont(painter.font())
        font.setPixelSize(FONT_PX)
        painter.setFont(font)
        if not self.curves:
            painter.setPen(QColor(colour("muted")))
            wrap = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(12, 0, -12, 0), wrap, self._hint)
        else:
            area = self._area()
            self._paint_axes(painter, area)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for curve in self.curves:
                self._paint_curve(painter, area, curve)
            self._paint_key(painter)
        painter.end()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT_PX, TOP_PX, -10, -BOTTOM_PX)

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        low, high = self.span
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for level in np.linspace(low, high, 3).tolist():
            y = area.bottom() - (level - low) / (high - low) * area.height()
            painter.setPen(QPen(QColor(colour("line")), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colour("muted")))
            painter.drawText(QRectF(0, y - 8, LEFT_PX - 5, 16), right, f"{level:.0f}")
        for place in PLACES:
            x = area.left() + place / 100 * area.width()
            box = QRectF(x - 20, area.bottom() + 2, 40, BOTTOM_PX - 3)
            box.moveRight(min(box.right(), float(self.width())))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{place} %")
        if self._at is not None:
            x = area.left() + self._at * area.width()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_curve(self, painter: QPainter, area: QRectF, curve: Curve) -> None:
        low, high = self.span
        xs = area.left() + np.linspace(0.0, 1.0, len(curve.values)) * area.width()
        ys = area.bottom() - (curve.values - low) / (high - low) * area.height()
        style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(curve.shade), curve.width, style))
        known = np.flatnonzero(~np.isnan(curve.values))
        for part in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
            points = [QPointF(*xy) for xy in zip(xs[part].tolist(), ys[part].tolist(), strict=True)]
            painter.drawPolyline(QPolygonF(points))

    def _paint_key(self, painter: QPainter) -> None:
        """Paint the key from the left; what finds no room is left out, and a sign says so."""
        x, metrics = float(LEFT_PX), painter.fontMetrics()
        for curve, words in zip(self.curves, self.told(), strict=True):
            width = KEY_DOT_PX + 4 + metrics.horizontalAdvance(words)
            painter.setPen(QColor(colour("text")))
            if x + width > self.width() - 14:
                painter.drawText(QPointF(x, 14), "…")
                return
            painter.drawText(QPointF(x + KEY_DOT_PX + 4, 14), words)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(curve.shade))
            painter.drawEllipse(QRectF(x, 7, KEY_DOT_PX, KEY_DOT_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            x += width + KEY_GAP_PX

    def _value(self, curve: Curve, share: float) -> str:
        value = float(curve.values[round(share * (len(curve.values) - 1))])
        return "–" if np.isnan(value) else f"{value:.0f}"
