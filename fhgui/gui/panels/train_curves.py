"""Curves over the steps of a training: raw values thin, smoothed ones bold."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from fhgui.gui.panels.plot_card import PlotCard, key_of
from fhgui.gui.panels.train_words import REFERENCE
from fhgui.gui.theme import colour

TONES = ("accent", "amber", "green", "red")
FAINT_ALPHA = 70
SMOOTHED_FROM = 8
"""Points; fewer are shown as they are."""


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """Return the running mean mₖ = w·mₖ₋₁ + (1 − w)·xₖ, freed of the pull of its start at zero."""
    mean, mass, result = 0.0, 0.0, []
    for value in values:
        mean = weight * mean + (1 - weight) * value
        mass = weight * mass + (1 - weight)
        result.append(mean / mass)
    return result


class CurvePlot(PlotCard):
    """One diagram with any number of curves over the same steps."""

    def __init__(
        self, name: str, title: str, hint: str, unit: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(name, title, hint, parent)
        self._unit = unit
        self._curves: Mapping[str, Sequence[tuple[int, float]]] = {}
        self._smoothing = 0.0
        self._log = False
        self.retheme()

    def set_log(self, on: bool) -> None:
        """Show the values on a logarithmic axis."""
        self._log = on
        self.show_curves(self._curves)

    def set_smoothing(self, weight: float) -> None:
        """Set the weight of the running mean, 0 (none) to below 1."""
        self._smoothing = weight
        self.show_curves(self._curves)

    def show_curves(self, curves: Mapping[str, Sequence[tuple[int, float]]]) -> None:
        """Show curves of (step, value)."""
        self._curves = curves
        self.clear()
        words, tones = [], itertools.cycle(TONES)
        for name, points in curves.items():
            reference = REFERENCE in name
            shade = colour("muted" if reference else next(tones))
            if not points:
                continue
            steps, values = [p[0] for p in points], [p[1] for p in points]
            self._draw(steps, values, shade, reference)
            words.append(key_of(shade, label_of(name), _shown(values[-1], self._unit)))
        if words:
            self.plot.setLogMode(x=False, y=self._log)
        self.show_legend(words)

    def _draw(self, steps: list[int], values: list[float], shade: str, reference: bool) -> None:
        if self._smoothing and not reference and len(values) >= SMOOTHED_FROM:
            faint = QColor(shade)
            faint.setAlpha(FAINT_ALPHA)
            self.draw(steps, values, faint, 1)
            values = smoothed(values, self._smoothing)
        few = len(steps) < 40 and not reference
        self.draw(steps, values, shade, 1.5 if reference else 2, reference, few)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        super().retheme()
        self.show_curves(self._curves)


def _shown(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if unit else f"{value:.3g}"


def label_of(name: str) -> str:
    """Return the name of a curve for people: ``psnr_rgb`` becomes ``PSNR RGB``."""
    words = name.replace("_", " ").split()
    short = {"psnr", "rgb", "ssim", "fsim", "lpips"}
    return " ".join(w.upper() if w in short else w for w in words)
