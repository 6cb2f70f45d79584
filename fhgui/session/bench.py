"""What lies on the bench: open sources, where the analyst is in them, what was asked and said.

Everything that works on a case (marking, ordering runs, notes, keeping, …) takes the bench, and
changes it only through its methods; `fhgui.session.session.Session` puts them together. Lives on
one thread.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from psygnal import Signal

from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session import point_jobs as pj
from fhgui.session.glimpses import Glimpses
from fhgui.session.history import History
from fhgui.session.logbook import LOG_LINES, Level, LogLine, line
from fhgui.session.marking import Marking
from fhgui.session.models import available_methods
from fhgui.session.orders import Orders
from fhgui.session.results import Result
from fhgui.session.undoing import Undoable, UndoGroup
from fhgui.session.viewing import Step, ViewState
from fhgui.session.work import Work

KEPT = (m.FileRun, m.SaveCaseAs, m.OpenCase, m.RescueCase, m.Warm)
"""Jobs that `Bench.cancel` leaves alone: what they do must not be lost."""


class Bench:
    """Sources, marks, results, jobs and log, as one observable object.

    Parameters
    ----------
    submit : takes every `Command` for the worker.
    cancel : stops jobs of the worker, given by their numbers.

    Attributes
    ----------
    case : the folder of the case that is worked in; it may not exist yet.
    works, shelved : open sources, and those taken off the desk with the places they had.
    current : the source looked at.
    glimpses : small pictures of frames nobody looks at.
    orders : the methods of the next run with their settings, and their past and future.

    Notes
    -----
    Signals: ``works_changed`` (a source came, went or was looked at), ``frame_changed`` (index or
    picture), ``faces_changed``, ``marking_changed`` (crop or points), ``aids_changed`` (loop,
    ruler, scale), ``film_changed`` (the worker told of time line or tracks), ``methods_changed``
    (choice), ``results_changed`` (a run came or ended), ``result_changed`` (one moved on, with
    it), ``active_changed`` (another face or result is looked at), ``view_changed``,
    ``busy_changed``, ``asked_for`` (a job, before the worker has it), ``logged`` (with the line),
    ``noticed`` (a line that wants attention), ``exported`` (with the files), ``models_changed``
    (weights came or went), ``reason_wanted`` (the face is too small to go on without one, with
    words).
    """

    works_changed = Signal()
    frame_changed = Signal()
    faces_changed = Signal()
    marking_changed = Signal()
    aids_changed = Signal()
    film_changed = Signal()
    methods_changed = Signal()
    results_changed = Signal()
    result_changed = Signal(Result)
    active_changed = Signal()
    view_changed = Signal()
    busy_changed = Signal()
    asked_for = Signal(m.Command)
    logged = Signal(LogLine)
    noticed = Signal(LogLine)
    exported = Signal(tuple)
    models_changed = Signal()
    reason_wanted = Signal(str)

    def __init__(
        self,
        submit: Callable[[m.Command], None],
        cancel: Callable[[Collection[int]], None] = lambda jobs: None,
    ) -> None:
        self._submit = submit
        self._cancel = cancel
        self._numbers = itertools.count(1)
        self._jobs: dict[int, tuple[m.Command, Work | None]] = {}
        self._asked_once: set[tuple[object, ...]] = set()
        self.case: Path | None = None
        self.works: list[Work] = []
        self.shelved: list[tuple[int, Work]] = []
        self.current: Work | None = None
        self.selected_job: int | None = None
        self.orders = History(Orders(available_methods()[:1]))
        self.view = ViewState()
        self.undoing = UndoGroup(self.histories)
        self.worker = "worker idle"
        self.progress = ""
        self.glimpses = Glimpses()
        self.log: list[LogLine] = []

    # ---- sources and frames ------------------------------------------------------------------

    def open(self, path: Path, read: bool = True) -> Work:
        """Add a source (or go to it if it is open) and make it the current one.

        Parameters
        ----------
        read : whether its frames can be read; without it only its results are there to look at.
        """
        known = self.work_at(path)
        again = known is not None and read and not known.readable
        work = self.add_source(path, read)
        if again:  # its file was gone, and may have been put back
            work.readable, work.trouble = True, ""
            self.glimpses.forget(path)
        self.go_to(work, again)
        return work

    def add_source(self, path: Path, read: bool = True) -> Work:
        """Add a source and return it, or the one that is there; nobody is told or led to it."""
        work = self.work_at(path)
        if work is None:
            work = Work(path, readable=read)
            self.works.append(work)
        return work

    def clear(self) -> None:
        """Take everything off the desk; nothing on a disk changes."""
        self.works, self.shelved, self.current, self.selected_job = [], [], None, None
        self._asked_once.clear()
        self.glimpses.clear()
        self.look(step=Step.OPEN)
        self.tell_all()

    def go_to(self, work: Work, again: bool = False, results: bool = False) -> None:
        """Make an open source the current one.

        Parameters
        ----------
        again : whether to tell of it even if it is.
        results : look at the results of its active face, if it has one, not at the frame.
        """
        if work is self.current and not again:
            return
        self.current = work
        face = work.active_face if results else None
        self.selected_job = face.results[0].job if face is not None and face.results else None
        self.look(step=Step.FRAME if face is None else Step.COMPARE)
        self.tell_all()

    def seek(self, index: int) -> None:
        """Ask for a frame of the current source; clamped to what there is."""
        work = self.current
        if work is None:
            return
        index = max(0, min(index, work.count - 1))
        if index != work.frame_index:
            work.frame_index = index
            self.frame_changed.emit()

    def work_at(self, path: Path) -> Work | None:
        """Return the open source of a path; None without one."""
        return next((w for w in self.works if w.path == path), None)

    def all_works(self) -> list[Work]:
        """Return every open source, those deleted from the desk included."""
        return [*self.works, *(work for _, work in self.shelved)]

    def tell_all(self) -> None:
        """Tell that another source is looked at, and all that hangs on it."""
        for signal in (
            self.works_changed,
            self.frame_changed,
            self.faces_changed,
            self.marking_changed,
            self.active_changed,
            self.results_changed,
        ):
            signal.emit()

    # ---- crop, points and methods ------------------------------------------------------------

    @property
    def marking(self) -> Marking:
        """Crop and points on the current source, as they hold for the frame shown."""
        work = self.current
        return Marking() if work is None else self.marked.in_frame(work.shown_index)

    @property
    def marked(self) -> Marking:
        """Crop and points on the current source as they were set, in whatever frame."""
        return Marking() if self.current is None else self.current.markings.value

    def mark(
        self, label: str, marking: Marking, merge: str | None = None, set_in: int | None = None
    ) -> None:
        """Replace crop and points; can be undone.

        Parameters
        ----------
        set_in : the frame that they belong to; None for the one that is shown.
        """
        work = self.current
        if work is None:
            return
        marking = marking.seen_in(work.shown_index if set_in is None else set_in)
        if work.markings.do(label, marking, merge):
            self.undoing.did(work.markings)
            self.marking_changed.emit()

    def histories(self) -> tuple[Undoable, ...]:
        """Return everything whose changes one undo takes back, whichever was changed last."""
        work = self.current
        return (self.orders,) if work is None else (work.markings, work.aids, self.orders)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of the next run."""
        return self.orders.value.methods

    # ---- results -----------------------------------------------------------------------------

    def select(self, face: int, job: int | None = None) -> None:
        """Look at the results of one face, and at one of them."""
        work = self.current
        if work is None or not any(f.number == face for f in work.face_works):
            return
        work.active = face
        results = work.active_face.results if work.active_face else ()
        self.selected_job = job if job is not None else (results[0].job if results else None)
        self.active_changed.emit()

    @property
    def selected(self) -> Result | None:
        """The result that stage strip, trust panel and doubt maps are about."""
        if self.current is None or self.selected_job is None:
            return None
        return self.current.result(self.selected_job)

    def put(self, work: Work, result: Result) -> None:
        """Replace a result by what it has become."""
        work.put(result)
        self.result_changed.emit(result)

    def replace_run(self, job: int, run: Run) -> None:
        """Give a result its run as it was filed."""
        work = self._work_of(job)
        result = None if work is None else work.result(job)
        if work is not None and result is not None:
            self.put(work, replace(result, run=run))

    def show_stage(self, job: int, index: int | None) -> None:
        """Show another stage of a result."""
        work = self._work_of(job)
        result = None if work is None else work.result(job)
        if work is not None and result is not None and result.shown != index:
            self.put(work, replace(result, shown=index))

    def _work_of(self, job: int) -> Work | None:
        return next((w for w in self.all_works() if w.result(job) is not None), None)

    # ---- looking and log ---------------------------------------------------------------------

    def look(self, **changes: object) -> None:
        """Change how things are looked at; see `ViewState` for the names."""
        view = replace(self.view, **changes)  # type: ignore[arg-type]  # names checked at run time
        if view != self.view:
            self.view = view
            self.view_changed.emit()

    def note(self, text: str, level: Level = Level.INFO, notice: bool = False) -> None:
        """Add a line to the log; warnings, errors and good news also reach the banner."""
        entry = line(text, level)
        self.log.append(entry)
        del self.log[:-LOG_LINES]
        self.logged.emit(entry)
        if notice or level is not Level.INFO:
            self.noticed.emit(entry)

    def say_worker(self, text: str) -> None:
        """Say what the worker does."""
        self.worker = text
        self.busy_changed.emit()

    def say_progress(self, text: str) -> None:
        """Say how far the worker is."""
        self.progress = text
        self.busy_changed.emit()

    # ---- jobs --------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a run, a search or an export goes on (hashing does not count)."""
        return self.doing(m.Enhance, m.FindFaces, m.TrackFaces, *pj.POINT_JOBS, m.Export)

    def doing(self, *kinds: type[m.Command]) -> bool:
        """Whether a job of these kinds waits or goes on."""
        return any(isinstance(command, kinds) for command, _ in self._jobs.values())

    def asked(self, job: int) -> tuple[m.Command, Work | None] | None:
        """Return what a job was asked for and for which source; None once it is over."""
        return self._jobs.get(job)

    def next_number(self) -> int:
        """Return a number that no job has."""
        return next(self._numbers)

    def ask(self, command: Callable[[int], m.Command]) -> None:
        """Ask the worker for something about the case; it is given the number of the job."""
        self._ask(command(next(self._numbers)), None)

    def ask_as(self, command: m.Command, work: Work) -> None:
        """Ask the worker for something about a source, or one of its results, by its number."""
        self._ask(command, work)

    def ask_once(
        self, key: tuple[object, ...], work: Work, command: Callable[[int], m.Command]
    ) -> None:
        """Ask the worker for something that is asked for once only, whatever comes of it."""
        if (work.path, *key) not in self._asked_once:
            self._asked_once.add((work.path, *key))
            self._ask(command(next(self._numbers)), work)

    def forget_asked(self, key: tuple[object, ...], work: Work) -> None:
        """Let something be asked for again: nothing came of it."""
        self._asked_once.discard((work.path, *key))

    def cancel(self) -> None:
        """Stop what goes on; what is being kept in the case, or read of sources, is not touched."""
        jobs = [job for job, (command, _) in self._jobs.items() if _is_stopped(command)]
        if self.busy:
            self.note("cancelling")
            self._cancel(jobs)

    def cancel_job(self, job: int) -> None:
        """Stop one job, or take it off the queue; the others go on."""
        if job in self._jobs:
            self._cancel([job])

    def end_job(self, job: int) -> None:
        """Forget a job that is over."""
        command, _ = self._jobs.pop(job)
        self.progress = ""
        if not self._jobs:
            self.worker = "worker ready"
        if isinstance(command, m.Enhance):
            self.results_changed.emit()
            if not self.busy and self.view.step is Step.ENHANCE:
                self.look(step=Step.COMPARE)
        self.busy_changed.emit()

    def _ask(self, command: m.Command, work: Work | None) -> None:
        self._jobs[command.job] = (command, work)
        self.asked_for.emit(command)
        self._submit(command)
        self.busy_changed.emit()


def _is_stopped(command: m.Command) -> bool:
    """Tell whether `Bench.cancel` stops a job."""
    return isinstance(command, pj.POINT_JOBS) or not isinstance(command, (*KEPT, m.BesideCommand))
