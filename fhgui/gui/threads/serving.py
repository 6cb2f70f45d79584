"""What the window's threads have in common: they wait for wishes and serve one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Condition
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QThread

from fhgui.core.errors import FhguiError

W = TypeVar("W")


class ServingThread(QThread, Generic[W]):
    """Serves wishes until it is shut down; it starts with the first one.

    Parameters
    ----------
    name : of the thread.
    priority : it runs with.
    """

    def __init__(
        self,
        name: str,
        parent: QObject | None = None,
        priority: QThread.Priority = QThread.Priority.InheritPriority,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._priority = priority
        self._changed = Condition()
        self._wishes: deque[W] = deque()
        self._stopping = False

    def shut_down(self) -> None:
        """End the thread; returns when it is gone."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self.isRunning():
            self.wait()

    def run(self) -> None:
        """Serve until `shut_down`; called by Qt."""
        while (wish := self._next()) is not None:
            self._serve(wish)

    def _ask(self, wish: W, forget: Callable[[W], bool] = lambda _: False) -> None:
        """Add a wish and start; waiting ones for which ``forget`` is true are dropped for it."""
        with self._changed:
            self._wishes = deque(waiting for waiting in self._wishes if not forget(waiting))
            if wish not in self._wishes:
                self._wishes.append(wish)
            self._changed.notify()
        if not self.isRunning() and not self._stopping:
            self.start(self._priority)

    def _next(self) -> W | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wishes or self._stopping)
            return None if self._stopping else self._wishes.popleft()

    def _serve(self, wish: W) -> None:
        """Do what a wish asks for; every thread has its own."""
        raise NotImplementedError


def sentence(path: Path, error: Exception) -> str:
    """Return what an error at the border of a thread, where nothing may end it, says of a file."""
    if isinstance(error, FhguiError):
        return error.sentence()
    return " ".join(f"{path.name}: cannot be read ({type(error).__name__}: {error})".split())
