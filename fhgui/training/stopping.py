"""Stops a training between two steps, so that it saves and ends: by a signal or by a file."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from fhgui.training.fabric import is_first, processes
from fhgui.training.progress import Command, Control


@contextmanager
def stoppable(wish: Path, tell: Callable[[str], None]) -> Iterator[Control]:
    """Let the first Ctrl-C or end of the session stop the run between two steps; the next kills.

    Of several processes each may be told twice, by the terminal and by ``torchrun``: there the next
    does nothing, and ``torchrun`` kills those that do not end.

    Parameters
    ----------
    wish : a file that does what the first signal does, once it is there.
    tell : is told that the first one was heard.
    """
    stopped = threading.Event()
    before: dict[int, Any] = {}  # whatever signal.signal returns

    def stop(number: int, frame: object) -> None:
        if is_first() and not stopped.is_set():
            tell("stopping after this step; once more to stop at once")
        stopped.set()
        if processes() == 1:
            signal.signal(number, before[number] or signal.SIG_DFL)

    if threading.current_thread() is threading.main_thread():
        for number in map(int, (signal.SIGINT, signal.SIGTERM)):
            before[number] = signal.signal(number, stop)
    try:
        with suppress(OSError):
            wish.unlink()  # of an earlier part of the run
        yield lambda: Command.STOP if stopped.is_set() or wish.exists() else Command.GO
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
