"""Asks for the folder of a case: a new one, one that is there, or a copy's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fhgui.provenance.case_file import SUFFIX


def ask_for_new_case(
    parent: QWidget, title: str, folder: Path, take: Callable[[Path], object]
) -> None:
    """Ask for the name of a case folder that is not there yet."""
    dialog = QFileDialog(parent, title, str(folder), f"Cases (*{SUFFIX})")
    dialog.setObjectName("newCaseDialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(SUFFIX[1:])
    _open(dialog, take)


def ask_for_case(parent: QWidget, folder: Path, take: Callable[[Path], object]) -> None:
    """Ask for a case folder that is there."""
    dialog = QFileDialog(parent, "Open a case", str(folder))
    dialog.setObjectName("openCaseDialog")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _open(dialog, take)


def _open(dialog: QFileDialog, take: Callable[[Path], object]) -> None:
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
