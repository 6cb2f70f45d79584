"""A page of runs: order one on the left, watch one on the right, the list of them below the form.

Trainings and benchmarks are such pages.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.gui.panels.lazy_panel import Page
from fhgui.gui.panels.order_form import OrderForm
from fhgui.gui.panels.run_list import RunList
from fhgui.gui.panels.run_view import RunView
from fhgui.gui.theme import colour
from fhgui.gui.widgets import section
from fhgui.session.runs import Runs

SIDE_PX = 340
LIST_PX = 112


class FormScroll(QScrollArea):
    """As high as its form where there is room; scrolls where there is not."""

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self.setObjectName("orderScroll")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._form = form
        self.setWidget(form)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size of the form; called by Qt."""
        wanted = self._form.heightForWidth(SIDE_PX)
        return QSize(SIDE_PX, max(wanted, self._form.sizeHint().height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Take another height when the form does; called by Qt."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class RunPage(Page):
    """Observes runs of one kind and passes wishes on to them.

    Parameters
    ----------
    prefix : of the object names.
    welcome : rich text while there is no run, with ``{muted}`` for the colour of small print.
    begin : starts an order.
    """

    def __init__(
        self,
        prefix: str,
        runs: Runs[Any],
        begin: Callable[[Any], object],
        form: OrderForm,
        run_list: RunList,
        view: RunView,
        welcome: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._runs, self._begin, self._welcome = runs, begin, welcome
        self._run: Any = None
        self._order_form, self.list, self._view = form, run_list, view
        self.empty = QLabel()
        self.empty.setObjectName(f"{prefix}Empty")
        self.empty.setProperty("kind", "pageWelcome")
        self.empty.setWordWrap(True)
        self.empty.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.side_column = QVBoxLayout()
        self._lay_out()
        form.wanted.connect(self._start)
        run_list.chosen.connect(self._choose)
        runs.runs_changed.connect(self._runs_changed)
        runs.run_changed.connect(self._run_changed)
        self.retheme()
        self._runs_changed()

    def _lay_out(self) -> None:
        side = QWidget()
        side.setObjectName("orderSide")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(SIDE_PX)
        self.side_column.setContentsMargins(0, 0, 0, 0)
        self.side_column.setSpacing(0)
        self.side_column.addWidget(FormScroll(self._order_form))
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 6, 12, 8)
        foot.addWidget(self._order_form.error)
        foot.addWidget(self._order_form.start)
        self.side_column.addLayout(foot)
        self.side_column.addWidget(section(self.list.accessibleName()))
        self.side_column.addWidget(self.list, 1)
        side.setLayout(self.side_column)
        welcome = QWidget()
        around = QHBoxLayout(welcome)
        around.addStretch(1)
        around.addWidget(self.empty, 4)
        around.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(welcome)
        self.stack.addWidget(self._view)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(side)
        layout.addWidget(self.stack, 1)

    def refresh(self) -> None:
        """Show what has been told since."""
        self._order_form.refresh()
        self.list.refresh()
        self._show()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self.empty.setText(self._welcome.format(muted=colour("muted")))
        self._view.retheme()
        self.list.refresh()
        self._show()

    def shut_down(self) -> None:
        """Wait for what the form reads; processes go on."""
        self._order_form.shut_down()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take what the form can use; called by Qt."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Add what was dropped to the next order; called by Qt."""
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self._order_form.take(Path(url.toLocalFile()))
        event.acceptProposedAction()

    def _start(self, order: object) -> None:
        try:
            self._begin(order)
        except FhguiError as error:
            self._order_form.show_error(error.sentence())
            return
        self._order_form.started()

    def _do(self, wish: Callable[[Any], None]) -> None:
        if self._run is None:
            return
        try:
            wish(self._run)
        except FhguiError as error:
            self._view.say(error.sentence(), "error")
        else:
            self._show()

    def _runs_changed(self) -> None:
        runs = self._runs.runs
        self.list.setMinimumHeight(LIST_PX if runs else 0)  # the form needs the room more
        self.list.show_runs(runs)

    def _choose(self, run: object) -> None:
        self._run = run
        self._show()

    def _run_changed(self, run: object) -> None:
        if self.isVisible():
            self.list.refresh()
            if run is self._run:
                self._show()

    def _show(self) -> None:
        self.stack.setCurrentIndex(0 if self._run is None else 1)
        if self._run is not None:
            self.show_run(self._run)

    def show_run(self, run: Any) -> None:
        """Show the run that is chosen."""
        raise NotImplementedError
