"""Says that points were set in another frame, and offers to bring them here."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from fhgui.gui.widgets import tool_button
from fhgui.session import point_jobs as pj
from fhgui.session import pointing
from fhgui.session.session import Session


class CarryHint(QWidget):
    """A bar that is there only while crop and points belong to another frame."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("carryHint")
        self._session = session
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.words = QLabel()
        self.words.setObjectName("statement")
        self.words.setWordWrap(True)
        self.here = tool_button(
            "carryHereButton",
            "arrow-collapse-right",
            "Carry them here",
            "Follow the face from there to this frame (H)",
        )
        self.here.clicked.connect(self.carry)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.here)
        self.refresh()

    def refresh(self) -> None:
        """Show or hide."""
        if words := pointing.elsewhere_words(self._session):
            self.words.setText(words)
            self.here.setEnabled(not self._session.doing(pj.CarryPoints))
        self.setVisible(bool(words))

    def carry(self) -> None:
        """Carry the points to the frame shown."""
        work = self._session.current
        if work is not None and pointing.is_elsewhere(self._session):
            pointing.carry(self._session, work.shown_index)
