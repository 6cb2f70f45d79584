"""Curves over the steps of a training: raw values thin, smoothed ones bold.

The only module that imports pyqtgraph for plots; it is imported when the panel is first shown.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pyqtgraph as pg  # type: ignore[import-untyped]  # ships no types
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fhgui.gui.panels.train_words import REFERENCE
from fhgui.gui.theme import colour

TONES = ("accent", "amber", "green", "red")
FAINT_ALPHA = 70
SMOOTHED_FROM = 8
"""Points; fewer are shown as they are."""
SMALL_PX = 90
AXIS_PX = 62


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """Return the running mean mₖ = w·mₖ₋₁ + (1 − w)·xₖ, freed of the pull of its start at zero."""
    mean, mass, result = 0.0, 0.0, []
    for value in values:
        mean = weight * mean + (1 - weight) * value
        mass = weight * mass + (1 - weight)
        result.append(mean / mass)
    return result


class CurvePlot(QFrame):
    """One diagram with any number of curves over the same steps.

    Parameters
    ----------
    hint : what is said while there is no curve.
    """

    def __init__(
        self, name: str, title: str, hint: str, unit: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("plotCard")
        self._unit = unit
        self._curves: Mapping[str, Sequence[tuple[int, float]]] = {}
        self._smoothing = 0.0
        heading = QLabel(title)
        heading.setObjectName("plotTitle")
        self.legend = QLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.plot = pg.PlotWidget()
        self.plot.setObjectName(name)
        self.plot.setAccessibleName(title)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=True, y=False)
        self.plot.getPlotItem().setContentsMargins(0, 2, 12, 0)
        self.plot.setMinimumHeight(SMALL_PX)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(heading)
        self.legend.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.head.addWidget(self.legend, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 4, 4)
        layout.setSpacing(2)
        layout.addLayout(self.head)
        layout.addWidget(self.plot, 1)
        self.hint = QLabel(hint)
        self.hint.setObjectName("muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.hint, 1)
        self.retheme()

    def set_log(self, on: bool) -> None:
        """Show the values on a logarithmic axis."""
        self.plot.setLogMode(x=False, y=on)

    def set_smoothing(self, weight: float) -> None:
        """Set the weight of the running mean, 0 (none) to below 1."""
        self._smoothing = weight
        self.show_curves(self._curves)

    def show_curves(self, curves: Mapping[str, Sequence[tuple[int, float]]]) -> None:
        """Show curves of (step, value)."""
        self._curves = curves
        self.plot.clear()
        words, tones = [], itertools.cycle(TONES)
        for name, points in curves.items():
            reference = REFERENCE in name
            shade = colour("muted" if reference else next(tones))
            steps, values = [p[0] for p in points], [p[1] for p in points]
            self._draw(steps, values, shade, reference)
            if points:
                words.append(_legend(name, values[-1], self._unit, shade))
        self.plot.setVisible(bool(words))
        self.hint.setVisible(not words)
        self.legend.setText("&nbsp;&nbsp;&nbsp;".join(words))
        self.legend.setToolTip("<br>".join(words))

    def _draw(self, steps: list[int], values: list[float], shade: str, reference: bool) -> None:
        style = Qt.PenStyle.DashLine if reference else Qt.PenStyle.SolidLine
        if self._smoothing and not reference and len(values) >= SMOOTHED_FROM:
            faint = QColor(shade)
            faint.setAlpha(FAINT_ALPHA)
            self.plot.plot(steps, values, pen=pg.mkPen(faint, width=1))
            values = smoothed(values, self._smoothing)
        few = len(steps) < 40 and not reference
        self.plot.plot(
            steps,
            values,
            pen=pg.mkPen(shade, width=1.5 if reference else 2, style=style),
            symbol="o" if few else None,
            symbolSize=5,
            symbolBrush=shade,
            symbolPen=None,
            antialias=True,
        )

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self.plot.setBackground(colour("card"))
        font = QFont()
        font.setPixelSize(11)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(colour("faint")))
            axis.setTextPen(pg.mkPen(colour("muted")))
            axis.setStyle(tickLength=4, tickFont=font)
            axis.enableAutoSIPrefix(False)
        self.plot.getAxis("left").setWidth(AXIS_PX)
        self.plot.showGrid(x=False, y=True, alpha=0.15)
        self.show_curves(self._curves)


def _legend(name: str, value: float, unit: str, shade: str) -> str:
    shown = f"{value:.2f} {unit}" if unit else f"{value:.3g}"
    return f"<span style='color:{shade}'>●</span> {label_of(name)} <b>{shown}</b>"


def label_of(name: str) -> str:
    """Return the name of a curve for people: ``psnr_rgb`` becomes ``PSNR RGB``."""
    words = name.replace("_", " ").split()
    short = {"psnr", "rgb", "ssim", "fsim", "lpips"}
    return " ".join(w.upper() if w in short else w for w in words)
