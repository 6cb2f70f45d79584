"""Sees what a test leaves behind: threads, Qt threads, Qt timers, child processes.

After napari's ``conftest.py``: a timer or thread that outlives its test crashes another one,
far from its cause.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QThreadPool, QTimer

GRACE_S = 3.0
"""How long what was told to stop may take to do so."""

HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Processes that Python itself keeps until it ends."""


class LeakWatch:
    """Remembers what ran before a test and what the test starts.

    Parameters
    ----------
    monkeypatch : puts ``QThread.start`` and ``QTimer.start`` back after the test.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._threads = set(threading.enumerate())
        self._children = set(child_processes())
        self._qt: weakref.WeakSet[QObject] = weakref.WeakSet()
        for kind in (QThread, QTimer):
            monkeypatch.setattr(kind, "start", self._noting(kind.start))

    def left_running(self) -> list[str]:
        """Return, in words, what the test started and did not end within `GRACE_S`."""
        deadline = time.monotonic() + GRACE_S
        while (left := self._still_running()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return left

    def _still_running(self) -> list[str]:
        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        children = child_processes()
        return [
            *(f"thread {t.name}" for t in threading.enumerate() if t not in self._threads),
            *(f"process {n}: {c}" for n, c in children.items() if n not in self._children),
            *(f"Qt {w}" for w in map(_running, tuple(self._qt)) if w),
            *(["Qt thread pool"] if QThreadPool.globalInstance().activeThreadCount() else []),
        ]

    def _noting(self, start: Callable[..., Any]) -> Callable[..., Any]:
        def noted(started: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(started, QObject):  # QTimer.start is also a name of static overloads
                self._qt.add(started)
            return start(started, *args, **kwargs)

        return noted


def child_processes() -> dict[int, str]:
    """Return process id → command of this process's children, Python's own helpers left out.

    All children on Linux; elsewhere those of `multiprocessing`.
    """
    found = {p.pid: p.name for p in multiprocessing.active_children() if p.pid is not None}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            command = stat.with_name("cmdline").read_text().replace("\0", " ").strip()
        except OSError:  # it ended while we looked
            continue
        if int(parent) == os.getpid() and state != "Z":
            found[int(stat.parent.name)] = command
    return {n: c for n, c in found.items() if not any(h in c for h in HELPERS)}


def _running(thing: QObject) -> str:
    """Name a Qt thread or timer that still runs; the empty string if it does not."""
    if not shiboken6.isValid(thing):
        return ""
    if isinstance(thing, QThread) and thing.isRunning():
        return f"thread {thing.objectName() or type(thing).__name__}"
    if isinstance(thing, QTimer) and thing.isActive():
        return f"timer {thing.objectName() or 'without a name'} of {thing.parent()}"
    return ""
