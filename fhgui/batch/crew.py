"""Worker processes of this machine or of many, by ``distributed``; who dies is replaced.

Processes of this machine talk to each other over TLS with a certificate of this call that is kept
in memory: nobody else on the machine can send them work. A scheduler given by its address decides
about that itself (``tls://``).
"""

from __future__ import annotations

import logging
import signal
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
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

COUNT_S = 10.0
"""How often workers are counted."""

AWAY_S = 60.0
"""A worker that died is replaced within seconds; if none came for so long, all begin again."""

CONNECT_S = 20

_TLS = "DASK_DISTRIBUTED__COMM__TLS__"
"""Begins the names of the variables by which ``distributed`` is told of certificates."""

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
    # each of these wakes every process so often, on cores that the workers need
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.work-stealing": False,  # no worker has more than it works on
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
        "every worker process that worked on it ended (a crash, too little memory, or half an "
        "hour and more without getting on); look at the file by itself"
    )


class Crew:
    """Workers that take items in small groups; see `crew`.

    Parameters
    ----------
    join : opens the way to the workers; called again if those of this machine stay away.
    wanted : how many of this machine there must be; None for those of a scheduler.
    """

    def __init__(self, join: Callable[[], AbstractContextManager[Any]], wanted: int | None) -> None:
        self._join, self._wanted = join, wanted
        self._opened = ExitStack()
        self._client = self._opened.enter_context(join())
        self._counted, self._counted_s = 0, -COUNT_S
        self._whole_s = time.monotonic()

    def close(self) -> None:
        """Let go of the workers; those of this machine end."""
        self._opened.close()

    @property
    def workers(self) -> int:
        """Number of workers, as counted not long ago; at least 1."""
        now_s = time.monotonic()
        if now_s - self._counted_s >= COUNT_S:
            self._counted = sum(self._client.nthreads().values())
            self._counted_s = now_s
            if self._wanted is None or self._counted >= self._wanted:
                self._whole_s = now_s
        return max(1, self._counted)

    def each(
        self,
        work: Callable[[T], R],
        items: Sequence[T],
        alone: Callable[[T], bool] = lambda item: False,
    ) -> Iterator[tuple[T, R | Lost]]:
        """Have every item worked on and yield it with what came of it, in any order.

        Parameters
        ----------
        work : known to the workers by its module; what it is bound to must be picklable.
        alone : which items take so long that a worker gets no others with them: what came of
            those that it has finished would have to wait.

        Raises
        ------
        FhguiError
            What ``work`` raised, or why the workers cannot work at all.
        """
        try:
            yield from self._each(work, _Waiting(items, alone))
        except FhguiError:
            raise
        except Exception as error:  # the scheduler is gone, or does not answer any more
            raise _cannot_work(error) from error

    def _each(self, work: Callable[[T], R], waiting: _Waiting[T]) -> Iterator[tuple[T, R | Lost]]:
        under_way: dict[Any, Sequence[T]] = {}
        try:
            while waiting or under_way:
                workers = self.workers
                while waiting and len(under_way) < workers + (workers + 1) // 2:
                    group = waiting.take(workers)
                    under_way[self._submit(work, group)] = group
                for future in _ended(under_way):
                    yield from waiting.settle(under_way.pop(future), future)
                if self._counted_s - self._whole_s > AWAY_S:
                    for group in under_way.values():
                        waiting.put_back(group)
                    under_way.clear()
                    self._begin_again()
        finally:
            with suppress(Exception):  # the scheduler may be gone
                self._client.cancel(list(under_way))

    def _submit(self, work: Callable[[T], R], group: Sequence[T]) -> Any:
        return self._client.submit(in_turn, Group(work, group), pure=False)

    def _begin_again(self) -> None:
        """Start the workers of this machine anew; what they had finished is found by the next."""
        self._opened.close()
        self._client = self._opened.enter_context(self._join())
        self._counted_s, self._whole_s = -COUNT_S, time.monotonic()


