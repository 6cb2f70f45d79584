"""Work that the user started as processes of their own: a list of it that outlives the window.

A small register remembers the folders, so that a window that is opened again finds what still
runs. Lives on one thread; nothing blocks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from psygnal import Signal

from fhgui.core.errors import OutputError
from fhgui.plain import json_file
from fhgui.provenance import durable


class Status(Protocol):
    """Where a run stands."""

    @property
    def alive(self) -> bool:
        """Whether there is a process behind it."""


class Run(Protocol):
    """One piece of work."""

    @property
    def folder(self) -> Path:
        """Where it keeps everything."""

    @property
    def status(self) -> Status:
        """Where it stands."""

    def look(self) -> bool:
        """Read what is new; return whether anything has changed."""


R = TypeVar("R", bound=Run)


class Runs(Generic[R]):
    """All work of one kind that is remembered, newest first.

    Parameters
    ----------
    register : JSON file with the folders; made when needed.

    Notes
    -----
    Signals: ``runs_changed`` (one came or went), ``run_changed`` (one told something, with it),
    ``ended`` (one is over, with it).
    """

    runs_changed = Signal()
    run_changed = Signal(object)
    ended = Signal(object)
    kind = "runs"
    """What a sentence calls them."""

    def __init__(self, register: Path) -> None:
        self._register = register
        self._forgotten: set[Path] = set()
        self.runs: list[R] = []

    def entry(self, run: R) -> dict[str, object]:
        """Return what the register remembers of a run."""
        raise NotImplementedError

    def run_of(self, entry: Mapping[str, Any]) -> R:
        """Return the run of an entry; a `KeyError`, `TypeError` or `ValueError` drops it."""
        raise NotImplementedError

    @property
    def active(self) -> tuple[R, ...]:
        """The runs with a process behind them."""
        return tuple(run for run in self.runs if run.status.alive)

    @property
    def busy(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.active)

    def load(self) -> None:
        """Find the runs of earlier windows again."""
        known = {run.folder for run in self.runs}
        found = [run for run in self._read() if run.folder not in known]
        for run in found:  # the others are looked at by `poll`, which tells when they end
            run.look()
        self.runs += found
        self.runs_changed.emit()

    def forget(self, run: R) -> None:
        """Take a run off the list; its folder stays, and so does a process."""
        self.runs.remove(run)
        self._forgotten.add(run.folder)
        self.runs_changed.emit()
        self.remember()

    def poll(self) -> None:
        """Look at what runs; called again and again."""
        for run in self.active:
            if run.look():
                self.run_changed.emit(run)
            if not run.status.alive:
                self.ended.emit(run)

    def put_first(self, run: R) -> None:
        """Add a run in the place of another one in its folder, and remember it.

        Raises
        ------
        OutputError
            If the register cannot be written.
        """
        self.runs = [run, *(r for r in self.runs if r.folder != run.folder)]
        self._forgotten.discard(run.folder)
        self.runs_changed.emit()
        self.remember()

    def remember(self) -> None:
        """Write the register; what another window put there stays.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        known = {run.folder for run in self.runs} | self._forgotten
        others = [run for run in self._read() if run.folder not in known]
        entries = [self.entry(run) for run in (*self.runs, *others)]
        try:
            self._register.parent.mkdir(parents=True, exist_ok=True)
            durable.write_atomic(self._register, json.dumps(entries, indent=1).encode())
        except OSError as error:
            raise OutputError(
                f"the list of {self.kind} cannot be written; they run all the same",
                path=self._register,
            ) from error

    def _read(self) -> list[R]:
        try:
            entries: Any = json_file(self._register)
        except (OSError, ValueError):  # none yet, or damaged: the runs themselves are not
            return []
        runs: list[R] = []
        for entry in entries if isinstance(entries, list) else ():
            try:
                runs.append(self.run_of(entry))
            except (KeyError, TypeError, ValueError, OverflowError):  # of another version
                continue
        return runs
