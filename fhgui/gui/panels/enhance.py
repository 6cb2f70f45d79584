"""The right side: method cards, Run and Cancel with progress, and the panel of doubts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.dialogs.reason import ReasonDialog
from fhgui.gui.panels.method_cards import MethodList
from fhgui.gui.panels.trust import TrustPanel
from fhgui.gui.theme import white_icon
from fhgui.gui.widgets import section, set_icon
from fhgui.session.results import Result
from fhgui.session.session import Session


class EnhancePanel(QWidget):
    """Chooses methods, runs and cancels them, and shows the doubts."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("enhancePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.methods = MethodList(session)
        self.run = QPushButton()
        self.run.setObjectName("runButton")
        self.run.setProperty("primary", True)
        self.run.setIcon(white_icon("play"))
        self.run.clicked.connect(lambda _checked: session.run())
        self.cancel = QPushButton("Cancel")
        self.cancel.setObjectName("cancelButton")
        self.cancel.setToolTip("Stop what goes on, within two seconds (Esc)")
        self.cancel.clicked.connect(session.cancel)
        self.export = QPushButton("Export …")
        self.export.setObjectName("exportButton")
        set_icon(self.export, "export-variant")
        self.export.setToolTip("Export the case: report, pictures, records (Ctrl+E)")
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Progress of the run")
        self.progress.setRange(0, 1000)
        self.told = QLabel()
        self.told.setObjectName("muted")
        self.told.setContentsMargins(12, 0, 12, 0)
        self.told.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 4, 8, 0)
        buttons.addWidget(self.run, 1)
        buttons.addWidget(self.cancel)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 2, 8, 2)
        bar.addWidget(self.progress)
        more = QHBoxLayout()
        more.setContentsMargins(8, 4, 8, 0)
        more.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)  # the border is the panel's own
        layout.setSpacing(0)
        layout.addWidget(section("Methods"))
        layout.addWidget(self.methods, 1)
        layout.addLayout(buttons)
        layout.addLayout(bar)
        layout.addWidget(self.told)
        layout.addWidget(TrustPanel(session))
        layout.addLayout(more)
        layout.addSpacing(8)
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
        session.reason_wanted.connect(self._ask_for_reason)
        self.refresh()

    def _ask_for_reason(self, words: str) -> None:
        if self.window().findChild(ReasonDialog) is None:  # several methods ask one after another
            ReasonDialog(self._session, words, self.window()).open()

    def _changed(self, result: Result) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done and how far the work is."""
        session = self._session
        count = len(session.methods)
        self.run.setText("Run" if not count else f"Run {count} method{'s' * (count > 1)}")
        why_not = session.ready_to_run()
        self.run.setEnabled(not why_not)
        self.run.setToolTip(why_not.capitalize() or "Run the chosen methods (Ctrl+R)")
        self.cancel.setEnabled(session.busy)
        self.export.setEnabled(session.can_export)
        self._show_progress(why_not)

    def _show_progress(self, why_not: str) -> None:
        session = self._session
        face = session.current.active_face if session.current else None
        results = face.results if face else ()
        running = any(not r.status.over for r in results)
        done = sum(1.0 if r.status.over else len(r.stages) / max(r.total, 1) for r in results)
        self.progress.setValue(round(1000 * done / max(len(results), 1)) if running else 0)
        if running:
            current = next((r for r in results if not r.status.over), results[-1])
            stage = current.stages[-1].title if current.stages else "placing the face"
            self.told.setText(
                f"{current.name}: {stage} ({len(current.stages)} of {current.total or '…'})"
            )
        elif session.busy:
            self.told.setText(f"{session.worker} {session.progress}".strip() + " …")
        else:
            self.told.setText(f"To run, {why_not}." if why_not else "")
