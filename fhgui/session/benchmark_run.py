"""One benchmark that the user started or opened: where it stands and what it has told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from fhgui.core.errors import InputError
from fhgui.evaluation.rows import PictureScores, Row
from fhgui.plain import json_value
from fhgui.session import detached
from fhgui.session.benchmark_process import BenchmarkOrder
from fhgui.session.benchmark_result import (
    BenchmarkResult,
    holds_benchmark,
    read_result,
    row_of,
    scores_of,
)


class BenchmarkStatus(StrEnum):
    """Where a benchmark stands."""

    STARTING = "starting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    MOVED = "folder moved"

    @property
    def alive(self) -> bool:
        """Whether there is a process behind it."""
        return self in _ALIVE


_ALIVE = frozenset({BenchmarkStatus.STARTING, BenchmarkStatus.RUNNING, BenchmarkStatus.CANCELLING})


@dataclass
class BenchmarkStory:
    """What a benchmark has told so far.

    Parameters
    ----------
    methods, n : labels of the rows to come, and pictures of each.
    label, done : the row being measured, and its pictures so far.
    rows, scores : what is known, see `BenchmarkResult`.
    notes : what the user should know, oldest first.
    finished : whether the results are in place.
    """

    protocol: str = ""
    methods: tuple[str, ...] = ()
    n: int = 0
    label: str = ""
    done: int = 0
    rows: list[Row] = field(default_factory=list)
    scores: dict[str, dict[str, PictureScores]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    finished: bool = False

    @property
    def started(self) -> bool:
        """Whether its pictures are being measured."""
        return bool(self.methods)

    @property
    def fraction(self) -> float:
        """How far it is, 0–1."""
        if self.finished:
            return 1.0
        if self.label not in self.methods or not self.n:
            return 0.0
        before = self.methods.index(self.label)
        return (before + self.done / self.n) / len(self.methods)

    def take(self, line: str) -> bool:
        """Take in one line; return whether it told anything.

        Lines that are no JSON, or events that are not known here, are passed over.
        """
        takers: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "start": self._start,
            "image": self._image,
            "row": lambda event: self.rows.append(row_of(event)),
            "note": lambda event: self.notes.append(str(event["text"])),
            "finished": self._finish,
        }
        try:
            event: Any = json_value(line)
            takers[event["event"]](event)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return False
        return True

    def _start(self, event: Mapping[str, Any]) -> None:
        self.protocol, self.n = str(event["protocol"]), int(event["n"])
        self.methods = tuple(str(label) for label in event["methods"])

    def _image(self, event: Mapping[str, Any]) -> None:
        label, name = str(event["label"]), str(event["name"])
        scores = scores_of(event["scores"])
        self.label, self.done, self.n = label, int(event["done"]), int(event["total"])
        self.scores.setdefault(label, {})[name] = scores

    def _finish(self, event: Mapping[str, Any]) -> None:
        self.finished = True


class BenchmarkRun:
    """One benchmark.

    Parameters
    ----------
    order : what was asked for.
    log : file of what it tells; None if it was only opened here.
    pid : of its process.
    cancelled : whether the user wanted it to end.
    """

    def __init__(
        self,
        order: BenchmarkOrder,
        log: Path | None = None,
        pid: int | None = None,
        cancelled: bool = False,
    ) -> None:
        self.order, self.log, self.pid, self.cancelled = order, log, pid, cancelled
        self.story = BenchmarkStory(protocol=order.protocol)
        self.status = BenchmarkStatus.STARTING
        self.error = ""
        self._tail = None if log is None else detached.Tail(log)
        self._read: BenchmarkResult | None = None

    @property
    def folder(self) -> Path:
        """Where its results are, or will be."""
        return self.order.out

    def result(self) -> BenchmarkResult:
        """Return the figures: from the folder once it has finished, else as told so far."""
        if self._read is not None:
            return self._read
        story = self.story
        # copied: a view that holds it must see the figures of one moment
        scores = {label: dict(named) for label, named in story.scores.items()}
        rows, notes = tuple(story.rows), tuple(story.notes)
        return BenchmarkResult(story.protocol, story.n, rows, scores, self.folder, notes)

    def look(self) -> bool:
        """Read what is new; return whether anything has changed."""
        # asked first: what a process wrote before it ended is then read for certain
        running = detached.is_running(self.pid, self.folder)
        told = False
        while self._tail is not None and (lines := self._tail.read()):
            told = sum(self.story.take(line) for line in lines) > 0 or told
        before = self.status, self.error
        self.status = self._while_running() if running else self._afterwards()
        return told or before != (self.status, self.error)

    def _while_running(self) -> BenchmarkStatus:
        if self.cancelled:
            return BenchmarkStatus.CANCELLING
        return BenchmarkStatus.RUNNING if self.story.started else BenchmarkStatus.STARTING

    def _afterwards(self) -> BenchmarkStatus:
        self.error = ""
        if holds_benchmark(self.folder):  # written last: the folder is complete
            return self._read_folder()
        if self.story.finished or self.log is None:
            return BenchmarkStatus.MOVED
        if self.cancelled:
            return BenchmarkStatus.CANCELLED
        self.error = detached.last_words(self.log)
        return BenchmarkStatus.FAILED if self.error else BenchmarkStatus.INTERRUPTED

    def _read_folder(self) -> BenchmarkStatus:
        if self._read is None:
            try:
                self._read = read_result(self.folder)
            except InputError as error:
                self.error = error.sentence()
                return BenchmarkStatus.FAILED
        return BenchmarkStatus.FINISHED
