"""Enhances one face by one method and stores what came of it; runs in a worker process."""

from __future__ import annotations

import dataclasses
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fhgui.batch.limits import given_up_after
from fhgui.batch.looking import Subject
from fhgui.batch.order import Order, refuse_other_software
from fhgui.batch.storing import finished, place_of, store
from fhgui.core.errors import EvidenceError, FhguiError, OutputError
from fhgui.core.face import DetectedFace, FaceAlignment
from fhgui.core.method import Method
from fhgui.core.record import Json, Record
from fhgui.methods import registry
from fhgui.provenance.canonical import canonical_json, digest
from fhgui.provenance.enhance import enhance, loaded, unexpected
from fhgui.provenance.folder import run_files
from fhgui.provenance.placement import by_detection, doubts_of
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run

JOB_S = 1800.0
"""A face that takes longer will take for ever: its process is ended, and another one takes over.
The slowest setting of the slowest method takes six minutes."""

DONE, KEPT, FAILED, NO_FACE, LEFT_OUT = "done", "kept", "failed", "no face", "left out"
"""What became of a row: computed now, there from an earlier call, and what it says."""


@dataclass(frozen=True, eq=False)
class Job:
    """A face and a method.

    Parameters
    ----------
    number : orders the rows of the summary.
    name : of the file, relative to the batch's folder.
    sha256 : of the file as its faces were looked for.
    face : number of the face in the file, from 1.
    note : what every row of the file must tell.
    """

    number: int
    name: str
    sha256: str
    subject: Subject
    face: int
    method: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the summary.

    Parameters
    ----------
    number : orders the rows.
    file : relative to the batch's folder.
    status : one of the five words above.
    said : why, and what of the file was left out, as a sentence; empty when all is well.
    method, frame, face : of a result; None where it never came to one.
    box : x, y, w, h of the face in the frame.
    adequacy : the class of IEC 62676-4 that the face reaches.
    folder : of the result, relative to the batch's output.
    record : id of its record.
    result_sha256 : of its pixels.
    cpu_s, wall_s, size_bytes : what it took; None if it was there already.
    """

    number: int
    file: str
    status: str
    said: str = ""
    method: str | None = None
    frame: int | None = None
    face: int | None = None
    box: tuple[int, int, int, int] | None = None
    adequacy: str | None = None
    folder: str | None = None
    record: str | None = None
    result_sha256: str | None = None
    cpu_s: float | None = None
    wall_s: float | None = None
    size_bytes: int | None = None


def run_job(job: Job, folder: Path, out: Path, order: Order) -> Row:
    """Enhance a face unless that was done before.

    Raises
    ------
    OutputError
        If the result cannot be written: that would be so for all others, too.
    """
    refuse_other_software(order)
    try:
        with given_up_after(JOB_S):
            return _carried_out(job, folder, out, order)
    except OutputError:
        raise
    except FhguiError as error:
        return row_of(job, FAILED, said=error.sentence())
    except Exception as error:  # a library failed, or the memory is used up: the others go on
        return row_of(job, FAILED, said=f"{job.name}: {unexpected(error).sentence()}")


def row_of(job: Job, status: str, said: str = "") -> Row:
    """Return the row of a job without a result."""
    told = "; ".join(part for part in (said, job.note) if part)
    return Row(
        job.number, job.name, status, told, job.method, job.subject.frame, job.face, _box(job)
    )


def _carried_out(job: Job, folder: Path, out: Path, order: Order) -> Row:
    began_cpu_s, began_s = time.thread_time(), time.perf_counter()
    request = _request(job, folder, order)
    place = place_of(result_key(job, order, loaded(request)), job.method)
    known = finished(out / place)
    if known is not None:
        return _filled(row_of(job, KEPT), place, known)
    run = enhance(request, placed=_placed(job), doubts=_doubts(job))
    _check(run, job)
    files = run_files(run)
    store(out / place, files)
    return dataclasses.replace(
        _filled(row_of(job, DONE), place, run.record),
        cpu_s=round(time.thread_time() - began_cpu_s, 6),
        wall_s=round(time.perf_counter() - began_s, 6),
        size_bytes=sum(len(data) for data in files.values()),
    )


def _request(job: Job, folder: Path, order: Order) -> EnhanceRequest:
    kind = PlacementKind.ALIGNED if job.subject.face is None else PlacementKind.AUTO
    return EnhanceRequest(
        source=folder / job.name,
        method=job.method,
        placement=Placement(kind),
        frame_index=job.subject.frame,
        degradation=order.degradation,
        settings=order.settings.get(job.method, {}),
        seed=order.seed,
        device=order.device,
        threads=1,
        override_reason=order.reason,
    )


def _placed(job: Job) -> FaceAlignment | None:
    face = job.subject.face
    return None if face is None else by_detection(face, registry.info(job.method))


def _doubts(job: Job) -> tuple[str, ...]:
    face = job.subject.face
    return () if face is None else doubts_of(face)


def result_key(job: Job, order: Order, method: Method) -> str:
    """Return the digest of everything that a result and its record depend on.

    Parameters
    ----------
    method : loaded: its settings are resolved, its files checked.
    """
    settings: Any = method.config  # each method has a config type of its own
    config: Json = json.loads(json.dumps(dataclasses.asdict(settings)))
    return digest(
        canonical_json(
            {
                "source": job.sha256,
                "frame": job.subject.frame,
                "face": face_value(job.subject.face),
                "doubts": [*_doubts(job)],
                "method": job.method,
                "config": config,
                "files": [[a.role, a.name, a.sha256] for a in method.assets],
                "degradation": order.degradation,
                "seed": order.seed,
                "device": order.device,
                "reason": order.reason,
                "software": order.software,
            }
        )
    )


def face_value(face: DetectedFace | None) -> Json:
    """Return where a face is, as plain numbers."""
    if face is None:
        return None
    box = face.box
    return [[box.x, box.y, box.w, box.h], face.score, face.landmarks.tolist()]


def _check(run: Run, job: Job) -> None:
    if run.error is not None:
        raise run.error
    if run.record.evidence.sha256 != job.sha256:
        raise EvidenceError(
            "changed since its faces were looked for",
            path=job.name,
            hint="give the same command again",
        )


def _filled(row: Row, place: str, record: Record) -> Row:
    return dataclasses.replace(
        row,
        adequacy=None if record.adequacy is None else record.adequacy.adequacy,
        folder=place,
        record=record.id,
        result_sha256=record.stages[-1].sha256,
    )


def _box(job: Job) -> tuple[int, int, int, int] | None:
    face = job.subject.face
    return None if face is None else (face.box.x, face.box.y, face.box.w, face.box.h)
