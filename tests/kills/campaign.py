"""Deals out kills, looks at what they left, and counts."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

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

    def survey(self) -> dict[str, object]:
        """Return the table of the manual: what each job's kills cost."""
        rows = [_counts(name, [t for t in self.trials if t.job == name]) for name in self.measures]
        rows.append(_counts("all", self.trials))
        title = f"{rows[-1]['kills']} kills (SIGKILL, seed {self.seed}) and what they cost"
        return {"survey": "kills", "title": title, "rows": rows}


def _finished(course: Course) -> int:
    kinds = ("finished", "kept", "opened", "saved", "exported")
    return sum(len(course.said(kind)) for kind in kinds)


def _counts(name: str, trials: Sequence[Trial]) -> dict[str, object]:
    hit = [t for t in trials if t.hit]
    words = [" ".join(t.wrong) for t in trials]
    known = ("unreadable", "lost", "left behind")
    return {
        "job": name,
        "kills": len(hit),
        "after some time": sum(" s" in t.strike for t in hit),
        "in the midst of a write": sum("file moment" in t.strike for t in hit),
        "worker alone": sum(t.strike.startswith(Whom.WORKER) for t in hit),
        "all processes": sum(t.strike.startswith(Whom.TREE) for t in hit),
        "finished before": sum(t.finished for t in hit) or None,
        **{kind: sum(kind in told for told in words) for kind in known},
        "anything else": sum(bool(w) and not any(k in w for k in known) for w in words),
    }


def markdown(survey: dict[str, object]) -> str:
    """Return the rows of a survey as a table in Markdown."""
    rows: list[dict[str, object]] = survey["rows"]  # type: ignore[assignment]  # see `survey`
    lines = [_row(list(rows[0])), _row(["---"] * len(rows[0]))]
    return "\n".join([*lines, *(_row(list(row.values())) for row in rows)])


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
