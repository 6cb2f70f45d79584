"""From a decoder's samples to 8-bit RGB, and what was done on the way in words."""

from __future__ import annotations

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

from fhgui.core.arrays import Pixels

_MATRICES = {1: "BT.709", 4: "FCC", 5: "BT.601", 6: "BT.601", 7: "SMPTE 240M", 9: "BT.2020"}
"""Names of the colour matrices of Rec. ITU-T H.273, table 4."""

_HIGH_DYNAMIC_RANGE = {16: "PQ", 18: "HLG"}
"""Transfer characteristics of H.273, table 3, that look pale without a tone curve."""


def to_rgb8(frame: VideoFrame) -> Pixels:
    """Return read-only H×W×3 uint8 pixels of a decoded frame, upright.

    FFmpeg's default conversion: the matrix and range that the stream states; BT.601 and limited
    range where it states none.
    """
    stored = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
    pixels: Pixels = np.ascontiguousarray(np.rot90(stored, quarter_turns(frame)))
    pixels.flags.writeable = False
    return pixels


def quarter_turns(frame: VideoFrame) -> int:
    """Return by how many quarters of a turn, counterclockwise, the file wants a frame shown."""
    return round(frame.rotation / 90) % 4


def bits(frame: VideoFrame) -> int:
    """Return the bits of one decoded sample."""
    return max(component.bits for component in frame.format.components)


def conversion_notes(frame: VideoFrame) -> tuple[str, ...]:
    """Return what was done between the decoded samples and the pixels of a frame."""
    notes = [_colour_note(frame)]
    if bits(frame) > 8:
        notes.append(f"{bits(frame)} bit reduced to 8 bit")
    if quarter_turns(frame):
        notes.append(f"turned by {90 * quarter_turns(frame)}° counterclockwise, as the file asks")
    elif frame.rotation:
        notes.append(f"the file asks for a turn by {frame.rotation}°: not applied")
    if frame.color_trc in _HIGH_DYNAMIC_RANGE:
        curve = _HIGH_DYNAMIC_RANGE[frame.color_trc]
        notes.append(f"high dynamic range ({curve}) without a tone curve")
    if frame.interlaced_frame:
        notes.append("interlaced: two fields taken at different times are woven into the frame")
    return tuple(notes)


def _colour_note(frame: VideoFrame) -> str:
    name = frame.format.name
    if frame.format.is_rgb:
        return f"{name} to RGB"
    if name.startswith("gray"):
        return f"{name} to RGB: three equal channels"
    full = frame.color_range == ColorRange.JPEG or name.startswith("yuvj")
    reach = "full" if full else "limited"
    matrix = _MATRICES.get(frame.colorspace)
    said = f"by {matrix}" if matrix else "by BT.601, assumed because the file states no matrix"
    return f"{name} to RGB {said}, {reach} range"
