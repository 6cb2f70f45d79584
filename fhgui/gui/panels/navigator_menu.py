"""The menu on a row of the case: everything that can be done with it, with its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from fhgui.gui.panels.navigator_rows import Kind, Row
from fhgui.gui.widgets import set_icon

if TYPE_CHECKING:
    from fhgui.gui.panels.navigator import Navigator

GO = {Kind.EXPORT: "Open the folder", Kind.DELETED: "Restore"}


def row_menu(navigator: Navigator, row: Row) -> QMenu:
    """Return the menu on a row."""
    menu = QMenu(navigator)
    menu.setObjectName("navigatorMenu")

    def add(text: str, keys: str, picture: str, do: Callable[[], object], on: bool = True) -> None:
        action = menu.addAction(f"{text}\t{keys}" if keys else text)
        set_icon(action, picture)
        action.setEnabled(on)
        action.triggered.connect(lambda _checked=False: do())

    add(GO.get(row.kind, "Go there"), "Enter", "arrow-right", navigator.go)
    if row.kind is Kind.DELETED:
        return menu
    named = bool(row.key)
    add("Rename …", "F2", "pencil-outline", navigator.rename, named)
    add("Note …", "N", "note-text-outline", navigator.write_note, named)
    menu.addSeparator()
    if row.kind is Kind.SOURCE and row.work is not None:
        digest = row.work.sha256
        add("Copy SHA-256", "", "content-copy", lambda: _copy(digest), bool(digest))
        add("Copy path", "", "content-copy", lambda: _copy(str(row.work.path if row.work else "")))
        add("Show in its folder", "", "folder-open-outline", navigator.show_folder)
        menu.addSeparator()
    add("Delete", "Del", "delete-outline", navigator.delete)
    return menu


def show_menu(navigator: Navigator, row: Row, at: QPoint) -> None:
    """Show the menu on a row; it goes away by itself."""
    menu = row_menu(navigator, row)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(at)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
