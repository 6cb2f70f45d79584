"""What every source shares before a byte is decoded: the file is there, whole and readable."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fhgui.core.errors import EvidenceError

PIXEL_LIMIT = 100_000_000
"""Pictures with more pixels are refused before memory is asked for them: decoding one of so many
takes up to 1.5 GB."""

VIDEO_PIXEL_LIMIT = 36_000_000
"""The same for the frames of videos, of which a decoder holds up to 17: 8K has 33 million."""

FRAME_BYTES_LIMIT = 100_000_000
"""Decoded frames of a video may not be larger: 8K of 10 bits in 4:2:0."""

FRAME_LIMIT = 10_000_000
"""Frames that a video may list: 4.6 days at 25 in a second. A few bytes can claim any number."""


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


def check_pixels(width_px: int, height_px: int, path: Path, most: int | None = None) -> None:
    """Refuse a picture that is too large, or has no pixels.

    Parameters
    ----------
    most : pixels; None for `PIXEL_LIMIT`.

    Raises
    ------
    EvidenceError
        If it is.
    """
    most = PIXEL_LIMIT if most is None else most
    if width_px <= 0 or height_px <= 0:
        raise EvidenceError("the picture has no pixels", path=path, hint="the file is damaged")
    if width_px * height_px > most:
        raise EvidenceError(
            f"{width_px} × {height_px} pixels are more than the limit of "
            f"{most // 1_000_000} million",
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
