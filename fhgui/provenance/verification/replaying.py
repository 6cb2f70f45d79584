"""Runs a record again and compares every pixel; a library that changed is named, never a crash."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from fhgui import paths
from fhgui.alignment.placing import aligned, by_box, by_landmarks
from fhgui.core.arrays import Pixels
from fhgui.core.errors import CancelledError, FhguiError, MethodError, RecordError
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.core.fields import Fields
from fhgui.core.method import MethodInfo, Stage
from fhgui.core.record import Json, Record, StageRecord
from fhgui.evidence.hashing import sha256_file
from fhgui.methods import registry
from fhgui.methods.devices import resolve_device
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.draft import stage_record
from fhgui.provenance.enhance import enhance
from fhgui.provenance.environment import CARD, PROCESSOR, environment, software
from fhgui.provenance.folder import stage_file
from fhgui.provenance.labelling import recorded_pixels
from fhgui.provenance.records import to_json
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.provenance.stored import alignment_of, read_pixels
from fhgui.provenance.verification.findings import Finding, Verdict

UNCHANGED = "nothing that was recorded of the environment has changed"

NEAR, NEAR_GREY, NEAR_FIT = 0.02, 0.6, 1e-6
"""Figures of another machine may be off by so much, absolutely or by this share; grey levels of a
result that may itself be off by one, by more; what follows from recorded points alone, by less."""


def replay(
    record: Record, original: Path, folder: Path, threads: int | None = None
) -> Iterator[Finding]:
    """Yield a finding for every stage of the run made again, and for what has changed since.

    Parameters
    ----------
    original : the source, already known to be the one of the record.
    folder : where pictures of the stages may lie; they tell how much a stage differs.
    threads : CPU threads instead of those recorded.
    """
    device = _device_here(record)
    changes = changes_since(record)
    if device != record.device:
        changes = (f"computed on {record.device}, which is not here: repeated on cpu", *changes)
    yield from (Finding("environment", text) for text in changes)
    why = f"; changed since: {'; '.join(changes)}" if changes else f"; {UNCHANGED}"
    yield from _files_since(record)
    run = _again(replay_request(record, original, threads, device), record)
    if isinstance(run, str):
        yield Finding("replay", f"{run}{why}", Verdict.DIFFERENT)
        return
    if len(run.stages) != len(record.stages):
        text = f"{len(run.stages)} stages, {len(record.stages)} recorded"
        yield Finding("replay", f"{text}{why}", Verdict.DIFFERENT)
    for number, (stage, expected) in enumerate(zip(run.stages, record.stages, strict=False)):
        file = folder / stage_file(number, expected.name)
        yield _compare(stage, expected, file, why, _is_of_another_version(record))
    yield from _placement(record, why)
    yield from _facts(record, run.record, why)


def _device_here(record: Record) -> str:
    """Return the device of a record, or the processor if this machine has no such device."""
    try:
        return resolve_device(record.device)
    except MethodError:
        return "cpu"


def replay_request(
    record: Record, original: Path, threads: int | None = None, device: str | None = None
) -> EnhanceRequest:
    """Return the request that repeats a record; its placement is the recorded alignment.

    Parameters
    ----------
    threads, device : instead of those recorded.
    """
    return EnhanceRequest(
        source=original,
        method=record.method,
        placement=Placement(PlacementKind.ALIGNED),
        frame_index=record.frame.index if record.frame else 0,
        degradation=record.degradation,
        settings=registry.recorded_settings(record.method, record.config),
        seed=record.seed,
        device=device or record.device,
        threads=threads or record.threads,
        fields=record.frame.shown if record.frame else Fields.WOVEN,
    )


def changes_since(record: Record) -> tuple[str, ...]:
    """Return, in words, what of the environment is not as it was."""
    here = environment(record.device)
    older = {name for name in (PROCESSOR, CARD) if name not in record.environment}
    names = sorted({*here, *record.environment} - older)  # records of earlier versions lack them
    libraries = tuple(
        f"{name} was {record.environment.get(name, 'absent')}, is {here.get(name, 'absent')}"
        for name in names
        if here.get(name) != record.environment.get(name)
    )
    if not _is_of_another_version(record):
        return libraries
    was, now = record.software.get("version", "absent"), software()["version"]
    return (f"fhgui was {was}, is {now}", *libraries)


def _is_of_another_version(record: Record) -> bool:
    return record.software != software()


def _files_since(record: Record) -> Iterator[Finding]:
    for file in (*record.weights, *record.gallery):
        path = paths.model_file(file.name)
        if path is None:
            yield Finding(file.name, "is not installed", Verdict.DIFFERENT)
        elif sha256_file(path) != file.sha256:
            yield Finding(file.name, "is another version than recorded", Verdict.DIFFERENT)


def _again(request: EnhanceRequest, record: Record) -> Run | str:
    """Repeat the run; return why it cannot be repeated, in words, if so."""
    try:
        run = enhance(request, placed=alignment_of(record), laid=record.fusion)
    except FhguiError as error:
        return error.sentence()
    except Exception as error:  # a library of another version, or a forged record: never a crash
        return f"cannot be repeated ({type(error).__name__}: {' '.join(str(error).split())[:200]})"
    if isinstance(run.error, CancelledError):
        raise run.error
    return run if run.error is None else run.error.sentence()


def _compare(
    stage: Stage, expected: StageRecord, file: Path, why: str, other_version: bool
) -> Finding:
    """Compare a replayed stage with the recorded digest, and with its picture if they differ.

    Titles, kinds of origin and readings that came later are words of a version of this program.
    """
    made = stage_record(stage)
    if made == expected:
        return Finding(stage.name, "bit-identical")
    if other_version and _pixels_of(made) == _pixels_of(expected):
        return Finding(stage.name, f"{_called(made, expected)}{why}", Verdict.EQUIVALENT)
    if _pixels_alike(stage, expected):
        near = _near(stage_record(stage), expected)
        verdict = Verdict.EQUIVALENT if near else Verdict.DIFFERENT
        return Finding(stage.name, f"has other readings{why}", verdict)
    return _compare_pictures(stage, expected, file, why)


def _called(made: StageRecord, expected: StageRecord) -> str:
    words = f"“{expected.title}”, {expected.origin}"
    if (made.title, made.origin) == (expected.title, expected.origin):
        return "bit-identical; what it measured or outlined is told in other words"
    return f"bit-identical; called {words} in the record, “{made.title}”, {made.origin} now"


def _compare_pictures(stage: Stage, expected: StageRecord, file: Path, why: str) -> Finding:
    """Tell how far a stage is from its picture, which its digest tells apart from it."""
    before = _picture(file, expected)
    if before is None:
        return Finding(stage.name, f"differs from its digest{why}", Verdict.DIFFERENT)
    if before.shape != stage.pixels.shape:
        return Finding(stage.name, f"has another size{why}", Verdict.DIFFERENT)
    gap = np.abs(before.astype(np.int16) - stage.pixels)
    if not gap.any():
        return Finding(stage.name, f"has another name, title or origin{why}", Verdict.DIFFERENT)
    text = f"{_where(gap.max(axis=2))}, by at most {gap.max()} grey levels{why}"
    return Finding(stage.name, text, Verdict.EQUIVALENT if gap.max() <= 1 else Verdict.DIFFERENT)


def _placement(record: Record, why: str) -> Iterator[Finding]:
    """Hold the recorded matrix against the points or the box that it was made of."""
    placed = alignment_of(record)
    try:
        again = _placed_again(placed, registry.info(record.method))
    except (FhguiError, ArithmeticError, ValueError):  # no points or box that anybody gave
        text = "cannot be made of its points or its box"
        yield Finding("replay", text, Verdict.DIFFERENT, field="alignment")
        return
    before, after = ((a.matrix.tolist(), a.rms_px) for a in (placed, again))
    if placed.template != again.template or not _alike(before, after, NEAR_FIT):
        text = f"is not what comes out again{why}"
        yield Finding("replay", text, Verdict.DIFFERENT, field="alignment")


def _placed_again(placed: FaceAlignment, info: MethodInfo) -> FaceAlignment:
    """Return the alignment that its points or its box give, as it is itself without any."""
    grid = info.template, info.input_hw
    if placed.placed_by is PlacedBy.ALIGNED:
        return aligned(info.input_hw, info.template)
    if placed.landmarks is not None:
        return by_landmarks(placed.landmarks, *grid, placed.placed_by)
    if placed.box is None:
        raise ValueError("placed by nothing")
    return by_box(placed.box, *grid)


def _facts(record: Record, made: Record, why: str) -> Iterator[Finding]:
    """Hold what a record says besides its pixels against what comes out again.

    Times, who placed the points, warnings and reasons are the record's own word: nothing here can
    tell whether they are true.
    """
    for name, tolerance in (
        ("frame", NEAR),
        ("adequacy", NEAR),
        ("weights", NEAR),
        ("gallery", NEAR),
        ("config", NEAR),
        ("redegradation", NEAR_GREY),
        ("fusion", NEAR),
    ):
        before, after = _fact(record, name), _fact(made, name)
        if name == "config" and isinstance(before, dict) and isinstance(after, dict):
            before = {k: v for k, v in before.items() if k in after}  # settings come and go
            after = {k: v for k, v in after.items() if k in before}
        told = before is not None or name != "redegradation"  # records of the first version
        if told and not _alike(before, after, tolerance):
            text = f"is not what comes out again{why}"
            yield Finding("replay", text, Verdict.DIFFERENT, field=name)


def _fact(record: Record, name: str) -> Json:
    value = to_json(record).get(name)
    if name == "frame" and isinstance(value, dict):  # its notes are words of a version
        return {k: v for k, v in value.items() if k != "notes"}
    if name in ("weights", "gallery") and isinstance(value, list):  # their digests are looked at
        return [file["name"] for file in value if isinstance(file, dict)]
    return value


def _alike(one: object, other: object, tolerance: float) -> bool:
    """Tell whether two values of JSON are equal but for the rounding of another machine."""
    if isinstance(one, dict) and isinstance(other, dict):
        same = one.keys() == other.keys()
        return same and all(_alike(v, other[k], tolerance) for k, v in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(_alike(a, b, tolerance) for a, b in pairs)
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)
    return one == other


def _near(made: StageRecord, expected: StageRecord) -> bool:
    """Tell whether readings and outlines are the same but for the rounding of another machine."""
    one, other = (
        [*map(asdict, stage.readings), *map(asdict, stage.outlines)] for stage in (made, expected)
    )
    return _alike(one, other, NEAR)


def _pixels_of(stage: StageRecord) -> tuple[str, int, int, str]:
    return stage.name, stage.h, stage.w, stage.sha256


def _pixels_alike(stage: Stage, expected: StageRecord) -> bool:
    """Tell whether a stage differs in nothing but what it measured, by rounding elsewhere."""
    made = replace(stage_record(stage), readings=(), outlines=())
    return made == replace(expected, readings=(), outlines=())


def _where(gap: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> str:
    """Say how many pixels differ and inside which rectangle."""
    rows, columns = np.nonzero(gap)
    across = f"columns {columns.min()}–{columns.max()}, rows {rows.min()}–{rows.max()}"
    return f"{len(rows)} of {gap.size} pixels differ ({across})"


def _picture(file: Path, expected: StageRecord) -> Pixels | None:
    try:
        pixels = recorded_pixels(read_pixels(file), expected.h, expected.w)
    except RecordError:
        return None
    return None if pixels is None or pixels_digest(pixels) != expected.sha256 else pixels
