"""What forms share that order work into a folder: the folder, the error in place, the start."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from fhgui.gui.asking import ask_for_folder
from fhgui.gui.language import tr
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.theme import white_icon
from fhgui.gui.typed import typed_path
from fhgui.gui.widgets import tool_button

NARROW = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str, accessible: str) -> W:
    """Return a widget with its object name and its name for people."""
    widget.setObjectName(name)
    widget.setAccessibleName(tr(accessible))
    return widget


def row(field: QWidget, *buttons: QWidget) -> QHBoxLayout:
    """Return a field that grows, with buttons at its end."""
    line = QHBoxLayout()
    line.setSpacing(6)
    line.addWidget(field, 1)
    for button in buttons:
        line.addWidget(button)
    return line


def narrow_combo(name: str, accessible: str) -> QComboBox:
    """Return a selector that never widens its form."""
    combo = named(QComboBox(), name, accessible)
    combo.setSizeAdjustPolicy(NARROW)
    combo.setMinimumContentsLength(8)
    return combo


class OutField(QLineEdit):
    """The folder for the result: proposed until one is typed or chosen.

    Parameters
    ----------
    name, accessible : object name and name for people; the button's name ends in ``Browse``.
    """

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, name, accessible)
        self._typed = False
        self._used: set[Path] = set()
        self._parent_folder = Path.home()
        self.browse = tool_button(f"{name}Browse", "folder-outline", "", "Another folder …")
        self.browse.clicked.connect(self._ask)
        self.textEdited.connect(self._take_typed)

    @property
    def path(self) -> Path:
        """The folder, absolute."""
        return typed_path(self.text())

    def propose(self, stem: str, parent: Path, anew: bool = False) -> None:
        """Propose a folder that is not there yet, unless the user chose one.

        Parameters
        ----------
        anew : whether the chosen one is taken now.
        """
        self._parent_folder = parent
        if anew:  # it may only be there when the work is done
            self._used.add(self.path)
        elif self._typed:
            return
        self._typed = False
        dated, number = f"{stem}-{datetime.now().astimezone():%Y-%m-%d}", 1
        while (path := parent / f"{dated}-{number}").exists() or path in self._used:
            number += 1
        self.setText(str(path))

    def _take_typed(self) -> None:
        self._typed = True

    def _ask(self) -> None:
        ask_for_folder(self, "Folder for the result", self._choose, folder=self._parent_folder)

    def _choose(self, folder: Path) -> None:
        self._typed = True
        self.setText(str(folder))


class OrderForm(QWidget):
    """Asks what to do.

    Parameters
    ----------
    prefix : of the object names: ``…Form``, ``…Error``, ``…StartButton``.
    start : words of the button; it and the error are laid out by the page, always in sight.

    Signals
    -------
    wanted : an order.
    """

    wanted = Signal(object)

    def __init__(self, prefix: str, start: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{prefix}Form")
        self.error = QLabel()
        self.error.setObjectName(f"{prefix}Error")
        self.error.setProperty("kind", "formError")
        self.error.setWordWrap(True)
        self.start = QPushButton(start)
        self.start.setObjectName(f"{prefix}StartButton")
        self.start.setProperty("primary", True)
        self.start.setIcon(white_icon("play"))
        self.start.clicked.connect(lambda: self.wanted.emit(self.order()))

    def order(self) -> object:
        """Return what the fields say."""
        raise NotImplementedError

    def take(self, path: Path) -> None:
        """Take a file or folder that was dropped."""
        raise NotImplementedError

    def started(self) -> None:
        """Propose another folder: the one chosen is taken."""
        raise NotImplementedError

    def why_not(self) -> str:
        """Return what is missing, as ``add a set first``; empty if nothing is."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Say what is missing."""
        why_not = self.why_not()
        self.start.setEnabled(not why_not)
        self.start.setToolTip(as_sentence(f"to start, {why_not}") if why_not else "")
        self.show_error("")

    def show_error(self, sentence: str) -> None:
        """Show why something could not be started; the empty string takes it away."""
        self.error.setText(as_sentence(sentence) if sentence else "")
        self.error.setVisible(bool(sentence))

    def shut_down(self) -> None:
        """End what the form does on threads."""
