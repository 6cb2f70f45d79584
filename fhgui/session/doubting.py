"""Doubts that take more work than one run: computed when somebody wants to look at them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fhgui.session import messages as m
from fhgui.session.referencing import want_reference
from fhgui.session.results import FaceWork, Status, completed
from fhgui.session.viewing import DoubtMap

if TYPE_CHECKING:  # it imports this module
    from fhgui.session.session import Session
    from fhgui.session.work import Work

REPEATING = (DoubtMap.JITTER, DoubtMap.SEEDS)


def want_doubts(session: Session) -> None:
    """Ask the worker for the chosen map of doubt unless it is there or was asked for."""
    want_reference(session)
    work = session.current
    face = None if work is None else work.active_face
    if work is None or face is None:
        return
    if session.view.doubt is DoubtMap.METHODS:
        _want_comparison(session, work, face)
    elif session.view.doubt in REPEATING:
        _want_repeats(session, work)


def take_doubts(session: Session, event: m.Event, command: m.Command, work: Work) -> None:
    """Keep doubts that the worker was asked for."""
    if isinstance(event, m.FaceCompared) and isinstance(command, m.CompareFace):
        for at, face in enumerate(work.face_works):
            if face.number == command.face:
                work.face_works[at] = replace(face, comparison=event.comparison)
        session.results_changed.emit()
    elif isinstance(event, m.Repeated) and isinstance(command, m.RepeatRun):
        result = work.result(command.of)
        if result is not None:
            session.put(work, replace(result, repeats=event.repeats))


def _want_comparison(session: Session, work: Work, face: FaceWork) -> None:
    runs = tuple(r.run for r in completed(face) if r.run is not None)
    compared = 0 if face.comparison is None else len(face.comparison.exhibits)
    if len(runs) > compared and all(r.status.over for r in face.results):
        key = ("face", face.number, *(run.record.id for run in runs))
        session.ask_once(key, work, lambda job: m.CompareFace(job, face.number, runs))


def _want_repeats(session: Session, work: Work) -> None:
    result = session.selected
    if result is None or result.repeats is not None or result.status is not Status.COMPLETED:
        return
    run = result.run
    if run is not None:
        session.ask_once(("run", result.job), work, lambda job: m.RepeatRun(job, result.job, run))
