"""An opened video container, read-only: its picture stream, packet by packet, from any anchor."""

from __future__ import annotations

from collections.abc import Iterator
from io import RawIOBase
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from fhgui.core.errors import EvidenceError
from fhgui.evidence.anchors import Anchor
from fhgui.evidence.entry_points import VideoPacket
from fhgui.evidence.files import (
    FRAME_LIMIT,
    VIDEO_PIXEL_LIMIT,
    atoms,
    check_pixels,
    head,
    os_errors,
)

_DEMUXERS = (
    "mov,matroska,avi,mpegts,mpeg,h264,hevc,m4v,mpegvideo,mjpeg,mpjpeg,"
    "flv,asf,ogg,mxf,ivf,obu,dv,dhav,wtv,gxf,nut"
)
"""FFmpeg's readers of single video files. Playlists could name files elsewhere: never those."""

_ELEMENTARY = frozenset({"h264", "hevc", "m4v", "mpegvideo", "mjpeg", "obu", "dv"})
_BY_BYTE = _ELEMENTARY | {"mpegts", "mpeg"}

_BUFFER_BYTES = 256 << 10

_FIND_LIMIT = 5000
"""Packets looked at for an anchor after seeking to it."""


class Reader:
    """One container positioned somewhere in its picture stream.

    Parameters
    ----------
    path : the file.

    Raises
    ------
    EvidenceError
        The file is no video that can be read, or holds no pictures.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stopped_early = False
        """Whether reading ended at damaged data before the end of the file."""
        self._open()

    def _open(self) -> None:
        with os_errors(self.path):
            self._file = self.path.open("rb", buffering=0)
        try:
            self.container = open_container(self._file, self.path)
            self.stream = picture_stream(self.container, self.path)
        except EvidenceError:
            self._file.close()
            raise
        self.stream.codec_context.copy_opaque = True
        # With threads FFmpeg neither notices all damage nor fills gaps twice in the same way.
        self.stream.codec_context.thread_count = 1
        for other in self.container.streams:
            if other is not self.stream:
                other.discard = Discard.all

    @property
    def format_name(self) -> str:
        """FFmpeg's name of the container, e.g. ``mov,mp4,m4a,3gp,3g2,mj2``."""
        return self.container.format.name

    @property
    def is_elementary(self) -> bool:
        """Whether the file is a bare stream, without a container and its time stamps."""
        return self.format_name in _ELEMENTARY

    def packets(self) -> Iterator[VideoPacket]:
        """Yield the packets of the picture stream from here on; ends early at damaged data."""
        with os_errors(self.path):
            try:
                for packet in self.container.demux(self.stream):
                    if packet.size:
                        yield packet
            except (av.FFmpegError, IndexError):  # the latter of a stream that only a packet names
                self.stopped_early = True

    def begin(self, anchor: Anchor) -> Iterator[VideoPacket] | None:
        """Go to an anchor and yield packets from it on; None if it cannot be found again."""
        with os_errors(self.path):
            try:
                if self.format_name in _BY_BYTE and anchor.pos >= 0:
                    self.container.seek(anchor.pos, unsupported_byte_offset=True)
                elif anchor.stamp is not None:
                    self.container.seek(anchor.stamp, stream=self.stream)
                else:
                    return None
            except av.FFmpegError:
                return None
        return self.find(anchor)

    def begin_anew(self, anchor: Anchor) -> Iterator[VideoPacket] | None:
        """Open the file again and yield packets from an anchor on, without seeking."""
        self.reopen()
        return self.find(anchor)

    def reopen(self) -> None:
        """Begin anew with another decoder."""
        self.close()
        self._open()

    def find(self, anchor: Anchor) -> Iterator[VideoPacket] | None:
        """Read on to an anchor and yield packets from it on; None if it does not come soon."""
        packets = self.packets()
        for _, packet in zip(range(_FIND_LIMIT), packets, strict=False):
            if anchor.is_at(packet):
                return chain([packet], packets)
        return None

    def close(self) -> None:
        """Let go of the file."""
        self.container.close()
        self._file.close()


class _Nameless:
    """A file without its name, which FFmpeg would otherwise let decide about the format."""

    def __init__(self, file: RawIOBase) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def open_container(file: RawIOBase, path: Path) -> InputContainer:
    """Open a video file with FFmpeg, read-only, by its content and not by its name.

    Raises
    ------
    EvidenceError
        It is no video, or one whose index was never written.
    """
    # A video can name other files: none of them is opened.
    limits = {
        "format_whitelist": _DEMUXERS,
        "protocol_whitelist": "none",
        "max_pixels": str(VIDEO_PIXEL_LIMIT),
    }
    with os_errors(path):
        try:
            return av.open(
                _Nameless(file),
                mode="r",
                options=limits,
                metadata_errors="replace",
                buffer_size=_BUFFER_BYTES,
            )
        except av.FFmpegError as error:
            raise _refusal(path) from error


def _refusal(path: Path) -> EvidenceError:
    if head(path)[4:8] in (b"ftyp", b"mdat", b"moov", b"wide", b"free", b"skip"):
        with os_errors(path), path.open("rb") as file:
            if "moov" not in atoms(file):
                return EvidenceError(
                    "the MP4 video is cut short: its table of contents (moov) is missing",
                    path=path,
                    hint="copy it again, or rebuild a copy with a repair program",
                )
        return EvidenceError(
            "the MP4 video is damaged", path=path, hint="copy it from its origin again"
        )
    return EvidenceError(
        "this is not a picture or video that can be read",
        path=path,
        hint="give JPEG, PNG, TIFF, BMP, WebP or GIF, or MP4, MOV, MKV, AVI, TS, H.264 or H.265",
    )


def picture_stream(container: InputContainer, path: Path) -> VideoStream:
    """Return the first video stream that is no cover picture.

    Raises
    ------
    EvidenceError
        There is none, its codec is unknown, or its pictures are too large.
    """
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            break
    else:
        raise EvidenceError(
            "the file holds no video pictures", path=path, hint="give a file with pictures"
        )
    if stream.codec_context is None:
        raise EvidenceError(
            "no decoder is known for this video", path=path, hint="convert a copy to MP4 or MKV"
        )
    if stream.width <= 0 or stream.height <= 0:
        raise EvidenceError(
            "the video's pictures have no size, or a larger one than "
            f"{VIDEO_PIXEL_LIMIT // 1_000_000} million pixels",
            path=path,
            hint="the file is damaged, or a copy has to be reduced with another program",
        )
    check_pixels(stream.width, stream.height, path, VIDEO_PIXEL_LIMIT)
    if max(stream.frames, len(stream.index_entries)) > FRAME_LIMIT:
        raise EvidenceError(
            f"the video lists more than {FRAME_LIMIT:,} frames",
            path=path,
            hint="the file is damaged, or has to be cut into shorter ones",
        )
    # Frames may grow in the middle of a stream; the decoder refuses to make larger ones.
    stream.codec_context.options = {"max_pixels": str(VIDEO_PIXEL_LIMIT)}
    return stream
