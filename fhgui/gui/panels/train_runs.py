"""The list of trainings: recipe, status and how far each is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.panels.train_words import TONES, one_line
from fhgui.gui.theme import colour
from fhgui.gui.widgets import Elided
from fhgui.session.training_run import TrainingRun

ROW_PX = 48


class RunRow(QWidget):
    """One training."""

    def __init__(self, run: TrainingRun) -> None:
        super().__init__()
        self.run = run
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
        self.name.setText(self.run.name)
        self.status.setText(self.run.status.value)
        tone = colour(TONES[self.run.status])
        self.status.setStyleSheet(f"color: {tone}; font-size: 11px")
        self.line.setText(one_line(self.run))
        self.line.setToolTip(str(self.run.folder))


class RunList(QListWidget):
    """All trainings.

    Signals
    -------
    chosen : a `TrainingRun`, or None when there is none.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainRuns")
        self.setAccessibleName("Trainings")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.currentRowChanged.connect(self._choose)
        self._rows: list[RunRow] = []

    @property
    def run(self) -> TrainingRun | None:
        """The training that is chosen."""
        row = self.currentRow()
        return self._rows[row].run if 0 <= row < len(self._rows) else None

    def show_runs(self, runs: list[TrainingRun]) -> None:
        """Show these; the chosen one stays chosen, a new one is chosen at once."""
        before, known = self.run, {row.run for row in self._rows}
        blocked = self.blockSignals(True)
        self.clear()
        self._rows = [RunRow(run) for run in runs]
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

    def refresh(self) -> None:
        """Show where each stands now."""
        for number, row in enumerate(self._rows):
            row.refresh()
            self.item(number).setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{row.run.name}, {row.run.status.value}"
            )

    def _choose(self, row: int) -> None:
        self.chosen.emit(self.run)
