"""What a benchmark tells while it runs; the window's panel reads the same events as JSON lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from fhgui.core.arrays import Pixels
from fhgui.core.doubt import INTERVAL, LEVELS
from fhgui.evaluation.coverage import Coverage
from fhgui.evaluation.rows import PictureScores, Row
from fhgui.evaluation.transforms import Recovery


@dataclass(frozen=True)
class Started:
    """The pairs are made and every method was found to load."""

    protocol: str
    methods: tuple[str, ...]
    n: int

    def as_json(self) -> dict[str, Any]:
        """Return the event for the panel."""
        return {
            "event": "start",
            "protocol": self.protocol,
            "methods": list(self.methods),
            "n": self.n,
        }


@dataclass(frozen=True, eq=False)
class ImageScored:
    """One result was scored.

    Parameters
    ----------
    done, total : pictures of this row.
    result : H×W×3 uint8.
    """

    label: str
    name: str
    done: int
    total: int
    scores: PictureScores
    result: Pixels

    def as_json(self) -> dict[str, Any]:
        """Return the event for the panel, without the pixels."""
        return {
            "event": "image",
            "label": self.label,
            "name": self.name,
            "done": self.done,
            "total": self.total,
            "scores": self.scores.as_json(),
        }


@dataclass(frozen=True)
class RowDone:
    """A row is complete."""

    row: Row

    def as_json(self) -> dict[str, Any]:
        """Return the event for the panel."""
        return {"event": "row", **self.row.as_json()}


@dataclass(frozen=True)
class CoverageFound:
    """The expected errors of a row were held against its true errors."""

    found: Coverage

    def as_json(self) -> dict[str, Any]:
        """Return the event for the panel."""
        return {"event": "coverage", **self.found.as_json()}


@dataclass(frozen=True)
class TransformsFound:
    """The poses that a row found were held against those that the protocol gave."""

    found: Recovery

    def as_json(self) -> dict[str, Any]:
        """Return the event for the panel, without the faces."""
        return {"event": "transforms", **self.found.summary()}


@dataclass(frozen=True)
class Note:
    """Something to know of the figures, in one sentence."""

    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the event for the panel."""
        return {"event": "note", "text": self.text}


@dataclass(frozen=True)
class Finished:
    """Everything is written."""

    out: Path

    def as_json(self) -> dict[str, Any]:
        """Return the event for the panel."""
        return {"event": "finished", "out": str(self.out)}


Event: TypeAlias = (
    Started | ImageScored | RowDone | CoverageFound | TransformsFound | Note | Finished
)

TOLD_PARTS = 10
"""Progress of a row is told in so many parts."""


def sentence(event: Event) -> str:
    """Return an event as a line of progress; empty for what would be too much."""
    if isinstance(event, Started):
        return f"{event.protocol}: {event.n} pictures, rows {', '.join(event.methods)}"
    if isinstance(event, Note):
        return f"note: {event.text}"
    if isinstance(event, Finished):
        return f"written: {event.out}"
    if isinstance(event, ImageScored):
        step = max(1, event.total // TOLD_PARTS)
        told = event.done % step == 0 or event.done == event.total
        return f"{event.label}: {event.done}/{event.total}" if told else ""
    if isinstance(event, CoverageFound | TransformsFound):
        return _measured(event)
    row = event.row
    scores = [("RGB", row.psnr_rgb, "dB"), ("SSIM", row.ssim, ""), ("FSIM", row.fsim, "")]
    said = ", ".join(f"{name} {v:.4g} {unit}".strip() for name, v, unit in scores if v is not None)
    return f"{row.label}: {said or 'no scores'} ({row.n} pictures)"


def _measured(event: CoverageFound | TransformsFound) -> str:
    if isinstance(event, CoverageFound):
        share = event.found.coverage[LEVELS.index(INTERVAL)]
        return f"{event.found.label}: the {INTERVAL:.0%} interval holds {share:.1%} of the pixels"
    found = event.found
    return f"{found.label}: the angle is found to within {found.median_deg:.1f}° in the median"
