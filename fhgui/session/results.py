"""What came of a run, as far as it got; replaced whole with every event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from fhgui.core.dossier import FaceComparison
from fhgui.core.doubt import DoubtMaps, Repeats
from fhgui.core.face import Adequacy, FaceImage
from fhgui.core.method import Stage
from fhgui.core.reference import Reference
from fhgui.provenance.draft import now_utc
from fhgui.provenance.request import EnhanceRequest
from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session.identity import identity, run_words
from fhgui.session.marking import Marking
from fhgui.session.origins import Origins


class Status(StrEnum):
    """Where a result stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self not in (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True, eq=False)
class Result:
    """One method on one face.

    Parameters
    ----------
    job : number of the run, unique in a session.
    title : name of the method for people.
    stages : the input and every finished stage so far.
    total : number of stages that there will be; 0 before the first.
    run : what the worker handed over; None while it works, or if it was ended in mid-stage.
    doubt : maps of doubt, once there.
    repeats : doubts that come of repeating the run, once asked for and there.
    origins : which exemplars it is from, as far as somebody asked.
    shown : index of the stage that viewers show; None for the newest.
    message : why it failed, in one sentence; while it runs, why it was started over.
    started_utc : when it left the queue; empty before.
    """

    job: int
    request: EnhanceRequest
    title: str
    status: Status = Status.QUEUED
    stages: tuple[Stage, ...] = ()
    total: int = 0
    face: FaceImage | None = None
    adequacy: Adequacy | None = None
    run: Run | None = None
    doubt: DoubtMaps | None = None
    repeats: Repeats | None = None
    origins: Origins = field(default_factory=Origins)
    seconds: float | None = None
    shown: int | None = None
    message: str = ""
    started_utc: str = ""

    @property
    def name(self) -> str:
        """The method's id: short enough for lists and headers."""
        return self.request.method

    @property
    def label(self) -> str:
        """The method's id with the preset or the settings that make this run different."""
        return " · ".join((self.name, *run_words(self.request)))

    @property
    def reused(self) -> bool:
        """Whether its pictures were made by an earlier run, as its record says."""
        return self.run is not None and self.run.record.reused is not None

    def is_like(self, other: Result) -> bool:
        """Tell whether another result of the same face is of the same method and settings."""
        one, two = self.request, other.request
        return one.method == two.method and identity(one) == identity(two)

    @property
    def stage(self) -> Stage | None:
        """The stage that viewers show."""
        if not self.stages:
            return None
        return self.stages[-1 if self.shown is None else min(self.shown, len(self.stages) - 1)]


@dataclass(frozen=True, eq=False)
class ChosenReference:
    """A reference that the examiner chose.

    Parameters
    ----------
    asked : ids of the records whose results the worker was asked to score.
    found : what came of it, once there.
    """

    path: Path
    asked: tuple[str, ...] = ()
    found: Reference | None = None


@dataclass(frozen=True, eq=False)
class FaceWork:
    """One face that was enhanced: the results of it stand side by side.

    Parameters
    ----------
    number : 1, 2, … in the order of work on this source.
    frame_index : the frame it is in.
    marking : crop and points as they were when it was run.
    results : one for each method and its settings.
    comparison : the doubts that come of several results, once asked for and there.
    compared : ids of the records whose results it compares, or the worker was asked to, in order.
    reference : what the examiner holds the results against; None without one.
    first_record : id of the first record on it, should a newer run have taken its place.
    """

    number: int
    frame_index: int
    marking: Marking
    results: tuple[Result, ...]
    comparison: FaceComparison | None = None
    compared: tuple[str, ...] = ()
    reference: ChosenReference | None = None
    first_record: str = ""

    @property
    def face(self) -> FaceImage | None:
        """The face that methods take in, once cut."""
        return next((r.face for r in self.results if r.face is not None), None)

    def result(self, job: int) -> Result | None:
        """Return one result by its number."""
        return next((r for r in self.results if r.job == job), None)


def completed(face: FaceWork) -> tuple[Result, ...]:
    """Return the results on a face whose runs completed."""
    return tuple(r for r in face.results if r.status is Status.COMPLETED)


def completed_runs(face: FaceWork) -> tuple[Run, ...]:
    """Return the completed runs on a face."""
    return tuple(r.run for r in completed(face) if r.run is not None)


def record_ids(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the ids of the records of runs."""
    return tuple(run.record.id for run in runs)


def with_new(face: FaceWork, result: Result) -> FaceWork:
    """Return a face with one more result, in the place of those of like method and settings.

    A completed result gives way to a completed one only.
    """
    completed_now = result.status is Status.COMPLETED
    gone = [r for r in face.results if r.is_like(result) and _gives_way(r, completed_now)]
    if not gone:
        return replace(face, results=(*face.results, result))
    first = next((r.run.record.id for r in face.results if r.run is not None), "")
    kept = [result if r is gone[0] else r for r in face.results if r not in gone[1:]]
    left = replace(face, results=tuple(kept), first_record=face.first_record or first)
    return replace(left, comparison=None, compared=())


def settled(face: FaceWork, job: int) -> FaceWork:
    """Return a face after a run of it completed: older ones like it give way."""
    result = face.result(job)
    if result is None or result.status is not Status.COMPLETED:
        return face
    others = tuple(r for r in face.results if r is not result)
    if not any(r.is_like(result) for r in others):
        return face
    return with_new(replace(face, results=others), result)


def _gives_way(old: Result, completed_now: bool) -> bool:
    return old.status.over and (completed_now or old.status is not Status.COMPLETED)


def moved_on(result: Result, event: m.Event) -> Result:
    """Return a result after one more event of its job."""
    changes: Mapping[str, object] = {}
    if isinstance(event, m.Started) and not result.status.over:
        changes = {"status": Status.RUNNING, "started_utc": now_utc()}
    elif isinstance(event, m.FaceCut):
        changes = {"face": event.face, "adequacy": event.adequacy}
    elif isinstance(event, m.StageDone):
        changes = {"stages": (*result.stages, event.stage), "total": event.total}
    elif isinstance(event, m.StartedOver):
        changes = {"stages": (), "total": 0, "message": event.text}
    elif isinstance(event, m.RunDone):
        error = event.run.error
        changes = {
            "run": event.run,
            "face": event.run.face or result.face,
            "stages": event.run.stages or result.stages,
            "seconds": event.seconds,
            "status": Status(event.run.record.outcome.value),
            "message": "" if error is None else error.sentence(),
        }
    elif isinstance(event, m.DoubtDone):
        changes = {"doubt": event.doubt}
    elif isinstance(event, m.Failed):
        failed = {} if result.status is Status.COMPLETED else {"status": Status.FAILED}
        changes = {"message": event.sentence, **failed}
    elif isinstance(event, m.Cancelled) and not result.status.over:
        changes = {"status": Status.CANCELLED}
    return replace(result, **changes) if changes else result  # type: ignore[arg-type]  # by name
