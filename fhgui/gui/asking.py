"""Asks for files and folders; the window goes on meanwhile, and what is chosen is handed over.

One dialog asks for everything: Qt's own leaves 20 KB behind each time that one is made.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from weakref import WeakKeyDictionary

from PySide6.QtCore import QMetaObject, QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fhgui.gui.language import tr

Mode = QFileDialog.FileMode

_TAKEN: WeakKeyDictionary[QFileDialog, QMetaObject.Connection] = WeakKeyDictionary()
"""Who is told of what is chosen, by dialog: whoever asked last."""


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
    _open(_dialog(parent, title, folder, Mode.ExistingFiles, kinds, name), many=take)


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
    """Return the dialog of a window, made with the first question, set to ask another one."""
    window, own = parent.window(), Qt.FindChildOption.FindDirectChildrenOnly
    dialog = window.findChild(QFileDialog, options=own) or QFileDialog(window)
    dialog.setWindowTitle(tr(title))
    dialog.setObjectName(name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
    dialog.setFileMode(mode)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, mode is Mode.Directory)
    dialog.setDefaultSuffix("")
    dialog.setNameFilters(kinds.split(";;") if kinds else [tr("All files (*)")])
    if folder is not None:
        dialog.setDirectory(str(folder))
    dialog.selectFile("")
    return dialog


def _open(
    dialog: QFileDialog,
    one: Callable[[Path], object] | None = None,
    many: Callable[[list[Path]], object] | None = None,
) -> None:
    """Ask, and hand over what is chosen for this question alone."""
    before = _TAKEN.pop(dialog, None)
    if before is not None:
        QObject.disconnect(before)
    if many is None:
        taken = dialog.fileSelected.connect(lambda name: one and one(Path(name)))
    else:
        taken = dialog.filesSelected.connect(lambda names: many([Path(each) for each in names]))
    _TAKEN[dialog] = taken
    dialog.open()
