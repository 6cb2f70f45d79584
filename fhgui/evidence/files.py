"""What every source shares before a byte is decoded: the file is there, whole and readable."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fhgui.core.errors import EvidenceError

PIXEL_LIMIT = 250_000_000
"""Pictures with more pixels are refused before memory is asked for them (750 MB as RGB)."""


def check_file(path: Path) -> int:
    """Return the size of a readable, non-empty regular file in bytes.

    Raises
    ------
    EvidenceError
        The file is missing, a folder, no regular file, empty, or may not be read.
    """
    with os_errors(path):
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise EvidenceError("this is a folder", path=path, hint="give a picture or video file")
        if not stat.S_ISREG(facts.st_mode):
            raise EvidenceError("this is no regular file", path=path, hint="give a copy on disk")
        if facts.st_size == 0:
            raise EvidenceError(
                "the file is empty", path=path, hint="copy it from its origin again"
            )
        with path.open("rb") as file:
            file.read(1)
    return facts.st_size


def check_pixels(width_px: int, height_px: int, path: Path) -> None:
    """Raise `EvidenceError` for a picture that is larger than `PIXEL_LIMIT`, or has no pixels."""
    if width_px <= 0 or height_px <= 0:
        raise EvidenceError("the picture has no pixels", path=path, hint="the file is damaged")
    if width_px * height_px > PIXEL_LIMIT:
        raise EvidenceError(
            f"{width_px} × {height_px} pixels are more than the limit of "
            f"{PIXEL_LIMIT // 1_000_000} million",
            path=path,
            hint="cut out the part of interest with another program",
        )


@contextmanager
def os_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals into `EvidenceError`."""
    try:
        yield
    except FileNotFoundError as error:
        raise EvidenceError("no such file", path=path, hint="check the path") from error
    except PermissionError as error:
        raise EvidenceError(
            "the file may not be read", path=path, hint="ask for the right to read it"
        ) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise EvidenceError(
            f"the file cannot be read ({why})", path=path, hint="check the disk and the path"
        ) from error


def head(path: Path, count: int = 64) -> bytes:
    """Return the first bytes of a file."""
    with os_errors(path), path.open("rb") as file:
        return file.read(count)


def atoms(file: BinaryIO) -> Iterator[str]:
    """Yield the names of the top-level atoms of an MP4 or QuickTime file, in order.

    Reads the eight or sixteen bytes of each header only (ISO/IEC 14496-12, 4.2).
    """
    start = 0
    while True:
        file.seek(start)
        header = file.read(16)
        if len(header) < 8:
            return
        size = int.from_bytes(header[:4], "big")
        if size == 1 and len(header) == 16:
            size = int.from_bytes(header[8:16], "big")
        yield header[4:8].decode("latin-1")
        if size < 8:  # 0: reaches to the end of the file
            return
        start += size
