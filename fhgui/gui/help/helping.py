"""Opens the help on what the window shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from fhgui.gui.help.help_window import HelpWindow
from fhgui.gui.help.manual import Manual
from fhgui.gui.help.topics import KEYS
from fhgui.session.viewing import Step

if TYPE_CHECKING:  # it imports this module
    from fhgui.gui.window import MainWindow

STEPS = {
    Step.OPEN: "start",
    Step.FRAME: "frame",
    Step.CROP: "crop",
    Step.ALIGN: "align",
    Step.ENHANCE: "enhance",
    Step.COMPARE: "compare",
    Step.EXPORT: "export",
}


class Helping(QObject):
    """Owns the help window; there is one at a time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.manual = Manual(window.session, self)

    @property
    def topic(self) -> str:
        """The name of the topic that is about what has the focus or is shown."""
        window, focus = self._window, QApplication.focusWidget()
        if window.desk.currentWidget() is not window.splitter:
            return "models"
        if window.session.current is None:
            return "start"
        if focus is not None and window.navigator.isAncestorOf(focus):
            return "case"
        return STEPS[window.session.view.step]

    def show(self) -> None:
        """Open the help on what is shown."""
        self._open(self.topic)

    def show_keys(self) -> None:
        """Open the list of keys."""
        self._open(KEYS)

    def _made(self) -> HelpWindow:
        made = HelpWindow(self._window)
        made.manual.clicked.connect(self.manual.show)
        return made

    def _open(self, name: str) -> None:
        found = self._window.findChild(HelpWindow)
        shown = found if found is not None else self._made()
        shown.show_topic(name)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        shown.list.setFocus()
