"""The process that does all heavy work: torch and dlib live here and never in the window.

Spawned, so it imports nothing heavy until a job needs it. A thread reads its pipe whatever goes on.
One job runs at a time and looks between two stages whether it was cancelled. Sources are hashed and
counted on threads beside it, points are moved on another, and the desk is kept on a third: no long
film holds those two up.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from fhgui.core.errors import CancelledError, FhguiError, OutputError
from fhgui.memory import give_back_what_is_kept, keep_what_is_freed
from fhgui.session import key_making, tracing, wearing
from fhgui.session import messages as m
from fhgui.session import model_jobs as mj
from fhgui.session import point_jobs as pj
from fhgui.session.case_holder import CaseHolder, case_runs, exports_of
from fhgui.session.memory_limit import limit_memory
from fhgui.session.pulse import Pulse

if TYPE_CHECKING:
    from fhgui.core.doubt import DoubtMaps
    from fhgui.core.record import Json
    from fhgui.provenance.case import Case
    from fhgui.provenance.reuse import Recall
    from fhgui.provenance.run import Run
    from fhgui.provenance.shelf import Shelf

NICENESS = 10
"""The window answers first when processors are few."""

IDLE_S = 2.0
"""Without work for so long, a worker gives back the memory that it keeps for the next face."""

WINDOW_ENDED = "the window ended while this run went on"

BESIDE = {m.Lane.READING: 2, m.Lane.HAND: 1, m.Lane.KEEPING: 1}
"""How many jobs of a lane run at a time beside the main one."""


def serve(connection: Connection) -> None:
    """Run jobs until told to quit or the window goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the window's to handle
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    limit_memory()
    keep_what_is_freed()
    Worker(connection).run()


