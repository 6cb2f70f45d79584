"""Turns the runs of a case into faces and results again, as they stood side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from fhgui.core.errors import FhguiError, RecordError
from fhgui.core.face import Adequacy, AdequacyClass, Box, PlacedBy
from fhgui.core.fields import Fields
from fhgui.core.record import Outcome, Record
from fhgui.methods import registry
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.session.marking import Marking
from fhgui.session.results import FaceWork, Result, Status, with_new


def faces_of(runs: Iterable[Run], number: Callable[[], int]) -> dict[Path, list[FaceWork]]:
    """Return the faces of each source, oldest first.

    Runs in a row on the same place of the same frame belong together; of like ones, the last
    takes the place of the others.

    Parameters
    ----------
    number : gives the next number of a job.
    """
    found: dict[Path, list[FaceWork]] = {}
    for run in runs:
        faces = found.setdefault(Path(run.record.evidence.path), [])
        result = _result(run, number())
        marking, frame = marking_of(run.record), result.request.frame_index
        if faces and _belongs(faces[-1], marking, result):
            faces.append(with_new(faces.pop(), result))
        else:
            faces.append(FaceWork(len(faces) + 1, frame, marking, (result,)))
    return found


def marking_of(record: Record) -> Marking:
    """Return crop and points of a run, as far as its record has them."""
    alignment = record.alignment
    if alignment is None:
        return Marking()
    box = None if alignment.box is None else Box(*alignment.box)
    by_itself = alignment.placed_by == PlacedBy.AUTO
    return Marking(
        box=box,
        points=alignment.landmarks,
        found=Placement(PlacementKind.AUTO, box=box) if by_itself else None,
        found_frame=record.frame.index if by_itself and record.frame else None,
        score=alignment.score,
        aligned=alignment.placed_by == PlacedBy.ALIGNED,
        by=_by(alignment.placed_by),
        note=_note(record),
        set_in=record.frame.index if record.frame else None,
    )


def _by(placed_by: str) -> PlacedBy:
    """Return who set points by hand, or what helped."""
    helped = (PlacedBy.SNAPPED, PlacedBy.TRACKED, PlacedBy.NETWORK)
    return next((by for by in helped if by == placed_by), PlacedBy.ANALYST)


def _note(record: Record) -> str:
    """Return what a record says about points that STN0 put there, or that were carried there."""
    placed_by = None if record.alignment is None else record.alignment.placed_by
    if placed_by not in (PlacedBy.NETWORK, PlacedBy.TRACKED):
        return ""
    told = (words for words in record.warnings if "STN0" in words or "by optical flow" in words)
    return next(told, "")


def _belongs(face: FaceWork, marking: Marking, result: Result) -> bool:
    return face.marking == marking and face.frame_index == result.request.frame_index


def _result(run: Run, job: int) -> Result:
    record = run.record
    damaged = isinstance(run.error, RecordError)
    request = EnhanceRequest(
        source=Path(record.evidence.path),
        method=record.method,
        placement=marking_of(record).placement() or Placement(PlacementKind.AUTO),
        frame_index=record.frame.index if record.frame else 0,
        settings=_settings(record),
        seed=record.seed,
        fields=record.frame.shown if record.frame else Fields.WOVEN,
        fuse=None if record.fusion is None else record.fusion.span,
    )
    completed = record.outcome is Outcome.COMPLETED
    return Result(
        job,
        request,
        _title(record.method),
        status=Status.FAILED if damaged else Status(record.outcome.value),
        stages=run.stages,
        total=len(run.stages),
        face=run.face,
        adequacy=_adequacy(record),
        run=run,
        seconds=_seconds(record),
        message="" if completed and not damaged else _why(run),
        started_utc=record.started_utc,
    )


def _why(run: Run) -> str:
    return "" if run.error is None else run.error.sentence()


def _seconds(record: Record) -> float:
    try:
        start, end = map(datetime.fromisoformat, (record.started_utc, record.finished_utc))
        return (end - start).total_seconds()
    except (ValueError, TypeError):  # no times, or one of them without its zone
        return 0.0


def _settings(record: Record) -> Mapping[str, object]:
    """Return the settings that repeat a run; none of a method that this version does not have."""
    if record.outcome is not Outcome.COMPLETED or record.method not in registry.method_ids():
        return record.config
    return registry.recorded_settings(record.method, record.config)


def _title(method: str) -> str:
    try:
        return registry.info(method).title
    except FhguiError:  # a method that this version does not have
        return method


def _adequacy(record: Record) -> Adequacy | None:
    found = record.adequacy
    if found is None or found.adequacy not in tuple(AdequacyClass):
        return None
    kind = AdequacyClass(found.adequacy)
    return Adequacy(found.face_px, found.interocular_px, found.density_px_per_m, kind)
