"""The thread that owns the pipe to the worker process and turns its events into Qt signals."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, QThread, Signal

from fhgui.session.backend import Backend
from fhgui.session.messages import Command, Event


class BackendThread(QThread):
    """Runs a `Backend`.

    Signals
    -------
    answered : one `Event` of the worker, delivered on the thread of the receiver.
    """

    answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fhgui-backend")
        self._backend = Backend(self._emit)

    def _emit(self, event: Event) -> None:
        self.answered.emit(event)

    def run(self) -> None:
        """Serve until `shut_down`; called by Qt."""
        self._backend.run()

    def submit(self, command: Command) -> None:
        """Queue a job; starts the process with the first one."""
        self._backend.submit(command)
        if not self.isRunning() and not self.isFinished():
            self.start()

    def cancel(self, jobs: Collection[int] | None = None) -> None:
        """Stop the running job and drop the queued ones; only some if they are named."""
        self._backend.cancel(jobs)

    def shut_down(self) -> None:
        """End process and thread; returns when both are gone."""
        self._backend.stop()
        if self.isRunning():
            self.wait()
