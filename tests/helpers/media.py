"""Videos synthesised for tests: every frame differs, so a wrong one is noticed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

WIDTH, HEIGHT = 96, 64


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Return H×W×3 uint8: a gradient with a bright square whose place encodes the number."""
    y, x = np.mgrid[:height, :width]
    grey = ((x + y) * 128 // (width + height) + number) % 200
    pixels = np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)
    left = number * 5 % (width - 16)
    pixels[16:32, left : left + 16] = (250, 240, 30)
    return pixels


def write_video(
    path: Path,
    frames: int = 40,
    *,
    codec: str = "libx264",
    container: str | None = None,
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    ticks: list[int] | None = None,
) -> Path:
    """Encode ``frames`` pictures at 25 fps, or at the given time stamps (1/1000 s)."""
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=25, options=options or {})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pix_fmt
        if ticks is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            if ticks is not None:
                frame.pts, frame.time_base = ticks[number], Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def write_film(path: Path, pictures: list[np.ndarray]) -> Path:
    """Encode H×W×3 uint8 pictures at 25 fps with hardly any loss, every one a key frame."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "1", "g": "1"})
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for pixels in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode(None))
    return path
