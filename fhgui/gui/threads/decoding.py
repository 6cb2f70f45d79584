"""What threads that have evidence decoded have in common: a process of their own that does it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread

from fhgui.gui.threads.serving import ServingThread, W
from fhgui.session.decoder import Decoder


class DecodingThread(ServingThread[W]):
    """Serves wishes with a `Decoder`.

    Parameters
    ----------
    niceness : of the process that decodes.
    """

    def __init__(
        self,
        name: str,
        parent: QObject | None = None,
        priority: QThread.Priority = QThread.Priority.InheritPriority,
        niceness: int = 0,
    ) -> None:
        super().__init__(name, parent, priority)
        self._decoder = Decoder(niceness)

    def run(self) -> None:
        """Serve until it is shut down; called by Qt."""
        super().run()
        self._decoder.drop()

    def shut_down(self) -> None:
        """End the decoding and the thread; returns when both are gone."""
        with self._changed:
            self._stopping = True  # before the decoding ends: nothing is told of that
        self._decoder.end()
        super().shut_down()
