"""Watches the process of the window from outside: memory, files, threads; children included."""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

psutil: Any = import_module("psutil")  # ships no types

FIRST, SECOND = 2, 1
"""Ranks of the thread of the window and of its other threads."""

POLICY = getattr(os, "SCHED_RR", 0) | getattr(os, "SCHED_RESET_ON_FORK", 0)


@dataclass(frozen=True)
class Sample:
    """What the processes held at one moment.

    Attributes
    ----------
    at_s : monotonic clock.
    window_mib, worker_mib : resident memory; the worker with all its helpers.
    files, threads : of the window.
    children : processes below the window.
    cpu_s : processor time of the window so far.
    """

    at_s: float
    window_mib: float
    worker_mib: float
    files: int
    threads: int
    children: int
    cpu_s: float


class Watch:
    """Takes samples of a process and writes them, one JSON object a line.

    Parameters
    ----------
    undisturbed : gives the window's threads the core before every other process; needs root.
    """

    def __init__(self, pid: int, out: Path, undisturbed: bool = False) -> None:
        self._process = psutil.Process(pid)
        self._out = out
        self._undisturbed = undisturbed
        self._put: set[int] = set()

    def take(self) -> Sample | None:
        """Take a sample; None once the process is gone."""
        try:
            children = self._process.children(recursive=True)
            with self._process.oneshot():
                times = self._process.cpu_times()
                sample = Sample(
                    round(time.monotonic(), 3),
                    self._process.memory_info().rss / 2**20,
                    sum(_resident(child) for child in children) / 2**20,
                    self._process.num_fds(),
                    self._process.num_threads(),
                    len(children),
                    times.user + times.system,
                )
        except psutil.Error:
            return None
        with self._out.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(sample)) + "\n")
        return sample

    def put_first(self) -> None:
        """Let no other process have the core while the window wants it: every thread of it.

        The children are left out, and what others do on the machine is no stall of the window.
        """
        if not self._undisturbed:
            return
        tasks = Path(f"/proc/{self._process.pid}/task")
        for task in tasks.iterdir() if tasks.is_dir() else ():
            thread = int(task.name)
            rank = FIRST if thread == self._process.pid else SECOND
            if thread in self._put:
                continue
            self._put.add(thread)
            with contextlib.suppress(OSError):
                os.sched_setscheduler(thread, POLICY, os.sched_param(rank))


def _resident(process: Any) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
