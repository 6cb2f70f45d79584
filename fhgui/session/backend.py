"""Owns the worker process: starts it, feeds it one job at a time, cancels, and replaces it.

`Backend.run` blocks and belongs on a thread of its own; every other method may be called from
any thread. Qt-free: the window gives a callback that turns events into signals.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Collection
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Lock

from fhgui.session import messages as m
from fhgui.session import point_jobs as pj
from fhgui.session.endings import how_it_ended
from fhgui.session.outgoing import Outgoing
from fhgui.session.pulse import PATIENCE, Beat, Hearing, Patience, Vigil
from fhgui.session.worker import serve

CLOSE_GRACE_S = 1.0
"""How long a worker that is told to quit may take to close its case."""

CANCEL_GRACE_S = 1.0
"""How long a cancelled job may take to reach its next stage before its process is replaced."""

NEVER_CANCELLED = (m.FileRun, m.SaveCaseAs, m.RescueCase, m.KeepDesk)
"""Without them a record, a case or a note would be lost; they are short."""

CONTEXT = multiprocessing.get_context("spawn")
"""Makes the process; replaced in tests."""

STARTS_IN_A_ROW = 3
"""A worker that dies this often before it says a word is not started again."""

LONG_S = 3600.0

DYING_S = 1.0
"""How long a process whose pipe is closed may take to end, so that it can be told how."""


class Backend:
    """The worker process and the queue in front of it.

    Parameters
    ----------
    on_event : called on the thread of `run` with every event.
    target : what the process runs; replaced in tests.
    patience : how long a worker that has work may be silent.
    """

    def __init__(
        self,
        on_event: Callable[[m.Event], None],
        target: Callable[[Connection], None] = serve,
        cancel_grace_s: float = CANCEL_GRACE_S,
        patience: Patience = PATIENCE,
    ) -> None:
        self._on_event = on_event
        self._target = target
        self._grace_s = cancel_grace_s
        self._lock = Lock()
        self._inbox: deque[m.Command] = deque()
        self._cancel_all = False
        self._cancel_some: set[int] = set()
        self._stopping = False
        self._wake_read, self._wake_write = multiprocessing.Pipe(duplex=False)
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._outgoing: Outgoing | None = None
        self._queue: deque[m.Command] = deque()
        self._current: m.Command | None = None
        self._beside: dict[int, m.Command] = {}
        self._ending: set[int] = set()
        self._kill_at: float | None = None
        self._silent_starts = 0
        self._ready = False
        self._vigil = Vigil(patience)

    def submit(self, command: m.Command) -> None:
        """Queue a job."""
        with self._lock:
            self._inbox.append(command)
        self._wake()

    def cancel(self, jobs: Collection[int] | None = None) -> None:
        """Stop the running job and drop the queued ones; done within two seconds.

        Parameters
        ----------
        jobs : only these; None for all.
        """
        with self._lock:
            self._cancel_all = self._cancel_all or jobs is None
            self._cancel_some.update(jobs or ())
        self._wake()

    def stop(self) -> None:
        """End the process and make `run` return."""
        with self._lock:
            self._stopping = True
        self._wake()

    def run(self) -> None:
        """Serve until `stop`."""
        try:
            self._start()
            while self._take_orders():
                self._feed()
                for ready in wait(self._watched(), self._patience_s()):
                    self._read(ready)
                if self._kill_at is not None and time.monotonic() >= self._kill_at:
                    self._give_up_on_current()
                self._listen()
        finally:
            self._end_process()
            with self._lock:
                self._wake_read.close()
                self._wake_write.close()

    def _wake(self) -> None:
        with self._lock:
            if not self._wake_write.closed:
                self._wake_write.send_bytes(b".")

    def _take_orders(self) -> bool:
        """Move what other threads asked for to this one; return whether to go on."""
        with self._lock:
            commands = list(self._inbox)
            self._inbox.clear()
            everything, self._cancel_all = self._cancel_all, False
            some, self._cancel_some = self._cancel_some, set()
            stopping = self._stopping
        urgent = [c for c in commands if isinstance(c, m.FileRun)]  # before another run begins
        self._queue.extendleft(reversed(urgent))
        self._queue.extend(c for c in commands if c not in urgent)
        if (everything or some) and not stopping:
            self._cancel_jobs(None if everything else some)
        return not stopping

    def _watched(self) -> list[Connection]:
        return [self._wake_read, *([self._connection] if self._connection else [])]

    def _patience_s(self) -> float:
        left_s = LONG_S if self._kill_at is None else max(0.0, self._kill_at - time.monotonic())
        return self._vigil.wait_s(self._busy, left_s)

    @property
    def _busy(self) -> bool:
        has_work = self._current or self._beside or (self._queue and not self._ready)
        return self._connection is not None and bool(has_work)

    def _listen(self) -> None:
        """Tell of a worker that is silent, and replace one that hangs."""
        hearing = self._vigil.judge(self._busy)
        if hearing is Hearing.SILENT:
            self._on_event(m.WorkerSilent(0, SILENT))
        elif hearing is Hearing.HUNG:
            self._replace_lost(HUNG)

    def _read(self, ready: object) -> None:
        if ready is self._wake_read:
            self._wake_read.recv_bytes()
            return
        if self._connection is None or ready is not self._connection:
            return
        try:
            event: m.Event = self._connection.recv()
        except (EOFError, OSError):
            self._replace_lost()
            return
        self._ready = True
        if self._vigil.heard():
            self._on_event(m.WorkerHeard(0))
        if not isinstance(event, Beat):
            self._note(event)

    def _note(self, event: m.Event) -> None:
        self._silent_starts = 0
        if isinstance(event, m.Done):
            self._beside.pop(event.job, None)
            self._ending.discard(event.job)
            if self._current is not None and self._current.job == event.job:
                self._current, self._kill_at = None, None
        self._on_event(event)

    def _feed(self) -> None:
        """Hand over jobs: those beside at once, everything else when the worker is free.

        None before the process has said its first word: when one was lost, its run is to be filed
        before the next begins.
        """
        if self._connection is None and self._queue and self._silent_starts < STARTS_IN_A_ROW:
            self._start()
        if self._connection is None:
            self._refuse_all()
            return
        if not self._ready:
            return
        for command in [c for c in self._queue if isinstance(c, m.BesideCommand)]:
            self._queue.remove(command)
            self._beside[command.job] = command
            self._send(command)
        if self._current is None and self._queue:
            # maps of doubt of a case that was opened may be many: whatever was asked for goes first
            first = next((c for c in self._queue if not isinstance(c, m.JudgeRun)), self._queue[0])
            self._queue.remove(first)
            self._current = first
            self._send(first)

    def _send(self, command: m.Command) -> None:
        if self._outgoing is not None:
            self._vigil.given()
            self._outgoing.put(command)

    def _cancel_jobs(self, jobs: Collection[int] | None) -> None:
        can_go = (c for c in self._queue if not isinstance(c, NEVER_CANCELLED))
        dropped = [c for c in can_go if jobs is None or c.job in jobs]
        for command in dropped:
            self._queue.remove(command)
            self._end(command, m.Cancelled(command.job))
        for command in list(self._beside.values()):
            if isinstance(command, pj.POINT_JOBS) and (jobs is None or command.job in jobs):
                self._ending.add(command.job)
                self._send(m.Cancel(command.job))
        meant = self._current is not None and (jobs is None or self._current.job in jobs)
        meant = meant and not isinstance(self._current, NEVER_CANCELLED)
        if self._current is not None and meant and self._kill_at is None:
            self._kill_at = time.monotonic() + self._grace_s
            self._send(m.Cancel(self._current.job))

    def _give_up_on_current(self) -> None:
        """Replace a process that did not reach its next stage in time."""
        self._kill_at = None
        command, self._current = self._current, None
        self._end_process(gently=False)
        if command is not None:
            self._end(command, m.Cancelled(command.job))
        self._requeue_beside()
        self._start()

    def _replace_lost(self, how: str = "") -> None:
        """Go on after the process died by itself, or was found to hang; ``how`` in words."""
        command, self._current, self._kill_at = self._current, None, None
        code = self._end_process(gently=False, dying=not how)
        how = how or how_it_ended(code)
        if command is not None:
            self._end(command, m.JobLost(command.job, f"the worker process {how}; run it again"))
        self._silent_starts += 1
        again = self._silent_starts < STARTS_IN_A_ROW
        if command is None:  # a job beside may have ended it: it is not tried for ever
            self._fail_beside(how)
        self._requeue_beside()
        self._on_event(m.WorkerLost(0, _lost(how) if again else CANNOT_START))
        if again:
            self._start()

    def _requeue_beside(self) -> None:
        """Put jobs beside back in front, in their order: the desk that is kept last is to stay.

        Those that were cancelled are over.
        """
        for command in [c for c in self._beside.values() if c.job in self._ending]:
            del self._beside[command.job]
            self._end(command, m.Cancelled(command.job))
        self._ending.clear()
        self._queue.extendleft(reversed(self._beside.values()))
        self._beside.clear()

    def _fail_beside(self, how: str) -> None:
        for command in self._beside.values():
            self._end(command, m.Failed(command.job, f"the worker process {how}; open it again"))
        self._beside.clear()

    def _refuse_all(self) -> None:
        for command in self._queue:
            self._end(command, m.Failed(command.job, CANNOT_START))
        self._queue.clear()

    def _end(self, command: m.Command, event: m.Event) -> None:
        self._on_event(event)
        self._on_event(m.Done(command.job))

    def _start(self) -> None:
        self._ready = False
        self._vigil.starts()
        self._connection, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(
            target=self._target, args=(theirs,), name="fhgui-worker", daemon=True
        )
        try:
            self._process.start()
        except (OSError, RuntimeError):  # no memory, or no process more is allowed
            self._process = None
            self._connection.close()
            self._connection = None
            self._on_event(m.WorkerLost(0, CANNOT_START))
        theirs.close()
        self._outgoing = None if self._connection is None else Outgoing(self._connection)

    def _end_process(self, gently: bool = True, dying: bool = False) -> int | None:
        """End the process, or wait for its end; return its exit code if it had one by itself."""
        code = None
        if self._outgoing is not None:
            if gently:
                self._outgoing.put(m.Quit(0))
            self._outgoing.close(wait=gently)
        if self._connection is not None:
            self._connection.close()
        self._connection = self._outgoing = None
        if self._process is not None:
            self._process.join(CLOSE_GRACE_S if gently else DYING_S if dying else 0)
            code = self._process.exitcode
            if self._process.is_alive():
                self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None
        return code


SILENT = "the worker process has not answered for a while; wait for it, or cancel what it does"
HUNG = "did not answer any more and was ended"
CANNOT_START = "the worker process cannot be started; run 'fhgui doctor' to see why"


def _lost(how: str) -> str:
    return f"the worker process {how}; it was started again, nothing that was finished is lost"
