"""The case at the head of the navigator: its name, what is saved, and whether its log is whole."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fhgui.core.text import visible
from fhgui.gui.widgets import Elided, tool_button
from fhgui.session.casework import CaseWork


class CaseHeader(QWidget):
    """Says where the work goes.

    Signals
    -------
    save_wanted : the analyst wants the case saved.
    """

    save_wanted = Signal()

    def __init__(self, casework: CaseWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caseHeader")
        self._work = casework
        self.title = QLabel()
        self.title.setObjectName("caseTitle")
        self.facts = Elided("")
        self.facts.setObjectName("caseFacts")
        self.save = tool_button("caseSaveButton", "content-save-outline", "", "Save case (Ctrl+S)")
        self.save.setProperty("kind", "flat")
        self.save.clicked.connect(self.save_wanted)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 6)
        layout.addLayout(words, 1)
        layout.addWidget(self.save)
        casework.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the state of the case."""
        work = self._work
        star = " *" if work.unsaved else ""
        title = visible(work.title, 100)
        width = max(80, self.width() - 70)
        metrics = self.title.fontMetrics()
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, width)
        self.title.setText(f"{shown}{star}")
        self.title.setToolTip("" if work.path is None else visible(str(work.path)))
        text, tone = self._facts()
        self.facts.setText(text)
        whole = (
            "the chain of its custody log is whole" if work.intact else "its log was tampered with"
        )
        self.facts.setToolTip(work.keeping.trouble or f"{text}: {whole}")
        self.facts.setProperty("tone", tone)
        self.facts.style().unpolish(self.facts)
        self.facts.style().polish(self.facts)

    def _facts(self) -> tuple[str, str]:
        """Return e.g. ``saved 14:05 · log 41 entries ✓`` and its colour."""
        work, keeping = self._work, self._work.keeping
        if keeping.trouble:
            return "not saved: cannot be written", "red"
        words = [] if keeping.saved_at is None else [f"saved {keeping.saved_at:%H:%M}"]
        if work.log_lines:
            entries = "entry" if work.log_lines == 1 else "entries"
            chain = "✓" if work.intact else "tampered with"
            words.append(f"log {work.log_lines} {entries} {chain}")
        if not words:
            return "nothing recorded yet", "muted"
        return " · ".join(words), "muted" if work.intact else "red"
