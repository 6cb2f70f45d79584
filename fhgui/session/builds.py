"""What is made of faces, sets and galleries, each by a process of its own beside the work.

The process is the command line's. It keeps a journal, so that one that was stopped goes on; what it
tells is written beside what it makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from fhgui.core.errors import InputError
from fhgui.session import detached
from fhgui.session.runs import Runs


@dataclass(frozen=True)
class Headway:
    """How far something is.

    Parameters
    ----------
    done, total : of what is counted just now; 0 of 0 while nothing is.
    reached : what was done, e.g. ``120 of 300 pictures``.
    words : what else was told, e.g. ``180 faces, 12.5/s, 3.1 min left``.
    """

    done: int = 0
    total: int = 0
    reached: str = ""
    words: str = ""


class BuildOrder(Protocol):
    """What is to be made, of what, and where."""

    @property
    def what(self) -> str:
        """What sentences call it: ``set of faces``."""

    @property
    def begins(self) -> str:
        """What is done before there is anything to tell: ``looking for pictures``."""

    @property
    def out(self) -> Path:
        """Its path, as the command line names it."""

    def command(self) -> list[str]:
        """Return the command line that makes it, or goes on making it."""

    def check(self) -> None:
        """Refuse with an `InputError` what cannot be made, or would replace something."""

    def is_whole(self) -> bool:
        """Tell whether it is there, made to its end."""

    def headway(self, line: str) -> Headway | None:
        """Return what a line of the process tells; None if it is about something else."""

    def entry(self) -> dict[str, object]:
        """Return what a register remembers of it."""


def log_of(order: BuildOrder) -> Path:
    """Return the file that the process tells its progress and its last words."""
    return order.out.with_name(f"{order.out.name}.log")


class BuildStatus(StrEnum):
    """Where something that is made stands."""

    MAKING = "making"
    STOPPING = "stopping"
    STOPPED = "stopped"
    MADE = "made"
    FAILED = "failed"

    @property
    def alive(self) -> bool:
        """Whether there is a process behind it."""
        return self in (BuildStatus.MAKING, BuildStatus.STOPPING)


class Build:
    """One thing that is made.

    Parameters
    ----------
    pid : of its process.
    stopping : whether the user asked it to end.

    Attributes
    ----------
    headway : what was told last.
    error : why it failed, in one sentence.
    """

    def __init__(self, order: BuildOrder, pid: int | None, stopping: bool = False) -> None:
        self.order, self.pid, self.stopping = order, pid, stopping
        self.status = BuildStatus.MAKING
        self.headway, self.error = Headway(), ""
        self._tail = detached.Tail(log_of(order))

    @property
    def folder(self) -> Path:
        """Where it will be."""
        return self.order.out

    @property
    def name(self) -> str:
        """What it is called."""
        return self.order.out.name

    def begin_part(self, pid: int) -> None:
        """Take note of a new process."""
        self.pid, self.stopping, self.error = pid, False, ""
        self.status, self._tail = BuildStatus.MAKING, detached.Tail(log_of(self.order))

    def look(self) -> bool:
        """Read what is new; return whether anything has changed."""
        before = self.status, self.headway, self.error
        # asked first: what a process wrote before it ended is then read for certain
        running = detached.is_running(self.pid, self.folder)
        while lines := self._tail.read():
            for told in filter(None, map(self.order.headway, lines)):
                self.headway = told
        if running:
            self.status = BuildStatus.STOPPING if self.stopping else BuildStatus.MAKING
        elif self.order.is_whole():
            self.status = BuildStatus.MADE
        elif self.stopping:
            self.status = BuildStatus.STOPPED
        else:
            self.status = BuildStatus.FAILED
            self.error = detached.last_words(log_of(self.order)) or "it ended without a word"
        return before != (self.status, self.headway, self.error)


Command = Callable[[BuildOrder], list[str]]
OrderOf = Callable[[Mapping[str, Any]], BuildOrder]
"""Returns the order of an entry; a `KeyError`, `TypeError` or `ValueError` says it is none."""


class Builds(Runs[Build]):
    """All that is being made, or was not made to its end; newest first.

    Parameters
    ----------
    register : JSON file that remembers it; made when needed.
    orders : the kinds of orders by the names that the register gives them.
    command : replaced in tests.
    """

    kind = "sets and galleries"

    def __init__(
        self,
        register: Path,
        orders: Mapping[str, OrderOf],
        command: Command = lambda order: order.command(),
    ) -> None:
        super().__init__(register)
        self._orders, self._command = orders, command

    def start(self, order: BuildOrder) -> Build:
        """Start to make something.

        Raises
        ------
        InputError, OutputError
            If there is nothing to make it of, or its place cannot be used.
        """
        if any(run.folder == order.out and run.status.alive for run in self.runs):
            raise InputError(
                f"a {order.what} is just being made there",
                path=order.out,
                hint="choose another place",
            )
        order.check()
        run = Build(order, self._launch(order))
        self.put_first(run)
        return run

    def stop(self, run: Build) -> None:
        """Have it end; what was done is not done again when it goes on."""
        if run.pid is not None and run.status.alive:
            detached.ask_to_end(run.pid, run.folder)
            run.stopping = True
            self._tell(run)

    def resume(self, run: Build) -> None:
        """Go on where it ended.

        Raises
        ------
        InputError, OutputError
            If something else is in its place now, or it cannot be written any more.
        """
        if not run.status.alive:
            run.order.check()
            run.begin_part(self._launch(run.order))
            self._tell(run)

    def _launch(self, order: BuildOrder) -> int:
        log = log_of(order)
        return detached.launch(
            self._command(order), f"making of the {order.what}", log.parent, log.name
        )

    def _tell(self, run: Build) -> None:
        self.remember()
        run.look()
        self.run_changed.emit(run)

    def entry(self, run: Build) -> dict[str, object]:
        """Return what the register remembers of a build."""
        return {**run.order.entry(), "pid": run.pid, "stopping": run.stopping}

    def run_of(self, entry: Mapping[str, Any]) -> Build:
        """Return the build of an entry; one that nothing is left of is forgotten."""
        order, pid = self._orders[entry.get("makes", "set")](entry), entry["pid"]
        if not order.out.exists() and not log_of(order).is_file():
            raise ValueError("its folder is gone")
        return Build(order, None if pid is None else int(pid), bool(entry["stopping"]))
