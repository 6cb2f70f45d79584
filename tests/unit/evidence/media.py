"""Small pictures and videos made on the spot: moving, textured, every frame different."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from fhgui.core.arrays import Pixels
from fhgui.evidence.film import Film
from fhgui.evidence.video import VideoSource

RATE = 25
KEY_DISTANCE = 10
FRAMES = 32


def texture(index: int, width: int = 96, height: int = 64) -> Pixels:
    """Return a frame of a camera that pans over coloured tiles."""
    tiles = np.random.default_rng(0).integers(0, 256, (height // 4, width // 4, 3), dtype=np.uint8)
    ground = np.kron(tiles, np.ones((8, 8, 1), np.uint8))
    y, x = index % height, (3 * index) % width
    return np.ascontiguousarray(ground[y : y + height, x : x + width])


def x264(more: str) -> dict[str, str]:
    """Return options for a fixed distance of key frames."""
    return {
        "preset": "ultrafast",
        "x264-params": f"keyint={KEY_DISTANCE}:min-keyint={KEY_DISTANCE}:scenecut=0:{more}",
    }


def x265(more: str) -> dict[str, str]:
    """Return options for a fixed distance of key frames, and silence."""
    keys = f"keyint={KEY_DISTANCE}:min-keyint={KEY_DISTANCE}:scenecut=0"
    return {
        "preset": "ultrafast",
        "x265-params": f"{keys}:bframes=3:b-adapt=0:log-level=none:pools=none:{more}",
    }


@dataclass(frozen=True)
class Recipe:
    """How to make a clip."""

    name: str
    codec: str = "libx264"
    options: dict[str, str] = field(default_factory=lambda: x264("bframes=3:b-adapt=0"))
    format: str | None = None
    pixel_format: str = "yuv420p"
    times: Iterable[int] = range(FRAMES)
    size_wh: tuple[int, int] = (96, 64)
    b_frames: int | None = None
    mux_options: dict[str, str] = field(default_factory=dict)
    change: Callable[[av.Packet], None] | None = None
    prepare: Callable[[av.VideoStream], None] | None = None


def make(recipe: Recipe, folder: Path) -> Path:
    """Encode a clip; the test is skipped where FFmpeg lacks the encoder."""
    if recipe.codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg cannot encode {recipe.codec}")
    path = folder / recipe.name
    with av.open(str(path), "w", format=recipe.format, options=recipe.mux_options) as container:
        stream = container.add_stream(recipe.codec, rate=RATE, options=recipe.options)
        stream.width, stream.height = recipe.size_wh
        stream.pix_fmt = recipe.pixel_format
        stream.codec_context.thread_count = 1
        if recipe.b_frames is not None:
            stream.codec_context.gop_size = KEY_DISTANCE
            stream.codec_context.max_b_frames = recipe.b_frames
        if recipe.prepare is not None:
            recipe.prepare(stream)
        for packet in _encoded(stream, recipe):
            if recipe.change is not None:
                recipe.change(packet)
            container.mux(packet)
    return path


def _encoded(stream: av.VideoStream, recipe: Recipe) -> Iterable[av.Packet]:
    for index, time in enumerate(recipe.times):
        rgb = av.VideoFrame.from_ndarray(texture(index, *recipe.size_wh), format="rgb24")
        frame = rgb.reformat(format=recipe.pixel_format)
        frame.pts, frame.time_base = time, Fraction(1, RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def remux(
    source: Path, target: Path, *, earlier: int = 0, degrees: float = 0, skip: int = 0
) -> Path:
    """Copy a clip's packets but the first: with earlier times (an edit list in MP4), or turned."""
    options = {"avoid_negative_ts": "disabled"}
    with av.open(str(source)) as old, av.open(str(target), "w", options=options) as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        if degrees:
            copy.set_display_rotation(degrees)
        shift = int(earlier / RATE / stream.time_base)
        for number, packet in enumerate(old.demux(stream)):
            if packet.size and number >= skip:
                packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
                packet.stream = copy
                new.mux(packet)
    return target


def pack(source: Path, target: Path) -> Path:
    """Copy an MPEG-4 clip as DivX and XviD do: a packet holds a picture and one shown before it.

    The packets stay as many: behind the last picture that is shown before comes an empty one.
    """
    groups: list[list[bytes]] = []
    for data in _pictures(source):
        if _kind(data) == "B":
            groups[-1].append(data)
        else:
            groups.append([data.replace(_VOP, b"\0\0\1\xb2DivX503b1393p" + _VOP, 1)])
    packed: list[bytes] = []
    for first, *others in groups:
        packed += [first + others[0], *others[1:], not_coded(first)] if others else [first]
    return _stored(packed, source, target)


def exchange(source: Path, target: Path, number: int, change: Callable[[bytes], bytes]) -> Path:
    """Copy an MPEG-4 clip with another packet for one of its pictures."""
    pictures = _pictures(source)
    pictures[number] = change(pictures[number])
    return _stored(pictures, source, target)


def not_coded(picture: bytes) -> bytes:
    """Return a packet without a picture as XviD writes it: of type P, at the time of another one.

    No second has passed before it (ISO/IEC 14496-2, 6.2.5; 25 ticks a second take 5 bits).
    """
    at = picture.index(_VOP) + 4
    header = f"{int.from_bytes(picture[at : at + 4], 'big'):032b}"
    marker = header.index("0", 2) + 1
    bits = "0101" + header[marker + 1 : marker + 6] + "10" + "01111"
    return _VOP + int(bits, 2).to_bytes(2, "big")


def _pictures(source: Path) -> list[bytes]:
    with av.open(str(source)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def _stored(pictures: list[bytes], source: Path, target: Path) -> Path:
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        copy = new.add_stream_from_template(old.streams.video[0])
        for number, data in enumerate(pictures):
            packet = av.Packet(data)
            packet.pts = packet.dts = number
            packet.time_base, packet.stream = Fraction(1, RATE), copy
            packet.is_keyframe = _kind(data) == "I"
            new.mux(packet)
    return target


_VOP = b"\0\0\1\xb6"
"""Start code of an MPEG-4 picture (ISO/IEC 14496-2, table 6-3)."""


def _kind(data: bytes) -> str:
    return "IPBS"[data[data.index(_VOP) + 4] >> 6]


def plain_decoding(path: Path) -> list[Pixels]:
    """Decode a file from beginning to end with FFmpeg alone: the truth of these tests."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def forget_pictures(source: VideoSource) -> None:
    """Empty the caches, so that the next frame must be decoded."""
    film: Film = source._film
    film._cache.clear()
    film._afresh.clear()
