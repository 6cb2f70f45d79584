"""Sends to a process on a thread of its own, so that whoever sends can go on reading.

A pipe holds little. If both ends only wrote, both would wait for ever: one has to read meanwhile.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Event, Thread

FLUSH_S = 0.5
"""How long the end waits for what is still to be sent."""


class Outgoing:
    """Everything that is still to be sent on one connection, in order.

    A connection that breaks is not told of here: its reader notices.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: SimpleQueue[object | None] = SimpleQueue()
        self._ended = Event()  # and no join: it would make Python a record of a thread of Qt's
        Thread(target=self._send_all, name="fhgui-outgoing", daemon=True).start()

    def put(self, message: object) -> None:
        """Send a message soon; returns at once."""
        self._waiting.put(message)

    def close(self, wait: bool) -> None:
        """Send no more.

        Parameters
        ----------
        wait : until all is sent, or the other side does not take it.
        """
        self._waiting.put(None)
        if wait:
            self._ended.wait(FLUSH_S)

    def _send_all(self) -> None:
        while (message := self._waiting.get()) is not None:
            try:
                self._connection.send(message)
            except (OSError, TypeError, ValueError):  # closed, by either side
                break
            del message  # it may hold pictures, and the next may be long in coming
        self._ended.set()
