"""The docks below and beside: the log, and the model manager."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fhgui import paths
from fhgui.core.method import MethodInfo
from fhgui.gui.theme import colour
from fhgui.gui.widgets import set_icon
from fhgui.methods import registry
from fhgui.session.logbook import LogLine
from fhgui.session.messages import ModelRow
from fhgui.session.models import card_of
from fhgui.session.session import Session

LOG_LINES = 5000
COLUMNS = ("method", "role", "file", "size", "SHA-256", "check")


class LogDock(QDockWidget):
    """Every line of the session's log."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("LOG", parent)
        self.setObjectName("logDock")
        self.view = QPlainTextEdit()
        self.view.setObjectName("logView")
        self.view.setAccessibleName("Log")
        self.view.setReadOnly(True)
        self.view.setMaximumBlockCount(LOG_LINES)
        self.setWidget(self.view)
        for line in session.log:
            self._add(line)
        session.logged.connect(self._add)

    def _add(self, line: LogLine) -> None:
        self.view.appendPlainText(str(line))


class ModelDock(QDockWidget):
    """Files of all methods: what their cards say and whether their digests agree."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("MODELS", parent)
        self.setObjectName("modelManager")
        self._session = session
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setObjectName("modelTable")
        self.table.setAccessibleName("Model files")
        self.table.setHorizontalHeaderLabels(list(COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.card = QPlainTextEdit()
        self.card.setObjectName("modelCard")
        self.card.setAccessibleName("Model card")
        self.card.setReadOnly(True)
        self.button = QPushButton("Check hashes")
        self.button.setObjectName("checkModelsButton")
        set_icon(self.button, "shield-check-outline")
        self.button.clicked.connect(self._check)
        self._told = QLabel("Files that the methods need, as they lie on this machine.")
        self._told.setObjectName("muted")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.card)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self._told)
        layout.addWidget(split, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setWidget(body)
        self._cards: list[str] = []
        self.table.itemSelectionChanged.connect(self._show_card)
        session.models_checked.connect(self.show_rows)
        session.models_changed.connect(self._forget)
        self.visibilityChanged.connect(self._fill)

    def _fill(self, visible: bool) -> None:
        """Read the cards when they are first looked at, not when the program starts."""
        if visible and self.table.rowCount() == 0:
            self.show_rows(_unchecked())

    def _forget(self) -> None:
        """Read the cards again when they are looked at next, or now."""
        self.table.setRowCount(0)
        self._fill(self.isVisible())

    def _check(self) -> None:
        self.button.setEnabled(False)
        self._told.setText("Hashing every model file …")
        self._session.check_models()

    def show_rows(self, rows: tuple[ModelRow, ...]) -> None:
        """Show what is known about the files."""
        self.table.setRowCount(len(rows))
        self._cards = [row.card for row in rows]
        for number, row in enumerate(rows):
            size = "" if row.size_bytes is None else f"{row.size_bytes / 1e6:.1f} MB"
            texts = (row.method, row.role, row.name, size, row.sha256, row.verdict)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(number, column, item)
            tone = {"missing": "red", "differs from its card": "red", "matches its card": "green"}
            last = self.table.item(number, len(COLUMNS) - 1)
            if last is not None and row.verdict in tone:
                last.setForeground(QColor(colour(tone[row.verdict])))
        if not self.button.isEnabled():
            self._told.setText("Digests computed just now and compared with the model cards.")
        self.button.setEnabled(True)
        self.table.selectRow(0)
        self._show_card()

    def _show_card(self) -> None:
        row = self.table.currentRow()
        text = self._cards[row] if 0 <= row < len(self._cards) else ""
        self.card.setPlainText(text or "No model card: this method needs no files.")


def _unchecked() -> tuple[ModelRow, ...]:
    """Return what can be said without reading the files."""
    rows: list[ModelRow] = []
    for method in registry.method_ids():
        info = registry.info(method)
        rows += [_unchecked_row(info, role, name) for role, name in info.assets]
        if not info.assets:
            rows.append(ModelRow(method, info.title, "–", "–", None, "", "needs no files", ""))
    return tuple(rows)


def _unchecked_row(info: MethodInfo, role: str, name: str) -> ModelRow:
    path = paths.model_file(name)
    size = None if path is None else path.stat().st_size
    verdict = "missing" if path is None else "not checked yet"
    return ModelRow(info.id, info.title, role, name, size, "", verdict, card_of(name)[1])
