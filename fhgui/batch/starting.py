"""What a worker process of this machine does first: named to ``distributed`` as its preload."""

from __future__ import annotations

import signal

from fhgui.memory import keep_what_is_freed


def dask_setup(worker: object) -> None:
    """Leave Ctrl-C to the process that started this one, also if it was started later."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_what_is_freed()
