"""After a crash: one line above the desk that offers to go on where the work ended."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from fhgui.core.text import visible
from fhgui.gui.theme import icon


class CaseOffer(QFrame):
    """Hidden until there is something to offer; never modal.

    Signals
    -------
    wanted : the case is to be opened again.
    declined : it is not.
    """

    wanted = Signal(Path)
    declined = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caseOffer")
        self.path: Path | None = None
        picture = QLabel()
        picture.setPixmap(icon("backup-restore", "amber").pixmap(18, 18))
        self.text = QLabel()
        self.text.setObjectName("caseOfferText")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        again, leave = QPushButton("Open it again"), QPushButton("Not now")
        again.setObjectName("reopenCaseButton")
        again.setProperty("primary", True)
        leave.setObjectName("declineCaseButton")
        again.clicked.connect(lambda: self._answer(self.wanted))
        leave.clicked.connect(lambda: self._answer(self.declined))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 6, 8, 6)
        layout.addWidget(picture)
        layout.addWidget(self.text, 1)
        layout.addWidget(again)
        layout.addWidget(leave)
        self.hide()

    def offer(self, path: Path) -> None:
        """Offer a case that was not closed."""
        self.path = path
        self.text.setText(
            f"The work in {visible(path.name)} ended without being closed. "
            "Its runs are recorded; nothing that was finished is lost."
        )
        self.show()

    def _answer(self, signal: SignalInstance) -> None:
        self.hide()
        if self.path is not None:
            signal.emit(self.path)
