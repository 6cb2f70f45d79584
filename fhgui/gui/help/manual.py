"""Opens the manual in the browser; in a checkout that has none yet it is built first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from fhgui import paths
from fhgui.session.logbook import Level

if TYPE_CHECKING:  # the window imports this module
    from fhgui.session.session import Session


class Manual(QObject):
    """The manual's pages, ready or still to be built."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._build: QProcess | None = None

    def show(self) -> None:
        """Open the manual's first page, or say why that cannot be done."""
        builder = paths.manual_builder()
        if paths.manual().is_file():
            self._open()
        elif builder is None:
            self._warn("the manual is missing from this installation; install the program again")
        elif self._build is None:
            self._start(str(builder))

    def _open(self) -> None:
        page = paths.manual()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(page))):
            self._warn(f"no browser could be started; open {page} in one")

    def _start(self, builder: str) -> None:
        self._session.note("the manual is being built; it opens in half a minute", notice=True)
        process = self._build = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        process.finished.connect(self._built)
        process.errorOccurred.connect(self._not_started)
        process.start(sys.executable, [builder])

    def _built(self, code: int, status: QProcess.ExitStatus) -> None:
        process, self._build = self._build, None
        if code == 0 and status is QProcess.ExitStatus.NormalExit and paths.manual().is_file():
            self._open()
            return
        said = "" if process is None else bytes(process.readAll().data()).decode(errors="replace")
        last = said.strip().splitlines()[-1:] or ["it says nothing"]
        self._warn(f"the manual could not be built ({last[0]}); install the extra “docs”")

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._build = None
            self._warn("the manual could not be built: Python could not be started; try again")

    def _warn(self, words: str) -> None:
        self._session.note(words, Level.WARNING)
