"""Counts what every Python process does to files below a folder, and kills in the midst of it.

Python imports this by its name at each start when its folder is on the path, so that worker
processes count too. Told by environment variables: ``KILLS_FOLDER``, ``KILLS_COUNT`` (a file that
grows by one byte a moment), ``KILLS_AT`` (the moment of the kill, 0 for none) and ``KILLS_WHOM``.
"""

import os
import signal
import sys
from typing import Any

_FOLDER = os.environ.get("KILLS_FOLDER", "")
_CHANGES = {"os.mkdir", "os.remove", "os.rmdir", "os.rename", "os.link", "os.truncate"}


class _Counter:
    def __init__(self) -> None:
        self.at, self.whom = int(os.environ["KILLS_AT"]), os.environ["KILLS_WHOM"]
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self.handle = os.open(os.environ["KILLS_COUNT"], flags, 0o600)
        self.fsync = os.fsync

    def moment(self) -> None:
        """Count one; the byte's place in the file is its number, whichever process writes it."""
        os.write(self.handle, b".")
        if self.at and os.lseek(self.handle, 0, os.SEEK_CUR) == self.at:
            if self.whom == "worker":
                os.kill(os.getpid(), signal.SIGKILL)
            os.killpg(os.getpgid(0), signal.SIGKILL)

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        """Count what changes files below the folder, and what is asked of a folder's own entry."""
        if event in _CHANGES:
            names = arguments[:2] if event in ("os.rename", "os.link") else arguments[:1]
        elif event == "open" and isinstance(arguments[2], int):
            if not arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
            names = arguments[:1]
        else:
            return
        if any(isinstance(n, str | os.PathLike) and _FOLDER in os.fspath(n) for n in names):
            self.moment()

    def synchronise(self, handle: Any) -> None:
        """Count before a file is forced to the disk, and after."""
        self.moment()
        self.fsync(handle)
        self.moment()


if _FOLDER:
    _counter = _Counter()
    setattr(os, "fsync", _counter.synchronise)  # noqa: B010  its type differs
    sys.addaudithook(_counter.audit)
    os.nice = lambda increment: 0  # whoever kills a worker waits for it
