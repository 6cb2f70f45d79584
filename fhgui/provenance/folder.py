"""Writes a run to a folder: ``result.png``, ``input.png``, ``stages/NN-name.png``, ``record.json``.

Everything is written beside the target first and moved into place at the end, the record last:
a full disk leaves nothing behind, a folder with a record is complete, and nothing of the user's
is ever deleted. An older run that is written over loses its record first, then those of its own
pictures that the new one has not.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.core.errors import OutputError, RecordError
from fhgui.core.record import Outcome, StageRecord
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.records import read_record, record_bytes
from fhgui.provenance.run import Run

RECORD = "record.json"


def run_files(run: Run) -> dict[str, bytes]:
    """Return relative path → content of a run's folder; pictures only if it completed."""
    files: dict[str, bytes] = {}
    if run.record.outcome is Outcome.COMPLETED:
        pictures = [png(stage.pixels) for stage in run.stages]
        files["result.png"], files["input.png"] = pictures[-1], pictures[0]
        for number, stage in enumerate(run.stages):
            files[stage_file(number, stage.name)] = pictures[number]
    return {**files, RECORD: record_bytes(run.record)}


def run_patterns(*places: str) -> tuple[str, ...]:
    """Return patterns of every file that a run's folder may get.

    Parameters
    ----------
    places : the folders, relative, each with a slash at its end; the folder itself is empty.
    """
    names = ("input.png", "result.png", RECORD, "stages/*.png")
    return tuple(f"{place}{name}" for place in places for name in names)


def stage_file(number: int, name: str) -> str:
    """Return the relative path of a stage's picture."""
    return f"stages/{number:02d}-{name}.png"


def write_run(run: Run, out: Path, force: bool = False) -> tuple[Path, ...]:
    """Write a run's folder and return its files.

    Raises
    ------
    OutputError
        See `check_output`; also if the disk is full.
    """
    return write_files(run_files(run), out, force)


def write_files(files: Mapping[str, bytes], out: Path, force: bool = False) -> tuple[Path, ...]:
    """Write files (relative path → content) under ``out``; the last one is moved last."""
    check_output(out, force)
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
            for name, content in files.items():
                _write(Path(scratch) / name, content)
            _remove_older(files, out)
            return tuple(_move(Path(scratch) / name, out / name) for name in files)
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror})",
            path=out,
            hint="choose a folder on a disk with space that you may write to",
        ) from error


def check_output(
    out: Path, force: bool, source: Path | None = None, patterns: Iterable[str] = ()
) -> None:
    """Refuse an output folder that cannot be used, before any work is done.

    Parameters
    ----------
    source : the evidence, which is never written over. patterns : of the files to be written.

    Raises
    ------
    OutputError
        If ``out`` is a file, holds something and ``force`` is not set, cannot be written, or the
        source is a file in it that would be written.
    """
    if out.exists() and not out.is_dir():
        raise OutputError("is a file, not a folder", path=out, hint="choose another --out")
    if out.is_dir() and any(out.iterdir()) and not force:
        raise OutputError(
            "already holds something", path=out, hint="choose an empty folder or add --force"
        )
    if source is not None:
        spare(source, (file for pattern in patterns for file in out.glob(pattern)))
    nearest = next(p for p in (out, *out.absolute().parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror})",
            path=out,
            hint="choose a folder that you may write to",
        ) from error


def spare(source: Path, targets: Iterable[Path]) -> None:
    """Refuse to write over the source, by whatever name it is called.

    Raises
    ------
    OutputError
        If a target is the same file.
    """
    for target in targets:
        with contextlib.suppress(OSError):  # one of them is not there: said when it is opened
            if target.samefile(source):
                raise OutputError(
                    "is the source itself and would be written over",
                    path=target,
                    hint="choose another --out",
                )


def _remove_older(files: Mapping[str, bytes], out: Path) -> None:
    """Remove the records that are written anew, and the pictures of theirs that are not.

    A folder whose writing is cut short then has new pictures without a record, never with an old
    one.
    """
    for name in (name for name in files if PurePosixPath(name).name == RECORD):
        if (out / name).is_file():
            left = [p for p in _pictures(out / name) if p.relative_to(out).as_posix() not in files]
            (out / name).unlink()
            for picture in left:
                picture.unlink()


def _pictures(file: Path) -> Iterator[Path]:
    """Yield the pictures beside a record that are, to the pixel, those that it names."""
    from fhgui.provenance.stored import read_pixels  # it needs this module

    stages: tuple[StageRecord, ...] = ()
    with contextlib.suppress(RecordError):
        record = read_record(file)
        stages = record.stages if record.outcome is Outcome.COMPLETED else ()
    named = {stage_file(number, stage.name): stage for number, stage in enumerate(stages)}
    if stages:
        named |= {"input.png": stages[0], "result.png": stages[-1]}
    for name, stage in named.items():
        with contextlib.suppress(RecordError):
            if pixels_digest(read_pixels(file.parent / name)) == stage.sha256:
                yield file.parent / name


def png(pixels: Pixels) -> bytes:
    """Return H×W×3 uint8 pixels as a PNG without any metadata."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _move(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
    return target
