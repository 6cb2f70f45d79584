"""Pictures worn on purpose, for finding out how well the wear is told."""

from __future__ import annotations

import io

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.imaging.colour import to_float, to_uint8

KERNELS = {
    "nearest": cv2.INTER_NEAREST,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
    "Lanczos": cv2.INTER_LANCZOS4,
}
"""Ways in which recorders enlarge pictures."""

PANNED = 4
"""Frames coded before the one that is judged, each a pixel further: the codec has to predict."""


def freshened(pixels: Pixels, share: float) -> Pixels:
    """Return a picture reduced to a share of its sides, which wipes out what it went through."""
    h, w = (round(n * share) // 2 * 2 for n in pixels.shape[:2])
    return np.array(Image.fromarray(pixels).resize((w, h), Image.Resampling.LANCZOS))


def with_noise(pixels: Pixels, sigma: float, rng: np.random.Generator) -> Pixels:
    """Return a picture with white noise of the same value in all colours, so that luma has σ."""
    return to_uint8(to_float(pixels) + rng.normal(0, sigma, (*pixels.shape[:2], 1)))


def as_jpeg(pixels: Pixels, quality: int) -> Pixels:
    """Return a picture as it comes back from a JPEG of libjpeg's quality, 4:2:0."""
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=quality)
    return np.array(Image.open(data).convert("RGB"))


def as_film(pixels: Pixels, codec: str, quantiser: int) -> Pixels:
    """Return a picture as it comes back from a panning film at a fixed quantiser.

    Parameters
    ----------
    pixels : H×W×3 uint8, H and W even.
    codec : FFmpeg's name, ``libx264`` or ``mpeg2video``.
    """
    data = io.BytesIO()
    with av.open(data, "w", format="matroska") as out:
        options = {"qp": str(quantiser)} if codec == "libx264" else {}
        stream = out.add_stream(codec, rate=25, options=options)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = pixels.shape[:2]
        stream.pix_fmt, stream.thread_count = "yuv420p", 1
        if codec != "libx264":
            stream.codec_context.qmin = stream.codec_context.qmax = quantiser
        for number in range(PANNED + 1):
            moved = np.ascontiguousarray(np.roll(pixels, number, axis=1))
            out.mux(stream.encode(av.VideoFrame.from_ndarray(moved, "rgb24")))
        out.mux(stream.encode(None))
    data.seek(0)
    with av.open(data, "r") as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    return np.asarray(frames[-1], np.uint8)


def woven(pixels: Pixels, shift_px: int) -> tuple[Pixels, Pixels]:
    """Return a frame of two fields between which everything moved, and the upper field's moment."""
    width = pixels.shape[1] - shift_px
    now, later = pixels[:, :width], pixels[:, shift_px:]
    frame = now.copy()
    frame[1::2] = later[1::2]
    return frame, now


def enlarged(pixels: Pixels, factor: float, kernel: str) -> Pixels:
    """Return a picture enlarged by one of `KERNELS`."""
    large = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=KERNELS[kernel])
    return np.asarray(large, np.uint8)
