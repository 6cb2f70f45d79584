"""Turns the worker's events into changes of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fhgui.core.errors import InadequateError
from fhgui.core.record import Outcome
from fhgui.session import messages as m
from fhgui.session import model_jobs as mj
from fhgui.session import point_jobs as pj
from fhgui.session import wearing
from fhgui.session.aftermath import sealed
from fhgui.session.doubting import take_doubts
from fhgui.session.film import take_film
from fhgui.session.key_making import MakeKey
from fhgui.session.logbook import Level
from fhgui.session.marking import from_detection
from fhgui.session.pointing import take_points
from fhgui.session.referencing import take_reference
from fhgui.session.results import Result, moved_on
from fhgui.session.watching import take_digest

if TYPE_CHECKING:  # it imports this module
    from fhgui.session.session import Session
    from fhgui.session.work import Work


def take(session: Session, event: m.Event) -> None:
    """Take in one event; those of jobs that are over are dropped."""
    asked = session.asked(event.job)
    if isinstance(event, m.WorkerReady):
        session.say_worker("worker ready")
    elif isinstance(event, m.WorkerLost):
        session.say_worker("worker restarted")
        session.note(event.sentence, Level.ERROR)
    elif asked is not None:
        command, work = asked
        if work is not None:
            _take_for_source(session, event, command, work)
        _take_for_all(session, event, command)


def _take_for_source(session: Session, event: m.Event, command: m.Command, work: Work) -> None:
    result = work.result(event.job)
    if result is not None:
        session.put(work, moved_on(result, event))
    take_doubts(session, event, command, work)
    take_reference(session, event, command, work)
    take_film(session, event, command, work)
    take_points(session, event, command, work)
    wearing.take_wear(session, event, command, work)
    if isinstance(event, m.FacesFound) and isinstance(command, m.FindFaces):
        _take_faces(session, event, command, work)
    elif isinstance(event, m.RunDone) and result is not None:
        _tell_run(session, event, result)
    elif isinstance(event, m.Done) and result is not None:
        _seal(session, work, result)
    elif isinstance(event, m.Exported):
        work.exported = True
    elif isinstance(event, m.Hashed):
        take_digest(session, work, event.sha256)
    elif isinstance(event, m.Counted):
        work.count, work.counted = max(1, event.count), True
        work.frame_index = min(work.frame_index, work.count - 1)
        session.works_changed.emit()
        session.frame_changed.emit()


def _seal(session: Session, work: Work, result: Result) -> None:
    """Give a run that was ended in mid-stage its record, and have it filed."""
    done = sealed(result, work)
    session.put(work, done)
    if result.run is None and done.run is not None:
        session.casework.file(done.run, done.job)


def _take_for_all(session: Session, event: m.Event, command: m.Command) -> None:
    session.casework.take(event, command)
    session.queue.take(event)
    session.models.take(event, command)
    session.keys.take(event, command)
    if isinstance(event, m.Started) and not isinstance(command, m.KeepDesk):
        session.say_worker(_doing(command))
    elif isinstance(event, m.Progress):
        session.say_progress(_percent(event))
    elif isinstance(event, m.Exported) and isinstance(command, m.Export):
        for warning in event.warnings:
            session.note(f"export: {warning}")
        session.note(f"{len(event.files)} files written to {command.choices.out}", notice=True)
        session.exported.emit(event.files)
    elif isinstance(event, m.Failed) and not isinstance(command, m.KeepDesk | m.FileRun):
        session.note(event.sentence, Level.ERROR)
    elif isinstance(event, m.Cancelled):
        session.note("cancelled")
    elif isinstance(event, m.Done):
        session.end_job(event.job)


def _take_faces(session: Session, event: m.FacesFound, command: m.FindFaces, work: Work) -> None:
    if command.within is None:
        work.faces, work.faces_frame = event.faces, command.frame_index
        session.faces_changed.emit()
    where = "inside the crop" if command.within else f"in frame {command.frame_index}"
    if not event.faces:
        todo = "set the points by hand" if command.within else "draw a crop around it by hand"
        session.note(f"no face was found {where} of {work.path.name}; {todo}", Level.WARNING)
        return
    best = event.faces[0]
    found = "1 face was" if len(event.faces) == 1 else f"{len(event.faces)} faces were"
    session.note(f"{found} found {where}, best score {best.score:.2f}")
    if work is session.current and work.frame_index == command.frame_index:
        marking = from_detection(best, command.within, command.frame_index)
        session.mark("find the face", marking)


def _tell_run(session: Session, event: m.RunDone, result: Result) -> None:
    record = event.run.record
    if record.outcome is Outcome.COMPLETED:
        session.note(f"{result.title} completed in {event.seconds:.1f} s")
    elif isinstance(event.run.error, InadequateError):
        session.reason_wanted.emit(event.run.error.what)
    elif event.run.error is not None and record.outcome is Outcome.FAILED:
        session.note(event.run.error.sentence(), Level.ERROR)
    for warning in record.warnings:
        session.note(f"{result.title}: {warning}")


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
