"""A list of runs (trainings, benchmarks): name, status and how far each is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.theme import colour
from fhgui.gui.widgets import Elided

ROW_PX = 48


@dataclass(frozen=True)
class RowWords:
    """What a row says of a run.

    Parameters
    ----------
    name, status : in the first line; ``tone`` is the colour token of the status.
    line : the second line, small. folder : its tooltip.
    """

    name: str
    status: str
    tone: str
    line: str
    folder: Path


WordsOf = Callable[[Any], RowWords]
"""Puts a run into words; which type of run it is, only the owner of the list knows."""


class RunRow(QWidget):
    """One run."""

    def __init__(self, run: Any, words_of: WordsOf) -> None:
        super().__init__()
        self.run = run
        self._words_of = words_of
        self.name, self.status = QLabel(), QLabel()
        self.name.setStyleSheet("font-weight: 600")
        self.line = Elided("")
        top = QHBoxLayout()
        top.addWidget(self.name, 1)
        top.addWidget(self.status)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 5, 12, 5)
        layout.setSpacing(1)
        layout.addLayout(top)
        layout.addWidget(self.line)
        self.refresh()

    def refresh(self) -> None:
        """Show where it stands."""
        words = self._words_of(self.run)
        self.name.setText(words.name)
        self.status.setText(words.status)
        self.status.setStyleSheet(f"color: {colour(words.tone)}; font-size: 11px")
        self.line.setText(words.line)
        self.line.setToolTip(str(words.folder))


class RunList(QListWidget):
    """All runs of one kind.

    Signals
    -------
    chosen : a run, or None when there is none.
    """

    chosen = Signal(object)

    def __init__(
        self, name: str, accessible: str, words_of: WordsOf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self._words_of = words_of
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.currentRowChanged.connect(self._choose)
        self._rows: list[RunRow] = []

    @property
    def run(self) -> Any:
        """The run that is chosen."""
        row = self.currentRow()
        return self._rows[row].run if 0 <= row < len(self._rows) else None

    def show_runs(self, runs: Sequence[Any]) -> None:
        """Show these; the chosen one stays chosen, a new one is chosen at once."""
        before, known = self.run, {row.run for row in self._rows}
        blocked = self.blockSignals(True)
        self.clear()
        self._rows = [RunRow(run, self._words_of) for run in runs]
        for row in self._rows:
            item = QListWidgetItem()
            item.setSizeHint(QSize(10, ROW_PX))
            self.addItem(item)
            self.setItemWidget(item, row)
        new = next((run for run in runs if run not in known), None)
        wanted = new if new is not None and known else before
        self.setCurrentRow(runs.index(wanted) if wanted in runs else 0 if runs else -1)
        self.blockSignals(blocked)
        self.chosen.emit(self.run)

    def choose(self, run: object) -> None:
        """Choose a run that is on the list."""
        for number, row in enumerate(self._rows):
            if row.run is run:
                self.setCurrentRow(number)

    def refresh(self) -> None:
        """Show where each stands now."""
        for number, row in enumerate(self._rows):
            row.refresh()
            self.item(number).setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{row.name.text()}, {row.status.text()}"
            )

    def _choose(self, row: int) -> None:
        self.chosen.emit(self.run)
