"""The right side: method cards, Run and Cancel with progress, and the panel of doubts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.dialogs.reason import ReasonDialog
from fhgui.gui.language import tr
from fhgui.gui.panels.method_cards import MethodList
from fhgui.gui.panels.queue_view import QueueView
from fhgui.gui.panels.run_options import options_button
from fhgui.gui.panels.trust import TrustPanel
from fhgui.gui.theme import white_icon
from fhgui.gui.widgets import Later, section, set_icon, tool_button
from fhgui.session import pointing
from fhgui.session.queue import time_words
from fhgui.session.results import Result, Status
from fhgui.session.session import Session

IGNORED = QSizePolicy.Policy.Ignored
BUTTON_PX = 54
"""Icon, padding and border of the run button; its words are bold and want a little more."""


class EnhancePanel(QWidget):
    """Chooses methods, runs and cancels them, and shows the doubts."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("enhancePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._waited = False
        self.methods = MethodList(session)
        self._make_buttons()
        self._make_progress()
        self._make_below()
        self._lay_out()
        self._later, self._queue_later = Later(self.refresh, self), Later(self._follow_queue, self)
        for signal in (
            session.methods_changed,
            session.marking_changed,
            session.busy_changed,
            session.frame_changed,
            session.results_changed,
            session.active_changed,
        ):
            signal.connect(self.refresh)
        session.result_changed.connect(self._changed)
        session.queue.changed.connect(self._queue_later.ask)
        session.reason_wanted.connect(self._ask_for_reason)
        self.refresh()

    # ---- building -------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        session = self._session
        self.run = QPushButton()
        self.run.setObjectName("runButton")
        self.run.setProperty("primary", True)
        self.run.setIcon(white_icon("play"))
        self.run.clicked.connect(lambda _checked: session.run())
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.setObjectName("cancelButton")
        self.cancel.setToolTip(tr("Stop what goes on, within two seconds (Esc)"))
        self.cancel.clicked.connect(session.cancel)
        self.export = QPushButton(tr("Export …"))
        self.export.setObjectName("exportButton")
        set_icon(self.export, "export-variant")
        self.export.setToolTip(tr("Export the case: report, pictures, records (Ctrl+E)"))

    def _make_progress(self) -> None:
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Progress of the run"))
        self.progress.setRange(0, 1000)
        self.told = QLabel()
        self.told.setObjectName("muted")
        self.told.setContentsMargins(12, 0, 12, 0)
        self.told.setWordWrap(True)

    def _make_below(self) -> None:
        """Make the panel of doubts and the queue, which share a place."""
        self.show_queue = tool_button(
            "queueButton", "format-list-checks", "", "Show the queue", checkable=True
        )
        self.show_queue.toggled.connect(self._look_below)
        self.queue, self.trust = QueueView(self._session), TrustPanel(self._session)
        self.below = QStackedWidget()
        self.below.addWidget(self.trust)
        self.below.addWidget(self.queue)
        self.below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._look_below(at_queue=False)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 4, 8, 0)
        buttons.setSpacing(6)
        buttons.addWidget(self.run, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.show_queue)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 2, 8, 2)
        bar.addWidget(self.progress)
        more = QHBoxLayout()
        more.setContentsMargins(8, 4, 8, 0)
        more.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)  # the border is the panel's own
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 4, 10, 0)
        head.addWidget(section("Methods"), 1)
        head.addWidget(options_button(self._session, self))
        layout.addLayout(head)
        layout.addWidget(self.methods, 1)
        layout.addLayout(buttons)
        layout.addLayout(bar)
        layout.addWidget(self.told)
        layout.addWidget(self.below)
        layout.addLayout(more)
        layout.addSpacing(8)

    # ---- state ----------------------------------------------------------------------------

    def _ask_for_reason(self, words: str) -> None:
        if self.window().findChild(ReasonDialog) is None:  # several methods ask one after another
            ReasonDialog(self._session, words, self.window()).open()

    def _changed(self, result: Result) -> None:
        self._later.ask()

    def _look_below(self, at_queue: bool) -> None:
        shown, hidden = (self.queue, self.trust) if at_queue else (self.trust, self.queue)
        hidden.setSizePolicy(IGNORED, IGNORED)  # its height is no reason to take room
        shown.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.below.setCurrentWidget(shown)
        self.below.updateGeometry()

    def _follow_queue(self) -> None:
        """Show the queue while there is one, and after it as long as something failed."""
        queue = self._session.queue
        waits = bool(queue.waiting)
        if waits != self._waited:
            self._waited = waits
            failed = any(e.status is Status.FAILED for e in queue.entries)
            runs = any(e.method for e in queue.waiting)
            self.show_queue.setChecked(runs if waits else failed)
        self._show_progress()

    def refresh(self) -> None:
        """Show what can be done and how far the work is."""
        session = self._session
        count = len(session.methods)
        more = any(entry.method for entry in session.queue.waiting)
        self._word_run(count, more)
        why_not = session.ready_to_run()
        self.run.setEnabled(not why_not)
        tip = "Run the chosen methods after the others" if more else "Run the chosen methods"
        self.run.setToolTip(why_not.capitalize() or f"{tip} (Ctrl+R)")
        self.cancel.setEnabled(session.busy)
        self.export.setEnabled(session.can_export)
        self._show_progress()

    def _word_run(self, count: int, more: bool) -> None:
        """Say on the button how many methods are run, in as many words as it has room for."""
        do = "Queue" if more else "Run"
        full = f"{do} {count} method{'s' * (count > 1)}" if count else do
        self.run.setAccessibleName(full)
        room = self.run.width() - BUTTON_PX
        fits = self.run.fontMetrics().horizontalAdvance(full) <= room
        self.run.setText(full if fits or not count else f"{do} {count}")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Word the button anew for its width; called by Qt."""
        super().resizeEvent(event)
        self._later.ask()  # once the layout has given it its width

    def _show_progress(self) -> None:
        session, queue = self._session, self._session.queue
        entries, waiting = queue.entries, queue.waiting
        done = sum(1.0 if e.status.over else e.share for e in entries)
        self.progress.setValue(round(1000 * done / max(len(entries), 1)) if waiting else 0)
        why_not = session.ready_to_run()
        if waiting:
            over = len(entries) - len(waiting)
            words = (f"{over} of {len(entries)} done", time_words(queue.all_left_s()))
            self.told.setText(" · ".join(word for word in words if word))
        elif session.busy:
            self.told.setText(f"{session.worker} {session.progress}".strip() + " …")
        else:
            elsewhere = pointing.elsewhere_words(session)
            self.told.setText(f"To run, {why_not}." if why_not else elsewhere)
        self.told.setVisible(bool(self.told.text()))
