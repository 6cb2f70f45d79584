"""How the person answers dialogs, menus and windows that open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QWidget,
)

from tests.soak.acts import Desk

SAFE_OF_MENU = ("Go there", "Rename", "Note", "Copy", "Restore", "Reuse", "Device: auto", "Delete")

BESIDE = {"helpWindow": 0.4, "verifyDialog": 0.1}
"""Windows that may stay open, and how likely the person closes them at a time."""


def answer(desk: Desk) -> str | None:
    """Answer what is open above the window; None if nothing is."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        return _popup(desk, popup)
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QFileDialog):
        return _file(desk, dialog)
    if isinstance(dialog, QDialog):
        return _dialog(desk, dialog)
    return _loose(desk)


def _loose(desk: Desk) -> str | None:
    """Close windows that stay beside the main one."""
    for widget in QApplication.topLevelWidgets():
        name = widget.objectName()
        if widget.isVisible() and name in BESIDE:
            if desk.rng.random() < BESIDE[name]:
                widget.close()
                return f"{name} closed"
            return None
    return None


def _popup(desk: Desk, popup: QWidget) -> str:
    if isinstance(popup, QMenu):
        actions = [
            a for a in popup.actions() if a.isEnabled() and a.text().startswith(SAFE_OF_MENU)
        ]
        if actions and desk.rng.random() < 0.7:
            action = desk.rng.choice(actions)
            words = action.text().partition("\t")[0]
            popup.close()
            action.trigger()
            return f"menu: {words}"
    popup.close()
    return "popup closed"


def _file(desk: Desk, dialog: QFileDialog) -> str:
    """Type a name into a file dialog; give up when it does not take it."""
    name = dialog.objectName()
    if dialog.property("soakTried") or desk.rng.random() < 0.1:
        dialog.reject()
        return f"{name} cancelled"
    dialog.setProperty("soakTried", True)
    again = Qt.ConnectionType.SingleShotConnection  # one dialog asks every question
    dialog.finished.connect(lambda: dialog.setProperty("soakTried", False), again)
    path = desk.rng.choice(desk.materials.sound)
    if name == "newCaseDialog":
        path = desk.folder / "cases" / f"Case {desk.number}.fhcase"
    elif name == "openCaseDialog":
        cases = sorted((desk.folder / "cases").glob("*.fhcase"))
        path = desk.rng.choice(cases[-4:]) if cases else desk.folder
    path.parent.mkdir(parents=True, exist_ok=True)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    if field is None:
        dialog.reject()
        return f"{name} has no field"
    desk.hands.type(field, str(path))
    return f"{name}: {path.name}"


def _dialog(desk: Desk, dialog: QDialog) -> str:
    name = dialog.objectName()
    if name == "exportDialog":
        return _export(desk, dialog)
    if name == "reasonDialog":
        reason = dialog.findChild(QPlainTextEdit, "overrideReason")
        if reason is not None:
            reason.setPlainText(f"soak {desk.number}")
        _press(desk, dialog, "reasonOkButton")
        return "reason given"
    if name == "preferencesDialog":
        return _preferences(desk, dialog)
    if isinstance(dialog, QMessageBox):
        button = desk.rng.choice(dialog.buttons())
        words = button.text()
        button.click()
        return f"{name or 'question'}: {words}"
    dialog.reject()
    return f"{name or type(dialog).__name__} closed"


def _press(desk: Desk, dialog: QWidget, name: str) -> bool:
    button = dialog.findChild(QPushButton, name)
    if button is None or not button.isEnabled():
        return False
    desk.hands.click_at(button, button.rect().center())
    return True


def _export(desk: Desk, dialog: QDialog) -> str:
    """Start an export, wait for it, and rarely stop it."""
    waiting = dialog.property("soakTried")
    if waiting:
        if desk.rng.random() < 0.01 and _press(desk, dialog, "exportCancelButton"):
            return "export stopped"
        shown = dialog.findChild(QPushButton, "exportOkButton")
        if shown is not None and shown.isEnabled():  # it failed, and said why
            dialog.reject()
            return "export given up"
        return "waits for the export"
    if desk.rng.random() < 0.15:
        dialog.reject()
        return "no export"
    dialog.setProperty("soakTried", True)
    folder = desk.folder / "exports" / f"{desk.number}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    field, repeat = (
        dialog.findChild(QLineEdit, "exportFolder"),
        dialog.findChild(QCheckBox, "exportRepeat"),
    )
    if field is not None and repeat is not None:
        field.setText(str(folder))
        repeat.setChecked(desk.rng.random() < 0.1)
    _press(desk, dialog, "exportOkButton")
    return f"export to {folder.name}"


def _preferences(desk: Desk, dialog: QDialog) -> str:
    """Look at every page of the settings one after the other, then take or leave them."""
    tabs = dialog.findChild(QTabWidget, "preferencesTabs")
    looked = int(dialog.property("soakLooked") or 0)
    if tabs is not None and looked < tabs.count():
        tabs.setCurrentIndex(looked)
        dialog.setProperty("soakLooked", looked + 1)
        return f"settings: {tabs.tabText(looked)}"
    name = desk.rng.choice(("preferencesOk", "preferencesCancel"))
    if not _press(desk, dialog, name):
        dialog.reject()
    return name
