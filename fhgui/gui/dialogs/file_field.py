"""A field for the path of a file or a folder, with a button that looks for one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from fhgui.gui.asking import ask_for_file, ask_for_folder
from fhgui.gui.language import tr
from fhgui.gui.typed import typed_path
from fhgui.gui.widgets import tool_button


class FileField(QWidget):
    """A path that can be typed or looked for.

    Parameters
    ----------
    name, title : object name of the text field, and its name for people.
    files : what the dialog offers, ``Pictures (*.png);;All files (*)``; empty for folders.
    """

    def __init__(
        self, name: str, title: str, files: str, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title, self._files = title, files
        self.field = QLineEdit()
        self.field.setObjectName(name)
        self.field.setAccessibleName(title)
        self.field.setPlaceholderText(hint)
        self.browse = tool_button("flat", "folder-outline", "", "Choose …")
        self.browse.setAccessibleName(tr("Choose: {}").format(title))
        self.browse.clicked.connect(self._ask)
        self.setFocusProxy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field, 1)
        row.addWidget(self.browse)

    def text(self) -> str:
        """Return what was typed, without spaces around."""
        return self.field.text().strip()

    @property
    def path(self) -> Path:
        """The path that was typed."""
        return typed_path(self.text())

    def _ask(self) -> None:
        folder = self.path.parent if self.text() else None
        if self._files:
            ask_for_file(self, self._title, self._take, folder=folder, kinds=self._files)
        else:
            ask_for_folder(self, self._title, self._take, folder=folder)

    def _take(self, path: Path) -> None:
        self.field.setText(str(path))
