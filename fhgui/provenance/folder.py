"""Writes a run to a folder: ``result.png``, ``input.png``, ``stages/NN-name.png``, ``record.json``.

Everything is written beside the target first and moved into place at the end, the record last:
a full disk leaves nothing behind, a folder with a record is complete, and nothing of the user's
is ever deleted.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.core.errors import OutputError
from fhgui.core.record import Outcome
from fhgui.provenance.records import record_bytes
from fhgui.provenance.run import Run


def run_files(run: Run) -> dict[str, bytes]:
    """Return relative path → content of a run's folder; pictures only if it completed."""
    files: dict[str, bytes] = {}
    if run.record.outcome is Outcome.COMPLETED:
        pictures = [png(stage.pixels) for stage in run.stages]
        files["result.png"], files["input.png"] = pictures[-1], pictures[0]
        for number, stage in enumerate(run.stages):
            files[stage_file(number, stage.name)] = pictures[number]
    return {**files, "record.json": record_bytes(run.record)}


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
            return tuple(_move(Path(scratch) / name, out / name) for name in files)
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror})",
            path=out,
            hint="choose a folder on a disk with space that you may write to",
        ) from error


def check_output(out: Path, force: bool) -> None:
    """Refuse an output folder that cannot be used, before any work is done.

    Raises
    ------
    OutputError
        If ``out`` is a file, holds something and ``force`` is not set, or cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise OutputError("is a file, not a folder", path=out, hint="choose another --out")
    if out.is_dir() and any(out.iterdir()) and not force:
        raise OutputError(
            "already holds something", path=out, hint="choose an empty folder or add --force"
        )
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
