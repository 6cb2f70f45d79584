"""One training: its figures, its curves, its samples, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.panels.run_view import RunView
from fhgui.gui.panels.train_curves import CurvePlot
from fhgui.gui.panels.train_sheet import TrainSheet
from fhgui.gui.panels.train_words import facts, row_words, situation
from fhgui.gui.widgets import small
from fhgui.session.training_run import TrainingRun, TrainingStatus

SMOOTHINGS = {"not smoothed": 0.0, "smoothed": 0.8, "very smooth": 0.95}
NAMES = ("Step", "Time left", "Trained for", "Images a second", "Learning rate", "Best validation")


class TrainView(RunView):
    """Shows the training that is chosen.

    Signals
    -------
    pause_wanted, stop_wanted, resume_wanted, add_wanted, forget_wanted : a button was pressed.
    """

    pause_wanted = Signal()
    stop_wanted = Signal()
    resume_wanted = Signal()
    add_wanted = Signal()
    forget_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("train", parent)
        self._run: TrainingRun | None = None
        self._make_buttons()
        self._make_facts()
        self._make_curves()
        self.sheet = TrainSheet()
        self.sheet.setObjectName("trainSheet")
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(8)
        split.addWidget(self._curves)
        split.addWidget(self.sheet)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([240, 360])
        self.column.addLayout(self._facts)
        self.column.addWidget(split, 1)

    def _make_buttons(self) -> None:
        add = self.add_button
        self.pause = add(
            "trainPauseButton",
            "Pause",
            "pause",
            self.pause_wanted,
            "Save and leave the machine to others; the time budget stands still",
        )
        self.stop = add(
            "trainStopButton",
            "Stop",
            "stop",
            self.stop_wanted,
            "Save a checkpoint and end; it can be resumed later",
        )
        self.resume = add(
            "trainResumeButton",
            "Resume",
            "play",
            self.resume_wanted,
            "Go on from the last checkpoint",
        )
        self.add = add(
            "trainAddButton",
            "Add to models",
            "plus",
            self.add_wanted,
            "Check the weights and install them for the method they belong to",
        )
        self.forget = add(
            "trainForgetButton",
            "",
            "playlist-remove",
            self.forget_wanted,
            "Take it off this list; its folder stays",
        )

    def _make_facts(self) -> None:
        self._facts = QHBoxLayout()
        self._facts.setSpacing(8)
        self.facts: dict[str, QLabel] = {}
        for name in NAMES:
            self._facts.addWidget(self._make_fact(name), 1)

    def _make_fact(self, name: str) -> QWidget:
        tile = QWidget()
        tile.setObjectName("factTile")
        tile.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(tile)
        column.setContentsMargins(10, 5, 10, 6)
        column.setSpacing(1)
        value = QLabel("–")
        value.setObjectName("factValue")
        column.addWidget(small(name, wrap=False))
        column.addWidget(value)
        self.facts[name] = value
        return tile

    def _make_curves(self) -> None:
        self.losses = CurvePlot("lossPlot", "Loss by step", "comes with the first steps")
        self.scores = CurvePlot(
            "scorePlot", "Validation by step", "comes with the first validation", "dB"
        )
        self.log = QCheckBox(tr("logarithmic"))
        self.log.setObjectName("trainLogY")
        self.log.toggled.connect(self.losses.set_log)
        self.smooth = QComboBox()
        self.smooth.setObjectName("trainSmoothing")
        self.smooth.setAccessibleName(tr("Smoothing of the loss"))
        self.smooth.addItems(list(SMOOTHINGS))
        self.smooth.currentTextChanged.connect(
            lambda text: self.losses.set_smoothing(SMOOTHINGS[text])
        )
        self.smooth.setCurrentIndex(1)
        for place, choice in ((1, self.log), (2, self.smooth)):
            self.losses.head.insertWidget(place, choice)
        self._curves = QWidget()
        row = QHBoxLayout(self._curves)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.losses, 1)
        row.addWidget(self.scores, 1)

    def show_run(self, run: TrainingRun, adding: bool) -> None:
        """Show all there is to know about a training."""
        story = run.story
        self.show_head(row_words(run), story.fraction)
        self._show_buttons(run, adding)
        self._tell(run)
        for name, value in facts(run).items():
            self.facts[name].setText(value)
        self.losses.show_curves(story.losses)
        self.scores.show_curves(story.scores)
        self.sheet.show_sheets(story.sheets, anew=run is not self._run)
        self._run = run

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for plot in (self.losses, self.scores):
            plot.retheme()

    def _show_buttons(self, run: TrainingRun, adding: bool) -> None:
        running = run.status in (TrainingStatus.RUNNING, TrainingStatus.STARTING)
        self.pause.setVisible(run.status.alive)
        self.pause.setEnabled(running)
        self.stop.setVisible(run.status.alive)
        self.stop.setText("End now" if run.status is TrainingStatus.STOPPING else "Stop")
        self.resume.setVisible(run.resumable)
        self.add.setVisible(run.weights is not None)
        self.add.setEnabled(not adding and not run.added)
        self.add.setText("Adding …" if adding else "Added" if run.added else "Add to models")
        self.forget.setVisible(not run.status.alive)

    def _tell(self, run: TrainingRun) -> None:
        bad = run.status in (TrainingStatus.FAILED, TrainingStatus.INTERRUPTED)
        sentence = situation(run)
        note = run.story.notes[-1] if run.story.notes else ""
        self.say(sentence or note, "error" if bad else "info")
