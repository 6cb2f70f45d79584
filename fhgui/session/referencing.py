"""Results against a reference that the examiner chose; scored again when results come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fhgui.session import messages as m
from fhgui.session.results import ChosenReference, FaceWork, completed

if TYPE_CHECKING:  # they import this module
    from fhgui.session.session import Session
    from fhgui.session.work import Work


def choose_reference(session: Session, path: Path | None) -> None:
    """Take another reference for the face that is looked at; None takes it away."""
    work = session.current
    face = None if work is None else work.active_face
    if work is None or face is None:
        return
    _put(work, face, None if path is None else ChosenReference(path))
    want_reference(session)
    session.results_changed.emit()


def want_reference(session: Session) -> None:
    """Have every finished result scored that was not yet."""
    work = session.current
    face = None if work is None else work.active_face
    chosen = None if face is None else face.reference
    if work is None or face is None or chosen is None:
        return
    runs = tuple(r.run for r in completed(face) if r.run is not None)
    records = tuple(run.record.id for run in runs)
    if runs and records != chosen.asked and all(r.status.over for r in face.results):
        _put(work, face, replace(chosen, asked=records))
        job = session.next_number()
        command = m.ScoreAgainst(job, face.number, runs, chosen.path, session.case)
        session.ask_as(command, work)


def take_reference(session: Session, event: m.Event, command: m.Command, work: Work) -> None:
    """Keep what the worker found; a reference that fits no result is let go."""
    if not isinstance(command, m.ScoreAgainst):
        return
    face = next((f for f in work.face_works if f.number == command.face), None)
    chosen = None if face is None else face.reference
    if face is None or chosen is None or chosen.path != command.path:
        return
    if isinstance(event, m.Referenced):
        _put(work, face, replace(chosen, found=event.reference))
    elif isinstance(event, m.Failed | m.Cancelled):
        _put(work, face, None)
    else:
        return
    session.results_changed.emit()


def _put(work: Work, face: FaceWork, chosen: ChosenReference | None) -> None:
    at = [f.number for f in work.face_works].index(face.number)
    work.face_works[at] = replace(face, reference=chosen)
