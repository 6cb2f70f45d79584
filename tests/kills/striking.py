"""Starts a process, kills it at one moment, and tells what it had said by then."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import IO, Any

psutil: Any = import_module("psutil")  # ships no types
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300.0


class Whom(StrEnum):
    """Who is killed."""

    WORKER = "worker"
    TREE = "tree"


@dataclass(frozen=True)
class Strike:
    """A kill.

    Parameters
    ----------
    after_s : time after the process said that it begins; None if a moment counts.
    at : number of the moment at which something is done to a file; 0 if the time counts.
    """

    whom: Whom
    after_s: float | None = None
    at: int = 0

    @property
    def words(self) -> str:
        """The kill in words."""
        when = f"{self.after_s:.3f} s" if self.after_s is not None else f"file moment {self.at}"
        return f"{self.whom} at {when}"


NONE = Strike(Whom.TREE)


@dataclass
class Course:
    """How a process went.

    Parameters
    ----------
    events : what it said, in order.
    hit : whether it was killed, or its worker; it may have ended before.
    lasted_s : from when it began until its end.
    moments : how many times something was done to a file.
    code : exit code; negative for a signal.
    told : its stderr.
    """

    events: list[dict[str, Any]] = field(default_factory=list)
    hit: bool = False
    lasted_s: float = 0.0
    moments: int = 0
    code: int = 0
    told: str = ""

    def said(self, event: str) -> list[dict[str, Any]]:
        """Return the events of one kind."""
        return [e for e in self.events if e.get("event") == event]


def strike(command: Sequence[str], folder: Path, kill: Strike = NONE, begins: str = "") -> Course:
    """Run a command and kill it.

    Parameters
    ----------
    folder : where moments are counted, and where the process keeps what is its own.
    begins : the event, or words on stderr, from which time counts; empty for the start.
    """
    count = folder.parent / f"{folder.name}.count"
    count.unlink(missing_ok=True)
    (folder / "tmp").mkdir(exist_ok=True)
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent / "hook"), str(ROOT)]),
            "KILLS_FOLDER": str(folder),
            "KILLS_COUNT": str(count),
            "KILLS_AT": str(kill.at),
            "KILLS_WHOM": kill.whom.value,
            "TMPDIR": str(folder / "tmp"),
            "FHGUI_CASES": str(folder / "cases"),
            "FHGUI_CACHE": str(folder / "cache"),
        },
    )
    course = _Watched(process, begins).to_its_end(kill)
    course.moments = count.stat().st_size if count.exists() else 0
    if kill.at and course.moments >= kill.at:
        course.hit = True
    return course


class _Watched:
    """A process that is listened to."""

    def __init__(self, process: subprocess.Popen[str], begins: str) -> None:
        self._process, self._begins = process, begins
        self._course = Course()
        self._began_s = 0.0 if begins else time.monotonic()
        self._told: list[str] = []

    def to_its_end(self, kill: Strike) -> Course:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        threads = [
            Thread(target=self._listen, args=(self._process.stdout,)),
            Thread(target=self._read, args=(self._process.stderr,)),
        ]
        for thread in threads:
            thread.start()
        try:
            if kill.after_s is not None:
                self._kill(kill.whom, kill.after_s)
            self._process.wait(PATIENCE_S)
        finally:
            now_s = time.monotonic()
            self._course.lasted_s = now_s - (self._began_s or now_s)
            self._end_group()
            self._process.wait(PATIENCE_S)
            for thread in threads:
                thread.join(PATIENCE_S)
            self._process.stdout.close()
            self._process.stderr.close()
        self._course.code, self._course.told = self._process.returncode, "".join(self._told)
        return self._course

    def _listen(self, pipe: IO[str]) -> None:
        for line in pipe:
            if not line.startswith("{"):
                continue
            try:
                event = json.loads(line)
            except ValueError:  # the kill cut it in the middle
                continue
            self._course.events.append(event)
            self._look(event.get("event") == self._begins)

    def _read(self, pipe: IO[str]) -> None:
        for line in pipe:
            self._told.append(line)
            self._look(self._begins in line)

    def _look(self, begins: bool) -> None:
        if begins and not self._began_s:
            self._began_s = time.monotonic()

    def _kill(self, whom: Whom, after_s: float) -> None:
        while self._process.poll() is None:
            if self._began_s and time.monotonic() >= self._began_s + after_s:
                self._course.hit = self._send(whom)
                return
            time.sleep(0.001)

    def _send(self, whom: Whom) -> bool:
        if whom is Whom.TREE:
            os.killpg(self._process.pid, signal.SIGKILL)
            return True
        workers = self._workers()
        for worker in workers[:1]:
            worker.kill()
        return bool(workers)

    def _workers(self) -> list[Any]:
        pids = [e["pid"] for e in self._course.said("worker")]
        try:
            children = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.Error:
            return []
        if pids:
            return [c for c in children if c.pid == pids[-1]]
        return [c for c in children if _is_worker(c)]

    def _end_group(self) -> None:
        """See to it that nothing outlives the kill, and that all of it has ended."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def _is_worker(process: Any) -> bool:
    try:
        return any("spawn_main" in part for part in process.cmdline())
    except psutil.Error:
        return False


def python(*arguments: str) -> list[str]:
    """Return the command line of a module of this project."""
    return [sys.executable, "-m", *arguments]
