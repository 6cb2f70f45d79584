"""What the train panel holds: the form and the list of trainings, and the one looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.gui.panels.train_form import TrainForm
from fhgui.gui.panels.train_runs import RunList
from fhgui.gui.panels.train_view import TrainView
from fhgui.gui.theme import colour
from fhgui.gui.widgets import section
from fhgui.session.training import Trainings
from fhgui.session.training_process import Order
from fhgui.session.training_run import TrainingRun

SIDE_PX = 340
LIST_PX = 150
EMPTY = """<h2>Train a model on your own faces</h2>
<p>1. Pack photographs into a set: <code>fhgui dataset build PHOTOS --out SET</code><br>
<span style="color:{muted}">finds and aligns the faces, drops doubles and blurred ones, keeps
people apart in train, val and test.</span></p>
<p>2. Choose a recipe, add the set, and say how long the training may take.<br>
<span style="color:{muted}">Each recipe follows the sections of the paper named below it.</span></p>
<p>3. Start. Loss, validation and samples appear here while it trains.<br>
<span style="color:{muted}">It goes on when this window is closed, can be paused, stopped and
resumed, and its weights can be added to the models in the end.</span></p>"""


class TrainPage(QWidget):
    """Observes the trainings and passes wishes on to them."""

    def __init__(self, trainings: Trainings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._trainings = trainings
        self._run: TrainingRun | None = None
        self.form, self.list, self.view = TrainForm(), RunList(), TrainView()
        self.empty = QLabel()
        self.empty.setObjectName("trainEmpty")
        self.empty.setWordWrap(True)
        self.empty.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self._connect()
        self.retheme()
        self._runs_changed()

    def _lay_out(self) -> None:
        side = QWidget()
        side.setObjectName("trainSide")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(SIDE_PX)
        scroll = QScrollArea()
        scroll.setObjectName("trainFormScroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self.form)
        self.list.setMinimumHeight(LIST_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 3)
        column.addWidget(section("Trainings"))
        column.addWidget(self.list, 1)
        welcome = QWidget()
        around = QHBoxLayout(welcome)
        around.addStretch(1)
        around.addWidget(self.empty, 4)
        around.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(welcome)
        self.stack.addWidget(self.view)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(side)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        trainings, view = self._trainings, self.view
        self.form.wanted.connect(self._start)
        self.list.chosen.connect(self._choose)
        view.pause_wanted.connect(lambda: self._do(trainings.pause))
        view.stop_wanted.connect(lambda: self._do(trainings.stop))
        view.resume_wanted.connect(lambda: self._do(trainings.resume))
        view.forget_wanted.connect(lambda: self._do(trainings.forget))
        view.add_wanted.connect(lambda: self._do(trainings.add_to_models))
        trainings.runs_changed.connect(self._runs_changed)
        trainings.run_changed.connect(self._run_changed)
        trainings.added.connect(self._added)

    def refresh(self) -> None:
        """Show what has been told since."""
        self.form.refresh()
        self.list.refresh()
        self._show()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self.empty.setText(EMPTY.format(muted=colour("muted")))
        self.view.retheme()
        self.list.refresh()
        self._show()

    def shut_down(self) -> None:
        """Wait for sets that are being read; trainings go on."""
        self.form.sets.shut_down()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take sets and recipes; called by Qt."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Add what was dropped to the next training; called by Qt."""
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.form.take(Path(url.toLocalFile()))
        event.acceptProposedAction()

    def _start(self, order: Order) -> None:
        try:
            self._trainings.start(order)
        except FhguiError as error:
            self.form.show_error(error.sentence())
            return
        self.form.started()

    def _do(self, wish: Callable[[TrainingRun], None]) -> None:
        if self._run is None:
            return
        try:
            wish(self._run)
        except FhguiError as error:
            self.view.say(error.sentence())
        else:
            self._show()

    def _runs_changed(self) -> None:
        self.list.show_runs(self._trainings.runs)

    def _choose(self, run: TrainingRun | None) -> None:
        self._run = run
        self._show()

    def _run_changed(self, run: TrainingRun) -> None:
        if self.isVisible():
            self.list.refresh()
            if run is self._run:
                self._show()

    def _added(self, run: TrainingRun, sentence: str) -> None:
        if run is self._run and sentence:
            self.view.say(sentence)

    def _show(self) -> None:
        self.stack.setCurrentIndex(0 if self._run is None else 1)
        if self._run is not None:
            self.view.show_run(self._run, self._trainings.is_adding(self._run))
