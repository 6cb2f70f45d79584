"""Deals out kills, looks at what they left, and counts."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from tests.kills.jobs import Job
from tests.kills.striking import Course, Strike, Whom

TRIES = 4
"""A kill that comes after the end is drawn again, at most so often."""


@dataclass(frozen=True)
class Trial:
    """One kill and what it left.

    Parameters
    ----------
    finished : how many finished things the process had told of before.
    wrong : sentences; empty if nothing was lost, unreadable or left behind.
    checked_s : time that opening, going on and comparing took.
    """

    number: int
    job: str
    strike: str
    hit: bool
    finished: int
    wrong: tuple[str, ...]
    checked_s: float


@dataclass
class Measure:
    """How a job goes without a kill."""

    lasted_s: float
    moments: int


@dataclass
class Campaign:
    """Kills of several jobs.

    Parameters
    ----------
    folder : trials are laid out in it one after the other.
    keep : folder for what trials that went wrong left; None keeps nothing.
    """

    jobs: Sequence[Job]
    folder: Path
    seed: int
    keep: Path | None = None
    measures: dict[str, Measure] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)

    def run(self, kills: int) -> Iterator[Trial]:
        """Kill so many times in all, the jobs in turn; yield each trial."""
        for job in self.jobs:
            course = job.undisturbed(self.folder / "trial")
            self.measures[job.name] = Measure(course.lasted_s, course.moments)
        for number in range(kills):
            job = self.jobs[number % len(self.jobs)]
            trial = self.tried(number, job)
            self.trials.append(trial)
            yield trial

    def tried(self, number: int, job: Job) -> Trial:
        """Make one trial; the number and the seed alone decide how it is killed."""
        for attempt in range(TRIES):
            kill = self.drawn(number, job, attempt)
            course = job.once(self.folder / "trial", kill)
            if course.hit:
                break
        began_s = time.monotonic()
        wrong = tuple(job.wrong(self.folder / "trial", course))
        if wrong and self.keep is not None:
            shutil.copytree(self.folder / "trial", self.keep / f"{number:03d}-{job.name}")
        took_s = time.monotonic() - began_s
        return Trial(number, job.name, kill.words, course.hit, _finished(course), wrong, took_s)

    def drawn(self, number: int, job: Job, attempt: int = 0) -> Strike:
        """Return how a trial is killed: in turn after some time, and in the midst of a write."""
        draw = random.Random(f"{self.seed}.{number}.{attempt}")
        measure = self.measures[job.name]
        whom = draw.choice(list(Whom)) if job.workers else Whom.TREE
        if number // len(self.jobs) % 2 == 0:
            return Strike(whom, after_s=draw.uniform(0, measure.lasted_s))
        return Strike(whom, at=draw.randint(1, max(1, measure.moments)))

    def report(self) -> dict[str, object]:
        """Return everything as plain JSON."""
        return {
            "seed": self.seed,
            "undisturbed": {name: asdict(m) for name, m in self.measures.items()},
            "trials": [asdict(trial) for trial in self.trials],
        }

    def table(self) -> str:
        """Return the report as a table in Markdown."""
        heads = ("job", "kills", "at a time", "at a file", "worker alone", "whole tree")
        more = ("finished before", "unreadable", "lost", "left behind", "other", "median check s")
        lines = [_row((*heads, *more)), _row(["---"] * (len(heads) + len(more)))]
        for name in self.measures:
            lines += [_row([name, *_cells([t for t in self.trials if t.job == name])])]
        lines.append(_row(["all", *_cells(self.trials)]))
        return "\n".join(lines)


def _finished(course: Course) -> int:
    kinds = ("finished", "kept", "opened", "saved", "exported")
    return sum(len(course.said(kind)) for kind in kinds)


def _cells(trials: Sequence[Trial]) -> list[object]:
    hit = [t for t in trials if t.hit]
    words = [" ".join(t.wrong) for t in trials]
    counts: list[object] = [len(hit)]
    counts += [sum(part in t.strike for t in hit) for part in (" s", "file moment")]
    counts += [sum(t.strike.startswith(whom) for t in hit) for whom in Whom]
    counts.append(sum(t.finished for t in hit))
    counts += [sum(kind in w for w in words) for kind in ("unreadable", "lost", "left behind")]
    known = ("unreadable", "lost", "left behind")
    counts.append(sum(bool(w) and not any(k in w for k in known) for w in words))
    return [*counts, f"{median([t.checked_s for t in hit] or [0.0]):.1f}"]


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
