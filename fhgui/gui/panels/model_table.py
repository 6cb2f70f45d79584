"""The files of models as a table: whose they are, where they come from, whether they are whole."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.theme import colour
from fhgui.session.model_jobs import ModelFile, Verdict

TITLES = ("File", "Used by", "Size", "From", "State")
STATE = len(TITLES) - 1
ROW_PX = 28
SMALL_BYTES = 100_000
TONES = {
    Verdict.MATCHES: "green",
    Verdict.WRONG: "red",
    Verdict.MISSING: "red",
    Verdict.UNCHECKED: "muted",
}


class ModelTable(QTableWidget):
    """One row a file; the chosen one is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(TITLES), parent)
        self.setObjectName("modelTable")
        self.setAccessibleName(tr("Files of models"))
        self.setProperty("kind", "figures")
        self.setHorizontalHeaderLabels([tr(title) for title in TITLES])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the ends tell files apart
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._rows: tuple[ModelFile, ...] = ()

    @property
    def chosen(self) -> ModelFile | None:
        """The file that is looked at."""
        at = self.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def show_rows(self, rows: tuple[ModelFile, ...]) -> None:
        """Show files; the one that was chosen stays so."""
        before = self.chosen
        self._rows = rows
        blocked = self.blockSignals(True)
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(_texts(row)):
                self.setItem(number, column, _item(row, column, text))
        self.blockSignals(blocked)
        kept = [
            n for n, r in enumerate(rows) if before and (r.name, r.own) == (before.name, before.own)
        ]
        if rows:
            self.selectRow(kept[0] if kept else 0)


def state_words(row: ModelFile) -> str:
    """Return what is known of a file in a few words."""
    if row.path is not None and not row.used:
        return tr("your own goes before it")
    if row.path is not None and not row.methods:
        return tr("no method loads it")
    if row.problem and row.verdict is Verdict.UNCHECKED:
        return tr("has no card")
    return tr(row.verdict.value)


def size_words(size_bytes: int | None) -> str:
    """Return a size as people read it."""
    if size_bytes is None:
        return "–"
    return (
        f"{size_bytes / 1e6:.2f} MB" if size_bytes >= SMALL_BYTES else f"{size_bytes / 1e3:.1f} kB"
    )


def _texts(row: ModelFile) -> tuple[str, ...]:
    methods = ", ".join(row.methods) or "–"
    where = tr("you") if row.own else tr("the program")
    return (
        str(Path(row.name).with_suffix("")),
        methods if row.needed or not row.methods else tr("{} (a setting)").format(methods),
        size_words(row.size_bytes),
        "–" if row.path is None else where,
        state_words(row),
    )


def _item(row: ModelFile, column: int, text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(row.problem or (str(row.path or "") if column == 0 else text))
    if column == STATE:
        aside = row.path is not None and not (row.used and row.methods)
        tone = "red" if row.problem else "muted" if aside else TONES[row.verdict]
        item.setForeground(QColor(colour(tone)))
    elif row.path is None or not row.used:
        item.setForeground(QColor(colour("muted")))
    return item
