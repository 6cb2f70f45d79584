"""Sets and galleries that are being made: how far each is, and what can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.widgets import small, tool_button
from fhgui.session.builds import Build, Builds, BuildStatus
from fhgui.session.set_order import SetOrder


class BuildCard(QFrame):
    """One set or gallery that is being made, or was stopped.

    Signals
    -------
    stop_wanted, resume_wanted, forget_wanted : as its buttons say.
    """

    stop_wanted = Signal()
    resume_wanted = Signal()
    forget_wanted = Signal()

    def __init__(self, run: Build, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.run = run
        name = QLabel(run.name)
        name.setObjectName("name")
        name.setToolTip(str(run.folder))
        self.stop = tool_button("flat", "stop", "", "Stop; it can go on later")
        self.resume = tool_button("flat", "play", "", "Go on where it stopped")
        self.forget = tool_button("flat", "close", "", "Take it off this list; its folder stays")
        self.words = small()
        self.words.setObjectName("setBuildWords")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(f"How far {run.name} is")
        top = QHBoxLayout()
        top.addWidget(name, 1)
        buttons = (self.resume, self.stop, self.forget)
        wishes = (self.resume_wanted, self.stop_wanted, self.forget_wanted)
        for button, wish in zip(buttons, wishes, strict=True):
            button.clicked.connect(wish)
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.words)
        layout.addWidget(self.bar)
        self.refresh()

    def refresh(self) -> None:
        """Show where it stands."""
        run = self.run
        failed, alive = run.status is BuildStatus.FAILED, run.status.alive
        self.words.setText(as_sentence(run.error) if failed else _words(run))
        if self.words.property("level") != ("error" if failed else ""):
            self.words.setProperty("level", "error" if failed else "")
            self.words.style().polish(self.words)
        told = run.headway
        self.bar.setRange(0, told.total or int(not alive))  # 0 to 0: nobody knows how many
        self.bar.setValue(told.done)
        self.bar.setVisible(not failed)
        self.stop.setVisible(run.status is BuildStatus.MAKING)
        self.resume.setVisible(not alive)
        self.forget.setVisible(not alive)


def _words(run: Build) -> str:
    told = run.headway
    if run.status is BuildStatus.STOPPING:
        return "stopping …"
    if run.status is BuildStatus.STOPPED:
        return f"stopped after {told.reached}" if told.reached else "stopped"
    return " · ".join(filter(None, (told.reached, told.words))) or f"{run.order.begins} …"


def _is_made_set(run: Build) -> bool:
    return run.status is BuildStatus.MADE and isinstance(run.order, SetOrder)


class BuildList(QWidget):
    """All of them.

    Signals
    -------
    made : the folder of a set that is whole now; it is off the list.
    failed : why something could not be done, in one sentence.
    """

    made = Signal(object)
    failed = Signal(str)

    def __init__(self, builds: Builds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setBuilds")
        self._builds = builds
        self.cards: list[BuildCard] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(5)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        builds.runs_changed.connect(self.refresh)
        builds.run_changed.connect(self._run_changed)

    def refresh(self) -> None:
        """Show what is being made, and hand over the sets that are made."""
        made = next(filter(_is_made_set, self._builds.runs), None)
        if made is not None:
            self._do(self._builds.forget, made)  # tells us, whereupon the next one is taken
            self.made.emit(made.folder)
        if [card.run for card in self.cards] != self._builds.runs:
            self._lay_out()
        self.setVisible(bool(self.cards))

    def _lay_out(self) -> None:
        for card in self.cards:
            self._rows.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [self._card(run) for run in self._builds.runs]
        for card in self.cards:
            self._rows.addWidget(card)

    def _card(self, run: Build) -> BuildCard:
        card = BuildCard(run)
        card.stop_wanted.connect(lambda: self._do(self._builds.stop, run))
        card.resume_wanted.connect(lambda: self._do(self._builds.resume, run))
        card.forget_wanted.connect(lambda: self._do(self._builds.forget, run))
        return card

    def _do(self, wish: Callable[[Build], None], run: Build) -> None:
        try:
            wish(run)
        except FhguiError as error:
            self.failed.emit(error.sentence())

    def _run_changed(self, run: Build) -> None:
        if run.status is BuildStatus.MADE:
            self.refresh()
        for card in self.cards:
            if card.run is run:
                card.refresh()
