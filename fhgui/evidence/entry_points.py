"""Where decoding may begin and still give exactly the pixels of a decoding from the start.

Recorders flag packets as key frames that are none, and not every key frame is a clean start. For
H.264 and H.265 the units inside the packet decide, for other codecs the flag.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TypeAlias

from av.packet import Packet
from av.video.stream import VideoStream

VideoPacket: TypeAlias = "Packet[VideoStream]"
"""A packet of a video stream; the class cannot be subscripted when the program runs."""


class Entry(IntEnum):
    """How cleanly decoding begins at a packet."""

    NONE = 0
    """Not at all."""
    OPEN = 1
    """Exact from this picture on in presentation order; some packets after it come before it."""
    CLOSED = 2
    """Exact for everything after it in decoding order, and nothing after it is shown before it."""


def entry_of(packet: VideoPacket) -> Entry:
    """Say how cleanly decoding begins at a packet."""
    if not packet.is_keyframe:
        return Entry.NONE
    codec = packet.stream.codec_context.name
    if codec == "h264":
        return _entry_h264(_units(packet, length_at=4))
    if codec == "hevc":
        return _entry_hevc(_units(packet, length_at=21))
    return Entry.CLOSED if packet.stream.codec.intra_only else Entry.OPEN


def is_picture(packet: VideoPacket) -> bool:
    """Tell whether a packet holds a picture that is shown.

    Left out are empty packets (AVI writes them for dropped frames), what an edit list cuts off,
    and the hidden reference pictures of VP8 (RFC 6386, 9.1: show_frame is bit 4).
    """
    if packet.size == 0 or packet.is_discard:
        return False
    if packet.stream.codec_context.name == "vp8":
        return bool(memoryview(packet)[0] & 0x10)
    return True


def _entry_h264(units: Iterator[bytes]) -> Entry:
    """Rec. ITU-T H.264, table 7-1: 5 is an IDR slice, 1 and 2 other slices, 6 is SEI."""
    recovers = False
    for unit in units:
        kind = unit[0] & 0x1F
        if kind == 5:
            return Entry.CLOSED
        if kind in (1, 2):
            return Entry.OPEN if recovers else Entry.NONE
        if kind == 6:
            recovers = recovers or _recovers_exactly(unit[1:])
    return Entry.NONE


def _entry_hevc(units: Iterator[bytes]) -> Entry:
    """Rec. ITU-T H.265, table 7-1: 16 to 18 are BLA, 19 and 20 IDR, 21 CRA, all below 32 slices.

    An IDR picture with leading pictures (19) counts as closed: they decode without others.
    """
    for unit in units:
        kind = unit[0] >> 1 & 0x3F
        if kind < 32:
            if kind in (19, 20):
                return Entry.CLOSED
            return Entry.OPEN if 16 <= kind <= 21 else Entry.NONE
    return Entry.NONE


def _recovers_exactly(sei: bytes) -> bool:
    """Look for a recovery point that promises exact pictures (H.264, D.1.8).

    That is one whose ``exact_match_flag`` is set, or that recovers with its very first picture.
    """
    sei = sei.replace(b"\0\0\3", b"\0\0")
    at = 0
    while at + 2 < len(sei):
        kind, at = _extended(sei, at)
        size, at = _extended(sei, at)
        if kind == 6:
            bits = "".join(f"{byte:08b}" for byte in sei[at : at + size])
            zeros = len(bits) - len(bits.lstrip("0"))
            frames = int(bits[zeros : 2 * zeros + 1] or "1", 2) - 1  # ue(v), 9.1
            return frames == 0 or bits[2 * zeros + 1 : 2 * zeros + 2] == "1"
        at += size
    return False


def _extended(sei: bytes, at: int) -> tuple[int, int]:
    """Read a number that is continued as long as its byte is 255 (H.264, 7.3.2.3.1)."""
    value = 0
    while at < len(sei) and sei[at] == 0xFF:
        value, at = value + 255, at + 1
    return value + (sei[at] if at < len(sei) else 0), at + 1


def _units(packet: VideoPacket, length_at: int) -> Iterator[bytes]:
    """Yield the first bytes of a packet's NAL units, behind start codes or length fields.

    ``length_at`` is the place in the decoder configuration that says how long the length fields
    are (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1).
    """
    data, setup = bytes(packet), packet.stream.codec_context.extradata or b""
    if len(setup) > length_at and not setup.startswith((b"\0\0\1", b"\0\0\0\1")):
        return _measured_units(data, (setup[length_at] & 3) + 1)
    return _started_units(data)


def _measured_units(data: bytes, length_bytes: int) -> Iterator[bytes]:
    at = 0
    while at + length_bytes < len(data):
        size = int.from_bytes(data[at : at + length_bytes], "big")
        at += length_bytes
        if size:
            yield data[at : at + min(size, _HEAD_BYTES)]
        at += size


def _started_units(data: bytes) -> Iterator[bytes]:
    at = data.find(b"\0\0\1")
    while 0 <= at < len(data) - 3:
        after = data.find(b"\0\0\1", at + 3)
        end = after if after >= 0 else len(data)
        if end > at + 3:
            yield data[at + 3 : min(end, at + 3 + _HEAD_BYTES)]
        at = after


_HEAD_BYTES = 4096
"""Enough of a unit to read a recovery point in it."""
