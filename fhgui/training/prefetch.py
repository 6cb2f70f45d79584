"""Batches made ahead of the loop on a thread, so that the device does not wait for data."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

B = TypeVar("B")

DEPTH = 2
"""Batches that lie ready; more would only cost memory."""


class Prefetch(Generic[B]):
    """Calls ``make(step)`` for step = first, first + 1, … on a thread.

    An error in ``make`` is raised by `take`, at its step.
    """

    def __init__(self, make: Callable[[int], B], first: int) -> None:
        self._make, self._step = make, first
        self._ready: queue.Queue[B | BaseException] = queue.Queue(DEPTH)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="prefetch", daemon=True)
        self._thread.start()

    def take(self) -> B:
        """Return the next batch."""
        item = self._ready.get()
        if isinstance(item, BaseException):
            raise item
        return item

    def close(self) -> None:
        """End the thread."""
        self._over.set()
        while self._thread.is_alive():
            try:
                self._ready.get_nowait()
            except queue.Empty:
                self._thread.join(0.01)

    def _work(self) -> None:
        while not self._over.is_set():
            try:
                item: B | BaseException = self._make(self._step)
            except BaseException as error:  # raised again by `take`
                item = error
            self._ready.put(item)
            if isinstance(item, BaseException):
                return
            self._step += 1


@contextmanager
def prefetched(make: Callable[[int], B], first: int) -> Iterator[Prefetch[B]]:
    """Open a `Prefetch` and close it whatever happens."""
    batches = Prefetch(make, first)
    try:
        yield batches
    finally:
        batches.close()
