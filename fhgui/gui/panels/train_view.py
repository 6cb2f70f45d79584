"""One training: its figures, its curves, its samples, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.panels.train_curves import CurvePlot
from fhgui.gui.panels.train_sheet import TrainSheet
from fhgui.gui.panels.train_words import TONES, facts, situation
from fhgui.gui.theme import colour
from fhgui.gui.widgets import Elided, set_icon, small
from fhgui.session.training_run import TrainingRun, TrainingStatus

SMOOTHINGS = {"not smoothed": 0.0, "smoothed": 0.8, "very smooth": 0.95}
NAMES = ("Step", "Time left", "Trained for", "Images a second", "Learning rate", "Best validation")


class TrainView(QWidget):
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
        super().__init__(parent)
        self.setObjectName("trainView")
        self._run: TrainingRun | None = None
        self._make_head()
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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(8)
        layout.addLayout(self._head)
        layout.addWidget(self.progress)
        layout.addWidget(self.told)
        layout.addLayout(self._facts)
        layout.addWidget(split, 1)

    def _make_head(self) -> None:
        self.name = QLabel()
        self.name.setObjectName("trainName")
        self.status = QLabel()
        self.status.setObjectName("trainStatus")
        self.folder = Elided("")
        self.told = QLabel()
        self.told.setObjectName("trainTold")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.pause = _button("trainPauseButton", "Pause", "pause", self.pause_wanted)
        self.pause.setToolTip("Save and leave the machine to others; the time budget stands still")
        self.stop = _button("trainStopButton", "Stop", "stop", self.stop_wanted)
        self.stop.setToolTip("Save a checkpoint and end; it can be resumed later")
        self.resume = _button("trainResumeButton", "Resume", "play", self.resume_wanted)
        self.resume.setToolTip("Go on from the last checkpoint")
        self.add = _button("trainAddButton", "Add to models", "plus", self.add_wanted)
        self.add.setToolTip("Check the weights and install them for the method they belong to")
        self.forget = _button("trainForgetButton", "", "playlist-remove", self.forget_wanted)
        self.forget.setToolTip("Take it off this list; its folder stays")
        self.forget.setAccessibleName("Take off the list")
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(self.name)
        self._head.addWidget(self.status, 0, Qt.AlignmentFlag.AlignVCenter)
        self._head.addWidget(self.folder, 1)
        for button in (self.pause, self.stop, self.resume, self.add, self.forget):
            self._head.addWidget(button)
        self.progress = QProgressBar()
        self.progress.setObjectName("trainProgress")
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName("Progress of the training")
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
        self.log = QCheckBox("logarithmic")
        self.log.setObjectName("trainLogY")
        self.log.toggled.connect(self.losses.set_log)
        self.smooth = QComboBox()
        self.smooth.setObjectName("trainSmoothing")
        self.smooth.setAccessibleName("Smoothing of the loss")
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
        status, story = run.status, run.story
        self.name.setText(run.name)
        self.status.setText(status.value)
        tone = colour(TONES[status])
        self.status.setStyleSheet(f"color: {tone}; border: 1px solid {tone}")
        self.folder.setText(str(run.folder))
        self.folder.setToolTip(str(run.folder))
        self.folder.update()
        self._show_buttons(run, adding)
        self.progress.setValue(round(1000 * story.fraction))
        self._tell(run)
        for name, value in facts(run).items():
            self.facts[name].setText(value)
        self.losses.show_curves(story.losses)
        self.scores.show_curves(story.scores)
        self.sheet.show_sheets(story.sheets, anew=run is not self._run)
        self._run = run

    def say(self, sentence: str) -> None:
        """Show why something could not be done."""
        self._say(sentence, "error")

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
        self._say(sentence or note, "error" if bad else "info")

    def _say(self, sentence: str, level: str) -> None:
        self.told.setText(as_sentence(sentence) if sentence else "")
        self.told.setVisible(bool(sentence))
        if self.told.property("level") != level:
            self.told.setProperty("level", level)
            self.told.style().unpolish(self.told)
            self.told.style().polish(self.told)


def _button(name: str, text: str, icon_name: str, wanted: SignalInstance) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    set_icon(button, icon_name)
    button.clicked.connect(lambda _checked=False: wanted.emit())
    return button
