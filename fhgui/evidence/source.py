"""The door to all evidence: `open_source` tells by a file's content what it is.

Evidence is opened read-only and never written. What was done between the stored samples and the
pixels is said in notes: of the source (`SourceInfo.notes`) and of each frame (`Frame.notes`).
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from fhgui.core.errors import EvidenceError
from fhgui.core.fields import Fields
from fhgui.core.frame import Frame
from fhgui.evidence.files import check_file, head
from fhgui.evidence.source_info import SourceInfo


class Source(Protocol):
    """An opened picture or video. It belongs to one thread at a time."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def info(self) -> SourceInfo:
        """What is known about it; ``frame_count`` becomes exact once it has been counted."""

    def frame(self, index: int) -> Frame:
        """Return a frame by its position in presentation order, from 0.

        The same index gives the same pixels, whatever was asked for before.

        Raises
        ------
        InputError
            There is no such frame; says how many there are.
        EvidenceError
            The frame is damaged beyond decoding; says which neighbours are whole.
        """

    def frame_at(self, time_s: float) -> Frame:
        """Return the frame shown at a time, in seconds from the first frame.

        Raises
        ------
        InputError
            Nothing is shown at that time.
        EvidenceError
            The frame cannot be decoded.
        """

    def count(self) -> int:
        """Return the exact number of frames; may read the whole file the first time."""

    def close(self) -> None:
        """Let go of the file; closing twice does no harm."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def open_source(path: Path, fields: Fields = Fields.WOVEN) -> Source:
    """Open a picture or a video read-only; which of the two is decided by its content.

    Parameters
    ----------
    fields : which of the two fields of every frame are shown.

    Raises
    ------
    EvidenceError
        The file is missing, empty, damaged, too large, or of a format that cannot be read.
    """
    check_file(path)
    start = head(path)
    if _is_heif(start):
        raise EvidenceError(
            "HEIF and AVIF pictures cannot be read",
            path=path,
            hint="save a copy as PNG or TIFF with the program of the camera's maker",
        )
    # Each library takes its time to load, and most sessions need one of the two.
    from fhgui.evidence.pictures import PictureSource, is_jpeg_stream, picture_format

    format_name = picture_format(start)
    if format_name is not None and not is_jpeg_stream(path, format_name):
        return PictureSource(path, format_name, fields)
    from fhgui.evidence.video import VideoSource

    return VideoSource(path, fields)


def _is_heif(start: bytes) -> bool:
    """FFmpeg would show the first tile of such a picture as if it were the whole."""
    brands = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
    return start[4:8] == b"ftyp" and start[8:12] in brands
