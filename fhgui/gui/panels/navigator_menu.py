"""The menu on a row of the case: everything that can be done with it, with its keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from fhgui.gui.panels.navigator_rows import Kind, Row
from fhgui.gui.widgets import set_icon

GO = {Kind.EXPORT: "Open the folder", Kind.DELETED: "Restore"}


class RowMenu(QMenu):
    """Offers what suits a row.

    Signals
    -------
    go_wanted, rename_wanted, note_wanted, folder_wanted, verify_wanted, delete_wanted : one of them
        was chosen.
    """

    go_wanted = Signal()
    rename_wanted = Signal()
    note_wanted = Signal()
    folder_wanted = Signal()
    verify_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, row: Row, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("navigatorMenu")
        self._add(GO.get(row.kind, "Go there"), "Enter", "arrow-right", self.go_wanted.emit)
        if row.kind is Kind.DELETED:
            return
        named = bool(row.key)
        self._add("Rename …", "F2", "pencil-outline", self.rename_wanted.emit, named)
        self._add("Note …", "N", "note-text-outline", self.note_wanted.emit, named)
        self.addSeparator()
        if row.kind is Kind.SOURCE and row.work is not None:
            self._add_source(row.work.path, row.work.sha256)
        if row.kind is Kind.EXPORT:
            self._add("Verify", "", "shield-check-outline", self.verify_wanted.emit)
        self._add("Delete", "Del", "delete-outline", self.delete_wanted.emit)

    def _add_source(self, path: Path, sha256: str) -> None:
        self._add("Copy SHA-256", "", "content-copy", lambda: _copy(sha256), bool(sha256))
        self._add("Copy path", "", "content-copy", lambda: _copy(str(path)))
        self._add("Show in its folder", "", "folder-open-outline", self.folder_wanted.emit)
        self.addSeparator()

    def _add(
        self, text: str, keys: str, picture: str, do: Callable[[], object], on: bool = True
    ) -> None:
        action = self.addAction(f"{text}\t{keys}" if keys else text)
        set_icon(action, picture)
        action.setEnabled(on)
        action.triggered.connect(lambda _checked=False: do())


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
