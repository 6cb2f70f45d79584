"""How often each value occurs in the frame, or in the crop: of the data, however it is shown."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fhgui.core.arrays import AnyArray
from fhgui.core.face import Box
from fhgui.gui.language import tr
from fhgui.gui.theme import colour
from fhgui.gui.widgets import small

CURVES = ("red", "green", "blue", "luma")
SHADES = ("#ef5f5f", "#53b98a", "#5a9cff", "#989ea7")


class HistogramPlot(QWidget):
    """Four curves over the values 0 to 255."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("histogramPlot")
        self.setMinimumHeight(150)
        self.counts: AnyArray | None = None
        self.logarithmic = False

    def show_counts(self, counts: AnyArray | None) -> None:
        """Show other counts, 4×256; None for nothing."""
        self.counts = counts
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint luma as an area and the colours as lines; called by Qt."""
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.fillRect(area, QColor(colour("field")))
        painter.setPen(QPen(QColor(colour("line")), 1))
        for share in (0.25, 0.5, 0.75):
            x = area.left() + share * area.width()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self.counts is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for curve in (3, 0, 1, 2):
                self._paint_curve(painter, area, curve)
        painter.end()

    def _paint_curve(self, painter: QPainter, area: QRectF, curve: int) -> None:
        heights = self._heights()[curve]
        xs = area.left() + np.arange(256) / 255 * area.width()
        ys = area.bottom() - heights * (area.height() - 3)
        points = [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
        shade = QColor(SHADES[curve])
        painter.setPen(QPen(shade, 1.3))
        if curve < 3:
            painter.drawPolyline(QPolygonF(points))
            return
        shade.setAlpha(90)
        painter.setBrush(shade)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([area.bottomLeft(), *points, area.bottomRight()]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _heights(self) -> AnyArray:
        """Return 4×256 shares of the height; single peaks at the ends may be cut off."""
        counts = np.zeros((4, 256)) if self.counts is None else self.counts.astype(np.float64)
        if self.logarithmic:
            counts = np.log1p(counts)
        top = max(1e-9, float(np.percentile(counts[:, 1:-1], 99.8)))
        heights: AnyArray = np.minimum(counts / top, 1.0)
        return heights


class HistogramPage(QWidget):
    """The plot, what it counts, and figures about its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("histogramPage")
        self.plot = HistogramPlot()
        self.plot.setAccessibleName(tr("Histogram"))
        self.scale = QComboBox()
        self.scale.setObjectName("histogramScale")
        self.scale.setAccessibleName(tr("Scale of the counts"))
        self.scale.addItems(["linear counts", "logarithmic counts"])
        self.scale.currentIndexChanged.connect(self._rescale)
        self.what = QLabel()
        self.figures = small()
        self.figures.setObjectName("histogramFigures")
        layout = QVBoxLayout(self)
        layout.addWidget(self.what)
        layout.addWidget(self.plot)
        ends = QHBoxLayout()
        for text, side in (("0", Qt.AlignmentFlag.AlignLeft), ("255", Qt.AlignmentFlag.AlignRight)):
            label = small(text)
            label.setAlignment(side)
            ends.addWidget(label)
        layout.addLayout(ends)
        layout.addWidget(self.scale)
        layout.addWidget(self.figures)
        layout.addStretch(1)
        self.show_counts(None, None)

    def show_counts(self, counts: AnyArray | None, within: Box | None) -> None:
        """Show the counts of a frame, or of the crop in it."""
        self.plot.show_counts(counts)
        self.what.setText("No frame" if counts is None else "Crop" if within else "Whole frame")
        if counts is None:
            self.figures.setText("")
            return
        luma, total = counts[3], int(counts[3].sum())
        values = np.arange(256)
        mean = float(luma @ values) / total
        spread = float(np.sqrt(luma @ np.square(values - mean) / total))
        clipped = [float(counts[:3, at].sum()) / (3 * total) for at in (0, 255)]
        self.plot.setAccessibleDescription(f"mean luma {mean:.1f}, spread {spread:.1f}")
        self.figures.setText(
            f"luma {mean:.1f} ± {spread:.1f}\n"
            f"at 0: {clipped[0]:.2%} of the values\nat 255: {clipped[1]:.2%}\n"
            f"{total:,} pixels, of the data as decoded"
        )

    def _rescale(self, at: int) -> None:
        self.plot.logarithmic = at == 1
        self.plot.update()
