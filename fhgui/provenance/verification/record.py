"""Verifies one record: its seal, the original, the pictures beside it, every pixel by replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fhgui.core.errors import CancelledError, EvidenceError, FhguiError, RecordError
from fhgui.core.record import SCHEMA, Outcome, Record
from fhgui.evidence.hashing import sha256_file
from fhgui.provenance.canonical import canonical_json, digest, pixels_digest
from fhgui.provenance.decoding import strict_json
from fhgui.provenance.folder import stage_file
from fhgui.provenance.labelling import recorded_pixels
from fhgui.provenance.records import (
    edited_fields,
    is_known_schema,
    is_sealed,
    parse_record,
    record_bytes,
    record_file,
)
from fhgui.provenance.stored import read_pixels
from fhgui.provenance.verification.damage import damaged_fields, looks_like_a_record
from fhgui.provenance.verification.findings import Finding, Verdict
from fhgui.provenance.verification.replaying import replay

NOT_THERE = "is not there; replay needs no picture"
UNNAMED = "is not in the record: nothing vouches for it"


@dataclass(frozen=True)
class Circumstances:
    """What a verification needs to know besides the files.

    Parameters
    ----------
    source : the original, or a folder that holds it, if it is no longer where the record says.
    threads : CPU threads of the replay instead of those recorded.
    digests : digests of originals that were read already, by path.
    """

    source: Path | None = None
    threads: int | None = None
    digests: dict[Path, str] = field(default_factory=dict)


def verify_record(
    path: Path, circumstances: Circumstances, folder: Path | None = None
) -> Iterator[Finding]:
    """Yield what is found about a record and its run.

    Parameters
    ----------
    path : the record.
    folder : where its pictures are; beside it unless given.

    Raises
    ------
    RecordError
        If it is no record, has a schema this version does not know, or its original cannot be
        found.
    """
    record = checked_record(path)
    if isinstance(record, Finding):
        yield record
        return
    yield Finding(str(path), f"seal intact, {record.outcome.value} {record.finished_utc}")
    yield from verify_run(record, path, folder or path.parent, circumstances)
    yield from _unnamed(record, folder or path.parent)


def verify_one_of(path: Path, circumstances: Circumstances) -> Iterator[Finding]:
    """Yield what is found about one record of several; what stops it does not hide the others."""
    try:
        yield from verify_record(path, circumstances)
    except CancelledError:
        raise
    except FhguiError as error:
        yield not_replayed(str(path), error)


def not_replayed(subject: str, error: FhguiError) -> Finding:
    """Return what stopped the verification of a run as a finding."""
    text = f"was not replayed: {error.what}; {error.hint}" if error.hint else error.what
    return Finding(subject, text, Verdict.DIFFERENT)


def checked_record(path: Path) -> Record | Finding:
    """Return a record whose every byte is as it was written, or the finding that it is not.

    Raises
    ------
    RecordError
        If the file never was a record, or has a schema that this version does not know.
    """
    data = record_file(path)
    try:
        record = parse_record(data, path)
    except RecordError as error:
        return _broken(path, data, error)
    if not is_sealed(record):
        return _tampered(path, "is not what was sealed", edited_fields(record))
    if record_bytes(record) != data:
        text = "is not written as it was sealed: spaces, escapes or the form of numbers differ"
        return _tampered(path, text, damaged_fields(data))
    return record


def verify_run(
    record: Record, path: Path, folder: Path, circumstances: Circumstances
) -> Iterator[Finding]:
    """Yield what is found about the original, the pictures and the replay of an intact record."""
    if record.outcome is not Outcome.COMPLETED and not record.evidence.sha256:
        yield Finding(str(path), "the original was never read; there is nothing to replay")
        return
    original = _original(record, path, circumstances)
    changed = _check_original(record, original, circumstances.digests)
    yield changed
    if changed.verdict is not Verdict.EXACT:
        return
    if record.outcome is not Outcome.COMPLETED:
        yield Finding(str(path), "there is nothing to replay")
        return
    yield from _check_pictures(record, folder)
    yield from replay(record, original, folder, circumstances.threads)


def _broken(path: Path, data: bytes, error: RecordError) -> Finding:
    """Tell a record that was damaged from what never was one."""
    value = _value(data)
    if isinstance(value, dict) and not is_known_schema(value.get("schema")):
        if "id" in value and value["id"] == _id_with(value, SCHEMA):
            return _tampered(path, "is not what was sealed", ("schema",))
        if "schema" in value:
            raise error
    if not looks_like_a_record(data):
        raise error
    return _tampered(path, error.what, damaged_fields(data))


def _value(data: bytes) -> Any:
    try:
        return strict_json(data)
    except ValueError:
        return None


def _id_with(value: dict[str, Any], schema: int) -> str:
    rest = {k: v for k, v in value.items() if k != "id"}
    return digest(canonical_json({**rest, "schema": schema}))


def _tampered(path: Path, text: str, fields: tuple[str, ...]) -> Finding:
    return Finding(str(path), text, Verdict.TAMPERED, field=", ".join(fields))


def _check_original(record: Record, original: Path, digests: dict[Path, str]) -> Finding:
    expected = record.evidence
    size = original.stat().st_size
    if size != expected.size:
        text = f"is not the file of the record: {size} bytes, recorded {expected.size}"
        return Finding(str(original), text, Verdict.TAMPERED)
    if _digest(original, digests) != expected.sha256:
        text = f"is not the file of the record: its SHA-256 is not {expected.sha256}"
        return Finding(str(original), text, Verdict.TAMPERED)
    return Finding(str(original), "SHA-256 as recorded")


def _original(record: Record, path: Path, circumstances: Circumstances) -> Path:
    """Return the file that is the original, else the first that is where it may be."""
    name, source = record.evidence.name, circumstances.source
    candidates = [Path(record.evidence.path), path.parent / name]
    if source is not None:
        candidates = [source / name if source.is_dir() else source]
    there = [candidate for candidate in candidates if _readable(candidate.is_file)]
    if not there:
        raise RecordError(
            f"the original {name} is not at {candidates[0]}",
            path=path,
            hint="say where it is with --source FILE",
        )
    if len(there) == 1:
        return there[0]
    fitting = (file for file in there if _is_original(record, file, circumstances.digests))
    return next(fitting, there[0])


def _is_original(record: Record, file: Path, digests: dict[Path, str]) -> bool:
    try:
        size = file.stat().st_size
        return size == record.evidence.size and _digest(file, digests) == record.evidence.sha256
    except (OSError, EvidenceError):
        return False


def _digest(file: Path, digests: dict[Path, str]) -> str:
    if file not in digests:
        digests[file] = sha256_file(file)
    return digests[file]


def _readable(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (OSError, ValueError):  # a name that is too long for this disk, or no name at all
        return False


def _check_pictures(record: Record, folder: Path) -> Iterator[Finding]:
    """Compare the pictures beside a record with its digests."""
    expected = {"input.png": record.stages[0], "result.png": record.stages[-1]}
    expected |= {stage_file(i, stage.name): stage for i, stage in enumerate(record.stages)}
    for name, stage in expected.items():
        file = folder / name
        if not file.exists() and not file.is_symlink():
            yield Finding(str(file), NOT_THERE)
            continue
        try:
            pixels = recorded_pixels(read_pixels(file), stage.h, stage.w)
            intact = pixels is not None and pixels_digest(pixels) == stage.sha256
        except RecordError as error:
            yield Finding(str(file), error.what, Verdict.TAMPERED)
            continue
        if not intact:
            text = "its pixels are not those of the record"
            yield Finding(str(file), text, Verdict.TAMPERED)


def _unnamed(record: Record, folder: Path) -> Iterator[Finding]:
    """Yield the files among the pictures of the stages that the record does not name."""
    stages = folder / "stages"
    if record.outcome is not Outcome.COMPLETED or stages.is_symlink() or not stages.is_dir():
        return
    named = {stage_file(number, stage.name) for number, stage in enumerate(record.stages)}
    try:
        found = sorted(file for file in stages.iterdir() if file.suffix.lower() == ".png")
    except OSError:
        yield Finding(str(stages), "cannot be read", Verdict.DIFFERENT)
        return
    for file in found:
        if f"stages/{file.name}" not in named:
            yield Finding(str(file), UNNAMED, Verdict.DIFFERENT)
