"""Cumulative score distributions: which share of the faces a method restores better than a score.

As in figure 9 of paper 000: the further a curve lies to the right, the better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from fhgui.evaluation.tables import Column
from fhgui.gui.panels.plot_card import PlotCard, key_of
from fhgui.gui.theme import theme_name
from fhgui.session.benchmark_result import BenchmarkResult, score_steps

SHADES = {
    "dark": (
        "#4c9dff",
        "#f0b23c",
        "#53b98a",
        "#ef6f6f",
        "#c38df2",
        "#3fc7d6",
        "#f08fc0",
        "#b5c04a",
    ),
    "light": (
        "#1f6fe5",
        "#b06d00",
        "#1f7d53",
        "#c63333",
        "#7b3fc4",
        "#0a7f8f",
        "#b8307f",
        "#6b7300",
    ),
}
"""Eight hues apart from each other on the cards of both themes; more rows are dashed."""


def shades_of(labels: Sequence[str]) -> dict[str, str]:
    """Return the colour of each row: the same in the table and in the curves."""
    shades = SHADES[theme_name()]
    return {label: shades[at % len(shades)] for at, label in enumerate(labels)}


class ScoreCurves(PlotCard):
    """The curves of all rows with scores of single pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "benchmarkPlot",
            "Share of faces above a score",
            "The curves come with the first scores of single pictures.",
            parent,
            left="% of faces",
        )
        self.legend.setWordWrap(True)
        self.show_legend(())

    def show_scores(
        self, result: BenchmarkResult, column: Column, shades: Mapping[str, str]
    ) -> None:
        """Show the curves of one kind of score; rows without it have none."""
        self.clear()
        words = []
        hues = len(SHADES[theme_name()])
        for at, label in enumerate(result.labels):
            values = result.values(label, column.key)
            if not values:
                continue
            scores, shares = score_steps(values)
            percent = [100 * share for share in shares]
            self.draw(scores, percent, shades[label], dashed=at % (2 * hues) >= hues)
            mean = column.write(sum(values) / len(values))
            words.append(key_of(shades[label], label, mean))
        if words:
            self.plot.setLabel("bottom", column.title)
            self.plot.setYRange(0, 100)
            self.plot.enableAutoRange(x=True)
        self.show_legend(words)
