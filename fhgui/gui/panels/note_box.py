"""The note on the item that is chosen in the case: typed here, kept by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from fhgui.gui.panels.navigator_rows import Kind, Row
from fhgui.session.session import Session

WRITE_MS = 600
"""How long after the last key a note is kept."""

LINES = 3


class NoteField(QPlainTextEdit):
    """A few lines of text.

    Signals
    -------
    left : the keyboard went elsewhere.
    """

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Tell that the keyboard went elsewhere; called by Qt."""
        super().focusOutEvent(event)
        self.left.emit()


class NoteBox(QWidget):
    """Shows and takes the note on one row; hidden while none can have one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noteBox")
        self._session = session
        self._row: Row | None = None
        self._dirty = False
        self.title = QLabel()
        self.title.setObjectName("section")
        self.field = NoteField()
        self.field.setObjectName("noteField")
        self.field.setAccessibleName("Note")
        self.field.setPlaceholderText("Write a note …")
        self.field.setTabChangesFocus(True)
        self.field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.field.setFixedHeight(LINES * self.field.fontMetrics().lineSpacing() + 16)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_MS)
        self._timer.timeout.connect(self.write)
        self.field.textChanged.connect(self._typed)
        self.field.left.connect(self.write)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        inner = QVBoxLayout()
        inner.setContentsMargins(10, 0, 10, 0)
        inner.addWidget(self.field)
        layout.addLayout(inner)
        self.hide()

    def show_row(self, row: Row | None) -> None:
        """Show the note on another row, or the same one after a change from elsewhere."""
        if self._row is not None and (row is None or row.key != self._row.key):
            self.write()
        named = row is not None and row.key and row.kind is not Kind.DELETED
        self._row = row if named else None
        self.setVisible(self._row is not None)
        if self._row is None:
            return
        width = max(80, self.width() - 30)
        words = f"Note on {self._row.title}"
        end, metrics = Qt.TextElideMode.ElideMiddle, self.title.fontMetrics()
        self.title.setText(metrics.elidedText(words.upper(), end, width))
        self.title.setToolTip(words)
        if not self._dirty and self.field.toPlainText().rstrip() != self._row.note:
            self.field.blockSignals(True)
            self.field.setPlainText(self._row.note)
            self.field.blockSignals(False)

    def write(self) -> None:
        """Keep what was typed."""
        self._timer.stop()
        row, dirty, self._dirty = self._row, self._dirty, False
        if row is not None and dirty:
            self._session.notes.write(row.key, self.field.toPlainText(), row.title)

    def _typed(self) -> None:
        if self._row is not None:
            self._dirty = True
            self._timer.start()
