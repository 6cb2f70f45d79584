"""Sees to it that all work reaches the case, and knows what has not reached it yet.

The desk is kept shortly after every change. When the disk does not take it (full, or its drive
unplugged), it is tried again, and runs that could not be filed stay in the window until they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.desk import Desk, desk_json
from fhgui.session.logbook import Level
from fhgui.session.note_entries import entries_between
from fhgui.session.notes import Notes


class Keeping:
    """What is on the disk and what is not.

    Parameters
    ----------
    bench : whose work it is.
    case : returns the folder of the case.
    desk : returns what is open and marked now.
    tell : called when something reached the disk, or did not.

    Attributes
    ----------
    saved_at : when the case took the desk last; None before.
    trouble : why the case cannot be written, in one sentence; empty while it can.
    """

    def __init__(
        self,
        bench: Bench,
        case: Callable[[], Path | None],
        desk: Callable[[], Desk],
        tell: Callable[[], None],
    ) -> None:
        self._bench, self._case, self._desk, self._tell = bench, case, desk, tell
        self._kept = Desk()
        self._sent: dict[int, tuple[Desk, Notes]] = {}
        self._entered = Notes()
        self._filing: dict[int, Run] = {}
        self.unfiled: dict[int, Run] = {}
        self.saved_at: datetime | None = None
        self.trouble = ""

    @property
    def changed(self) -> bool:
        """Whether the desk differs from the one that the case holds."""
        return self._desk() != self._kept

    @property
    def pending(self) -> bool:
        """Whether a run is not in the case yet."""
        return bool(self._filing or self.unfiled)

    @property
    def filing(self) -> bool:
        """Whether a run is on its way into the case."""
        return bool(self._filing)

    def begin(self, notes: Notes, saved_as: bool = False) -> None:
        """Take the desk as it lies now for what the case holds.

        Parameters
        ----------
        saved_as : whether it is a copy of the case before: it holds what that one held, and takes
            what that one could not, and what was changed while it was made.
        """
        self.trouble, self.saved_at = "", None
        if saved_as:
            self.keep()
            return
        self._kept, self._entered = self._desk(), notes
        self._sent.clear()  # what the case before says of its desk is nothing to this one
        self.unfiled.clear()

    def keep(self) -> None:
        """Have the case keep the desk, and the runs that it could not take before."""
        case, desk = self._case(), self._desk()
        if case is None:
            return
        for job, run in list(self.unfiled.items()):
            del self.unfiled[job]
            self.file(run, job)
        waiting = any(desk == sent for sent, _ in self._sent.values())
        if desk != self._kept and not waiting:
            self._bench.ask(lambda number: self._sending(number, case, desk))

    def _sending(self, number: int, case: Path, desk: Desk) -> m.KeepDesk:
        self._sent[number] = (desk, desk.notes)
        return m.KeepDesk(number, case, desk_json(desk), entries_between(self._entered, desk.notes))

    def left(self) -> tuple[Desk | None, tuple[m.LogEntry, ...]]:
        """Return the desk that the case does not hold yet, and what its log lacks."""
        desk = self._desk()
        if desk == self._kept:
            return None, ()
        return desk, entries_between(self._entered, desk.notes)

    def file(self, run: Run, job: int) -> None:
        """Have a run filed; ``job`` is its result's."""
        case = self._case()
        if case is not None:
            self._filing[job] = run
            self._bench.ask(lambda number: m.FileRun(number, case, job, run))
            self._tell()

    def take(self, event: m.Event, command: m.Command) -> None:
        """Take in what the worker says about keeping and filing."""
        if isinstance(command, m.KeepDesk):
            self._take_kept(event)
        elif isinstance(command, m.FileRun):
            self._take_filed(event, command)
        elif isinstance(event, m.Unfiled):
            self.unfiled[event.job] = event.run
            self._trouble(event.sentence)

    def _take_kept(self, event: m.Event) -> None:
        if isinstance(event, m.Failed):
            self._sent.pop(event.job, None)
            self._trouble(event.sentence)
        elif isinstance(event, m.Done) and event.job in self._sent:
            self._kept, self._entered = self._sent.pop(event.job)
            self.saved_at = datetime.now().astimezone()
            self._relief()

    def _take_filed(self, event: m.Event, command: m.FileRun) -> None:
        if isinstance(event, m.RunFiled):
            self._bench.replace_run(command.of, event.run)
        elif isinstance(event, m.Failed):
            self.unfiled[command.of] = command.run
            self._trouble(event.sentence)
        elif isinstance(event, m.Done):
            self._filing.pop(command.of, None)
            self._relief()

    def _trouble(self, sentence: str) -> None:
        """Say once that the case cannot be written; trying again says nothing new."""
        if not self.trouble:
            self._bench.note(f"{sentence}; {_nothing_lost(len(self.unfiled))}", Level.ERROR)
        self.trouble = sentence
        self._tell()

    def _relief(self) -> None:
        if self.trouble and not self.unfiled:
            self.trouble = ""
            self._bench.note("the case can be written again; everything is saved", notice=True)
        self._tell()


def _nothing_lost(unfiled: int) -> str:
    runs = {0: "", 1: "the finished run stays in this window and "}
    kept = runs.get(unfiled, f"{unfiled} finished runs stay in this window and ")
    return f"nothing is lost: {kept}saving is tried again"
