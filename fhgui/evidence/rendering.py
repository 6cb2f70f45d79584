"""From a decoder's samples to 8-bit RGB, and what was done on the way in words."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple, cast

import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from fhgui.core.arrays import Pixels
from fhgui.core.fields import Fields
from fhgui.imaging.interlacing import filled

_MATRICES = {1: "BT.709", 4: "FCC", 5: "BT.601", 6: "BT.601", 7: "SMPTE 240M", 9: "BT.2020"}
"""Names of the colour matrices of Rec. ITU-T H.273, table 4."""

_NO_CONVERSION = {8: "YCgCo", 10: "BT.2020 constant luminance", 14: "ICtCp"}
"""Matrices of the same table that FFmpeg does not convert from."""

_STRETCHED = np.clip(np.rint((np.arange(256) - 16) * (255 / 219)), 0, 255).astype(np.uint8)
"""Full range of a limited one's luma, 16–235."""

_UNSTATED_MATRIX = 2
_HIGH_DEFINITION_PX = 720
"""Height from which players take BT.709 where the file states no matrix."""

_HIGH_DYNAMIC_RANGE = {16: "PQ", 18: "HLG"}
"""Transfer characteristics of H.273, table 3, that look pale without a tone curve."""


class Turn(NamedTuple):
    """How the file wants its pictures shown: first mirrored about the diagonal, then flipped.

    ``degrees`` is what PyAV reads from the same place; ``is_right`` tells whether it is a turn by
    quarters or a mirror image at all.
    """

    degrees: int
    transpose: bool = False
    flip_rows: bool = False
    flip_columns: bool = False
    is_right: bool = True


def to_rgb8(frame: VideoFrame, turn: Turn, fields: Fields = Fields.WOVEN) -> Pixels:
    """Return read-only H×W×3 uint8 pixels of a decoded frame, upright.

    FFmpeg's default conversion by the matrix and range that the stream states. Where it states
    none: limited range, and BT.709 for high definition, else BT.601, as players do. FFmpeg takes
    gray for full range whatever is stated; a limited one is stretched here.

    Raises
    ------
    ValueError
        If the stream states a matrix that there is no conversion for.
    """
    if frame.colorspace in _NO_CONVERSION:
        raise ValueError(f"its colours need the {_NO_CONVERSION[frame.colorspace]} matrix")
    matrix = Colorspace.ITU709 if _is_taken_for_709(frame) else None
    shown = frame if fields is Fields.WOVEN else _field(frame, fields)
    converted = _scaler().reformat(shown, format="rgb24", src_colorspace=matrix, threads=1)
    pixels: Pixels = np.asarray(converted.to_ndarray(), np.uint8)
    if _is_limited_gray(frame):
        pixels = _STRETCHED[pixels]
    if fields is not Fields.WOVEN:
        pixels = filled(pixels, 0 if fields is Fields.UPPER else 1, frame.height)
    if turn.is_right:
        pixels = pixels.swapaxes(0, 1) if turn.transpose else pixels
        pixels = pixels[:: -1 if turn.flip_rows else 1, :: -1 if turn.flip_columns else 1]
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    return pixels


def _scaler() -> VideoReformatter:
    """Return a scaler that goes after use.

    A frame's own one lives, with its buffers and two threads a core, as long as the frame, and
    frames that a decoder may need again are kept.
    """
    return VideoReformatter()


def _field(frame: VideoFrame, fields: Fields) -> VideoFrame:
    """Return one field of a frame, every plane of its own lines: chroma is not shared by fields."""
    graph = Graph()
    entry = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25)
    )
    exit_ = graph.add("buffersink")
    kind = "top" if fields is Fields.UPPER else "bottom"
    chosen = graph.add("field", f"type={kind}")
    entry.link_to(chosen)
    chosen.link_to(exit_)
    graph.configure()
    graph.push(frame)
    return cast(VideoFrame, graph.pull())


def turn_of(frame: VideoFrame) -> Turn:
    """Read a frame's display matrix: x' = a x + c y, y' = b x + d y (ISO/IEC 14496-12, 8.3.2).

    PyAV never frees a frame whose side data were looked at, so a tiny copy is looked at.
    """
    small = _scaler().reformat(frame, width=16, height=16, format="gray", threads=1)
    try:
        stored = bytes(cast(SideDataContainer, small.side_data)[Type.DISPLAYMATRIX])
    except KeyError:
        return Turn(frame.rotation)
    a, b, _, c, d = np.frombuffer(stored, dtype="=i4")[:5].tolist()
    if a == d == 0:
        return Turn(frame.rotation, True, b < 0, c < 0, bool(b and c))
    return Turn(frame.rotation, False, d < 0, a < 0, b == c == 0)


def bits(frame: VideoFrame) -> int:
    """Return the bits of one decoded sample."""
    return max(component.bits for component in frame.format.components)


def conversion_notes(
    frame: VideoFrame, turn: Turn, fields: Fields = Fields.WOVEN
) -> tuple[str, ...]:
    """Return what was done between the decoded samples and the pixels of a frame."""
    notes = [_colour_note(frame), *_turn_notes(turn)]
    if bits(frame) > 8:
        notes.append(f"{bits(frame)} bit reduced to 8 bit")
    if frame.color_trc in _HIGH_DYNAMIC_RANGE:
        curve = _HIGH_DYNAMIC_RANGE[frame.color_trc]
        notes.append(f"high dynamic range ({curve}) without a tone curve")
    if fields is not Fields.WOVEN:
        notes.append(fields.note)
    elif frame.interlaced_frame:
        notes.append("interlaced: two fields taken at different times are woven into the frame")
    return tuple(notes)


def _turn_notes(turn: Turn) -> list[str]:
    if not turn.is_right:
        return [f"the file asks for a turn by {turn.degrees}°: not applied"]
    if turn.transpose + turn.flip_rows + turn.flip_columns in (1, 3):
        return ["mirrored, as the file asks"]
    if turn.transpose:
        return [f"turned by 90° {'counter' if turn.flip_rows else ''}clockwise, as the file asks"]
    return ["turned by 180°, as the file asks"] if turn.flip_rows else []


def _colour_note(frame: VideoFrame) -> str:
    name, to_rgb = frame.format.name, f"{frame.format.name} to RGB"
    if any(component.is_alpha for component in frame.format.components):
        to_rgb += ", transparency ignored"
    if frame.format.is_rgb or frame.format.has_palette or name.startswith(("mono", "xyz")):
        return to_rgb  # none of them has a matrix or a range
    if name.startswith(("gray", "ya")):
        stretched = ", limited range stretched" if _is_limited_gray(frame) else ""
        return f"{to_rgb}: three equal channels{stretched}"
    full = frame.color_range == ColorRange.JPEG or name.startswith("yuvj")
    reach = "full" if full else "limited"
    matrix = _MATRICES.get(frame.colorspace)
    if matrix is None:
        taken = "BT.709" if _is_taken_for_709(frame) else "BT.601"
        matrix = f"{taken} (assumed: the file states no matrix)"
    return f"{to_rgb} by {matrix}, {reach} range"


def _is_limited_gray(frame: VideoFrame) -> bool:
    is_gray = frame.format.name.startswith(("gray", "ya"))
    return is_gray and frame.color_range == ColorRange.MPEG


def _is_taken_for_709(frame: VideoFrame) -> bool:
    is_unstated = frame.colorspace == _UNSTATED_MATRIX and not frame.format.is_rgb
    return is_unstated and frame.height >= _HIGH_DEFINITION_PX
