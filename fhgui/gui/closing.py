"""Closing the window while something is not over: it asks, and loses nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from fhgui.core.text import visible
from fhgui.gui.language import tr
from fhgui.session.messages import RescueCase, SaveCaseAs
from fhgui.session.results import Result
from fhgui.session.session import Session

Role = QMessageBox.ButtonRole


class Closing(QObject):
    """Decides whether the window may close now.

    Attributes
    ----------
    sure : whether it closes without asking.

    Signals
    -------
    save_wanted : the case is to be saved elsewhere first.
    """

    save_wanted = Signal()

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._waits = False
        self.sure = False
        self._dialog: QMessageBox | None = None
        self._session.busy_changed.connect(self._close_when_done)
        self._session.casework.changed.connect(self._close_when_done)

    def may_close(self) -> bool:
        """Return whether to close; if not, a dialog asks what to do."""
        if self.sure:
            return True
        if self._dialog is not None:
            self._dialog.raise_()
            return False
        self._waits = False
        keeping = self._session.casework.keeping
        if self._unfinished() or self._writing():
            self._ask_about_work()
        elif keeping.filing:
            self._ask_about_filing()
        elif keeping.unfiled:
            self._ask_about_unfiled()
        else:
            return True
        return False

    def close_now(self) -> None:
        """Close without asking."""
        self.sure = True
        self._window.close()

    def _unfinished(self) -> list[Result]:
        faces = (face for work in self._session.all_works() for face in work.face_works)
        return [r for face in faces for r in face.results if not r.status.over]

    def _writing(self) -> bool:
        """Tell whether an export or a copy of the case is being written."""
        session = self._session
        return session.casework.exporting or session.doing(SaveCaseAs, RescueCase)

    def _ask_about_work(self) -> None:
        dialog = self._make(
            self._going_on(),
            "What is finished is in the case. What is stopped now is recorded as cancelled.",
        )
        stop = self._add(dialog, "Stop and close", "stopAndCloseButton", Role.DestructiveRole)
        wait = self._add(dialog, "Close when done", "closeWhenDoneButton", Role.AcceptRole)
        self._add_stay(dialog)
        stop.clicked.connect(self._stop_and_close)
        wait.clicked.connect(self._wait_and_close)
        dialog.open()

    def _ask_about_filing(self) -> None:
        dialog = self._make(
            "A finished run is on its way into the case.",
            "That takes a moment, unless the disk of the case does not answer.",
        )
        wait = self._add(dialog, "Close when done", "closeWhenDoneButton", Role.AcceptRole)
        lose = self._add(dialog, "Close and lose it", "loseAndCloseButton", Role.DestructiveRole)
        self._add_stay(dialog)
        wait.clicked.connect(self._wait_and_close)
        lose.clicked.connect(self.close_now)
        dialog.open()

    def _ask_about_unfiled(self) -> None:
        keeping = self._session.casework.keeping
        count = len(keeping.unfiled)
        runs = "1 finished run is" if count == 1 else f"{count} finished runs are"
        dialog = self._make(
            f"{runs} not in the case yet: it cannot be written.",
            f"{keeping.trouble}.\n\nSave the case elsewhere, and nothing is lost.",
        )
        elsewhere = self._add(dialog, "Save elsewhere …", "saveElsewhereButton", Role.AcceptRole)
        lose = self._add(dialog, "Close and lose them", "loseAndCloseButton", Role.DestructiveRole)
        self._add_stay(dialog)
        elsewhere.clicked.connect(self.save_wanted)
        lose.clicked.connect(self.close_now)
        dialog.open()

    def _going_on(self) -> str:
        """Return e.g. ``dcnn_mnce is running, 2 more are waiting.``."""
        names = [result.label for result in self._unfinished()]
        if not names and self._session.casework.exporting:
            return "An export is going on."
        if not names:
            return "The case is being saved elsewhere."
        waiting = len(names) - 1
        more = f", {waiting} more {'is' if waiting == 1 else 'are'} waiting" if waiting else ""
        return f"{visible(names[0], 60)} is running{more}."

    def _make(self, text: str, what_follows: str) -> QMessageBox:
        dialog = QMessageBox(self._window)
        dialog.setObjectName("closeDialog")
        dialog.setIcon(QMessageBox.Icon.Warning)
        dialog.setWindowTitle(tr("Close fhgui?"))
        dialog.setText(text)
        dialog.setInformativeText(what_follows)
        dialog.finished.connect(self._answered)
        self._dialog = dialog
        return dialog

    def _add(self, dialog: QMessageBox, text: str, name: str, role: Role) -> QPushButton:
        button = dialog.addButton(text, role)
        button.setObjectName(name)
        return button

    def _add_stay(self, dialog: QMessageBox) -> None:
        stay = self._add(dialog, "Go on working", "goOnButton", Role.RejectRole)
        dialog.setDefaultButton(stay)
        dialog.setEscapeButton(stay)

    def _answered(self, code: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()
        self._close_when_done()

    def _stop_and_close(self) -> None:
        self._waits = True
        self._session.cancel()

    def _wait_and_close(self) -> None:
        self._waits = True
        self._session.note("the window closes when this is done", notice=True)

    def _close_when_done(self) -> None:
        session = self._session
        over = not self._unfinished() and not self._writing()
        if self._waits and over and self._dialog is None and not session.casework.keeping.filing:
            self._waits = False
            self._window.close()
