"""Results against a reference that the examiner chose; scored again when results come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.results import ChosenReference, FaceWork, completed
from fhgui.session.work import Work


def choose_reference(bench: Bench, path: Path | None) -> None:
    """Take another reference for the face that is looked at; None takes it away."""
    work = bench.current
    face = None if work is None else work.active_face
    if work is None or face is None:
        return
    _put(work, face, None if path is None else ChosenReference(path))
    want_reference(bench)
    bench.results_changed.emit()


def want_reference(bench: Bench) -> None:
    """Have every finished result scored that was not yet."""
    work = bench.current
    face = None if work is None else work.active_face
    chosen = None if face is None else face.reference
    if work is None or face is None or chosen is None:
        return
    runs = tuple(r.run for r in completed(face) if r.run is not None)
    records = tuple(run.record.id for run in runs)
    if runs and records != chosen.asked and all(r.status.over for r in face.results):
        _put(work, face, replace(chosen, asked=records))
        job = bench.next_number()
        command = m.ScoreAgainst(job, face.number, runs, chosen.path, bench.case)
        bench.ask_as(command, work)


def take_reference(bench: Bench, event: m.Event, command: m.Command, work: Work) -> None:
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
    bench.results_changed.emit()


def _put(work: Work, face: FaceWork, chosen: ChosenReference | None) -> None:
    at = [f.number for f in work.face_works].index(face.number)
    work.face_works[at] = replace(face, reference=chosen)
