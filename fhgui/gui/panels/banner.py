"""One sentence above the picture about what went wrong, or about what was written."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from fhgui.gui.theme import icon
from fhgui.gui.widgets import tool_button
from fhgui.session.logbook import Level, LogLine
from fhgui.session.session import Session

WARNING_MS = 12_000
FRESH_MS = 3_000
LOOKS = {
    Level.INFO: ("check-circle", "green"),
    Level.WARNING: ("alert", "amber"),
    Level.ERROR: ("alert-circle", "red"),
}


class Banner(QFrame):
    """Shows the last line that wants attention; never modal."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._icon = QLabel()
        self.text = QLabel()
        self.text.setObjectName("bannerText")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)  # names of files may look like markup
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = tool_button("flat", "close", "", "Put away")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 6, 8, 6)
        layout.addWidget(self._icon)
        layout.addWidget(self.text, 1)
        layout.addWidget(close)
        self._shown = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        session.noticed.connect(self.show_line)
        session.active_changed.connect(self._fade)
        self.hide()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Stop counting: there is nothing to hide any more; called by Qt."""
        self._timer.stop()
        super().hideEvent(event)

    def show_line(self, line: LogLine) -> None:
        """Show a line; warnings go away by themselves, errors stay."""
        self.setProperty("level", line.level.value)
        self.style().unpolish(self)
        self.style().polish(self)
        name, tone = LOOKS[line.level]
        self._icon.setPixmap(icon(name, tone).pixmap(18, 18))
        self.text.setText(as_sentence(line.text))
        self.show()
        self._shown.start()
        self._timer.stop()
        if line.level is not Level.ERROR:
            self._timer.start(WARNING_MS)

    def _fade(self) -> None:
        """Put an old line away when the analyst turns to something else."""
        if self._shown.isValid() and self._shown.elapsed() > FRESH_MS:
            self.hide()


def as_sentence(text: str) -> str:
    """Return a line with a capital and a full stop; names of files keep their spelling."""
    first = text.partition(" ")[0]
    text = text[:1].upper() + text[1:] if first.isalpha() else text
    return text if text.endswith((".", "…")) else f"{text}."
