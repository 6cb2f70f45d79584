"""What a running training tells: one frozen event at a time, also as one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum, StrEnum
from typing import TypeAlias


class _Told:
    """An event that can say itself in JSON."""

    def to_json(self) -> str:
        """Return one line: ``{"event": "progress", "step": …}``."""
        name = type(self).__name__.lower()
        return json.dumps({"event": name, **asdict(self)}, sort_keys=True)  # type: ignore[call-overload]  # a dataclass


@dataclass(frozen=True)
class Started(_Told):
    """A run begins, or goes on at ``step``."""

    step: int
    steps: int
    """Steps of the whole run by its recipe."""
    samples: int
    """Samples of the training set."""
    batch: int
    """Samples a step, over all processes."""
    device: str
    precision: str
    processes: int
    parameters: Mapping[str, int]
    """Learned numbers of each network."""


@dataclass(frozen=True)
class Progress(_Told):
    """Where a run stands; every ``report_steps`` steps."""

    step: int
    steps: int
    epoch: float
    """Passes over the training set so far."""
    losses: Mapping[str, float]
    """Means since the last report of whatever the task's step returned."""
    rates: Mapping[str, float]
    """Learning rate of each network."""
    images_per_s: float
    elapsed_s: float
    """Training time, over all parts of a resumed run, pauses left out."""
    eta_s: float
    """Training time left until the end of the steps or of the budget."""


@dataclass(frozen=True)
class Validated(_Told):
    """A validation is done."""

    step: int
    scores: Mapping[str, float]
    best: bool
    """Whether the judged score is the best so far."""
    sheet: str | None = None
    """Path of the picture with the samples of the fixed validation batch."""


@dataclass(frozen=True)
class Saved(_Told):
    """A checkpoint is on disk."""

    step: int
    path: str


@dataclass(frozen=True)
class Note(_Told):
    """Something that the user should know, one sentence."""

    text: str


class Reason(StrEnum):
    """Why a run ended."""

    STEPS = "steps"
    TIME = "time"
    EARLY = "early"
    """No better validation for as long as the recipe allows."""
    STOPPED = "stopped"
    """Told to; it can be resumed."""


@dataclass(frozen=True)
class Finished(_Told):
    """The run is over."""

    step: int
    reason: Reason
    elapsed_s: float
    scores: Mapping[str, float] = field(default_factory=dict)
    """Last validation."""


Event: TypeAlias = Started | Progress | Validated | Saved | Note | Finished
Report: TypeAlias = Callable[[Event], None]


class Command(Enum):
    """What the control callable may ask for, after every step."""

    GO = "go"
    PAUSE = "pause"
    STOP = "stop"


Control: TypeAlias = Callable[[], Command]


def silent(event: Event) -> None:
    """Report to nobody."""


def always_go() -> Command:
    """Never pause, never stop."""
    return Command.GO


def print_json(event: Event) -> None:
    """Report on standard output, one line an event."""
    print(event.to_json(), flush=True)


def sentence(event: Event) -> str:
    """Return an event in words, one line."""
    match event:
        case Started():
            learned = ", ".join(f"{name} {n:,}" for name, n in event.parameters.items())
            done = f"goes on at step {event.step}" if event.step else "begins"
            return f"{done} on {event.device}: {event.samples} faces, parameters: {learned}"
        case Progress():
            losses = "  ".join(f"{k} {v:.6f}" for k, v in event.losses.items())
            return f"step {event.step}  {losses}  {event.images_per_s:.0f} images/s  " + (
                f"{event.elapsed_s / 60:.1f} min, {event.eta_s / 60:.1f} left"
            )
        case Validated():
            scores = "  ".join(f"{k} {v:.3f}" for k, v in event.scores.items())
            return f"step {event.step}  {scores}{'  best' if event.best else ''}"
        case Saved():
            return f"step {event.step}  saved"
        case Note():
            return event.text
        case Finished():
            return (
                f"ended at step {event.step} after {event.elapsed_s / 60:.1f} min ({event.reason})"
            )
