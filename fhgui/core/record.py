"""The record of a run: inert containers that mirror ``record.json``, schema 1.

``fhgui.provenance.records`` writes and reads them; nothing here touches a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from fhgui.core.doubt import Agreement
from fhgui.core.fields import Fields
from fhgui.core.fusion import FusionRecord
from fhgui.core.method import Reading

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

SCHEMA = 1


class Outcome(StrEnum):
    """How a run ended; all three are recorded."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class EvidenceRef:
    """The source file: referenced by path and digest, never copied, never written."""

    name: str
    size: int
    sha256: str
    path: str


@dataclass(frozen=True)
class FrameRef:
    """Which frame of the source was used, and what its decoding involved.

    Parameters
    ----------
    fields : the one of its two fields that was used; None where both are woven, as stored.
    """

    index: int
    pts: int | None
    time_s: float | None
    notes: tuple[str, ...] = ()
    fields: Fields | None = None

    @property
    def shown(self) -> Fields:
        """Which of its fields were used."""
        return self.fields or Fields.WOVEN


@dataclass(frozen=True)
class AlignmentRecord:
    """`FaceAlignment` as plain numbers; ``matrix`` has two rows of three."""

    matrix: tuple[tuple[float, float, float], tuple[float, float, float]]
    placed_by: str
    template: str
    landmarks: tuple[tuple[float, float], ...] | None
    box: tuple[int, int, int, int] | None
    rms_px: float
    score: float | None


@dataclass(frozen=True)
class AdequacyRecord:
    """`Adequacy` as plain numbers."""

    face_px: float
    interocular_px: float | None
    density_px_per_m: float
    adequacy: str


@dataclass(frozen=True)
class FileRef:
    """Weights or a gallery by name and digest."""

    name: str
    sha256: str


@dataclass(frozen=True)
class OutlineRecord:
    """`Outline` as plain numbers."""

    title: str
    points: tuple[tuple[float, float], ...]
    closed: bool


@dataclass(frozen=True)
class StageRecord:
    """One stage: the digest is of the H×W×3 8-bit pixels in row order.

    Parameters
    ----------
    readings, outlines : what it measured and looked at; in the file only where there are any.
    """

    name: str
    title: str
    origin: str
    h: int
    w: int
    sha256: str
    readings: tuple[Reading, ...] = ()
    outlines: tuple[OutlineRecord, ...] = ()


@dataclass(frozen=True)
class Record:
    """Everything needed to replay one run. ``id`` is the digest of all other fields.

    Parameters
    ----------
    previous : id of the record before it in the case; None for the first and outside a case.
    fusion : how the input was made out of several frames; None for a run on one frame.
    redegradation : how far the result is from the input when it is degraded again; None in records
        of the first versions, of runs without a result, and of methods that straighten faces.
    error : why it failed or was cancelled, in one sentence.
    override_reason : why the analyst went on although the face is too small; None if it is not.
    reused : id of the record whose pictures this run shows, because everything that they depend
        on is equal; None for a run that computed its own.
    seals : field → digest of its canonical JSON, so that an edited field can be named; None in
        records of the first versions.
    """

    outcome: Outcome
    started_utc: str
    finished_utc: str
    software: dict[str, str]
    environment: dict[str, str]
    evidence: EvidenceRef
    frame: FrameRef | None
    alignment: AlignmentRecord | None
    adequacy: AdequacyRecord | None
    method: str
    config: dict[str, Json]
    weights: tuple[FileRef, ...]
    gallery: tuple[FileRef, ...]
    degradation: str
    device: str
    threads: int
    seed: int
    stages: tuple[StageRecord, ...]
    warnings: tuple[str, ...]
    previous: str | None = None
    error: str | None = None
    override_reason: str | None = None
    reused: str | None = None
    redegradation: Agreement | None = None
    fusion: FusionRecord | None = None
    seals: dict[str, str] | None = None
    schema: int = SCHEMA
    id: str = field(default="")
