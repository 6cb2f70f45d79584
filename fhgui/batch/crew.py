"""Worker processes of this machine or of many, by ``distributed``; who dies is replaced.

Processes of this machine talk to each other over TLS with a certificate of this call that is kept
in memory: nobody else on the machine can send them work. A scheduler given by its address decides
about that itself (``tls://``).
"""

from __future__ import annotations

import logging
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any, Generic, TypeVar

from fhgui.core.errors import FhguiError, InputError

T = TypeVar("T")
R = TypeVar("R")

MOST_AT_ONCE = 16
"""Items a worker gets at once; towards the end fewer, so that all workers end together."""

SHARE = 4
"""Of what is left, a worker gets this part of its even share."""

ALLOWED_DEATHS = 2
"""So many workers may die of one task before it is given up, by itself and not with others."""

ASK_AGAIN_S = 10.0
"""How often a scheduler is asked how many workers it has."""

CONNECT_S = 20

LOCAL: dict[str, Any] = {  # whatever each setting takes
    "distributed.scheduler.allowed-failures": ALLOWED_DEATHS,
    "distributed.scheduler.worker-saturation": 1.0,
    # a library that does not let go of Python for minutes is slow, not dead
    "distributed.scheduler.worker-ttl": None,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.nanny.http.routes": [],
    "distributed.worker.profile.enabled": False,
    # workers hold no results: one whose memory fills up is ended, never paused
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.nanny.pre-spawn-environ": {
        "OMP_NUM_THREADS": 1,
        "MKL_NUM_THREADS": 1,
        "OPENBLAS_NUM_THREADS": 1,
    },
}
"""How ``distributed`` is set for the workers of this machine."""


@dataclass(frozen=True)
class Lost:
    """Says of an item that every worker that had it died."""

    said: str = (
        "every worker process that worked on it ended (a crash, or too little memory); look at "
        "the file by itself"
    )


class Crew:
    """Workers that take items in small groups; see `crew`."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._workers, self._asked_s = 0, -ASK_AGAIN_S

    @property
    def workers(self) -> int:
        """Number of workers at present; at least 1."""
        if time.monotonic() - self._asked_s >= ASK_AGAIN_S:
            self._workers = sum(self._client.nthreads().values())
            self._asked_s = time.monotonic()
        return max(1, self._workers)

    def each(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[T, R | Lost]]:
        """Have every item worked on and yield it with what came of it, in any order.

        Parameters
        ----------
        work : known to the workers by its module; what it is bound to must be picklable.

        Raises
        ------
        FhguiError
            What ``work`` raised, or why the workers cannot work at all.
        """
        waiting = _Waiting(items)
        under_way: dict[Any, Sequence[T]] = {}
        ready = import_module("distributed").as_completed(loop=self._client.loop)
        try:
            while waiting or under_way:
                workers = self.workers
                while waiting and len(under_way) < workers + (workers + 1) // 2:
                    group = waiting.take(workers)
                    future = self._client.submit(in_turn, Group(work, group), pure=False)
                    under_way[future] = group
                    ready.add(future)
                future = next(ready)
                group = under_way.pop(future)
                yield from waiting.settle(group, future)
        finally:
            with suppress(Exception):  # the scheduler may be gone
                self._client.cancel(list(under_way))


@dataclass(frozen=True, eq=False)
class Group(Generic[T, R]):
    """Items and what is to be done with each, as a worker gets them."""

    work: Callable[[T], R]
    items: Sequence[T]


def in_turn(group: Group[T, R]) -> list[R]:
    """Work on one item after the other, in a worker, with one thread."""
    import cv2

    cv2.setNumThreads(1)
    return [group.work(item) for item in group.items]


class _Waiting(Generic[T]):
    """Items that no worker has yet; suspected ones go by themselves."""

    def __init__(self, items: Sequence[T]) -> None:
        self._items, self._suspected = deque(items), deque[T]()

    def __len__(self) -> int:
        return len(self._items) + len(self._suspected)

    def take(self, workers: int) -> Sequence[T]:
        if self._suspected:
            return (self._suspected.popleft(),)
        count = max(1, min(MOST_AT_ONCE, len(self._items) // (SHARE * workers)))
        return tuple(self._items.popleft() for _ in range(count))

    def settle(self, group: Sequence[T], future: Any) -> Iterator[tuple[T, R | Lost]]:
        """Yield what came of a group; nothing if its items are to be tried one by one."""
        killed = import_module("distributed").scheduler.KilledWorker
        try:
            results: list[R] = future.result()
        except killed:
            if len(group) == 1:
                yield group[0], Lost()
            self._suspected += group if len(group) > 1 else ()
        except FhguiError:
            raise
        except Exception as error:
            raise _cannot_work(error) from error
        else:
            yield from zip(group, results, strict=True)


def _cannot_work(error: Exception) -> FhguiError:
    text = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return FhguiError(
        f"the workers cannot do their part ({text})",
        hint="see that every machine has this version of fhgui and the same folders, then give "
        "the same command again: it goes on where it stopped",
    )


@contextmanager
def crew(workers: int, scheduler: str | None, scratch: Path) -> Iterator[Crew]:
    """Start workers on this machine, or join those of a scheduler.

    Parameters
    ----------
    workers : how many processes, each with one thread; unused with a scheduler.
    scheduler : address like ``tcp://host:8786`` or ``tls://host:8786``.
    scratch : folder for what the workers of this machine keep while they run.

    Raises
    ------
    InputError
        No scheduler answers at the address, or it has no workers.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if scheduler is None:
        with _local(workers, scratch) as client:
            yield Crew(client)
    else:
        with _joined(scheduler) as client:
            yield Crew(client)


@contextmanager
def _local(workers: int, scratch: Path) -> Iterator[Any]:
    from dask import config

    distributed = import_module("distributed")
    with config.set(LOCAL), ExitStack() as opened:
        with _without_interrupts():
            cluster = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=True,
                dashboard_address=None,
                local_directory=str(scratch),
                silence_logs=logging.CRITICAL,
                preload="fhgui.batch.starting",
                memory_limit=_memory_each(workers),
            )
            opened.enter_context(cluster)
            client = distributed.Client(cluster, set_as_default=False)
            opened.enter_context(client)
        yield client


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Leave Ctrl-C to this process, which stops the workers; one given now is heard afterwards.

    Processes inherit what their maker ignores. Those that are started later in the place of a
    dead one come to that by themselves (`fhgui.batch.starting`).
    """
    if not hasattr(signal, "pthread_sigmask") or current_thread() is not main_thread():
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _memory_each(workers: int) -> int:
    """Return the bytes a worker may fill before it is ended."""
    total: int = import_module("psutil").virtual_memory().total
    return int(0.9 * total / workers)


@contextmanager
def _joined(scheduler: str) -> Iterator[Any]:
    distributed = import_module("distributed")
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        raise InputError(
            f"no scheduler answers at {scheduler}",
            hint="start one there with: dask scheduler; addresses are like tcp://host:8786",
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as error:
            raise InputError(
                f"the scheduler at {scheduler} has no workers",
                hint="start some with: dask worker ADDRESS --nthreads 1 --nworkers CORES",
            ) from error
        yield client
