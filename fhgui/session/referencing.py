"""Results against a reference that the examiner chose; scored again when results come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.results import ChosenReference, completed_runs, record_ids
from fhgui.session.work import Work


def choose_reference(bench: Bench, path: Path | None) -> None:
    """Take another reference for the face that is looked at; None takes it away."""
    work = bench.current
    face = None if work is None else work.active_face
    if work is None or face is None:
        return
    work.change_face(face.number, reference=None if path is None else ChosenReference(path))
    want_reference(bench)
    bench.results_changed.emit()


def want_reference(bench: Bench) -> None:
    """Have every finished result scored that was not yet."""
    work = bench.current
    face = None if work is None else work.active_face
    chosen = None if face is None else face.reference
    if work is None or face is None or chosen is None:
        return
    runs = completed_runs(face)
    records = record_ids(runs)
    if runs and records != chosen.asked and all(r.status.over for r in face.results):
        work.change_face(face.number, reference=replace(chosen, asked=records))
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
        work.change_face(face.number, reference=replace(chosen, found=event.reference))
    elif isinstance(event, m.Failed | m.Cancelled):
        work.change_face(face.number, reference=None)
    else:
        return
    bench.results_changed.emit()
