"""The heartbeat of the worker process, and what its silence means.

A thread of the worker sends `Beat` once a second, whatever its jobs do. While a job is asked for,
long silence is told, and longer silence ends the process: then not even a thread that does nothing
else comes to speak, so that no stage will ever end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Thread

from fhgui.session import messages as m

BEAT_S = 1.0
SILENT_S = 20.0
"""A library that lets no other thread speak may be busy for so long with a large frame."""
HUNG_S = 120.0
STARTING_S = 120.0
"""A busy machine may take so long until a new process says its first word."""
OVERSLEPT_S = 5.0
"""Who waited so much longer than it meant to was asleep itself: then silence says nothing."""


@dataclass(frozen=True)
class Beat(m.Event):
    """The worker process is alive."""


class Pulse:
    """Beats until it is stopped.

    Parameters
    ----------
    send : takes each `Beat`; its `OSError` ends the beating.
    """

    def __init__(self, send: Callable[[m.Event], None], every_s: float = BEAT_S) -> None:
        self._send, self._every_s = send, every_s
        self._stopped = Event()
        self._thread = Thread(target=self._beat, name="fhgui-pulse", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._stopped.set()
        self._thread.join(self._every_s)

    def _beat(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                self._send(Beat(0))
            except MemoryError:  # a job has it all, and is refused more: the next beat may fit
                continue
            except (OSError, ValueError):  # the pipe is closed, here or there
                return


class Hearing(StrEnum):
    """How long nothing was heard of the worker."""

    WELL = "well"
    SILENT = "silent"
    HUNG = "hung"


@dataclass(frozen=True)
class Patience:
    """How long a worker may be silent, in seconds, until it is told and until it is ended."""

    silent_s: float = SILENT_S
    hung_s: float = HUNG_S


PATIENCE = Patience()


class Vigil:
    """Listens whether a worker that has work is still alive.

    Parameters
    ----------
    clock : seconds that only grow.
    """

    def __init__(
        self, patience: Patience = PATIENCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._patience, self._clock = patience, clock
        self._heard_s = self._looked_s = clock()
        self._meant_s = 0.0
        self._told, self._starting, self._had_work = False, False, False

    def starts(self) -> None:
        """Take note that a process begins; it has time until its first word."""
        self._starting = True
        self._count_anew()

    def heard(self) -> bool:
        """Take note that the worker said something; return whether its silence was told."""
        told, self._starting = self._told, False
        self._count_anew()
        return told

    def given(self) -> None:
        """Take note that the worker was given work: had it none before, silence counts from now."""
        if not self._had_work:
            self._count_anew()

    def _count_anew(self) -> None:
        self._heard_s, self._told = self._clock(), False

    def wait_s(self, busy: bool, longest_s: float) -> float:
        """Return how long one may wait until the next `judge`."""
        wanted_s = min(BEAT_S, self._patience.silent_s / 4) if busy else longest_s
        self._looked_s, self._meant_s = self._clock(), min(wanted_s, longest_s)
        return self._meant_s

    def judge(self, busy: bool) -> Hearing:
        """Return how it is; that a worker is silent is told once until it is heard again."""
        now_s = self._clock()
        overslept = now_s - self._looked_s > self._meant_s + OVERSLEPT_S
        self._had_work = busy
        if overslept or not busy:
            self._count_anew()
            return Hearing.WELL
        silence_s = now_s - self._heard_s
        if self._starting:
            return Hearing.HUNG if silence_s >= STARTING_S else Hearing.WELL
        if silence_s >= self._patience.hung_s:
            return Hearing.HUNG
        if silence_s >= self._patience.silent_s and not self._told:
            self._told = True
            return Hearing.SILENT
        return Hearing.WELL
