"""A short-lived thread that reads what a set of faces holds: its index may be large."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from fhgui.core.errors import FhguiError
from fhgui.session.sets import look_at_set


class SetLook(QThread):
    """Looks at one set.

    Signals
    -------
    seen : a `SetSummary`. failed : one sentence.
    """

    seen = Signal(object)
    failed = Signal(str)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fhgui-set-look")
        self._path = path

    def run(self) -> None:
        """Read the set; called by Qt."""
        try:
            self.seen.emit(look_at_set(self._path))
        except FhguiError as error:
            self.failed.emit(error.sentence())
        except Exception as error:  # the border of the thread: nothing may end the program
            self.failed.emit(f"{self._path}: cannot be read ({type(error).__name__})")