def _ended(under_way: Iterable[Any]) -> Iterable[Any]:
    """Wait a while for work under way and return what has ended."""
    distributed = import_module("distributed")
    try:
        done: Iterable[Any] = distributed.wait(
            list(under_way), timeout=COUNT_S, return_when="FIRST_COMPLETED"
        ).done
    except TimeoutError:
        return ()
    return done


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
    """Items that no worker has yet; suspected ones go by themselves, and so do some others."""

    def __init__(self, items: Sequence[T], alone: Callable[[T], bool] = lambda item: False) -> None:
        self._items, self._suspected = deque(items), deque[T]()
        self._alone = alone

    def __len__(self) -> int:
        return len(self._items) + len(self._suspected)

    def take(self, workers: int) -> Sequence[T]:
        if self._suspected:
            return (self._suspected.popleft(),)
        count = max(1, min(MOST_AT_ONCE, len(self._items) // (SHARE * workers)))
        group = [self._items.popleft()]
        while len(group) < count and not (self._alone(group[0]) or self._alone(self._items[0])):
            group.append(self._items.popleft())
        return tuple(group)

    def put_back(self, group: Sequence[T]) -> None:
        """Take items back whose workers are gone."""
        self._items.extendleft(reversed(group))

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
        No scheduler answers at the address, it has no workers, or the certificates do not fit.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if scheduler is None:
        hands = Crew(partial(_local, workers, scratch), workers)
    else:
        hands = Crew(partial(_joined, scheduler), None)
    with closing(hands):
        yield hands


@contextmanager
def _local(workers: int, scratch: Path) -> Iterator[Any]:
    from dask import config

    distributed = import_module("distributed")
    with config.set(LOCAL), ExitStack() as opened:
        with _without_interrupts():
            try:
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
            except (OSError, RuntimeError) as error:
                raise _cannot_start(workers) from error
            opened.enter_context(cluster)
            client = distributed.Client(cluster)
            opened.enter_context(client)
        yield client


def _cannot_start(workers: int) -> FhguiError:
    return FhguiError(
        f"{workers} worker processes cannot be started",
        hint="give fewer --workers, and see to memory and space on the disk of the results",
    )


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
    _check_wire(scheduler)
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_S)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        raise _not_reached(scheduler, error) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as error:
            raise InputError(
                f"the scheduler at {scheduler} has no workers",
                hint="start some with: dask worker ADDRESS --nthreads 1 --nworkers CORES",
            ) from error
        yield client


def _not_reached(scheduler: str, error: BaseException) -> InputError:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__
    if cause is not None:
        return InputError(
            f"the scheduler at {scheduler} and we do not accept each other's certificates",
            hint=f"both need certificates of the same authority: {_HOW_CLOSED}",
        )
    return InputError(
        f"no scheduler answers at {scheduler}",
        hint="start one there with: dask scheduler; addresses are like tcp://host:8786",
    )


_HOW_CLOSED = (
    f"set {_TLS}CA_FILE, {_TLS}CLIENT__CERT and {_TLS}CLIENT__KEY to the files of your certificates"
)


def _check_wire(scheduler: str) -> None:
    """Refuse an address that does not go with the certificates which the environment names."""
    from dask import config

    if config.get("distributed.client.security-loader", None):
        return  # it brings certificates of its own
    try:
        security = import_module("distributed").Security()
        certified = security.get_connection_args("client")["ssl_context"] is not None
    except (OSError, ValueError) as error:
        raise _bad_certificates(error) from error
    if scheduler.startswith(("tls://", "wss://")) and not certified:
        raise InputError(f"{scheduler} cannot be reached without certificates", hint=_HOW_CLOSED)
    is_open = "://" not in scheduler or scheduler.startswith(("tcp://", "ws://"))
    if security.require_encryption and is_open:
        raise InputError(
            f"the settings of dask require encryption, and {scheduler} has none",
            hint="give the scheduler's address with tls://",
        )


def _bad_certificates(error: Exception) -> InputError:
    """Return why the certificates cannot be used; the library does not say which is missing."""
    from dask import config

    for name in ("ca-file", "client.cert", "client.key"):
        file = config.get(f"distributed.comm.tls.{name}", None)
        if isinstance(file, str) and "\n" not in file and not Path(file).is_file():
            return InputError("there is no such certificate or key", path=file, hint=_HOW_CLOSED)
    reason = " ".join(str(error).split())
    return InputError(f"the certificates cannot be used ({reason})", hint=_HOW_CLOSED)
