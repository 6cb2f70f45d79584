"""Asks for files and folders; the window goes on meanwhile, and what is chosen is handed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fhgui.gui.language import tr

Mode = QFileDialog.FileMode


def ask_for_file(
    parent: QWidget,
    title: str,
    take: Callable[[Path], object],
    *,
    folder: Path | None = None,
    kinds: str = "",
    name: str = "",
) -> None:
    """Ask for a file that is there.

    Parameters
    ----------
    title : of the dialog; translated.
    take : is given what was chosen; not called if nothing was.
    folder : where to begin; None for where the last dialog was.
    kinds : of files, e.g. ``Pictures (*.png *.jpg);;All files (*)``.
    name : of the dialog, for scripts.
    """
    dialog = _dialog(parent, title, folder, Mode.ExistingFile, kinds, name)
    _open(dialog, take)


def ask_for_files(
    parent: QWidget,
    title: str,
    take: Callable[[list[Path]], object],
    *,
    folder: Path | None = None,
    kinds: str = "",
    name: str = "",
) -> None:
    """Ask for one or more files that are there; see `ask_for_file`."""
    dialog = _dialog(parent, title, folder, Mode.ExistingFiles, kinds, name)
    dialog.filesSelected.connect(lambda names: take([Path(each) for each in names]))
    _open(dialog)


def ask_for_folder(
    parent: QWidget,
    title: str,
    take: Callable[[Path], object],
    *,
    folder: Path | None = None,
    name: str = "",
) -> None:
    """Ask for a folder that is there; see `ask_for_file`."""
    dialog = _dialog(parent, title, folder, Mode.Directory, "", name)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _open(dialog, take)


def ask_for_new(
    parent: QWidget,
    title: str,
    take: Callable[[Path], object],
    *,
    folder: Path,
    kinds: str,
    suffix: str,
    name: str = "",
) -> None:
    """Ask for a path at which there is nothing yet; ``suffix`` is added where none is typed."""
    dialog = _dialog(parent, title, folder, Mode.AnyFile, kinds, name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    _open(dialog, take)


def _dialog(
    parent: QWidget, title: str, folder: Path | None, mode: Mode, kinds: str, name: str
) -> QFileDialog:
    dialog = QFileDialog(parent, tr(title))
    dialog.setObjectName(name)
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilters(kinds.split(";;"))
    if folder is not None:
        dialog.setDirectory(str(folder))
    return dialog


def _open(dialog: QFileDialog, take: Callable[[Path], object] | None = None) -> None:
    if take is not None:
        dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
