"""A diagram on a card: heading, legend, plot, and what is said while there is nothing to plot.

The only module that imports pyqtgraph; it is imported when a panel with a plot is first shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg  # type: ignore[import-untyped]  # ships no types
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fhgui.gui.theme import colour

SMALL_PX = 90
AXIS_PX = 62


class PlotCard(QFrame):
    """One diagram.

    Parameters
    ----------
    name, title : object name of the plot, and its heading.
    hint : what is said while there is no curve.
    left : what the vertical axis shows.
    """

    def __init__(
        self, name: str, title: str, hint: str, parent: QWidget | None = None, left: str = ""
    ) -> None:
        super().__init__(parent)
        self._name, self._left = name, left
        self._plot: pg.PlotWidget | None = None
        self.setObjectName("plotCard")
        self.heading = QLabel(title)
        self.heading.setObjectName("plotTitle")
        self.legend = QLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self.heading)
        self.legend.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.head.addWidget(self.legend, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 4, 4)
        layout.setSpacing(2)
        layout.addLayout(self.head)
        self.hint = QLabel(hint)
        self.hint.setObjectName("muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.hint, 1)
        self._layout = layout

    @property
    def plot(self) -> pg.PlotWidget:
        """The axes and curves; made when the first curve is drawn, for that takes 50 ms."""
        if self._plot is None:
            self._plot = self._make_plot()
            self._layout.insertWidget(1, self._plot, 1)
            self._colour(self._plot)
        return self._plot

    def _make_plot(self) -> pg.PlotWidget:
        plot = pg.PlotWidget()
        plot.setObjectName(self._name)
        plot.setAccessibleName(self.heading.text())
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=True, y=False)
        plot.getPlotItem().setContentsMargins(0, 2, 12, 0)
        plot.setMinimumHeight(SMALL_PX)
        if self._left:
            plot.setLabel("left", self._left)
        return plot

    def clear(self) -> None:
        """Take every curve away."""
        if self._plot is not None:
            self._plot.clear()

    def draw(
        self,
        x: Sequence[float],
        y: Sequence[float],
        shade: str | QColor,
        width: float = 2.0,
        dashed: bool = False,
        dots: bool = False,
    ) -> None:
        """Draw one more curve."""
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        self.plot.plot(
            x,
            y,
            pen=pg.mkPen(shade, width=width, style=style),
            symbol="o" if dots else None,
            symbolSize=5,
            symbolBrush=shade,
            symbolPen=None,
            antialias=True,
        )

    def show_legend(self, words: Sequence[str]) -> None:
        """Show the names of the curves, rich text each; without any, the hint."""
        if self._plot is not None:
            self._plot.setVisible(bool(words))
        self.hint.setVisible(not words)
        self.legend.setText(" &nbsp; ".join(words))
        self.legend.setToolTip("<br>".join(words))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        if self._plot is not None:
            self._colour(self._plot)

    def _colour(self, plot: pg.PlotWidget) -> None:
        plot.setBackground(colour("card"))
        font = QFont()
        font.setPixelSize(11)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(colour("faint")))
            axis.setTextPen(pg.mkPen(colour("muted")))
            axis.setStyle(tickLength=4, tickFont=font)
            axis.enableAutoSIPrefix(False)
        plot.getAxis("left").setWidth(AXIS_PX)
        plot.showGrid(x=False, y=True, alpha=0.15)


def key_of(shade: str, name: str, value: str) -> str:
    """Return one entry of a legend, on one line: a dot in the curve's colour, name, and value."""
    words = f"{name} <b>{value}</b>".replace(" ", "&nbsp;")
    return f"<span style='color:{shade}'>●</span>&nbsp;{words}"
