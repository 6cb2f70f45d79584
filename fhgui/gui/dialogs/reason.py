"""Asks why a face is enhanced that is too small to perceive; the record keeps the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.session.session import Session

LONGEST = 2000
"""Characters that a reason may have."""

WHAT_FOLLOWS = (
    "What a method shows of it is almost wholly invented. Go on only if there is a reason to; the "
    "record and every report will state it in your words."
)


class ReasonDialog(QDialog):
    """Runs the chosen methods once a reason has been typed."""

    def __init__(self, session: Session, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reasonDialog")
        self.setWindowTitle(tr("Too few pixels"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self._session = session
        told = QLabel(f"{words[:1].upper()}{words[1:].rstrip('.')}.")
        told.setObjectName("statement")
        told.setWordWrap(True)
        told.setTextFormat(Qt.TextFormat.PlainText)
        follows = QLabel(WHAT_FOLLOWS)
        follows.setWordWrap(True)
        self.reason = QPlainTextEdit()
        self.reason.setObjectName("overrideReason")
        self.reason.setAccessibleName(tr("Reason for going on"))
        self.reason.setPlaceholderText(tr("Why is this face enhanced all the same?"))
        self.reason.setFixedHeight(84)
        self.reason.setTabChangesFocus(True)
        self.reason.textChanged.connect(self._tell)
        self.ok = QPushButton(tr("Run all the same"))
        self.ok.setObjectName("reasonOkButton")
        self.ok.setProperty("primary", True)
        buttons = QDialogButtonBox()
        buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Do not run", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._go_on)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        for widget in (told, follows, self.reason, buttons):
            layout.addWidget(widget)
        self._tell()

    def words(self) -> str:
        """Return the reason on one line."""
        return " ".join(self.reason.toPlainText().split())[:LONGEST]

    def _tell(self) -> None:
        self.ok.setEnabled(bool(self.words()))

    def _go_on(self) -> None:
        self._session.run(self.words())
        self.accept()
