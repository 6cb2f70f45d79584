"""Verifies records: seals, files and source by digest, then every pixel by replaying the run.

EXACT: every stage is bit-identical. EQUIVALENT: no sample differs by more than one grey level.
DIFFERENT: some does. TAMPERED: a file is not what the record says it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from fhgui import paths
from fhgui.core.arrays import Pixels
from fhgui.core.errors import RecordError
from fhgui.core.face import Box, FaceAlignment, PlacedBy
from fhgui.core.method import Stage
from fhgui.core.record import AlignmentRecord, Outcome, Record, StageRecord
from fhgui.evidence.hashing import sha256_file
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.draft import stage_record
from fhgui.provenance.enhance import enhance
from fhgui.provenance.environment import environment
from fhgui.provenance.folder import stage_file
from fhgui.provenance.records import is_sealed, read_record
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind


class Verdict(StrEnum):
    """From best to worst."""

    EXACT = "EXACT"
    EQUIVALENT = "EQUIVALENT"
    DIFFERENT = "DIFFERENT"
    TAMPERED = "TAMPERED"


SEVERITY = tuple(Verdict)


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: the file or stage, and what was seen."""

    subject: str
    text: str
    verdict: Verdict = Verdict.EXACT


@dataclass(frozen=True)
class Verification:
    """The worst verdict of all findings, and the findings."""

    verdict: Verdict
    findings: tuple[Finding, ...]


def verify(path: Path, source: Path | None = None) -> Verification:
    """Verify a ``record.json``, or every one below a folder.

    Parameters
    ----------
    path : a record, or a folder that holds some.
    source : the original file, if it is no longer where the record says.

    Raises
    ------
    RecordError
        If there is no record, or the original file cannot be found.
    """
    findings = [f for record in _records(path) for f in _verify_one(record, source)]
    worst = max((f.verdict for f in findings), key=SEVERITY.index)
    return Verification(worst, tuple(findings))


def _records(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.rglob("record.json"))
    if not found:
        raise RecordError("holds no record.json", path=path, hint="give a result folder")
    return found


def _verify_one(path: Path, source: Path | None) -> Iterator[Finding]:
    record = read_record(path)
    if not is_sealed(record):
        yield Finding(str(path), "its contents do not match its id", Verdict.TAMPERED)
        return
    yield Finding(str(path), f"seal intact, {record.outcome.value} {record.finished_utc}")
    original = _original(record, path, source)
    if sha256_file(original) != record.evidence.sha256:
        text = f"is not the file of the record: its SHA-256 is not {record.evidence.sha256}"
        yield Finding(str(original), text, Verdict.TAMPERED)
        return
    yield Finding(str(original), "SHA-256 as recorded")
    if record.outcome is not Outcome.COMPLETED:
        yield Finding(str(path), "there is nothing to replay")
        return
    yield from _check_pictures(record, path.parent)
    yield from _replay(record, original, path.parent)


def _original(record: Record, path: Path, source: Path | None) -> Path:
    candidates = (
        [source] if source else [Path(record.evidence.path), path.parent / record.evidence.name]
    )
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise RecordError(
        f"the original {record.evidence.name} is not at {candidates[0]}",
        path=path,
        hint="say where it is with --source FILE",
    )


def _check_pictures(record: Record, folder: Path) -> Iterator[Finding]:
    """Compare the exported pictures with the digests of the record."""
    expected = {"input.png": record.stages[0], "result.png": record.stages[-1]}
    expected |= {stage_file(i, stage.name): stage for i, stage in enumerate(record.stages)}
    for name, stage in expected.items():
        file = folder / name
        if not file.exists():
            yield Finding(str(file), "is not there; replay needs no picture")
        elif _digest_of(file) != stage.sha256:
            text = "its pixels are not those of the record"
            yield Finding(str(file), text, Verdict.TAMPERED)


def _replay(record: Record, original: Path, folder: Path) -> Iterator[Finding]:
    yield from _differences_of_environment(record)
    run = enhance(replay_request(record, original), placed=alignment_of(record))
    if run.error is not None:
        yield Finding("replay", run.error.sentence(), Verdict.DIFFERENT)
        return
    if len(run.stages) != len(record.stages):
        text = f"{len(run.stages)} stages, {len(record.stages)} recorded"
        yield Finding("replay", text, Verdict.DIFFERENT)
    for number, (stage, expected) in enumerate(zip(run.stages, record.stages, strict=False)):
        yield _compare(stage, expected, folder / stage_file(number, expected.name))


def _compare(stage: Stage, expected: StageRecord, file: Path) -> Finding:
    """Compare a replayed stage with the recorded digest, and with its picture if they differ."""
    if stage_record(stage) == expected:
        return Finding(stage.name, "bit-identical")
    before = _pixels_of(file)
    if before is None or pixels_digest(before) != expected.sha256:
        return Finding(stage.name, "differs from its digest", Verdict.DIFFERENT)
    if before.shape != stage.pixels.shape:
        return Finding(stage.name, "has another size", Verdict.DIFFERENT)
    gap = np.abs(before.astype(np.int16) - stage.pixels)
    text = f"{int((gap > 0).any(axis=2).sum())} pixels differ, by at most {gap.max()} grey levels"
    return Finding(stage.name, text, Verdict.EQUIVALENT if gap.max() <= 1 else Verdict.DIFFERENT)


def _differences_of_environment(record: Record) -> Iterator[Finding]:
    here = environment()
    for name, then in record.environment.items():
        if here.get(name) != then:
            yield Finding("environment", f"{name} was {then}, is {here.get(name, 'absent')}")
    for file in (*record.weights, *record.gallery):
        path = paths.model_file(file.name)
        if path is None:
            yield Finding(file.name, "is not installed", Verdict.DIFFERENT)
        elif sha256_file(path) != file.sha256:
            yield Finding(file.name, "is another version than recorded", Verdict.DIFFERENT)


def replay_request(record: Record, original: Path) -> EnhanceRequest:
    """Return the request that repeats a record; its placement is the recorded alignment."""
    return EnhanceRequest(
        source=original,
        method=record.method,
        placement=Placement(PlacementKind.ALIGNED),
        frame_index=record.frame.index if record.frame else 0,
        degradation=record.degradation,
        settings=record.config,
        seed=record.seed,
        device=record.device,
        threads=record.threads,
        override_reason=record.override_reason or "",
    )


def alignment_of(record: Record) -> FaceAlignment:
    """Return the recorded alignment as the type that methods work with."""
    if record.alignment is None:
        raise RecordError("has no alignment to replay", hint="restore it from a copy")
    return _alignment(record.alignment)


def _alignment(value: AlignmentRecord) -> FaceAlignment:
    return FaceAlignment(
        matrix=np.array(value.matrix),
        placed_by=PlacedBy(value.placed_by),
        template=value.template,
        landmarks=None if value.landmarks is None else np.array(value.landmarks),
        box=None if value.box is None else Box(*value.box),
        rms_px=value.rms_px,
        score=value.score,
    )


def _digest_of(file: Path) -> str | None:
    pixels = _pixels_of(file)
    return None if pixels is None else pixels_digest(pixels)


def _pixels_of(file: Path) -> Pixels | None:
    """Return a picture's pixels; None if it cannot be read as the 8-bit RGB that we write."""
    try:
        with Image.open(file) as picture:
            return np.asarray(picture) if picture.mode == "RGB" else None
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
