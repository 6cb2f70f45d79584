"""Evidence files as sources of frames: opened read-only, recognised by content, never written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from fhgui.core.errors import EvidenceError
from fhgui.core.frame import Frame


@dataclass(frozen=True)
class SourceInfo:
    """What a file says about itself.

    Parameters
    ----------
    name, size_bytes : of the file.
    kind : ``image`` or ``video``.
    container, codec : short names, e.g. ``mp4`` and ``h264``, ``JPEG`` and ``JPEG``.
    width, height : of a frame as it is delivered, in pixels.
    frame_count : number of frames as the container states it; None if it does not.
    frame_count_exact : whether that number was counted rather than stated.
    rate_fps : average frame rate; None for stills and unknown.
    time_base : seconds a tick of a time stamp, as a fraction, e.g. ``1/90000``.
    duration_s : stated duration.
    bit_depth : bits a sample in the file (frames are delivered with 8).
    interlaced : whether the first frame is interlaced.
    metadata : (key, value) pairs of the container or EXIF, in file order.
    notes : what was noticed or done, in words.
    """

    name: str
    size_bytes: int
    kind: Literal["image", "video"]
    container: str
    codec: str
    width: int
    height: int
    frame_count: int | None
    frame_count_exact: bool
    rate_fps: float | None
    time_base: str | None
    duration_s: float | None
    bit_depth: int
    interlaced: bool
    metadata: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


class Source(Protocol):
    """An open evidence file; a context manager. Not to be shared between threads."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def info(self) -> SourceInfo:
        """What the file says about itself."""

    def frame(self, index: int) -> Frame:
        """Return the frame at a position in presentation order, from 0.

        Raises `InputError` if there is no such frame, `EvidenceError` if it cannot be decoded.
        """

    def frame_at(self, time_s: float) -> Frame:
        """Return the frame shown at a time: the last one that starts at or before it."""

    def count(self) -> int:
        """Return the exact number of frames; may read the whole file once."""

    def close(self) -> None:
        """Let go of the file."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def open_source(path: Path) -> Source:
    """Open a picture or a video, whichever its content says it is.

    Raises
    ------
    EvidenceError
        If there is no such file, or it cannot be read as evidence: the message says why.
    """
    from fhgui.evidence.pictures import PictureSource, is_picture

    _check_file(path)
    if is_picture(path):
        return PictureSource(path)
    from fhgui.evidence.video import VideoSource  # PyAV is loaded for videos only

    return VideoSource(path)


def _check_file(path: Path) -> None:
    hint = "give a picture or a video"
    try:
        if not path.exists():
            raise EvidenceError("there is no such file", path=path, hint="check the name")
        if not path.is_file():
            raise EvidenceError("is a folder, not a file", path=path, hint=hint)
        if path.stat().st_size == 0:
            raise EvidenceError("is empty (0 bytes)", path=path, hint="copy it again")
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EvidenceError(
            f"cannot be opened ({reason})", path=path, hint="check the name and your rights"
        ) from error
