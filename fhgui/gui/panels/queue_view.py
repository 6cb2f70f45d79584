"""The queue: what runs and waits, how far, how long still; one job or all can be stopped."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.theme import colour
from fhgui.gui.widgets import Elided, Later, section, tool_button
from fhgui.session.queue import Entry, time_words
from fhgui.session.results import Status
from fhgui.session.session import Session

TICK_MS = 250
HEAD_PX = 44
LEAST_PX, MOST_PX = 130, 300
TONES = {Status.FAILED: "red", Status.CANCELLED: "amber", Status.RUNNING: "accent"}


class QueueRow(QFrame):
    """One job."""

    def __init__(self, session: Session, entry: Entry) -> None:
        super().__init__()
        self.setObjectName("card")
        self.entry = entry
        self._session = session
        name = Elided(entry.title)
        name.setObjectName("queueName")
        self.state = QLabel()
        self.state.setObjectName("queueState")
        self.told = Elided("")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(f"Progress of {entry.title}")
        self.stop = tool_button("flat", "close", "", f"Stop {entry.title}")
        self.stop.setProperty("job", entry.job)
        self.stop.clicked.connect(lambda: session.cancel_job(entry.job))
        self.again = tool_button("flat", "restart", "", f"Run {entry.title} again")
        self.again.clicked.connect(lambda: session.ordering.again(entry.job))
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(name, 1)
        for widget in (self.state, self.again, self.stop):
            top.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 5)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.told)
        self.refresh()

    def refresh(self) -> None:
        """Show how far the job is now."""
        entry = self.entry
        left = time_words(self._session.queue.left_s(entry))
        running, over = entry.status is Status.RUNNING, entry.status.over
        self.state.setText(self._state(left))
        self._colour_state(colour(TONES.get(entry.status, "muted")))
        self.bar.setVisible(running)
        self.bar.setValue(round(1000 * entry.share))
        told = as_sentence(entry.told) if entry.told and over else entry.told
        self.told.setText(told)
        self.told.setToolTip(told)
        self.told.setVisible(bool(entry.told))
        self.stop.setVisible(not over)
        failed = entry.status in (Status.FAILED, Status.CANCELLED)
        self.again.setVisible(failed and bool(entry.method))

    def _colour_state(self, tone: str) -> None:
        sheet = f"color: {tone}; font-size: 11px"
        if self.state.styleSheet() != sheet:  # Qt styles a widget anew for the same sheet too
            self.state.setStyleSheet(sheet)

    def _state(self, left: str) -> str:
        entry = self.entry
        if entry.status is Status.RUNNING:
            done = f"{entry.done} of {entry.total}" if entry.total else "starting"
            return f"{done} · {left}" if left else done
        if entry.status is Status.COMPLETED and not entry.reused:
            took = (entry.ended_s or 0.0) - (entry.started_s or 0.0)
            return f"{took:.1f} s"
        if entry.status is Status.COMPLETED:
            return "reused"
        return entry.status.value


class QueueView(QWidget):
    """All jobs of the last batch; the time left counts down while it is seen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queueView")
        self._session = session
        self.rows: dict[int, QueueRow] = {}
        self._tick = QTimer(self)
        self._tick.setObjectName("fhgui-queue-counts-down")
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._count_down)
        self._empty = QLabel(tr("Nothing is running. Runs, searches and exports appear here."))
        self._empty.setObjectName("muted")
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(6, 4, 6, 4)
        inside = QWidget()
        inside.setObjectName("queueInside")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(8, 2, 8, 2)
        self._list.setSpacing(4)
        # Rows are never squeezed, not even between their coming and the next layout.
        self._list.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        self._list.addWidget(self._empty)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setObjectName("queueList")
        area.setAccessibleName(tr("Queue"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(0)
        layout.addWidget(section("Queue"))
        layout.addWidget(area, 1)
        self._later = Later(self.refresh, self)
        session.queue.changed.connect(self._later.ask)
        self.refresh()

    def refresh(self) -> None:
        """Show the jobs as they are now."""
        entries = self._session.queue.entries
        known = {entry.job for entry in entries}
        for job in [job for job in self.rows if job not in known]:
            self._list.removeWidget(self.rows[job])
            self.rows.pop(job).deleteLater()
        for entry in entries:
            if entry.job not in self.rows:
                self.rows[entry.job] = QueueRow(self._session, entry)
                self._list.insertWidget(self._list.count() - 1, self.rows[entry.job])
        self._empty.setVisible(not entries)
        self._count_down()
        self._list.activate()
        self._keep_time()
        self.updateGeometry()

    def _count_down(self) -> None:
        for row in self.rows.values():
            row.refresh()

    def _keep_time(self) -> None:
        wanted = bool(self._session.queue.waiting) and self.isVisible()
        if wanted != self._tick.isActive():
            (self._tick.start if wanted else self._tick.stop)()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the jobs, up to some five; called by Qt."""
        inside = self._list.sizeHint().height() + HEAD_PX
        return QSize(super().sizeHint().width(), min(max(inside, LEAST_PX), MOST_PX))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Count down while it is seen; called by Qt."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Stop counting; called by Qt."""
        super().hideEvent(event)
        self._tick.stop()
