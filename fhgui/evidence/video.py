"""Videos through PyAV: exact frames by index and by time.

A frame is found by its presentation time stamp, never by counting from a key frame, so that random
access gives the very pixels of playing from the start. Streams without time stamps (raw H.264 and
H.265, some AVI) are counted by decoding from their first frame.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import av.logging
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream

from fhgui.core.arrays import Pixels
from fhgui.core.errors import EvidenceError, InputError
from fhgui.core.frame import Frame
from fhgui.evidence.frame_index import FrameIndex
from fhgui.evidence.source import SourceInfo

av.logging.set_level(None)

DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,mpegts,mpeg,h264,hevc,m4v,mpegvideo,mjpeg,"
    "asf,flv,ogg,mxf,dv"
)
"""Containers that hold one recording; playlists and the like could name other files."""

OPTIONS = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
CACHE_BYTES = 192 * 1024 * 1024
MAX_PIXELS = 100_000_000
MAX_KEYS_BACK = 4
"""Key frames that are tried, going back, before a frame is looked for from the very start."""

UNSPECIFIED_MATRIX = 2
HD_HEIGHT = 720
TAIL_ENTRIES = 2000
HINT = "export it again from the recorder, or give another file"


class VideoSource:
    """A video file.

    Raises
    ------
    EvidenceError
        If no frame can be decoded, or the file is cut off.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container, self._stream = open_stream(path)
        try:
            _refuse_cut_off(self._stream, path)
            self._index = FrameIndex(lambda: open_stream(path))
            self._cache: OrderedDict[int, VideoFrame] = OrderedDict()
            self._count: int | None = None
            self._at = 0
            self._begin(after_seek=False)
            self._info = self._describe(self._first())
        except BaseException:
            self._container.close()
            raise

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def info(self) -> SourceInfo:
        """What the file says about itself."""
        return self._info

    def frame(self, index: int) -> Frame:
        """Return the frame at a position in presentation order, from 0.

        Raises
        ------
        InputError
            If there is no such frame.
        EvidenceError
            If it cannot be decoded.
        """
        key = self._key(index)
        raw = self._cache.get(key)
        if raw is None:
            raw = self._seek_to(key) if self._index.timed else self._walk_to(key)
        if raw is None:
            self._refuse_index(index)
            raise EvidenceError(
                f"frame {index} cannot be decoded", path=self._path, hint="try a frame beside it"
            )
        return self._as_frame(raw, index)

    def frame_at(self, time_s: float) -> Frame:
        """Return the last frame that starts at or before ``time_s`` (from the first frame)."""
        if not np.isfinite(time_s):
            raise InputError("the time is not a number", path=self._path, hint="give seconds")
        if self._index.timed and self._stream.time_base:
            ticks = int(np.floor(time_s / float(self._stream.time_base) + 1e-6))
            return self.frame(self._index.at_or_before((self._index.pts(0) or 0) + ticks))
        rate = float(self._stream.average_rate or 25)
        return self.frame(min(max(0, int(time_s * rate + 1e-6)), self.count() - 1))

    def count(self) -> int:
        """Return the exact number of frames; reads (without time stamps: decodes) the file once."""
        if self._count is None:
            if self._index.timed:
                self._count = self._index.count()
            else:
                while self._step() is not None:
                    pass
                self._count = self._at + 1
        return self._count

    def close(self) -> None:
        """Let go of the file."""
        self._cache.clear()
        self._frames.close()
        self._index.close()
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _key(self, index: int) -> int:
        """Return what a frame is cached by: its time stamp, or its number if there is none."""
        if index < 0:
            self._refuse_index(index)
        if not self._index.timed:
            return index
        pts = self._index.pts(index)
        if pts is None:
            self._refuse_index(index)
        return pts if pts is not None else 0

    def _refuse_index(self, index: int) -> None:
        if not 0 <= index < self.count():
            raise InputError(
                f"there is no frame {index}",
                path=self._path,
                hint=f"it has {self.count()} frames, counted from 0",
            )

    def _first(self) -> VideoFrame:
        key = self._index.pts(0) if self._index.timed else 0
        raw = None if key is None else self._walk_to(key)
        if raw is None:
            raise EvidenceError("holds no frame that can be decoded", path=self._path, hint=HINT)
        return raw

    def _seek_to(self, pts: int) -> VideoFrame | None:
        """Decode on if the frame is ahead in this group of pictures, else from a key frame."""
        keys = self._index.keys_before(pts)
        if self._at < pts and keys and keys[0][0] <= self._at:
            return self._walk_to(pts)
        for _, dts in keys[:MAX_KEYS_BACK]:
            self._container.seek(dts, stream=self._stream, backward=True)
            self._begin(after_seek=True)
            raw = self._walk_to(pts)
            if raw is not None:
                return raw
        self._rewind()
        return self._walk_to(pts)

    def _walk_to(self, key: int) -> VideoFrame | None:
        """Decode until the frame is reached; None if it does not come."""
        if self._at >= key:
            self._rewind()
        while self._at < key:
            raw = self._step()
            if raw is None:
                return None
        return raw if self._at == key else None

    def _step(self) -> VideoFrame | None:
        """Decode one more frame, remember it, and advance the position; None at the end."""
        raw = next(self._frames, None)
        if raw is None:
            return None
        timed = self._index.timed and raw.pts is not None
        self._at = int(raw.pts or 0) if timed else self._at + 1
        self._remember(self._at, raw)
        return raw

    def _remember(self, key: int, raw: VideoFrame) -> None:
        self._cache[key] = raw
        bytes_each = raw.width * raw.height * 2
        while len(self._cache) > max(2, CACHE_BYTES // max(1, bytes_each)):
            self._cache.popitem(last=False)

    def _rewind(self) -> None:
        """Start anew from the first packet; a fresh container works for every format."""
        self._frames.close()
        self._container.close()
        self._container, self._stream = open_stream(self._path)
        self._begin(after_seek=False)

    def _begin(self, *, after_seek: bool) -> None:
        self._frames = _decoded(self._container, self._stream, after_seek)
        self._at = -(2**62) if self._index.timed else -1

    def _as_frame(self, raw: VideoFrame, index: int) -> Frame:
        pixels, notes = _as_rgb(raw)
        pixels.setflags(write=False)
        time_s = None
        if self._index.timed and raw.pts is not None and raw.time_base is not None:
            time_s = float((raw.pts - (self._index.pts(0) or 0)) * raw.time_base)
        return Frame(pixels, index, raw.pts, time_s, bool(raw.key_frame), notes)

    def _describe(self, first: VideoFrame) -> SourceInfo:
        stream, container = self._stream, self._container
        height, width = _as_rgb(first)[0].shape[:2]
        base = stream.time_base
        seconds = float(stream.duration * base) if stream.duration and base else None
        if seconds is None and container.duration:
            seconds = container.duration / av.time_base
        return SourceInfo(
            name=self._path.name,
            size_bytes=self._path.stat().st_size,
            kind="video",
            container=container.format.name,
            codec=stream.codec_context.name,
            width=width,
            height=height,
            frame_count=stream.frames or None,
            frame_count_exact=False,
            rate_fps=float(stream.average_rate) if stream.average_rate else None,
            time_base=str(base) if base and self._index.timed else None,
            duration_s=seconds,
            bit_depth=_bit_depth(first),
            interlaced=bool(first.interlaced_frame),
            metadata=tuple({**container.metadata, **stream.metadata}.items()),
            notes=(*_as_rgb(first)[1], *_stream_notes(self._index.timed, first)),
        )


def open_stream(path: Path) -> tuple[InputContainer, VideoStream]:
    """Open a video file read-only and return it with its first video stream.

    Raises
    ------
    EvidenceError
        If it is no video, or one that cannot be read.
    """
    try:
        container = av.open(f"file:{path}", options=dict(OPTIONS))
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise EvidenceError(
            f"is neither a picture nor a video that can be read ({_reason(error)})",
            path=path,
            hint="if it should be a video, it may be cut off: " + HINT,
        ) from error
    if not container.streams.video:
        container.close()
        raise EvidenceError("holds no video", path=path, hint="give a picture or a video")
    stream = container.streams.video[0]
    pixels = stream.codec_context.width * stream.codec_context.height
    if pixels > MAX_PIXELS:
        container.close()
        raise EvidenceError(
            f"claims frames of {pixels / 1e6:.0f} million pixels", path=path, hint=HINT
        )
    stream.thread_type = "AUTO"
    return container, stream


def _refuse_cut_off(stream: VideoStream, path: Path) -> None:
    """Compare the index that the container holds with the bytes that are there."""
    entries = stream.index_entries
    size = path.stat().st_size
    for number in range(max(0, len(entries) - TAIL_ENTRIES), len(entries)):
        entry = entries[number]
        if entry.pos >= 0 and entry.pos + entry.size > size:
            raise EvidenceError(
                f"is cut off: its index names frames beyond its {size} bytes", path=path, hint=HINT
            )


def _decoded(
    container: InputContainer, stream: VideoStream, after_seek: bool
) -> Generator[VideoFrame, None, None]:
    """Yield frames in presentation order; packets that cannot be decoded are passed over."""
    waiting_for_key = after_seek
    try:
        for packet in container.demux(stream):
            if waiting_for_key and packet.size and not packet.is_keyframe:
                continue
            waiting_for_key = False
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                continue
    except av.error.FFmpegError:
        return


def _as_rgb(raw: VideoFrame) -> tuple[Pixels, tuple[str, ...]]:
    """Return a decoded frame as upright 8-bit RGB, and what was done to it."""
    notes = []
    matrix = raw.colorspace
    if matrix == UNSPECIFIED_MATRIX:
        matrix = Colorspace.ITU709 if raw.height >= HD_HEIGHT else Colorspace.ITU601
    pixels = raw.to_ndarray(format="rgb24", src_colorspace=matrix, interpolation="BICUBIC")
    if _bit_depth(raw) > 8:
        notes.append(f"{_bit_depth(raw)} bit reduced to 8 bit")
    if raw.interlaced_frame:
        notes.append("interlaced: both fields are shown woven, as stored")
    if raw.rotation % 360:
        notes.append(f"rotated by {raw.rotation}° as the file asks")
        pixels = np.rot90(pixels, round(raw.rotation / 90))
    if raw.is_corrupt:
        notes.append("damaged: the decoder had to guess parts of this frame")
    return np.ascontiguousarray(pixels), tuple(notes)


def _stream_notes(timed: bool, first: VideoFrame) -> Iterator[str]:
    if not timed:
        yield "no time stamps: frames are counted, going back decodes from the start"
    if first.colorspace == UNSPECIFIED_MATRIX:
        name = "BT.709" if first.height >= HD_HEIGHT else "BT.601"
        yield f"the colour matrix is not stated: {name} assumed"


def _bit_depth(raw: VideoFrame) -> int:
    return max(component.bits for component in raw.format.components)


def _reason(error: BaseException) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error).split())
