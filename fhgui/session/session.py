"""The open work as one observable object; widgets read it and ask it, and never each other.

Lives on one thread. Commands leave through the callables given to it, events of the worker and
frames of the reader come in through `handle`, `source_opened` and `frame_decoded`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from fhgui.core.face import Box
from fhgui.core.frame import Frame
from fhgui.methods import registry
from fhgui.session import intake, placement, pointing
from fhgui.session import messages as m
from fhgui.session import point_jobs as pj
from fhgui.session.aiding import Aiding
from fhgui.session.annotating import AnnotationBook
from fhgui.session.casework import CaseWork
from fhgui.session.doubting import want_doubts
from fhgui.session.exporting import ExportChoices
from fhgui.session.film import want_film
from fhgui.session.glimpses import Glimpses
from fhgui.session.item_keys import source_key
from fhgui.session.key_making import KeyMaking
from fhgui.session.logbook import Level, LogLine, line
from fhgui.session.marking import Marking
from fhgui.session.modelling import Models
from fhgui.session.notes import Notebook
from fhgui.session.ordering import Ordering
from fhgui.session.queue import RunQueue
from fhgui.session.results import Result, Status
from fhgui.session.undoing import Undoable, UndoGroup
from fhgui.session.viewing import Step, ViewState
from fhgui.session.work import Work

if TYPE_CHECKING:  # it imports the video library, which only the reader thread needs
    from fhgui.evidence.source import SourceInfo
    from fhgui.provenance.run import Run


KEPT = (m.FileRun, m.SaveCaseAs, m.OpenCase, m.RescueCase, m.Warm)
"""Jobs that `Session.cancel` leaves alone: what they do must not be lost."""


class Session:
    """The open work.

    Parameters
    ----------
    submit : takes every `Command` for the worker.
    cancel : stops jobs of the worker, given by their numbers.

    Notes
    -----
    Signals: ``works_changed`` (a source came, went or was looked at), ``frame_changed`` (index or
    picture), ``faces_changed``, ``marking_changed`` (crop or points), ``aids_changed`` (loop,
    ruler, scale), ``film_changed`` (the worker told of time line or tracks), ``methods_changed``
    (choice), ``results_changed`` (a run came or ended), ``result_changed`` (one moved on, with
    it), ``active_changed`` (another face or result is looked at), ``view_changed``,
    ``busy_changed``, ``logged`` (with the line), ``noticed`` (a line that wants attention),
    ``exported`` (with the files), ``models_changed`` (weights came or went), ``reason_wanted``
    (the face is too small to go on without one, with words).
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
        self.casework = CaseWork(self)
        self.undoing = UndoGroup(self.histories)
        self.aiding = Aiding(self)
        self.notes = Notebook(self)
        self.glimpses = Glimpses()
        self.shelved: list[tuple[int, Work]] = []
        self.annotations = AnnotationBook(self.undoing.did)
        self.works: list[Work] = []
        self.current: Work | None = None
        self.ordering = Ordering(self)
        self.queue = RunQueue(self)
        self.models, self.keys = Models(self), KeyMaking(self)
        self.view = ViewState()
        self.selected_job: int | None = None
        self.worker = "worker idle"
        self.progress = ""
        self.log: list[LogLine] = []
        self._asked_once: set[tuple[object, ...]] = set()

    # ---- sources and frames -------------------------------------------------------------

    @property
    def case(self) -> Path | None:
        """The folder of the case that is worked in; it may not exist yet."""
        return self.casework.path

    def open(self, path: Path, read: bool = True) -> Work:
        """Add a source (or go to it if it is open) and make it the current one.

        Parameters
        ----------
        read : whether its frames can be read; without it only its results are there to look at.
        """
        if self.notes.is_deleted(source_key(path)):
            self.notes.restore(source_key(path))
        work = self._work(path)
        if work is None:
            work = Work(path, readable=read)
            self.works.append(work)
        self.go_to(work)
        return work

    def clear(self) -> None:
        """Take everything off the desk; nothing on a disk changes."""
        self.works, self.shelved, self.current, self.selected_job = [], [], None, None
        self._asked_once.clear()
        self.look(step=Step.OPEN)
        self.tell_all()

    def go_to(self, work: Work, again: bool = False) -> None:
        """Make an open source the current one; ``again`` tells of it even if it is."""
        if work is self.current and not again:
            return
        self.current = work
        self.selected_job = None
        self.look(step=Step.FRAME)
        self.tell_all()

    def source_opened(self, path: Path, info: SourceInfo) -> None:
        """Take in what a source is, and have it hashed."""
        work = self._work(path)
        if work is None or work.info is not None:
            return
        work.info, work.count = info, max(1, info.frame_count or 1)
        work.counted = info.frame_count_exact
        self.note(f"{info.name} opened: {info.codec}, {info.width}×{info.height}")
        for noticed in info.notes:
            self.note(f"{info.name}: {noticed}")
        self._ask(m.HashSource(next(self._numbers), path, self.case), work)
        if not info.frame_count_exact:
            self._ask(m.CountFrames(next(self._numbers), path), work)
        if info.kind == "video":
            want_film(self, work)
        self.works_changed.emit()

    def source_failed(self, path: Path, sentence: str) -> None:
        """Take a source that cannot be read out again and say why."""
        work = self._work(path)
        if work is not None and work.face_works:
            work.readable = False
        elif work is not None and work.frame is None:
            self.works.remove(work)
            if work is self.current:
                self.current = self.works[-1] if self.works else None
                self.look(step=Step.FRAME if self.current else Step.OPEN)
                self.tell_all()
            self.works_changed.emit()
        self.note(sentence, Level.ERROR)

    def frame_decoded(self, path: Path, frame: Frame) -> None:
        """Show a frame that was decoded."""
        work = self._work(path)
        if work is None:
            return
        work.frame = frame
        work.count = max(work.count, frame.index + 1)
        if work is self.current:
            self.frame_changed.emit()

    def seek(self, index: int) -> None:
        """Ask for a frame of the current source; clamped to what there is."""
        work = self.current
        if work is None:
            return
        index = max(0, min(index, work.count - 1))
        if index != work.frame_index:
            work.frame_index = index
            self.frame_changed.emit()

    # ---- crop and points ----------------------------------------------------------------

    @property
    def marking(self) -> Marking:
        """Crop and points on the current source, as they hold for the frame shown."""
        work = self.current
        return Marking() if work is None else self.marked.in_frame(work.shown_index)

    @property
    def marked(self) -> Marking:
        """Crop and points on the current source as they were set, in whatever frame."""
        return Marking() if self.current is None else self.current.markings.value

    def mark(self, label: str, marking: Marking, merge: str | None = None) -> None:
        """Replace crop and points; can be undone."""
        work = self.current
        if work is not None and work.markings.do(label, marking.seen_in(work.shown_index), merge):
            self.undoing.did(work.markings)
            self.marking_changed.emit()

    def histories(self) -> tuple[Undoable, ...]:
        """Return everything whose changes one undo takes back, whichever was changed last."""
        work = self.current
        case: tuple[Undoable, ...] = (self.notes.history, self.annotations.history)
        case += self.ordering.histories
        return case if work is None else (work.markings, work.aids, *case)

    def undo(self) -> None:
        """Take the last change back, whatever it was."""
        before = self.marked
        if self.undoing.undo():
            self._tell_undone(before)

    def redo(self) -> None:
        """Do the change that was taken back again."""
        before = self.marked
        if self.undoing.redo():
            self._tell_undone(before)

    def _tell_undone(self, before: Marking) -> None:
        pointing.follow(self, before)
        for signal in (self.marking_changed, self.aids_changed, self.annotations.changed):
            signal.emit()
        self.notes.tell()
        self.ordering.tell_undone()

    def find_faces(self, within: Box | None = None) -> None:
        """Look for faces in the shown frame; the best one becomes the marking."""
        work = self.current
        if work is None or work.frame is None:
            return
        number, frame = next(self._numbers), work.frame
        self._ask(m.FindFaces(number, work.path, frame.index, within, frame.fields), work)

    def toggle_aligned(self, on: bool) -> None:
        """Say that the frame already is a method's input, or take that back."""
        label = "use the frame as it is" if on else "place the face"
        self.mark(label, Marking(aligned=on))

    # ---- methods and runs ---------------------------------------------------------------

    def choose_methods(self, methods: Sequence[str]) -> None:
        """Choose the methods of the next run, in the order they are shown."""
        self.ordering.choose(methods)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of the next run."""
        return self.ordering.value.methods

    def ready_to_run(self) -> str:
        """Return why a run cannot start, in words; empty when it can."""
        if self.current is None or self.current.frame is None:
            return "open a picture or a video first"
        if self.marking.placement() is None:
            return "draw a crop around a face, or set points, first"
        if not self.methods:
            return "choose a method first"
        return ""

    def too_small(self) -> str:
        """Return how far the marked face is below the class Perceive; empty when it is not."""
        if self.current is None or not self.methods:
            return ""
        return placement.too_small(self.marking, registry.info(self.methods[0]))

    def run(self, reason: str = "") -> None:
        """Run the chosen methods on the marked face.

        Parameters
        ----------
        reason : why a face below the class Perceive is enhanced all the same; without one such
            a run is refused, and ``reason_wanted`` says so.
        """
        why_not = self.ready_to_run()
        work, place = self.current, self.marking.placement()
        if why_not or work is None or work.frame is None or place is None:
            self.note(why_not, Level.WARNING)
            return
        if not reason and self.too_small():
            self.reason_wanted.emit(self.too_small())
            return
        self.ordering.run(work, place, work.frame.index, reason)
        self.look(step=Step.ENHANCE)

    @property
    def busy(self) -> bool:
        """Whether a run, a search or an export goes on (hashing does not count)."""
        return self.doing(m.Enhance, m.FindFaces, m.TrackFaces, *pj.POINT_JOBS, m.Export)

    def doing(self, *kinds: type[m.Command]) -> bool:
        """Whether a job of these kinds waits or goes on."""
        return any(isinstance(command, kinds) for command, _ in self._jobs.values())

    def cancel(self) -> None:
        """Stop what goes on; what is being kept in the case is not touched."""
        jobs = [job for job, (command, _) in self._jobs.items() if not isinstance(command, KEPT)]
        if self.busy:
            self.note("cancelling")
            self._cancel(jobs)

    def cancel_job(self, job: int) -> None:
        """Stop one job, or take it off the queue; the others go on."""
        if job in self._jobs:
            self._cancel([job])

    def select(self, face: int, job: int | None = None) -> None:
        """Look at the results of one face, and at one of them."""
        work = self.current
        if work is None or not any(f.number == face for f in work.face_works):
            return
        work.active = face
        results = work.active_face.results if work.active_face else ()
        self.selected_job = job if job is not None else (results[0].job if results else None)
        want_doubts(self)
        self.active_changed.emit()

    @property
    def selected(self) -> Result | None:
        """The result that stage strip, trust panel and doubt maps are about."""
        if self.current is None or self.selected_job is None:
            return None
        return self.current.result(self.selected_job)

    def show_stage(self, job: int, index: int | None) -> None:
        """Show another stage of a result."""
        work = self._work_of(job)
        result = None if work is None else work.result(job)
        if work is not None and result is not None and result.shown != index:
            self.put(work, replace(result, shown=index))

    # ---- export, models, looking, log -----------------------------------------------------

    def exportable(self) -> tuple[Result, ...]:
        """Return the finished results of the face that is looked at."""
        face = None if self.current is None else self.current.active_face
        return tuple(r for r in (face.results if face else ()) if r.run is not None)

    @property
    def can_export(self) -> bool:
        """Whether the case holds any completed run."""
        faces = (face for work in self.works for face in work.face_works)
        return any(r.status is Status.COMPLETED for face in faces for r in face.results)

    def export(self, choices: ExportChoices) -> int | None:
        """Have the case exported; return the number of the job, None if there is nothing yet."""
        case = self.case
        if case is None or not self.can_export:
            self.note("there is no finished result to export; run a method first", Level.WARNING)
            return None
        job = next(self._numbers)
        self._ask(m.Export(job, case, choices, self.casework.desk_json()), self.current)
        return job

    def warm(self) -> None:
        """Have the worker import what the chosen methods need."""
        self._ask(m.Warm(next(self._numbers), self.methods), None)

    def look(self, **changes: object) -> None:
        """Change how things are looked at; see `ViewState` for the names."""
        view = replace(self.view, **changes)  # type: ignore[arg-type]  # names checked at run time
        if view != self.view:
            self.view = view
            want_doubts(self)
            self.view_changed.emit()

    def look_at_frame(self) -> None:
        """Go to the frame of the current source."""
        if self.selected_job is not None:
            self.selected_job = None
            self.active_changed.emit()
        self.look(step=Step.FRAME)

    def look_at_results(self) -> None:
        """Go to the comparison."""
        self.look(step=Step.COMPARE)

    def note(self, text: str, level: Level = Level.INFO, notice: bool = False) -> None:
        """Add a line to the log; warnings, errors and good news also reach the banner."""
        entry = line(text, level)
        self.log.append(entry)
        self.logged.emit(entry)
        if notice or level is not Level.INFO:
            self.noticed.emit(entry)

    def handle(self, event: m.Event) -> None:
        """Take in one event of the worker."""
        intake.take(self, event)

    def say_worker(self, text: str) -> None:
        """Say what the worker does."""
        self.worker = text
        self.busy_changed.emit()

    def say_progress(self, text: str) -> None:
        """Say how far the worker is."""
        self.progress = text
        self.busy_changed.emit()

    def asked(self, job: int) -> tuple[m.Command, Work | None] | None:
        """Return what a job was asked for and for which source; None once it is over."""
        return self._jobs.get(job)

    def end_job(self, job: int) -> None:
        """Forget a job that is over."""
        command, _ = self._jobs.pop(job)
        self.progress = ""
        if not self._jobs:
            self.worker = "worker ready"
        if isinstance(command, m.Enhance):
            want_doubts(self)
            self.results_changed.emit()
            if not self.busy and self.view.step is Step.ENHANCE:
                self.look(step=Step.COMPARE)
        self.busy_changed.emit()

    def ask(self, command: Callable[[int], m.Command]) -> None:
        """Ask the worker for something about the case; it is given the number of the job."""
        self._ask(command(next(self._numbers)), None)

    def ask_as(self, command: m.Command, work: Work) -> None:
        """Ask the worker for something that belongs to a result whose number it bears."""
        self._ask(command, work)

    def next_number(self) -> int:
        """Return a number that no job has."""
        return next(self._numbers)

    def replace_run(self, job: int, run: Run) -> None:
        """Give a result its run as it was filed."""
        work = self._work_of(job)
        result = None if work is None else work.result(job)
        if work is not None and result is not None:
            self.put(work, replace(result, run=run))

    def put(self, work: Work, result: Result) -> None:
        """Replace a result by what it has become."""
        work.put(result)
        self.result_changed.emit(result)

    def ask_once(
        self, key: tuple[object, ...], work: Work, command: Callable[[int], m.Command]
    ) -> None:
        """Ask the worker for something that is asked for once only, whatever comes of it."""
        if (work.path, *key) not in self._asked_once:
            self._asked_once.add((work.path, *key))
            self._ask(command(next(self._numbers)), work)

    def _ask(self, command: m.Command, work: Work | None) -> None:
        self._jobs[command.job] = (command, work)
        self.queue.add(command)
        self._submit(command)
        self.busy_changed.emit()

    def _work(self, path: Path) -> Work | None:
        return next((w for w in self.works if w.path == path), None)

    def _work_of(self, job: int) -> Work | None:
        return next((w for w in self.works if w.result(job) is not None), None)

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
