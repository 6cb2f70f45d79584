"""What the worker does and has before it, as people follow it: how far, and how long still."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from psygnal import Signal

from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.results import Result, Status

SHOWN = (m.Enhance, m.FindFaces, m.TrackFaces, m.Export)
"""Kinds of jobs that people wait for."""

TITLES = {m.FindFaces: "Find faces", m.TrackFaces: "Follow faces", m.Export: "Export"}


@dataclass
class Entry:
    """One job; only `RunQueue` changes it.

    Parameters
    ----------
    title : what is done, for people.
    done, total : finished stages or parts; ``total`` 0 when that is not known.
    told : what there is to say beside that: the stage, a failure, that it was reused.
    started_s, moved_s, ended_s : moments of `RunQueue`'s clock; None before.
    moments_s : when each stage was there, since the start.
    reused : whether its pictures were made before.
    """

    job: int
    command: m.Command
    title: str
    status: Status = Status.QUEUED
    done: int = 0
    total: int = 0
    told: str = ""
    started_s: float | None = None
    moved_s: float | None = None
    ended_s: float | None = None
    moments_s: list[float] = field(default_factory=list)
    reused: bool = False

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return 1.0 if self.status is Status.COMPLETED else self.done / max(self.total, 1)

    @property
    def method(self) -> str:
        """The method of a run; empty for other jobs."""
        return self.command.request.method if isinstance(self.command, m.Enhance) else ""


class RunQueue:
    """The jobs of the last batch: from the first after idleness to the last one waiting.

    Parameters
    ----------
    clock : seconds that only grow.

    Notes
    -----
    Signals: ``changed`` (a job came, moved on or ended).
    """

    changed = Signal()

    def __init__(self, bench: Bench, clock: Callable[[], float] = time.monotonic) -> None:
        self._bench = bench
        self._clock = clock
        self.entries: list[Entry] = []
        self._paces: dict[str, list[float]] = {}
        bench.asked_for.connect(self.add)

    @property
    def waiting(self) -> tuple[Entry, ...]:
        """The jobs that are not over, the running one first."""
        return tuple(e for e in self.entries if not e.status.over)

    def add(self, command: m.Command) -> None:
        """Take note of a job that was asked for."""
        if not isinstance(command, SHOWN):
            return
        if not self.waiting:
            self.entries.clear()
        self.entries.append(Entry(command.job, command, self._title(command)))
        self.changed.emit()

    def take(self, event: m.Event) -> None:
        """Take in what the worker says of a job."""
        entry = next((e for e in self.entries if e.job == event.job), None)
        if entry is not None and entry.ended_s is None:
            self._move(entry, event, self._clock())
            self.changed.emit()

    def forget_finished(self) -> None:
        """Take what is over off the list."""
        self.entries[:] = self.waiting
        self.changed.emit()

    # ---- time ---------------------------------------------------------------------------------

    def left_s(self, entry: Entry) -> float | None:
        """Return how long a job may take still; None if there is nothing to tell it by.

        Told by the last completed run of the method stage for stage, else by the stages so far.
        """
        pace = self._pace(entry.method)
        if entry.status.over:
            return 0.0
        if entry.started_s is None or entry.moved_s is None:
            return pace[-1] if pace else None
        since = self._clock() - entry.moved_s
        if pace:
            behind = pace[min(entry.done, len(pace)) - 1] if entry.done else 0.0
            return max(0.0, pace[-1] - behind - since)
        if entry.done < 2 or not entry.total:
            return None
        each = (entry.moved_s - entry.started_s) / entry.done
        return max(0.0, each * (entry.total - entry.done) - since)

    def all_left_s(self) -> float | None:
        """Return how long all that is not over may take still; None if that cannot be told."""
        known = [self.left_s(e) for e in self.waiting]
        return None if None in known else sum(s for s in known if s is not None)

    def _pace(self, method: str) -> list[float]:
        """Return when each stage of a method was there, and at last its end; may be empty."""
        if method and method not in self._paces:
            self._paces[method] = self._pace_of_case(method)
        return self._paces.get(method, [])

    def _pace_of_case(self, method: str) -> list[float]:
        """Return how long the newest completed run of a method took, by the open case."""
        faces = (face for work in self._bench.works for face in work.face_works)
        known = [r for face in faces for r in face.results if r.name == method and _tells(r)]
        return [known[-1].seconds or 0.0] if known else []

    # ---- inside -------------------------------------------------------------------------------

    def _move(self, entry: Entry, event: m.Event, now: float) -> None:
        if isinstance(event, m.Started):
            entry.status, entry.started_s, entry.moved_s = Status.RUNNING, now, now
        elif isinstance(event, m.StageDone):
            entry.done, entry.total = event.index + 1, event.total
            entry.moved_s, entry.told = now, event.stage.title
            entry.moments_s.append(now - (entry.started_s or now))
        elif isinstance(event, m.StartedOver):
            entry.done, entry.told = 0, event.text
            entry.moments_s.clear()
        elif isinstance(event, m.Progress):
            entry.done, entry.total, entry.told = event.done, event.total, event.text
            entry.moved_s = now
        else:
            self._end(entry, event, now)

    def _end(self, entry: Entry, event: m.Event, now: float) -> None:
        if isinstance(event, m.RunDone):
            record = event.run.record
            entry.status = Status(record.outcome.value)
            error = event.run.error
            entry.told = "" if error is None else error.sentence()
            entry.reused = record.reused is not None
            if entry.reused:
                entry.told = "made before, not computed again"
        elif isinstance(event, m.Failed):
            entry.status, entry.told = Status.FAILED, event.sentence
        elif isinstance(event, m.Cancelled):
            entry.status = entry.status if entry.status.over else Status.CANCELLED
        elif isinstance(event, m.Done):
            entry.ended_s = now
            if not entry.status.over:
                entry.status = Status.COMPLETED
            if entry.status is Status.COMPLETED:
                self._learn(entry)

    def _learn(self, entry: Entry) -> None:
        if entry.method and entry.moments_s and entry.started_s is not None and not entry.reused:
            took = (entry.ended_s or entry.started_s) - entry.started_s
            self._paces[entry.method] = [*entry.moments_s, took]

    def _title(self, command: m.Command) -> str:
        if isinstance(command, m.Enhance):
            work = next((w for w in self._bench.works if w.result(command.job)), None)
            result = None if work is None else work.result(command.job)
            return command.request.method if result is None else result.label
        return TITLES.get(type(command), "")


def _tells(result: Result) -> bool:
    """Tell whether a result says how long its method takes."""
    computed = result.run is not None and result.run.record.reused is None
    return result.status is Status.COMPLETED and computed and bool(result.seconds)


def time_words(seconds: float | None) -> str:
    """Return e.g. ``about 12 s left``; empty if it is not known."""
    if seconds is None:
        return ""
    if seconds < 1.5:
        return "nearly done"
    if seconds < 90:
        return f"about {seconds:.0f} s left"
    minutes = seconds / 60
    return f"about {minutes:.0f} min left" if minutes < 90 else f"about {minutes / 60:.1f} h left"
