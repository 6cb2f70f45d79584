"""What is to be run: methods with their settings, how, and the runs that come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from psygnal import Signal

from fhgui import paths
from fhgui.core.errors import FhguiError
from fhgui.core.fields import Fields
from fhgui.methods import registry
from fhgui.provenance.request import EnhanceRequest, Placement
from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.fusing import ALONE, spans
from fhgui.session.logbook import Level
from fhgui.session.marking import Marking
from fhgui.session.models import available_methods
from fhgui.session.orders import Orders
from fhgui.session.presets import Presets
from fhgui.session.results import FaceWork, Result, with_new
from fhgui.session.work import Work


@dataclass(frozen=True)
class RunOptions:
    """How the next runs are computed, whatever the method.

    Parameters
    ----------
    device : ``auto``, ``cpu`` or ``cuda``.
    threads : processor threads; None for the number of cores.
    seed : feeds all randomness.
    reuse : show the pictures of an equal run of the case instead of computing them again.
    frames : how many frames of a film are fused; 1 for the marked frame alone.
    """

    device: str = "auto"
    threads: int | None = None
    seed: int = 0
    reuse: bool = True
    frames: int = ALONE


SMALLER = "computed again on the processor with one thread"


class Ordering:
    """Keeps orders and options, and turns them into runs.

    Notes
    -----
    Signals: ``options_changed``. Changes of the orders are told by the session's
    ``methods_changed``.
    """

    options_changed = Signal()

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._lost: dict[int, str] = {}
        self.options = RunOptions()
        self.presets = Presets(paths.user_presets())

    def tell_undone(self) -> None:
        """Tell what an undo or a redo may have changed, and keep it."""
        try:
            self.presets.keep()
        except FhguiError as error:
            self._bench.note(error.sentence(), Level.ERROR)
        self._bench.methods_changed.emit()

    @property
    def value(self) -> Orders:
        """The orders as they are now."""
        return self._bench.orders.value

    def choose(self, methods: Sequence[str]) -> None:
        """Choose the methods of the next run; can be undone."""
        chosen = tuple(i for i in available_methods() if i in methods)
        self._do("choice of methods", replace(self.value, methods=chosen))

    def set(self, method: str, values: Mapping[str, object]) -> None:
        """Give a method other settings; those left out get their defaults. Can be undone.

        Raises
        ------
        MethodError
            If a value is none that the method takes.
        """
        registry.make_config(method, values)
        self._do(f"settings of {method}", self.value.with_settings(method, values))

    def set_options(self, **changes: object) -> None:
        """Change how the next runs are computed; see `RunOptions` for the names."""
        options = replace(self.options, **changes)  # type: ignore[arg-type]  # names checked at run time
        if options != self.options:
            self.options = options
            self.options_changed.emit()

    def _do(self, label: str, orders: Orders) -> None:
        history = self._bench.orders
        if history.do(label, orders):
            self._bench.undoing.did(history)
            self._bench.methods_changed.emit()

    # ---- runs -------------------------------------------------------------------------------

    def run(self, work: Work, place: Placement, frame_index: int, reason: str) -> None:
        """Ask for a run of every chosen method on one face.

        Results go to the face that is placed alike in the same frame, if there is one; what is
        waiting there already is not asked for twice.
        """
        bench, options = self._bench, self.options
        face = _face(work, bench.marking, frame_index)
        asked: list[Result] = []
        wanted = spans(work.count, place, frame_index, options.frames)
        for method, span in product(self.value.methods, wanted):
            request = EnhanceRequest(
                source=work.path,
                method=method,
                placement=place,
                frame_index=frame_index,
                settings=self.value.of(method),
                seed=options.seed,
                device=options.device,
                threads=options.threads,
                override_reason=reason,
                needs_reason=True,
                fields=work.frame.fields if work.frame else Fields.WOVEN,
                fuse=span,
            )
            result = Result(bench.next_number(), request, registry.info(method).title)
            if not any(r.is_like(result) and not r.status.over for r in face.results):
                asked.append(result)
                face = with_new(face, result)
        self._ask(work, face, asked)

    def again(self, job: int) -> None:
        """Ask once more for a run that failed or was cancelled."""
        for work in self._bench.works:
            for face in work.face_works:
                old = face.result(job)
                if old is not None and old.status.over:
                    result = Result(self._bench.next_number(), old.request, old.title)
                    self._ask(work, with_new(face, result), [result])
                    return

    def take(self, event: m.Event, command: m.Command) -> None:
        """Take in that a run was lost with its process: at its end it is asked for once more."""
        if isinstance(event, m.JobLost) and isinstance(command, m.Enhance):
            if not command.request.after_loss:
                self._lost[event.job] = event.sentence
        elif isinstance(event, m.Done) and event.job in self._lost:
            self._once_more(event.job, self._lost.pop(event.job).partition(";")[0])

    def _once_more(self, job: int, why: str) -> None:
        """Ask for a lost run again, smaller: on the processor, with one thread; only once."""
        for work in self._bench.works:
            for face in work.face_works:
                old = face.result(job)
                if old is not None:
                    after_loss = f"{why} during the first try: {SMALLER}"
                    request = replace(old.request, device="cpu", threads=1, after_loss=after_loss)
                    result = Result(self._bench.next_number(), request, old.title)
                    results = tuple(result if r is old else r for r in face.results)
                    self._bench.note(f"{old.title}: {after_loss}", Level.WARNING)
                    looked_at = self._bench.selected_job == job
                    self._ask(work, replace(face, results=results), [result], look=looked_at)
                    return

    def _ask(self, work: Work, face: FaceWork, asked: Sequence[Result], look: bool = True) -> None:
        if not asked:
            return
        bench = self._bench
        others = [f for f in work.face_works if f.number != face.number]
        work.face_works[:] = sorted([*others, face], key=lambda f: f.number)
        if look:
            work.active, bench.selected_job = face.number, asked[0].job
        for result in asked:
            reuse = self.options.reuse
            bench.ask_as(m.Enhance(result.job, result.request, bench.case, reuse), work)
        bench.results_changed.emit()
        bench.active_changed.emit()


def _face(work: Work, marking: Marking, frame_index: int) -> FaceWork:
    """Return the face that is placed alike in the same frame, or a new one without results."""
    for face in reversed(work.shown_faces):
        if face.marking == marking and face.frame_index == frame_index:
            return work.whole(face)
    number = max((f.number for f in work.face_works), default=0) + 1
    return FaceWork(number, frame_index, marking, ())
