"""Doubts that take more work than one run: computed when somebody wants to look at them."""

from __future__ import annotations

from dataclasses import replace

from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.referencing import want_reference
from fhgui.session.results import FaceWork, Status, completed_runs, record_ids
from fhgui.session.viewing import DoubtMap
from fhgui.session.work import Work

REPEATING = (DoubtMap.JITTER, DoubtMap.SEEDS)


def want_doubts(bench: Bench) -> None:
    """Ask the worker for the chosen map of doubt unless it is there or was asked for."""
    want_reference(bench)
    work = bench.current
    face = None if work is None else work.active_face
    if work is None or face is None:
        return
    if bench.view.doubt is DoubtMap.METHODS:
        _want_comparison(bench, work, face)
    elif bench.view.doubt in REPEATING:
        _want_repeats(bench, work)


def take_doubts(bench: Bench, event: m.Event, command: m.Command, work: Work) -> None:
    """Keep doubts that the worker was asked for."""
    if isinstance(event, m.FaceCompared) and isinstance(command, m.CompareFace):
        face = next((f for f in work.face_works if f.number == command.face), None)
        if face is not None and face.compared == record_ids(command.runs):
            work.change_face(face.number, comparison=event.comparison)
            bench.results_changed.emit()
    elif isinstance(event, m.Failed | m.Cancelled):
        _take_none(bench, command, work)
    elif isinstance(event, m.Repeated) and isinstance(command, m.RepeatRun):
        result = work.result(command.of)
        if result is not None:
            bench.put(work, replace(result, repeats=event.repeats))


def _take_none(bench: Bench, command: m.Command, work: Work) -> None:
    """Have a doubt that was not computed asked for again, when somebody wants to see it again."""
    if isinstance(command, m.CompareFace):
        face = next((f for f in work.face_works if f.number == command.face), None)
        if face is None or face.compared != record_ids(command.runs):
            return  # another comparison is under way
        if face.comparison is None:
            work.change_face(face.number, compared=())
        if bench.view.doubt is DoubtMap.METHODS and work is bench.current:
            bench.look(doubt=DoubtMap.NONE)
    elif isinstance(command, m.RepeatRun):
        bench.forget_asked(("run", command.of), work)
        if bench.view.doubt in REPEATING and command.of == bench.selected_job:
            bench.look(doubt=DoubtMap.NONE)


def _want_comparison(bench: Bench, work: Work, face: FaceWork) -> None:
    """Have the results on the desk compared; anew when one came, went or was put back."""
    runs = completed_runs(face)
    records = record_ids(runs)
    if runs and records != face.compared and all(r.status.over for r in face.results):
        work.change_face(face.number, compared=records, comparison=None)
        bench.ask_as(m.CompareFace(bench.next_number(), face.number, runs), work)


def _want_repeats(bench: Bench, work: Work) -> None:
    result = bench.selected
    if result is None or result.repeats is not None or result.status is not Status.COMPLETED:
        return
    run = result.run
    if run is not None:
        bench.ask_once(("run", result.job), work, lambda job: m.RepeatRun(job, result.job, run))
