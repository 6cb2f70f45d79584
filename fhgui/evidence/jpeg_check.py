"""A second opinion on JPEG files: libjpeg fills what is missing with gray and says nothing."""

from __future__ import annotations

from pathlib import Path

from fhgui.core.errors import EvidenceError
from fhgui.evidence.files import check_pixels, os_errors

USUAL_SCANS = 24
"""Scans of a progressive picture that no encoder goes beyond: most write ten."""
SCANNED_PIXELS_LIMIT = 500_000_000
"""Pixels times scans that are decoded for more than `USUAL_SCANS`: some seconds of work.

A scan of a few bytes is decoded over the whole picture, so that a small file can keep a decoder
busy for hours."""

FOUR_INKS_PIXEL_LIMIT = 64_000_000
"""Pictures of four inks may have so many pixels: decoding takes some 19 bytes for each, and the
memory may not exceed 2 GB."""

_SCAN = b"\xff\xda"


def check_scans(size_wh: tuple[int, int], four_inks: bool, path: Path) -> None:
    """Refuse a JPEG with so many scans that decoding it would not end, or fill the memory.

    Parameters
    ----------
    four_inks : whether it is stored as CMYK.

    Raises
    ------
    EvidenceError
        If it has.
    """
    with os_errors(path):
        scans = path.read_bytes().count(_SCAN)  # never part of a scan's own data
    if four_inks:
        check_pixels(*size_wh, path, FOUR_INKS_PIXEL_LIMIT)
    if scans > USUAL_SCANS and scans * size_wh[0] * size_wh[1] > SCANNED_PIXELS_LIMIT:
        raise EvidenceError(
            f"the JPEG picture consists of {scans} scans, which would take very long to decode",
            path=path,
            hint="no camera writes such files: have its origin looked into",
        )


def is_sound(data: bytes) -> bool:
    """Tell whether FFmpeg's strict decoder finds nothing wrong with a JPEG file.

    A file of a kind that FFmpeg does not know is taken to be sound.
    """
    import av  # takes its time to load

    decoder = av.CodecContext.create("mjpeg", "r")
    decoder.options = {"err_detect": "explode"}
    decoder.thread_count = 1
    try:
        decoder.decode(av.Packet(data))
        decoder.decode(None)
    except av.InvalidDataError:
        return False
    except av.FFmpegError:
        return True
    return True
