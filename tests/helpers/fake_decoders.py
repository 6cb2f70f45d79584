"""Processes that decode, and misbehave in known ways."""

import os
import signal
import time
from multiprocessing.connection import Connection

from fhgui.session.decoder import Open, Show, serve


def crashing(connection: Connection, niceness: int) -> None:
    """Die over frame 2 as a library does."""

    class Between:
        def __getattr__(self, name: str) -> object:
            return getattr(connection, name)

        def recv(self) -> object:
            request = connection.recv()
            if isinstance(request, Show) and request.index == 2:
                os.kill(os.getpid(), signal.SIGSEGV)
            return request

    serve(Between(), niceness)  # type: ignore[arg-type]  # all of a connection but for frame 2


def hanging(connection: Connection, niceness: int) -> None:
    """Answer nothing."""
    while isinstance(connection.recv(), Open):
        time.sleep(60)
