"""One training that the user started: where it stands and what it has told."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from fhgui.session import detached
from fhgui.session import training_process as process
from fhgui.session.training_process import Order
from fhgui.session.training_story import Story

COMPLETE = ("steps", "time", "early")
"""Ends after which there is nothing to resume."""


class TrainingStatus(StrEnum):
    """Where a training stands."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def alive(self) -> bool:
        """Whether there is a process behind it."""
        return self in _ALIVE


_ALIVE = frozenset(
    {
        TrainingStatus.STARTING,
        TrainingStatus.RUNNING,
        TrainingStatus.PAUSING,
        TrainingStatus.STOPPING,
    }
)


class Wish(StrEnum):
    """What the user wants of a training."""

    GO = "go"
    PAUSE = "pause"
    STOP = "stop"


class TrainingRun:
    """One training.

    Parameters
    ----------
    order : what was asked for.
    pid : of its process; None if none was ever started.
    wish : what the user wanted of it last.
    added : whether its weights were added to the models.
    """

    def __init__(
        self, order: Order, pid: int | None = None, wish: Wish = Wish.GO, added: bool = False
    ) -> None:
        self.order, self.pid, self.wish, self.added = order, pid, wish, added
        self.story = Story()
        self.status = TrainingStatus.STARTING
        self.error = ""
        self._tail = detached.Tail(order.out / process.PROGRESS)

    @property
    def folder(self) -> Path:
        """Where it keeps everything."""
        return self.order.out

    @property
    def name(self) -> str:
        """The recipe's name."""
        return Path(self.order.recipe).stem

    @property
    def weights(self) -> Path | None:
        """The trained weights, once it has finished."""
        path = self.story.weights
        done = path is not None and self.status is TrainingStatus.FINISHED and path.is_file()
        return path if done else None

    @property
    def resumable(self) -> bool:
        """Whether it ended before its end and can go on."""
        return not self.status.alive and self.status is not TrainingStatus.FINISHED

    def begin_part(self, pid: int) -> None:
        """Take note of a new process."""
        self.pid, self.wish, self.error = pid, Wish.GO, ""
        self.status = TrainingStatus.STARTING

    def look(self) -> bool:
        """Read what is new; return whether anything has changed."""
        # asked first: what a process wrote before it ended is then read for certain
        running = detached.is_running(self.pid, self.folder)
        told = False
        while lines := self._tail.read():
            told = sum(self.story.take(line) for line in lines) > 0 or told
        before = self.status, self.error
        self.status = self._while_running() if running else self._afterwards()
        failed = self.status is TrainingStatus.FAILED
        self.error = detached.last_words(self.folder / process.ERRORS) if failed else ""
        return told or before != (self.status, self.error)

    def _while_running(self) -> TrainingStatus:
        if self.wish is Wish.GO:
            return TrainingStatus.RUNNING if self.story.started else TrainingStatus.STARTING
        return TrainingStatus.PAUSING if self.wish is Wish.PAUSE else TrainingStatus.STOPPING

    def _afterwards(self) -> TrainingStatus:
        if self.story.ended in COMPLETE and self.story.weights is not None:
            return TrainingStatus.FINISHED
        said = detached.last_words(self.folder / process.ERRORS)
        if said and self.story.ended != "stopped":
            return TrainingStatus.FAILED
        if self.wish is Wish.PAUSE:
            return TrainingStatus.PAUSED
        asked = self.wish is Wish.STOP or self.story.ended == "stopped"
        return TrainingStatus.STOPPED if asked else TrainingStatus.INTERRUPTED
