"""What a training has told so far: its lines of JSON, read as they come and folded into curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fhgui.plain import json_value

Points = list[tuple[int, float]]
"""(step, value), steps rising."""


@dataclass
class Story:
    """The curves and facts of one training, over all its resumed parts.

    Parameters
    ----------
    step, steps : made, and of the whole run.
    samples, batch, device : what it trains on.
    losses, scores, rates : curves by name; a resumed part replaces what it makes again.
    sheets : pictures of the fixed validation batch, by step.
    best : step and value of the best validation so far, and the name of the score.
    ended : why the last part ended: steps, time, early, stopped; empty while it goes on.
    notes : what the user should know, oldest first.
    weights : the exported file, once there.
    """

    step: int = 0
    steps: int = 0
    samples: int = 0
    batch: int = 0
    device: str = ""
    losses: dict[str, Points] = field(default_factory=dict)
    scores: dict[str, Points] = field(default_factory=dict)
    rates: dict[str, Points] = field(default_factory=dict)
    images_per_s: float | None = None
    elapsed_s: float | None = None
    eta_s: float | None = None
    sheets: dict[int, Path] = field(default_factory=dict)
    best_step: int | None = None
    best_scores: dict[str, float] = field(default_factory=dict)
    saved_step: int | None = None
    ended: str = ""
    started: bool = False
    weights: Path | None = None
    notes: list[str] = field(default_factory=list)

    def begin_part(self) -> None:
        """Forget how the last part ended; a new one is being started."""
        self.started, self.ended = False, ""

    def take(self, line: str) -> bool:
        """Take in one line; return whether it told anything.

        Lines that are no JSON, or events that are not known here, are passed over: a newer
        training may tell more than this window understands.
        """
        try:
            event: Any = json_value(line)
        except ValueError:
            return False
        if not isinstance(event, dict):
            return False
        takers: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "launched": lambda _: self.begin_part(),
            "started": self._begin,
            "progress": self._progress,
            "validated": self._validated,
            "saved": self._saved,
            "note": self._note,
            "finished": self._finish,
            "exported": self._exported,
        }
        take = takers.get(str(event.get("event")))
        if take is None:
            return False
        try:
            take(event)
        except (KeyError, TypeError, ValueError, OverflowError):
            return False
        return True

    @property
    def fraction(self) -> float:
        """How far the run is, 0–1, by steps or by time, whichever is further along."""
        if self.ended in ("steps", "time", "early"):
            return 1.0
        by_steps = self.step / self.steps if self.steps else 0.0
        if self.eta_s is None or self.elapsed_s is None:
            return min(1.0, by_steps)
        return min(1.0, max(by_steps, self.elapsed_s / max(self.elapsed_s + self.eta_s, 1e-9)))

    def _begin(self, event: Mapping[str, Any]) -> None:
        self.begin_part()
        self.started = True
        self.step, self.steps = int(event["step"]), int(event["steps"])
        self.samples, self.batch = int(event.get("samples", 0)), int(event.get("batch", 0))
        self.device = str(event.get("device", ""))
        for curves in (self.losses, self.scores, self.rates):
            for name, points in curves.items():
                curves[name] = [p for p in points if p[0] <= self.step]
        self.sheets = {step: path for step, path in self.sheets.items() if step <= self.step}

    def _progress(self, event: Mapping[str, Any]) -> None:
        self.step = int(event["step"])
        self.steps = int(event.get("steps", self.steps))
        self.images_per_s = float(event["images_per_s"])
        self.elapsed_s, self.eta_s = float(event["elapsed_s"]), float(event["eta_s"])
        _extend(self.losses, self.step, event["losses"])
        _extend(self.rates, self.step, event["rates"])

    def _validated(self, event: Mapping[str, Any]) -> None:
        step = int(event["step"])
        self.step = max(self.step, step)
        _extend(self.scores, step, event["scores"])
        if event.get("best"):
            self.best_step = step
            self.best_scores = {str(k): float(v) for k, v in event["scores"].items()}
        if event.get("sheet"):
            self.sheets[step] = Path(str(event["sheet"]))

    def _saved(self, event: Mapping[str, Any]) -> None:
        self.saved_step = int(event["step"])

    def _note(self, event: Mapping[str, Any]) -> None:
        self.notes.append(str(event["text"]))

    def _finish(self, event: Mapping[str, Any]) -> None:
        self.step = int(event["step"])
        self.ended = str(event["reason"])
        self.elapsed_s = float(event["elapsed_s"])
        if self.ended != "stopped":
            self.eta_s = 0.0

    def _exported(self, event: Mapping[str, Any]) -> None:
        self.weights = Path(str(event["weights"]))


def _extend(curves: dict[str, Points], step: int, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        points = curves.setdefault(str(name), [])
        if points and points[-1][0] >= step:
            points[:] = [p for p in points if p[0] < step]
        points.append((step, float(value)))
