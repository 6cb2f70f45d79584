"""Sets of faces that are made of photographs, each by a process of its own beside the work.

The process is ``fhgui dataset build``. It keeps a journal in the folder of the set, so that one
that was stopped goes on; what it tells is written beside that folder, which holds nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from fhgui import paths
from fhgui.core.errors import InputError
from fhgui.session import detached
from fhgui.session.runs import Runs
from fhgui.session.sets import holds_set

_PROGRESS = re.compile(r"(\d+)/(\d+) looked at, (.*)")


@dataclass(frozen=True)
class SetOrder:
    """What a set is to be made of.

    Parameters
    ----------
    sources : folders, zips, pictures and videos.
    out : folder of the set; what is told lies beside it.
    template : faces are found and laid on it; None: the pictures are aligned already.
    size_hw : height and width of the packed faces, in pixels.
    people : whether the folder that a picture lies in names the person.
    """

    sources: tuple[Path, ...]
    out: Path
    template: str | None
    size_hw: tuple[int, int]
    people: bool = False

    @property
    def log(self) -> Path:
        """The file that the process tells its progress and its last words."""
        return self.out.with_name(f"{self.out.name}.log")


def build_command(order: SetOrder) -> list[str]:
    """Return the command line that makes a set, or goes on making it."""
    height, width = order.size_hw
    command = [*paths.program(), "dataset", "build", *map(str, order.sources)]
    command += ["--out", str(order.out), "--size", f"{height},{width}"]
    command += ["--no-align"] if order.template is None else ["--template", order.template]
    return [*command, *(["--labels", "folder"] if order.people else [])]


class SetStatus(StrEnum):
    """Where a set that is made stands."""

    MAKING = "making"
    STOPPING = "stopping"
    STOPPED = "stopped"
    MADE = "made"
    FAILED = "failed"

    @property
    def alive(self) -> bool:
        """Whether there is a process behind it."""
        return self in (SetStatus.MAKING, SetStatus.STOPPING)


class SetBuild:
    """One set that is made.

    Parameters
    ----------
    pid : of its process.
    stopping : whether the user asked it to end.

    Attributes
    ----------
    done, total : pictures and frames looked at, and all of them; 0 until it is known.
    words : what was told last, e.g. ``180 faces, 12.5/s, 3.1 min left``.
    error : why it failed, in one sentence.
    """

    def __init__(self, order: SetOrder, pid: int | None, stopping: bool = False) -> None:
        self.order, self.pid, self.stopping = order, pid, stopping
        self.status = SetStatus.MAKING
        self.done = self.total = 0
        self.words = self.error = ""
        self._tail = detached.Tail(order.log)

    @property
    def folder(self) -> Path:
        """Where the set will be."""
        return self.order.out

    @property
    def name(self) -> str:
        """What the set is called."""
        return self.order.out.name

    def begin_part(self, pid: int) -> None:
        """Take note of a new process."""
        self.pid, self.stopping, self.error = pid, False, ""
        self.status, self._tail = SetStatus.MAKING, detached.Tail(self.order.log)

    def look(self) -> bool:
        """Read what is new; return whether anything has changed."""
        before = self.status, self.done, self.words, self.error
        # asked first: what a process wrote before it ended is then read for certain
        running = detached.is_running(self.pid, self.folder)
        while lines := self._tail.read():
            for told in filter(None, map(_PROGRESS.fullmatch, lines)):
                self.done, self.total, self.words = int(told[1]), int(told[2]), told[3]
        if running:
            self.status = SetStatus.STOPPING if self.stopping else SetStatus.MAKING
        elif holds_set(self.folder):
            self.status = SetStatus.MADE
        elif self.stopping:
            self.status = SetStatus.STOPPED
        else:
            self.status = SetStatus.FAILED
            self.error = detached.last_words(self.order.log) or "it ended without a word"
        return before != (self.status, self.done, self.words, self.error)


def _check_free(out: Path) -> None:
    """Refuse a folder with a set: nothing would be made, and the old one be taken for the new."""
    if holds_set(out):
        raise InputError("already holds a set", path=out, hint="choose another folder")


Command = Callable[[SetOrder], list[str]]


class SetBuilds(Runs[SetBuild]):
    """All sets that are being made, or were not made to their end; newest first.

    Parameters
    ----------
    register : JSON file that remembers them; made when needed.
    command : replaced in tests.
    """

    kind = "sets"

    def __init__(self, register: Path, command: Command = build_command) -> None:
        super().__init__(register)
        self._command = command

    def start(self, order: SetOrder) -> SetBuild:
        """Start to make a set.

        Raises
        ------
        InputError, OutputError
            If there is nothing to make it of, or its folder cannot be used.
        """
        if not order.sources:
            raise InputError("there is nothing to make a set of", hint="add photographs")
        if any(run.folder == order.out and run.status.alive for run in self.runs):
            raise InputError(
                "a set is just being made there", path=order.out, hint="choose another folder"
            )
        _check_free(order.out)
        run = SetBuild(order, self._launch(order))
        self.put_first(run)
        return run

    def stop(self, run: SetBuild) -> None:
        """Have it end; what was looked at is not looked at again when it goes on."""
        if run.pid is not None and run.status.alive:
            detached.ask_to_end(run.pid, run.folder)
            run.stopping = True
            self._tell(run)

    def resume(self, run: SetBuild) -> None:
        """Go on where it ended.

        Raises
        ------
        InputError, OutputError
            If its folder holds another set now, or cannot be written any more.
        """
        if not run.status.alive:
            _check_free(run.folder)
            run.begin_part(self._launch(run.order))
            self._tell(run)

    def _launch(self, order: SetOrder) -> int:
        command, log = self._command(order), order.log
        return detached.launch(command, "making of the set", log.parent, log.name)

    def _tell(self, run: SetBuild) -> None:
        self.remember()
        run.look()
        self.run_changed.emit(run)

    def entry(self, run: SetBuild) -> dict[str, object]:
        """Return what the register remembers of a set."""
        order = asdict(run.order)
        order["sources"], order["out"] = [str(p) for p in run.order.sources], str(run.folder)
        return {**order, "pid": run.pid, "stopping": run.stopping}

    def run_of(self, entry: Mapping[str, Any]) -> SetBuild:
        """Return the set of an entry; one whose folder is gone is forgotten."""
        height, width = entry["size_hw"]
        template, pid = entry["template"], entry["pid"]
        order = SetOrder(
            sources=tuple(Path(p) for p in entry["sources"]),
            out=Path(entry["out"]),
            template=None if template is None else str(template),
            size_hw=(int(height), int(width)),
            people=bool(entry["people"]),
        )
        if not order.out.is_dir() and not order.log.is_file():
            raise ValueError("its folder is gone")
        return SetBuild(order, None if pid is None else int(pid), bool(entry["stopping"]))
