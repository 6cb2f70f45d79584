"""The folder of a benchmark: written beside its place, moved into it when it is complete."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.core.errors import OutputError
from fhgui.plain import json_file

LAST = "table.json"
"""Moved last, and removed first where results are replaced: a folder with it is complete."""
PICTURES = ("truth", "input")
"""Folders of the protocol's own pictures; those of results are called as their rows are."""
MEASURES = ("coverage.json", "coverage.csv", "transforms.json", "transforms.csv")
"""Files that not every benchmark writes."""


class ResultFolder:
    """Collects files in a scratch folder; `commit` moves them to ``out``."""

    def __init__(self, out: Path, scratch: Path) -> None:
        self._out, self._scratch = out, scratch

    def write(self, name: str, content: bytes) -> None:
        """Write a file at a relative path with forward slashes."""
        path = self._scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def commit(self) -> tuple[Path, ...]:
        """Move everything into place; return the files."""
        files = sorted(
            p.relative_to(self._scratch) for p in self._scratch.rglob("*") if p.is_file()
        )
        files.sort(key=lambda file: file.name == LAST)
        self._out.mkdir(exist_ok=True)
        older = _older(self._out)
        (self._out / LAST).unlink(missing_ok=True)
        for file in older - {self._out / file for file in files}:
            file.unlink(missing_ok=True)
            if not any(file.parent.iterdir()):
                file.parent.rmdir()
        for file in files:
            target = self._out / file
            target.parent.mkdir(parents=True, exist_ok=True)
            (self._scratch / file).replace(target)
        return tuple(self._out / file for file in files)


def _older(out: Path) -> set[Path]:
    """Return the files of an earlier benchmark in its folder, which would be taken for ours."""
    try:
        rows = json_file(out / LAST)["rows"]
        labels = [str(row["label"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):  # none, or nothing that we wrote
        return set()
    folders = [out / name for name in (*PICTURES, *labels) if Path(name).name == name]
    pictures = {file for folder in folders for file in folder.glob("*.png")}
    return pictures | {out / name for name in MEASURES if (out / name).is_file()}


@contextmanager
def result_folder(out: Path) -> Iterator[ResultFolder]:
    """Open a folder for results; what is not committed disappears.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
            yield ResultFolder(out, Path(scratch))
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            path=out,
            hint="choose a folder on a disk with space that you may write to",
        ) from error


def png(pixels: Pixels) -> bytes:
    """Return H×W×3 uint8 pixels as a PNG without any metadata."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
