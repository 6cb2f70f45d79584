"""Runs as they were filed: the record with the pictures beside it, as a `Run` again."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TypeVar

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.errors import CancelledError, FhguiError, MethodError, RecordError
from fhgui.core.face import Box, FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin, Outline, Stage
from fhgui.core.record import AlignmentRecord, Outcome, Record, StageRecord
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.folder import stage_file
from fhgui.provenance.run import Run

K = TypeVar("K", bound=Enum)


def stored_run(record: Record, folder: Path) -> Run:
    """Return a run from its record and its folder; the frame is not kept.

    Parameters
    ----------
    folder : holds ``stages/NN-name.png`` of a completed run; not looked at for others.

    Raises
    ------
    RecordError
        If a picture is missing or is not the one of the record.
    """
    if record.outcome is not Outcome.COMPLETED:
        return Run(record, None, None, (), stored_error(record))
    stages = stored_stages(record, folder)
    face = FaceImage(stages[0].pixels, alignment_of(record)) if stages else None
    return Run(record, None, face, stages, None)


def stored_stages(record: Record, folder: Path) -> tuple[Stage, ...]:
    """Return all stages with their pixels; see `stored_run`."""
    return tuple(_stage(n, stage, folder) for n, stage in enumerate(record.stages))


def stored_error(record: Record) -> FhguiError | None:
    """Return why a run did not complete, as the error that ended it."""
    if record.outcome is Outcome.COMPLETED:
        return None
    kind = CancelledError if record.outcome is Outcome.CANCELLED else MethodError
    return kind(record.error or "no reason was recorded")


def alignment_of(record: Record) -> FaceAlignment:
    """Return the recorded alignment as the type that methods work with.

    Raises
    ------
    RecordError
        If there is none.
    """
    if record.alignment is None:
        raise RecordError("has no alignment to replay", hint="restore it from a copy")
    return _alignment(record.alignment)


def read_pixels(file: Path) -> Pixels:
    """Return the pixels of a picture that this program wrote.

    Raises
    ------
    RecordError
        If it is missing, a link, or differs from what is written in any byte.
    """
    from fhgui.provenance.verification.png import PngError, strict_pixels

    if file.is_symlink() or file.parent.is_symlink() or file.parent.parent.is_symlink():
        raise RecordError("is a link, not the picture that was written", path=file)
    if file.exists() and not file.is_file():  # a pipe would be waited for
        raise RecordError("is no regular file", path=file, hint="restore it from a copy")
    try:
        return strict_pixels(file.read_bytes())
    except PngError as error:
        raise RecordError(str(error), path=file, hint="restore it from a copy") from error
    except OSError as error:
        raise RecordError(
            f"cannot be read ({error.strerror})", path=file, hint="restore it from a copy"
        ) from error


def _stage(number: int, stage: StageRecord, folder: Path) -> Stage:
    file = folder / stage_file(number, stage.name)
    pixels = read_pixels(file)
    if pixels_digest(pixels) != stage.sha256 or pixels.shape[:2] != (stage.h, stage.w):
        raise RecordError("is not the picture of the record", path=file)
    return stage_of(stage, pixels)


def stage_of(stage: StageRecord, pixels: Pixels) -> Stage:
    """Return a recorded stage with its pixels, as the method gave it."""
    outlines = (Outline(o.title, np.array(o.points), o.closed) for o in stage.outlines)
    origin = _known(Origin, stage.origin)
    return Stage(stage.name, stage.title, pixels, origin, stage.readings, tuple(outlines))


def _known(kind: type[K], word: str) -> K:
    """Return the member of an enumeration that a record names."""
    try:
        return kind(word)
    except ValueError:
        raise RecordError(
            f"names {word!r}, which is no {kind.__name__} that this version knows",
            hint="restore it from a copy, or open it with the version that wrote it",
        ) from None


def _alignment(value: AlignmentRecord) -> FaceAlignment:
    return FaceAlignment(
        matrix=np.array(value.matrix, dtype=np.float64),
        placed_by=_known(PlacedBy, value.placed_by),
        template=value.template,
        landmarks=None if value.landmarks is None else np.array(value.landmarks),
        box=None if value.box is None else Box(*value.box),
        rms_px=value.rms_px,
        score=value.score,
    )
