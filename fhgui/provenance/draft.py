"""The record as it grows while a run goes on; `finish` seals it, whatever happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from fhgui.core.doubt import Agreement
from fhgui.core.errors import CancelledError, FhguiError
from fhgui.core.face import Adequacy, FaceAlignment, FaceImage
from fhgui.core.fields import Fields
from fhgui.core.frame import Frame
from fhgui.core.fusion import FusionRecord
from fhgui.core.method import Asset, Outline, Stage
from fhgui.core.record import (
    AdequacyRecord,
    AlignmentRecord,
    EvidenceRef,
    FileRef,
    FrameRef,
    Json,
    Outcome,
    OutlineRecord,
    Record,
    StageRecord,
)
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.environment import environment, software
from fhgui.provenance.records import seal
from fhgui.provenance.request import EnhanceRequest
from fhgui.provenance.run import Run


@dataclass
class Draft:
    """Everything that is known so far about a run."""

    request: EnhanceRequest
    evidence: EvidenceRef
    started_utc: str
    frame: Frame | None = None
    face: FaceImage | None = None
    adequacy: Adequacy | None = None
    config: dict[str, Json] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()
    degradation: str = ""
    device: str = "cpu"
    threads: int = 1
    stages: list[Stage] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    override_reason: str | None = None
    reused: str | None = None
    redegradation: Agreement | None = None
    fusion: FusionRecord | None = None
    fusion_stages: tuple[Stage, ...] = ()


def begin(request: EnhanceRequest) -> Draft:
    """Start a draft; the evidence is named before it is opened, so that a failure names it too."""
    path = request.source
    told = [request.after_loss] if request.after_loss else []
    evidence = EvidenceRef(path.name, 0, "", str(path.resolve()))
    return Draft(request, evidence, now_utc(), warnings=told)


def finish(draft: Draft, error: FhguiError | None) -> Run:
    """Seal the draft into a `Run`."""
    return Run(seal(_record(draft, error)), draft.frame, draft.face, tuple(draft.stages), error)


def so_far(draft: Draft) -> Record:
    """Return the record of what is known now, not sealed."""
    return _record(draft, None)


def _record(draft: Draft, error: FhguiError | None) -> Record:
    frame, face = draft.frame, draft.face
    return Record(
        outcome=_outcome(error),
        started_utc=draft.started_utc,
        finished_utc=now_utc(),
        software=software(),
        environment=environment(draft.device),
        evidence=draft.evidence,
        frame=None if frame is None else _frame(frame),
        alignment=None if face is None else alignment_record(face.alignment),
        adequacy=None if draft.adequacy is None else _adequacy(draft.adequacy),
        method=draft.request.method,
        config=draft.config,
        weights=_files(draft.assets, "weights"),
        gallery=_files(draft.assets, "gallery"),
        degradation=draft.degradation,
        device=draft.device,
        threads=draft.threads,
        seed=draft.request.seed,
        stages=tuple(stage_record(stage) for stage in draft.stages),
        warnings=tuple(draft.warnings),
        error=None if error is None else error.sentence(),
        override_reason=draft.override_reason,
        reused=draft.reused,
        redegradation=draft.redegradation,
        fusion=draft.fusion,
    )


def now_utc() -> str:
    """Return the current time as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def stage_record(stage: Stage) -> StageRecord:
    """Return a stage's entry in the record."""
    h, w = stage.pixels.shape[:2]
    return StageRecord(
        stage.name,
        stage.title,
        stage.origin.value,
        h,
        w,
        pixels_digest(stage.pixels),
        stage.readings,
        tuple(_outline(outline) for outline in stage.outlines),
    )


def _outline(outline: Outline) -> OutlineRecord:
    points = tuple((x, y) for x, y in outline.points.tolist())
    return OutlineRecord(outline.title, points, outline.closed)


def alignment_record(alignment: FaceAlignment) -> AlignmentRecord:
    """Return an alignment as plain numbers."""
    (a, b, c), (d, e, f) = alignment.matrix.tolist()
    points, box = alignment.landmarks, alignment.box
    return AlignmentRecord(
        matrix=((a, b, c), (d, e, f)),
        placed_by=alignment.placed_by.value,
        template=alignment.template,
        landmarks=None if points is None else tuple((x, y) for x, y in points.tolist()),
        box=None if box is None else (box.x, box.y, box.w, box.h),
        rms_px=alignment.rms_px,
        score=alignment.score,
    )


def _outcome(error: FhguiError | None) -> Outcome:
    if error is None:
        return Outcome.COMPLETED
    return Outcome.CANCELLED if isinstance(error, CancelledError) else Outcome.FAILED


def _frame(frame: Frame) -> FrameRef:
    fields = None if frame.fields is Fields.WOVEN else frame.fields
    return FrameRef(frame.index, frame.pts, frame.time_s, frame.notes, fields)


def _adequacy(adequacy: Adequacy) -> AdequacyRecord:
    return AdequacyRecord(
        adequacy.face_px,
        adequacy.interocular_px,
        adequacy.density_px_per_m,
        adequacy.adequacy.value,
    )


def _files(assets: tuple[Asset, ...], role: str) -> tuple[FileRef, ...]:
    return tuple(FileRef(asset.name, asset.sha256) for asset in assets if asset.role == role)
