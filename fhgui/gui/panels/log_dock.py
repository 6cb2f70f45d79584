"""The dock below: the log."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget, QPlainTextEdit, QWidget

from fhgui.gui.language import tr
from fhgui.session.logbook import LOG_LINES, LogLine
from fhgui.session.session import Session

FIRST_LINES = 4


class LogView(QPlainTextEdit):
    """As high as a few lines, so that the pictures keep their room in a low window."""

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the height of a few lines; called by Qt."""
        return QSize(400, FIRST_LINES * self.fontMetrics().lineSpacing() + 10)


class LogDock(QDockWidget):
    """Every line of the session's log."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("LOG", parent)
        self.setObjectName("logDock")
        self.view = LogView()
        self.view.setObjectName("logView")
        self.view.setAccessibleName(tr("Log"))
        self.view.setReadOnly(True)
        self.view.setMaximumBlockCount(LOG_LINES)
        self.setWidget(self.view)
        for line in session.log:
            self._add(line)
        session.logged.connect(self._add)

    def _add(self, line: LogLine) -> None:
        self.view.appendPlainText(str(line))