class Worker:
    """Reads commands from one pipe and answers on it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._send_lock = Lock()
        self._waiting: SimpleQueue[m.Command | None] = SimpleQueue()
        self._cancelled: set[int] = set()
        self._quit = False
        self._has_worked = False
        self._cases = CaseHolder()
        self._left_alone = ""
        self._unfiled: dict[Path, tuple[int, Run]] = {}
        self._filed_late: dict[int, Run] = {}
        self._shelf: Shelf | None = None
        self._beside = {
            lane: ThreadPoolExecutor(threads, thread_name_prefix=f"fhgui-{lane.value}")
            for lane, threads in BESIDE.items()
        }
        self._keeping: list[Future[None]] = []
        self._told: tuple[Path, int] | None = None
        self._handlers: dict[type[m.Command], Callable[[Any], None]] = {
            m.Warm: self._warm,
            m.HashSource: self._hash,
            m.CountFrames: self._count,
            m.LayOutFilm: self._lay_out_film,
            m.TrackFaces: self._track_faces,
            m.FindFaces: self._find_faces,
            pj.CarryPoints: self._carry_points,
            pj.SnapPoints: self._snap_points,
            pj.StraightenFace: self._straighten_face,
            wearing.EstimateWear: lambda command: wearing.estimate(command, self._send),
            tracing.TraceRun: lambda command: tracing.trace(command, self._send),
            tracing.ReadWindows: lambda command: tracing.read_windows(command, self._send),
            m.Enhance: self._enhance,
            m.FileRun: self._file_run,
            m.JudgeRun: self._judge_run,
            m.OpenCase: self._open_case,
            m.SaveCaseAs: self._save_case_as,
            m.RescueCase: self._rescue_case,
            m.KeepDesk: self._keep_desk,
            m.Export: self._export,
            m.CompareFace: self._compare_face,
            m.RepeatRun: self._repeat_run,
            m.ScoreAgainst: self._score_against,
            mj.ReadModels: self._read_models,
            mj.AddModel: self._add_model,
            key_making.MakeKey: self._make_key,
            mj.RemoveModel: self._remove_model,
        }

    def run(self) -> None:
        """Serve until `Quit` or the end of the pipe."""
        pulse = Pulse(self._send)
        pulse.start()
        try:
            self._send(m.WorkerReady(0, os.getpid()))
            Thread(target=self._receive, name="fhgui-receives", daemon=True).start()
            while (command := self._next()) is not None and not self._quit:
                self._perform(command)
                del command  # it may hold pictures, and the next may be long in coming
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self._quit, self._left_alone = True, WINDOW_ENDED
        finally:
            pulse.stop()
            for pool in self._beside.values():
                pool.shutdown(wait=False, cancel_futures=True)
            self._cases.close(clean=not self._left_alone)

    def _next(self) -> m.Command | None:
        """Return what is to be done next; None at the end."""
        while True:
            try:
                return self._waiting.get(timeout=IDLE_S)
            except Empty:
                if self._has_worked:
                    self._has_worked = False
                    give_back_what_is_kept()

    def _receive(self) -> None:
        """Take in what is asked for until `Quit` or the end of the pipe; runs on its own thread."""
        try:
            while not isinstance(command := self._connection.recv(), m.Quit):
                self._take(command)
        except (EOFError, OSError):
            self._left_alone = WINDOW_ENDED
        except Exception as error:  # nobody knows what comes next in the pipe
            self._left_alone = f"what the window asked could not be read ({type(error).__name__})"
        finally:
            self._quit = True
            self._waiting.put(None)

    def _take(self, command: m.Command) -> None:
        try:
            self._put(command)
        except (MemoryError, RuntimeError) as error:  # no thread more can be started
            self._send(m.Failed(command.job, unexpected(error)))
            self._send(m.Done(command.job))

    def _put(self, command: m.Command) -> None:
        if isinstance(command, m.Cancel):
            self._cancelled.add(command.job)
        elif isinstance(command, m.BesideCommand):
            going_on = self._beside[command.lane].submit(self._perform, command)
            if isinstance(command, m.KeepDesk):
                self._keeping = [f for f in self._keeping if not f.done()] + [going_on]
        else:
            self._waiting.put(command)

    def _send(self, event: m.Event) -> None:
        with self._send_lock:
            self._connection.send(event)

    def _perform(self, command: m.Command) -> None:
        """Run one job; whatever happens it ends with one sentence at most and one `Done`."""
        try:
            self._send(m.Started(command.job))
            self._stop_if_cancelled(command.job)
            self._handlers[type(command)](command)
        except CancelledError:
            self._send(m.Cancelled(command.job))
        except FhguiError as error:
            self._send(m.Failed(command.job, error.sentence()))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self._quit, self._left_alone = True, WINDOW_ENDED
            return
        except Exception as error:  # the border of the process: nothing may kill the worker
            self._send(m.Failed(command.job, unexpected(error)))
        self._has_worked = True
        self._tell_log(command.job)
        self._send(m.Done(command.job))

    def _tell_log(self, job: int) -> None:
        """Tell how many lines the log of the case has, if it has grown."""
        head = self._cases.head()
        if head is not None and head != self._told:
            self._told = head
            self._send(m.LogGrown(job, *head))

    def _stop_if_cancelled(self, job: int) -> None:
        if self._left_alone:
            raise CancelledError(self._left_alone)
        if self._quit or job in self._cancelled:
            raise CancelledError("stopped by the user")

    def _warm(self, command: m.Warm) -> None:
        from fhgui.methods import registry
        from fhgui.methods.devices import resolve_device

        import_module("fhgui.provenance.enhance")
        if any(registry.info(method).assets for method in command.methods):
            self._stop_if_cancelled(command.job)
            resolve_device("auto")  # asks the framework, and so imports it

    def _hash(self, command: m.HashSource) -> None:
        from fhgui.evidence.hashing import sha256_file

        last = time.monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal last
            self._stop_if_cancelled(command.job)
            if time.monotonic() - last > 0.1:
                last = time.monotonic()
                self._send(m.Progress(command.job, done, total, "hashing the source"))

        sha256 = sha256_file(command.path, tell)
        case = None if command.case is None else self._cases.where(command.case)
        if case is not None:
            details: dict[str, Json] = {"sha256": sha256, "size": command.path.stat().st_size}
            self._cases.get(case).note("source opened", str(command.path), details)
        self._send(m.Hashed(command.job, sha256))

    def _count(self, command: m.CountFrames) -> None:
        from fhgui.evidence.source import open_source

        with open_source(command.path) as source:
            self._send(m.Counted(command.job, source.count()))

    def _lay_out_film(self, command: m.LayOutFilm) -> None:
        from fhgui.session.film_job import lay_out

        lay_out(command, self._send, lambda: self._stop_if_cancelled(command.job))

    def _track_faces(self, command: m.TrackFaces) -> None:
        from fhgui.session.track_job import follow_faces

        follow_faces(command, self._send, lambda: self._stop_if_cancelled(command.job))

    def _find_faces(self, command: m.FindFaces) -> None:
        from fhgui.alignment.detection import find_faces
        from fhgui.evidence.source import open_source

        with open_source(command.path, command.fields) as source:
            frame = source.frame(command.frame_index)
        faces = find_faces(frame.pixels, within=command.within)
        self._stop_if_cancelled(command.job)
        self._send(m.FacesFound(command.job, faces))

    def _carry_points(self, command: pj.CarryPoints) -> None:
        from fhgui.session.point_jobs import carry_points

        stop = partial(self._stop_if_cancelled, command.job)
        carry_points(command, self._send, stop)

    def _snap_points(self, command: pj.SnapPoints) -> None:
        from fhgui.session.point_jobs import snap_points

        snap_points(command, self._send)

    def _straighten_face(self, command: pj.StraightenFace) -> None:
        from fhgui.session.point_jobs import straighten_face

        straighten_face(command, self._send)

    def _enhance(self, command: m.Enhance) -> None:
        from fhgui.provenance.enhance import enhance
        from fhgui.provenance.run import Event, FaceReady, Progressed, StageReady, StartedOver

        job = command.job

        def tell(event: Event) -> None:
            try:
                self._stop_if_cancelled(job)
                if isinstance(event, FaceReady):
                    self._send(m.FaceCut(job, event.face, event.adequacy))
                elif isinstance(event, StageReady):
                    self._send(m.StageDone(job, event.stage, event.index, event.total))
                elif isinstance(event, Progressed):
                    self._send(m.Progress(job, event.done, event.total, event.text))
                elif isinstance(event, StartedOver):
                    self._send(m.StartedOver(job, event.text))
            except (EOFError, BrokenPipeError, ConnectionResetError):
                self._quit, self._left_alone = True, WINDOW_ENDED
                raise CancelledError(WINDOW_ENDED) from None

        start = time.monotonic()
        with self._cases.using():
            case = None if command.case is None else self._cases.get(command.case)
            recall = self._recall(case) if command.reuse else None
            if case is not None:
                self._file_first(case)
                case.start_run(command.request)
            run = enhance(command.request, tell, recall=recall)
            run = run if case is None else self._filed(case, run, job)
        self._send(m.RunDone(job, without_frame(run), time.monotonic() - start))
        if run.error is None and run.face is not None:
            self._stop_if_cancelled(job)
            self._send(m.DoubtDone(job, _doubt(run)))

    def _filed(self, case: Case, run: Run, job: int) -> Run:
        """File a run; where the disk does not take it, the window holds it until it does."""
        try:
            return case.add_run(run)
        except OutputError as error:
            told = self._cases.doubt(case.path, error)
            self._unfiled[case.path] = job, run
            self._send(m.Unfiled(job, without_frame(run), told.sentence()))
            return run

    def _file_first(self, case: Case) -> None:
        """File the run that could not be filed: the next one would be begun in its place.

        Raises
        ------
        OutputError
            The disk does not take it still: then nothing else is begun.
        """
        if case.path in self._unfiled:
            job, run = self._unfiled[case.path]
            try:
                self._filed_late[job] = case.add_run(run)
            except OutputError as error:
                raise self._cases.doubt(case.path, error) from error
            del self._unfiled[case.path]

    def _recall(self, case: Case | None) -> Recall | None:
        """Return where runs of a case are found by content; its records are read once."""
        from fhgui.provenance.shelf import Shelf

        if case is None:
            return None
        if self._shelf is None or self._shelf.case is not case:
            self._shelf = Shelf(case)
        return self._shelf.recall

    def _compare_face(self, command: m.CompareFace) -> None:
        from fhgui.provenance.comparing import compared_runs

        self._stop_if_cancelled(command.job)
        self._send(m.FaceCompared(command.job, compared_runs(command.runs)))

    def _repeat_run(self, command: m.RepeatRun) -> None:
        from fhgui.provenance.comparing import repeated_run

        found = repeated_run(command.run, lambda: self._stop_if_cancelled(command.job))
        self._send(m.Repeated(command.job, found))

    def _score_against(self, command: m.ScoreAgainst) -> None:
        from fhgui.provenance.referencing import against_reference

        found = against_reference(command.runs, command.path)
        if command.case is not None:
            details: dict[str, Json] = {"sha256": found.sha256, "how": found.how}
            self._cases.get(command.case).note("reference compared", str(command.path), details)
        self._send(m.Referenced(command.job, found))

    def _file_run(self, command: m.FileRun) -> None:
        case, run = self._cases.get(command.case), command.run
        late = self._filed_late.pop(command.of, None)
        if late is None:
            finished = run.error is None and not case.holds(run)
            if not (case.run_is_open or finished):
                return  # it was never begun, or its filing was finished
            late = case.add_run(run)
            self._unfiled.pop(case.path, None)
        self._send(m.RunFiled(command.job, without_frame(late)))

    def _judge_run(self, command: m.JudgeRun) -> None:
        self._stop_if_cancelled(command.job)
        self._send(m.DoubtDone(command.job, _doubt(command.run)))

    def _open_case(self, command: m.OpenCase) -> None:
        wait(self._keeping)  # the desk of the case that is left belongs into it
        case = self._cases.open(command.path, command.create)
        self._tell_case(command.job, case, case_runs(case))

    def _save_case_as(self, command: m.SaveCaseAs) -> None:
        wait(self._keeping)
        copy = self._cases.save_as(command.case, command.target)
        if command.case in self._unfiled:
            self._unfiled[copy.path] = self._unfiled.pop(command.case)
        self._tell_case(command.job, copy, None)

    def _rescue_case(self, command: m.RescueCase) -> None:
        wait(self._keeping)
        case = self._cases.rescue(command.case, command.target, command.runs, command.desk)
        self._tell_case(command.job, case, case_runs(case))

    def _tell_case(self, job: int, case: Case, runs: tuple[Run, ...] | None) -> None:
        damage = tuple(f"{f.place} {f.text}" for f in case.damage)
        file = case.file
        told = m.CaseOpened(job, case.path, file.title, file.automatic, damage, runs, file.desk)
        self._send(told)
        self._send(m.ExportsTold(job, exports_of(case)))

    def _keep_desk(self, command: m.KeepDesk) -> None:
        try:
            case = self._cases.get(command.path)
            for entry in command.entries:
                case.note(entry.what, entry.subject, entry.details)
            case.keep_desk(command.desk)
        except OutputError as error:
            raise self._cases.doubt(command.path, error) from error

    def _export(self, command: m.Export) -> None:
        from fhgui.session.export_job import carry_out

        last = time.monotonic()

        def tell(done: int, total: int, text: str) -> None:
            nonlocal last
            self._stop_if_cancelled(command.job)
            if time.monotonic() - last > 0.1:
                last = time.monotonic()
                self._send(m.Progress(command.job, done, total, text))

        with self._cases.using():
            case = self._cases.get(command.case)
            if command.desk is not None:
                case.keep_desk(command.desk)
            found = carry_out(command.choices, case, tell)
        self._send(m.Exported(command.job, found.files, found.warnings))
        self._send(m.ExportsTold(command.job, exports_of(case)))

    def _read_models(self, command: mj.ReadModels) -> None:
        stop = partial(self._stop_if_cancelled, command.job)
        mj.read_models(command, self._send, stop)

    def _add_model(self, command: mj.AddModel) -> None:
        mj.add_model(command, self._send)

    def _make_key(self, command: key_making.MakeKey) -> None:
        key_making.make(command, self._send)

    def _remove_model(self, command: mj.RemoveModel) -> None:
        mj.remove_model(command, self._send)


def without_frame(run: Run) -> Run:
    """Return a run without its frame: that is large, and read again from its file if wanted."""
    return replace(run, frame=None)


def unexpected(error: BaseException) -> str:
    """Return one sentence about an error that nobody foresaw."""
    text = " ".join(str(error).split())[:200]
    return f"an unexpected {type(error).__name__} stopped the work ({text}); please report it"


def _doubt(run: Run) -> DoubtMaps:
    from fhgui.provenance.doubting import doubt_of

    return doubt_of(run)
