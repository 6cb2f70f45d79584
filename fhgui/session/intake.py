"""Turns the worker's events into changes of the bench."""

from __future__ import annotations

from collections.abc import Callable

from fhgui.core.errors import InadequateError
from fhgui.core.record import Outcome
from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session import model_jobs as mj
from fhgui.session import point_jobs as pj
from fhgui.session import tracing, wearing
from fhgui.session.aftermath import sealed
from fhgui.session.bench import Bench
from fhgui.session.doubting import take_doubts
from fhgui.session.film import take_film
from fhgui.session.key_making import MakeKey
from fhgui.session.logbook import Level
from fhgui.session.marking import from_detection
from fhgui.session.pointing import take_points
from fhgui.session.referencing import take_reference
from fhgui.session.results import Result, moved_on
from fhgui.session.watching import take_digest
from fhgui.session.work import Work


def take_of_worker(bench: Bench, event: m.Event) -> None:
    """Take in how the worker itself is; events of jobs that are over are dropped."""
    if isinstance(event, m.WorkerReady):
        bench.say_worker("worker ready")
    elif isinstance(event, m.WorkerLost):
        bench.say_worker("worker restarted")
        bench.note(event.sentence, Level.ERROR)
    elif isinstance(event, m.WorkerSilent):
        bench.say_worker("worker does not answer")
        bench.note(event.sentence, Level.WARNING)
    elif isinstance(event, m.WorkerHeard):
        bench.say_worker("worker answers again")


def take_for_source(
    bench: Bench,
    event: m.Event,
    command: m.Command,
    work: Work,
    file: Callable[[Run, int], None],
) -> None:
    """Take in what a job tells of its source.

    Parameters
    ----------
    file : has a run filed, given the number of its result.
    """
    result = work.result(event.job)
    if result is not None:
        bench.put(work, moved_on(result, event))
    take_doubts(bench, event, command, work)
    take_reference(bench, event, command, work)
    take_film(bench, event, work)
    take_points(bench, event, command, work)
    wearing.take_wear(bench, event, command, work)
    tracing.take_origins(bench, event, command, work)
    if isinstance(event, m.FacesFound) and isinstance(command, m.FindFaces):
        _take_faces(bench, event, command, work)
    elif isinstance(event, m.Done) and isinstance(command, m.FindFaces):
        work.before_search.pop(command.job, None)
    elif isinstance(event, m.RunDone) and result is not None:
        _tell_run(bench, event, result)
    elif isinstance(event, m.Done) and result is not None:
        _seal(bench, work, result, file)
    elif isinstance(event, m.Exported):
        work.exported = True
    elif isinstance(event, m.Hashed):
        take_digest(bench, work, event.sha256)
    elif isinstance(event, m.Counted):
        work.count, work.counted = max(1, event.count), True
        work.frame_index = min(work.frame_index, work.count - 1)
        bench.works_changed.emit()
        bench.frame_changed.emit()


def _seal(bench: Bench, work: Work, result: Result, file: Callable[[Run, int], None]) -> None:
    """Give a run that was ended in mid-stage its record, and have it filed."""
    done = sealed(result, work)
    bench.put(work, done)
    if result.run is None and done.run is not None:
        file(done.run, done.job)


def take_for_all(bench: Bench, event: m.Event, command: m.Command) -> None:
    """Tell of a job, whatever it was for."""
    if isinstance(event, m.Started) and not isinstance(command, m.KeepDesk):
        bench.say_worker(_doing(command))
    elif isinstance(event, m.Progress):
        bench.say_progress(_percent(event))
    elif isinstance(event, m.Exported) and isinstance(command, m.Export):
        for warning in event.warnings:
            bench.note(f"export: {warning}")
        bench.note(f"{len(event.files)} files written to {command.choices.out}", notice=True)
        bench.exported.emit(event.files)
    elif isinstance(event, m.Failed) and not isinstance(command, m.KeepDesk | m.FileRun):
        bench.note(event.sentence, Level.ERROR)
    elif isinstance(event, m.Cancelled):
        bench.note("cancelled")
    elif isinstance(event, m.Done):
        bench.end_job(event.job)


def _take_faces(bench: Bench, event: m.FacesFound, command: m.FindFaces, work: Work) -> None:
    if command.within is None:
        work.faces, work.faces_frame = event.faces, command.frame_index
        bench.faces_changed.emit()
    before = work.before_search.get(command.job, work.markings.value)
    where = "inside the crop" if command.within else f"in frame {command.frame_index}"
    if not event.faces:
        todo = "set the points by hand" if command.within else "draw a crop around it by hand"
        bench.note(f"no face was found {where} of {work.path.name}; {todo}", Level.WARNING)
        return
    best = event.faces[0]
    found = "1 face was" if len(event.faces) == 1 else f"{len(event.faces)} faces were"
    bench.note(f"{found} found {where}, the best: {best.words}")
    if work is not bench.current or work.frame_index != command.frame_index:
        return
    now = work.markings.value
    if now != before and now.found is None and now.placement() is not None:
        words = "crop or points were changed meanwhile; they stay as they are now"
        bench.note(words, Level.WARNING)
        return
    marking = from_detection(best, command.within, command.frame_index)
    bench.mark("find the face", marking)


def _tell_run(bench: Bench, event: m.RunDone, result: Result) -> None:
    record = event.run.record
    if record.outcome is Outcome.COMPLETED:
        bench.note(f"{result.title} completed in {event.seconds:.1f} s")
    elif isinstance(event.run.error, InadequateError):
        bench.reason_wanted.emit(event.run.error.what)
    elif event.run.error is not None and record.outcome is Outcome.FAILED:
        bench.note(event.run.error.sentence(), Level.ERROR)
    for warning in record.warnings:
        bench.note(f"{result.title}: {warning}")


def _doing(command: m.Command) -> str:
    if isinstance(command, m.Enhance):
        return f"running {command.request.method}"
    return {
        m.FindFaces: "looking for faces",
        m.HashSource: "hashing the source",
        m.CountFrames: "counting frames",
        m.LayOutFilm: "laying out the film",
        m.TrackFaces: "following faces",
        pj.CarryPoints: "carrying points",
        wearing.EstimateWear: "estimating the wear",
        tracing.TraceRun: "tracing exemplars",
        tracing.ReadWindows: "reading exemplars",
        pj.SnapPoints: "snapping points",
        pj.StraightenFace: "putting the face upright",
        m.FileRun: "filing the run",
        m.JudgeRun: "measuring doubt",
        m.OpenCase: "opening the case",
        m.SaveCaseAs: "saving the case",
        m.KeepDesk: "saving",
        m.RescueCase: "saving the case anew",
        m.Export: "exporting",
        m.CompareFace: "comparing methods",
        m.RepeatRun: "repeating the run",
        m.ScoreAgainst: "scoring against the reference",
        mj.ReadModels: "reading models",
        MakeKey: "making a signing key",
        mj.AddModel: "adding a model",
        mj.RemoveModel: "removing a model",
        m.Warm: "loading methods",
    }[type(command)]


def _percent(event: m.Progress) -> str:
    if event.total <= 0:
        return event.text
    return f"{event.text} {100 * event.done // event.total} %"
