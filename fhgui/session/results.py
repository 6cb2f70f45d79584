"""What came of a run, as far as it got; replaced whole with every event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fhgui.core.face import Adequacy, FaceImage
from fhgui.core.method import Stage
from fhgui.provenance.request import EnhanceRequest
from fhgui.provenance.run import Run
from fhgui.session.marking import Marking
from fhgui.session.messages import Doubt


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
    shown : index of the stage that viewers show; None for the newest.
    message : why it failed, in one sentence.
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
    doubt: Doubt | None = None
    seconds: float | None = None
    shown: int | None = None
    message: str = ""

    @property
    def name(self) -> str:
        """The method's id: short enough for lists and headers."""
        return self.request.method

    @property
    def stage(self) -> Stage | None:
        """The stage that viewers show."""
        if not self.stages:
            return None
        return self.stages[-1 if self.shown is None else min(self.shown, len(self.stages) - 1)]


@dataclass(frozen=True, eq=False)
class FaceWork:
    """One face that was enhanced: the results of it stand side by side.

    Parameters
    ----------
    number : 1, 2, … in the order of work on this source.
    frame_index : the frame it is in.
    marking : crop and points as they were when it was run.
    results : one for each method.
    """

    number: int
    frame_index: int
    marking: Marking
    results: tuple[Result, ...]

    @property
    def face(self) -> FaceImage | None:
        """The face that methods take in, once cut."""
        return next((r.face for r in self.results if r.face is not None), None)

    def result(self, job: int) -> Result | None:
        """Return one result by its number."""
        return next((r for r in self.results if r.job == job), None)
