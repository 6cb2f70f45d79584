"""What a video's header and first picture tell."""

from __future__ import annotations

from fractions import Fraction

import av
from av.video.stream import VideoStream

from fhgui.core.frame import NOT_SQUARE
from fhgui.evidence.film import Film
from fhgui.evidence.reader import Reader
from fhgui.evidence.rendering import Turn, bits, conversion_notes, to_rgb8
from fhgui.evidence.source_info import SourceInfo

_CONTAINERS = {
    "matroska,webm": "Matroska",
    "avi": "AVI",
    "mpegts": "MPEG-TS",
    "mpeg": "MPEG-PS",
    "h264": "H.264 elementary stream",
    "hevc": "H.265 elementary stream",
    "m4v": "MPEG-4 elementary stream",
    "mpegvideo": "MPEG-1/2 elementary stream",
    "mjpeg": "Motion JPEG stream",
}

_ASSUMED_RATE = 25
_MAY_STATE_NO_RATE = frozenset({"h264", "hevc", "m4v", "mjpeg", "obu"})
"""Bare streams that need not say how fast they are to be shown; FFmpeg then takes 25 frames/s."""


def describe(film: Film, turn: Turn, size_bytes: int, name: str) -> SourceInfo:
    """Return all that is known about a video that was just opened."""
    stream, frame = film.reader.stream, film.first.frame
    height, width, _ = to_rgb8(frame, turn).shape
    rate, count = mean_rate(film), film.known_count
    duration_s = _duration_s(film, rate)
    estimate = max(1, round(duration_s * rate)) if duration_s and rate else None
    if film.index.complete:
        estimate = film.index.pictures
    return SourceInfo(
        name=name,
        size_bytes=size_bytes,
        kind="video",
        container=_container(film.reader),
        codec=stream.codec_context.codec.canonical_name,
        width=width,
        height=height,
        frame_count=estimate if count is None else count,
        frame_count_exact=count is not None,
        rate_fps=float(rate) if rate else None,
        time_base=f"{stream.time_base.numerator}/{stream.time_base.denominator}"
        if film.stamped and stream.time_base
        else None,
        duration_s=duration_s,
        bit_depth=bits(frame),
        interlaced=frame.interlaced_frame,
        metadata=_metadata(film.reader),
        notes=_notes(film, turn, rate),
    )


def mean_rate(film: Film) -> Fraction | None:
    """Return the mean frame rate in 1/s that the file states or implies."""
    stream = film.reader.stream
    return stream.average_rate or stream.guessed_rate or None


def rate_notes(reader: Reader, rate: Fraction | None) -> list[str]:
    """Return a note if a bare stream's rate may be nothing but FFmpeg's assumption."""
    if rate != _ASSUMED_RATE or reader.format_name not in _MAY_STATE_NO_RATE:
        return []
    return [
        f"{_ASSUMED_RATE} frames/s are assumed where a stream states no rate of its own: whether "
        "this one does cannot be told here"
    ]


def _duration_s(film: Film, rate: Fraction | None) -> float | None:
    stream = film.reader.stream
    is_plain = film.stamped and not film.index.jumps
    if not is_plain and film.known_count is not None and rate:
        return float(film.known_count / rate)
    if film.reader.is_elementary:
        return None  # FFmpeg guesses it from the bit rate
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    length = film.reader.container.duration
    return length / av.time_base if length else None


def _container(reader: Reader) -> str:
    if "mp4" in reader.format_name:
        brand = reader.container.metadata.get("major_brand", "")
        return "QuickTime" if brand.strip() == "qt" else "MP4"
    return _CONTAINERS.get(reader.format_name, reader.format_name)


def _metadata(reader: Reader) -> tuple[tuple[str, str], ...]:
    """Return the container's and the stream's tags, and how the samples are coded."""
    stream, found = reader.stream, dict(reader.container.metadata)
    found |= {f"video.{name}": text for name, text in stream.metadata.items()}
    found["video.pixel_format"] = stream.pix_fmt or "unknown"
    if stream.profile:
        found["video.profile"] = stream.profile
    if stream.bit_rate:
        found["video.bit_rate"] = f"{stream.bit_rate} bit/s"
    if stream.sample_aspect_ratio:
        found["video.sample_aspect_ratio"] = _ratio(stream.sample_aspect_ratio)
    return tuple((name, " ".join(text.split())) for name, text in found.items())


def _notes(film: Film, turn: Turn, rate: Fraction | None) -> tuple[str, ...]:
    notes = [*conversion_notes(film.first.frame, turn), *_stream_notes(film.reader, turn)]
    if film.skipped:
        notes.append(
            f"{film.skipped} pictures before the first key frame cannot be decoded and have no "
            "number"
        )
    if film.index.hidden:
        notes.append(f"the file's edit list hides {film.index.hidden} stored frames")
    if film.index.stopped_early:
        notes.append("the file is damaged: what follows the damage cannot be read")
    if film.index.jumps:
        notes.append("the time stamps jump back: recordings joined end to end")
    if not film.stamped:
        shown = f"{float(rate):g} frames/s" if rate else "an unknown rate"
        notes.append(
            f"no time stamps of presentation are stored: times follow from {shown}, too early "
            "after frames that the recorder left out"
        )
        notes += rate_notes(film.reader, rate)
    if film.counts_by_decoding:
        notes.append("packets do not tell the number of frames: they are counted by decoding")
    return tuple(notes)


def _stream_notes(reader: Reader, turn: Turn) -> list[str]:
    stream, notes = reader.stream, []
    notes += shape_notes(stream, turn)
    mean, least = stream.average_rate, stream.base_rate
    steady = not mean or not least or abs(least / mean - round(least / mean)) < Fraction(1, 100)
    if not steady and not reader.is_elementary:
        notes.append(f"the frame rate varies; {float(mean or 0):.4g} frames/s is its mean")
    others = len(reader.container.streams.video) - 1
    if others:
        notes.append(f"the file holds {others} more video streams, which are not shown")
    return notes


def shape_notes(stream: VideoStream, turn: Turn) -> list[str]:
    """Return a note if the file says that its pixels are wider or higher than square ones.

    The shape is that of the pixels as they are shown: a quarter turn makes wide ones high.
    """
    shape = stream.sample_aspect_ratio
    if not shape or shape == 1:
        return []
    if turn.is_right and turn.transpose:
        shape = 1 / shape
    return [f"{NOT_SQUARE} ({_ratio(shape)}); they are shown as they are stored"]


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}:{value.denominator}"
