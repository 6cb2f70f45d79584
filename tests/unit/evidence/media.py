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


def remux(source: Path, target: Path, *, earlier: int = 0, degrees: float = 0) -> Path:
    """Copy a clip's packets: with earlier times (MP4 writes an edit list), or turned."""
    options = {"avoid_negative_ts": "disabled"}
    with av.open(str(source)) as old, av.open(str(target), "w", options=options) as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        if degrees:
            copy.set_display_rotation(degrees)
        shift = int(earlier / RATE / stream.time_base)
        for packet in old.demux(stream):
            if packet.size:
                packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
                packet.stream = copy
                new.mux(packet)
    return target


def plain_decoding(path: Path) -> list[Pixels]:
    """Decode a file from beginning to end with FFmpeg alone: the truth of these tests."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def forget_pictures(source: VideoSource) -> None:
    """Empty the caches, so that the next frame must be decoded."""
    film: Film = source._film
    film._cache.clear()
    film._afresh.clear()
