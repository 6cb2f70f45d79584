"""The open work as one observable object; widgets read it and ask it, and never each other.

Lives on one thread. Commands leave through the callables given to it, events of the worker and
frames of the reader come in through `handle`, `source_opened` and `frame_decoded`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fhgui.core.face import Box
from fhgui.core.frame import Frame
from fhgui.methods import registry
from fhgui.session import intake, placement, pointing
from fhgui.session import messages as m
from fhgui.session.aiding import Aiding
from fhgui.session.aids import Aids
from fhgui.session.annotating import AnnotationBook
from fhgui.session.bench import Bench
from fhgui.session.casework import CaseWork
from fhgui.session.doubting import want_doubts
from fhgui.session.exporting import ExportChoices
from fhgui.session.film import want_film
from fhgui.session.item_keys import source_key
from fhgui.session.key_making import KeyMaking
from fhgui.session.logbook import Level
from fhgui.session.marking import Marking
from fhgui.session.modelling import Models
from fhgui.session.notes import Notebook
from fhgui.session.ordering import Ordering
from fhgui.session.queue import RunQueue
from fhgui.session.results import Result, Status
from fhgui.session.tracing import want_origins
from fhgui.session.undoing import Undoable
from fhgui.session.viewing import Step
from fhgui.session.work import Work

if TYPE_CHECKING:  # it imports the video library, which only the reader thread needs
    from fhgui.evidence.source_info import SourceInfo


class Session(Bench):
    """The bench and all who work at it.

    Parameters
    ----------
    submit : takes every `Command` for the worker.
    cancel : stops jobs of the worker, given by their numbers.
    """

    def __init__(
        self,
        submit: Callable[[m.Command], None],
        cancel: Callable[[Collection[int]], None] = lambda jobs: None,
    ) -> None:
        super().__init__(submit, cancel)
        for signal in (self.view_changed, self.active_changed, self.results_changed):
            signal.connect(self._want_doubts)
        self.notes = Notebook(self)
        self.annotations = AnnotationBook(self.undoing.did)
        self.casework = CaseWork(self, self.notes, self.annotations)
        self.aiding = Aiding(self)
        self.ordering = Ordering(self)
        self.queue = RunQueue(self)
        self.models, self.keys = Models(self), KeyMaking(self)

    def histories(self) -> tuple[Undoable, ...]:
        """Return everything whose changes one undo takes back, whichever was changed last."""
        case = (self.notes.history, self.annotations.history, self.ordering.presets.history)
        return (*super().histories(), *case)

    def handle(self, event: m.Event) -> None:
        """Take in one event of the worker."""
        asked = self.asked(event.job)
        if asked is None:
            intake.take_of_worker(self, event)
            return
        command, work = asked
        if work is not None:
            intake.take_for_source(self, event, command, work, self.casework.file)
            self.ordering.take(event, command)
        self.casework.take(event, command)
        self.queue.take(event)
        self.models.take(event, command)
        self.keys.take(event, command)
        intake.take_for_all(self, event, command)

    def _want_doubts(self) -> None:
        want_doubts(self)
        want_origins(self)

    # ---- sources and frames -------------------------------------------------------------

    def open(self, path: Path, read: bool = True) -> Work:
        """Open a source as `Bench.open` does; one that was deleted is restored."""
        if self.notes.is_deleted(source_key(path)):
            self.notes.restore(source_key(path))
        return super().open(path, read)

    def source_opened(self, path: Path, info: SourceInfo) -> None:
        """Take in what a source is, and have it hashed."""
        work = self.work_at(path)
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

    def source_failed(self, path: Path, sentence: str, index: int | None = None) -> None:
        """Say why a source cannot be read, and take it out again if nothing of it is known.

        Parameters
        ----------
        index : the frame that could not be decoded; others of the source may be whole.
        """
        work = self.work_at(path)
        if work is not None and index is not None:
            work.damaged.add(index)
        if work is not None and self._is_of_worth(work):
            work.readable = work.info is not None
            if work.readable and work.frame is None and index and index == work.frame_index:
                work.frame_index = 0  # of a film that was left at a frame that is damaged
                self.frame_changed.emit()
        elif work is not None and work.frame is None:
            self.works.remove(work)
            if work is self.current:
                self.current = self.works[-1] if self.works else None
                self.look(step=Step.FRAME if self.current else Step.OPEN)
                self.tell_all()
            self.works_changed.emit()
        self.note(sentence, Level.ERROR)

    def _is_of_worth(self, work: Work) -> bool:
        """Tell whether anything was done on a source that must not go with it."""
        marked = work.markings.value != Marking() or work.aids.value != Aids()
        return bool(work.face_works) or marked or self.notes.value.tells_of(work.path)

    def frame_decoded(self, path: Path, frame: Frame) -> None:
        """Show a frame that was decoded."""
        work = self.work_at(path)
        if work is None:
            return
        work.frame = frame
        work.damaged.discard(frame.index)
        work.count = max(work.count, frame.index + 1)
        if work is self.current:
            self.frame_changed.emit()

    # ---- crop and points ----------------------------------------------------------------

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
        work.before_search[number] = work.markings.value
        self._ask(m.FindFaces(number, work.path, frame.index, within, frame.fields), work)

    def toggle_aligned(self, on: bool) -> None:
        """Say that the frame already is a method's input, or take that back."""
        label = "use the frame as it is" if on else "place the face"
        self.mark(label, Marking(aligned=on))

    # ---- methods and runs ---------------------------------------------------------------

    def choose_methods(self, methods: Sequence[str]) -> None:
        """Choose the methods of the next run, in the order they are shown."""
        self.ordering.choose(methods)

    def ready_to_run(self) -> str:
        """Return why a run cannot start, in words; empty when it can."""
        if self.current is None or self.current.frame is None:
            return "open a picture or a video first"
        if self.doing(m.OpenCase, m.RescueCase):
            return "wait until the case is open"
        if self.marking.placement() is None:
            return "draw a crop around a face, or set points, first"
        if slip := placement.unfit_crop(self.marking, self.current.frame.size_hw):
            return f"draw another crop first: {slip}"
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
        work, place = self.current, pointing.placement_here(self)
        if why_not or work is None or work.frame is None or place is None:
            self.note(why_not, Level.WARNING)
            return
        if not reason and self.too_small():
            self.reason_wanted.emit(self.too_small())
            return
        self.ordering.run(work, place, work.frame.index, reason)
        self.look(step=Step.ENHANCE)

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

    def look_at_frame(self) -> None:
        """Go to the frame of the current source."""
        if self.selected_job is not None:
            self.selected_job = None
            self.active_changed.emit()
        self.look(step=Step.FRAME)

    def look_at_results(self) -> None:
        """Go to the comparison."""
        self.look(step=Step.COMPARE)
