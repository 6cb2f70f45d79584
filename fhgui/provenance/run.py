"""What a run tells while it goes on, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from fhgui.core.errors import FhguiError
from fhgui.core.face import Adequacy, FaceImage
from fhgui.core.frame import Frame
from fhgui.core.method import Stage
from fhgui.core.record import Record


@dataclass(frozen=True)
class Note:
    """Something worth telling the analyst while the run goes on."""

    text: str


@dataclass(frozen=True)
class Progressed:
    """How far something is that comes before the stages."""

    done: int
    total: int
    text: str


@dataclass(frozen=True, eq=False)
class FaceReady:
    """The method's input has been cut out; ``adequacy`` is None for files already aligned.

    Where several frames are fused, the face of the marked frame comes first, then the fused one.
    """

    face: FaceImage
    adequacy: Adequacy | None


@dataclass(frozen=True, eq=False)
class StageReady:
    """A stage is finished; ``index`` counts from 0 of ``total`` (the input is stage 0)."""

    stage: Stage
    index: int
    total: int


@dataclass(frozen=True)
class StartedOver:
    """The stages so far do not count: the method begins again, for a reason in words."""

    text: str


Event: TypeAlias = Note | Progressed | FaceReady | StageReady | StartedOver
OnEvent: TypeAlias = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Do nothing with an event."""


@dataclass(frozen=True, eq=False)
class Run:
    """What a request came to.

    Parameters
    ----------
    record : the sealed record, whatever the outcome.
    frame, face : as far as the run got.
    stages : the input and every finished stage, in order.
    error : why it failed or was cancelled; None when completed.
    """

    record: Record
    frame: Frame | None
    face: FaceImage | None
    stages: tuple[Stage, ...]
    error: FhguiError | None

    @property
    def result(self) -> Stage:
        """The last stage of a completed run."""
        return self.stages[-1]
