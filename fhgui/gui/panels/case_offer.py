"""After a crash: one line above the desk that offers to go on where the work ended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from fhgui.core.text import visible
from fhgui.gui.language import tr
from fhgui.gui.theme import icon
from fhgui.session.recovery import Left


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
        again, leave = QPushButton(tr("Restore")), QPushButton(tr("Not now"))
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

    def offer(self, left: Left) -> None:
        """Offer a case that was not closed."""
        self.path = left.path
        name = visible(left.title, 80) or "An unnamed case"
        held = [_count(left.sources, "source"), _count(left.runs, "run")]
        words = " and ".join(part for part in held if part)
        self.text.setText(
            f"Restore the case{_of(left.at)}? {name} ended without being closed. "
            f"{f'It holds {words}; n' if words else 'N'}othing that was finished is lost."
        )
        self.text.setToolTip(visible(str(left.path)))
        self.show()

    def _answer(self, signal: SignalInstance) -> None:
        self.hide()
        if self.path is not None:
            signal.emit(self.path)


def _of(at: datetime | None) -> str:
    """Return `` of 14:05``, with the day if it was another one."""
    if at is None:
        return ""
    today = at.date() == datetime.now().astimezone().date()
    return f" of {at:%H:%M}" if today else f" of {at:%Y-%m-%d %H:%M}"


def _count(number: int, thing: str) -> str:
    if not number:
        return ""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
