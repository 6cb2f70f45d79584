"""Small videos in the containers and codecs of recorders, encoded on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.video.stream import VideoStream

from fhgui.core.arrays import Pixels

FRAMES = 24
WIDTH, HEIGHT = 64, 48


class Clip(NamedTuple):
    """How a clip is stored; ``options`` are the encoder's, ``muxing`` the container's."""

    name: str
    codec: str
    pix_fmt: str = "yuv420p"
    container: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    muxing: tuple[tuple[str, str], ...] = ()


_X264 = (("g", "8"), ("bf", "2"), ("threads", "1"))
_OPEN = (("x264-params", "open-gop=1:keyint=8:bframes=2:threads=1"),)
_FRAGMENTS = (("movflags", "frag_keyframe+empty_moov"),)

CLIPS = (
    Clip("h264.mp4", "libx264", options=_X264),
    Clip("fragments.mp4", "libx264", options=_X264, muxing=_FRAGMENTS),
    Clip("mpeg4.mp4", "mpeg4", options=(("g", "8"),)),
    Clip("h264.mkv", "libx264", options=_OPEN),
    Clip("h264.ts", "libx264", container="mpegts", options=_X264),
    Clip("h264.avi", "libx264", options=(("g", "8"), ("bf", "0"), ("threads", "1"))),
    Clip("h264.flv", "libx264", options=_X264),
    Clip("h264.h264", "libx264", container="h264", options=_X264),
    Clip("interlaced.ts", "libx264", container="mpegts", options=(("flags", "+ilme+ildct"),)),
    Clip("mjpeg.avi", "mjpeg", "yuvj420p"),
    Clip("mjpeg.mov", "mjpeg", "yuvj420p"),
    Clip("prores.mov", "prores_ks", "yuv422p10le"),
    Clip("mpeg2.mpg", "mpeg2video", container="mpeg", options=(("g", "6"),)),
    Clip("mpeg1.mpeg", "mpeg1video", container="mpegvideo"),
    Clip("ffv1.mkv", "ffv1"),
    Clip("raw.avi", "rawvideo"),
    Clip("vp8.webm", "libvpx", options=(("cpu-used", "8"),)),
    Clip("vp9.webm", "libvpx-vp9", options=(("cpu-used", "8"), ("row-mt", "0"))),
    Clip("hevc.mp4", "libx265", options=(("x265-params", "log-level=none:pools=1:keyint=8"),)),
    Clip("wmv2.asf", "wmv2"),
    Clip("gif-like.nut", "zlib", "bgr24"),
    Clip("theora.ogv", "libtheora"),
    Clip("mpeg2.mxf", "mpeg2video"),
)


def clips(folder: Path, pixels: Pixels) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every clip that this build of FFmpeg can encode."""
    for clip in CLIPS:
        path = folder / clip.name
        try:
            _write(path, clip, pixels)
        except (av.FFmpegError, ValueError):  # no such encoder here
            continue
        yield clip.name, path.read_bytes()


def _write(path: Path, clip: Clip, pixels: Pixels) -> None:
    options = dict(clip.options)
    muxing = {"fflags": "+bitexact", **dict(clip.muxing)}  # no identifiers made up by chance
    with av.open(str(path), "w", format=clip.container, options=muxing) as out:
        stream = out.add_stream(clip.codec, rate=25, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, clip.pix_fmt
        stream.codec_context.thread_count = 1
        for n in range(FRAMES):
            piece = np.ascontiguousarray(pixels[n : n + HEIGHT, 2 * n : 2 * n + WIDTH])
            frame = av.VideoFrame.from_ndarray(piece, format="rgb24")
            frame.pts = n
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
