"""What is known of a source before a frame is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SourceInfo:
    """What is known about a source before a frame is asked for.

    Parameters
    ----------
    name : file name without its folder.
    size_bytes : size of the file.
    kind : ``image`` or ``video``, by content.
    container, codec : how the samples are stored, e.g. ``Matroska`` and ``h264``.
    width, height : size of the frames as they are shown, in pixels.
    frame_count : number of frames; an estimate unless ``frame_count_exact``; None if unknown.
    frame_count_exact : whether ``frame_count`` was counted.
    rate_fps : mean frame rate in 1/s; None for stills or if the file states none.
    time_base : unit of the presentation time stamps in seconds, as a fraction ``1/90000``.
    duration_s : length in seconds; None for stills or if unknown.
    bit_depth : bits of one stored sample; frames are always given in 8 bits.
    interlaced : whether the frames consist of two fields taken at different times.
    metadata : (name, text) of the tags found in the file, in order.
    notes : what a viewer must know to read the pixels, one clause each.
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
