"""Carries a batch out: wave by wave, first all files of it are looked into, then method by method.

Waves bound the memory of this process. Within one, jobs are ordered by method, so that a worker
keeps its model warm; within the summary they are ordered by file and face.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fhgui.batch.costs import Costs
from fhgui.batch.crew import Crew, Lost
from fhgui.batch.ledger import Ledger
from fhgui.batch.looking import Look, look_at, look_key
from fhgui.batch.order import Order
from fhgui.batch.running import FAILED, LEFT_OUT, NO_FACE, Job, Row, row_of, run_job
from fhgui.datasets.listing import PICTURES

WAVE = 4096
"""Files that are looked into before their faces are enhanced."""

TELL_S = 2.0
"""Progress is told at most so often."""

FEW = 10
"""Steps before the time left is guessed at: the first ones load libraries and models."""

LOOKING = "looking"

Tell = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Batch:
    """What a batch works with.

    Parameters
    ----------
    folder, out : absolute; the same on every machine.
    """

    order: Order
    folder: Path
    out: Path
    crew: Crew
    ledger: Ledger
    tell: Tell


def carry_out(batch: Batch, names: Sequence[str], costs: Costs) -> None:
    """Do what is not yet done; every file and result gets its row in the ledger.

    Parameters
    ----------
    names : of the files, relative, sorted.
    costs : takes in what was computed, also if the work is stopped.

    Raises
    ------
    OutputError
        The disk is full or cannot be written; what is finished stays.
    FhguiError
        The workers cannot work.
    """
    number = 0
    for start in range(0, len(names), WAVE):
        wave = names[start : start + WAVE]
        looks = _looked(batch, wave, costs, (start, len(names)))
        rows, jobs = _planned(batch.order, wave, looks, number)
        for row in rows:
            batch.ledger.add_row(row)
        _run(batch, jobs, costs)
        number += len(rows) + len(jobs)


def _looked(
    batch: Batch, wave: Sequence[str], costs: Costs, place: tuple[int, int]
) -> dict[str, Look]:
    """Return what each file of a wave holds, from the ledger where it was looked into before."""
    keys = {name: look_key(name, batch.folder, batch.order) for name in wave}
    known = {name: batch.ledger.look(key) for name, key in keys.items()}
    looks = {name: look for name, look in known.items() if look is not None}
    work = partial(look_at, folder=batch.folder, order=batch.order)
    meter = Meter(batch.tell, "files looked into", place[1], place[0] + len(looks))
    new = [name for name in wave if name not in looks]
    for name, seen in batch.crew.each(work, new, _may_be_film):
        look = Look("", (), f"{name}: {seen.said}") if isinstance(seen, Lost) else seen
        if not look.failure:
            batch.ledger.keep_look(keys[name], look)
        costs.add(LOOKING, look.cpu_s, None, None)
        looks[name] = look
        meter.step()
    batch.ledger.commit()
    return looks


def _may_be_film(name: str) -> bool:
    """Tell whether looking may take long: recorders call their films anything."""
    return Path(name).suffix.lower() not in PICTURES


def _planned(
    order: Order, wave: Sequence[str], looks: dict[str, Look], number: int
) -> tuple[list[Row], list[Job]]:
    """Return the rows of files that hold nothing to work on, and the jobs of the others."""
    rows: list[Row] = []
    jobs: list[Job] = []
    for name in wave:
        look = looks[name]
        if look.failure:
            status = LEFT_OUT if look.left_out else FAILED
            rows.append(Row(number + len(rows) + len(jobs), name, status, look.failure))
        elif not look.subjects:
            rows.append(Row(number + len(rows) + len(jobs), name, NO_FACE, look.note))
        for job in _jobs(order, name, look):
            jobs.append(job(number + len(rows) + len(jobs)))
    return rows, jobs


def _jobs(order: Order, name: str, look: Look) -> Iterator[Callable[[int], Job]]:
    """Yield the jobs of a file, each as what still needs its number."""
    for face, subject in enumerate(look.subjects, start=1):
        for method in order.methods:
            yield partial(
                Job,
                name=name,
                sha256=look.sha256,
                subject=subject,
                face=face,
                method=method,
                note=look.note,
            )


def _run(batch: Batch, jobs: Sequence[Job], costs: Costs) -> None:
    work = partial(run_job, folder=batch.folder, out=batch.out, order=batch.order)
    methods = batch.order.methods
    by_method = sorted(jobs, key=lambda job: (methods.index(job.method), job.number))
    meter = Meter(batch.tell, "results", len(jobs))
    for job, came in batch.crew.each(work, by_method):
        row = row_of(job, FAILED, f"{job.name}: {came.said}") if isinstance(came, Lost) else came
        batch.ledger.add_row(row)
        costs.add(job.method, row.cpu_s, row.wall_s, row.size_bytes)
        meter.step()


class Meter:
    """Counts steps and tells of them now and then, with the time left.

    Parameters
    ----------
    done : so many needed no work.
    """

    def __init__(self, tell: Tell, what: str, total: int, done: int = 0) -> None:
        self._tell, self._what, self._total = tell, what, total
        self._done, self._steps = done, 0
        self._began_s = self._told_s = time.monotonic()

    def step(self) -> None:
        """Count one."""
        self._steps += 1
        now_s = time.monotonic()
        done = self._done + self._steps
        if now_s - self._told_s >= TELL_S or done == self._total:
            self._told_s = now_s
            left_s = (now_s - self._began_s) / self._steps * (self._total - done)
            left = _left(left_s) if self._steps >= FEW else ""
            self._tell(f"{self._what}: {done} of {self._total}{left}")


def _left(left_s: float) -> str:
    if left_s < 1:
        return ""
    minutes = left_s / 60
    return f", about {left_s:.0f} s left" if minutes < 2 else f", about {minutes:.0f} min left"
