"""MPEG-4 packets that hold another number of pictures than one (ISO/IEC 14496-2)."""

from __future__ import annotations

import re
from functools import lru_cache

from fhgui.evidence.entry_points import VideoPacket

_PACKED = re.compile(rb"\x00\x00\x01\xb2DivX\d+(?:Build|b)\d+p")
"""User data (6.2.2) by which DivX and XviD announce packed pictures, and FFmpeg knows them."""

_LAYER = re.compile(rb"\x00\x00\x01[\x20-\x2f]")
_PICTURE = b"\0\0\1\xb6"

_NOT_CODED_BYTES = 19
"""Longest packet that FFmpeg takes for one without a picture."""


def is_packed(packet: VideoPacket) -> bool:
    """Tell whether a stream says that some of its packets hold two pictures.

    A picture of such a stream comes out with the packet after its own (DivX's packed bitstream).
    """
    context = packet.stream.codec_context
    if context.name != "mpeg4":
        return False
    return any(_PACKED.search(data) for data in (bytes(packet), context.extradata or b""))


def is_not_coded(packet: VideoPacket) -> bool:
    """Tell whether a packet only says that there is no picture: a frame that a recorder left out.

    Its ``vop_coded`` is 0 (6.2.5); nothing is wrong with the pictures that follow.
    """
    context = packet.stream.codec_context
    if context.name != "mpeg4" or packet.size > _NOT_CODED_BYTES:
        return False
    data, time_bits = bytes(packet), _time_bits(context.extradata or b"")
    at = data.find(_PICTURE)
    if at < 0 or not time_bits:
        return False
    header = _as_bits(data[at + len(_PICTURE) :])
    behind_seconds = header.find("0", 2) + 1  # 2 bits of type, a 1 for every second, a 0
    coded = behind_seconds + 1 + time_bits + 1  # a marker before the time, and one behind it
    return header[coded : coded + 1] == "0"


@lru_cache(maxsize=8)
def _time_bits(setup: bytes) -> int:
    """Return how many bits the times of pictures take (6.2.3); 0 if it is not known.

    0 for packed pictures too: there such a packet stands for one of the pair before it.
    """
    found = _LAYER.search(setup)
    if found is None or _PACKED.search(setup):
        return 0
    layer = _as_bits(setup[found.end() : found.end() + 32])
    at = 1 + 8  # random access, type
    at += 8 if layer[at : at + 1] == "1" else 1  # version and priority
    at += 20 if layer[at : at + 4] == "1111" else 4  # shape of pixels
    if layer[at : at + 1] == "1":  # control: kind of chroma, delay, buffer
        at += 79 if layer[at + 4 : at + 5] == "1" else 0
        at += 4
    at += 1
    if layer[at : at + 2] != "00":  # the picture is no rectangle
        return 0
    ticks = int(layer[at + 3 : at + 19] or "0", 2)
    return max(1, (ticks - 1).bit_length()) if ticks else 0


def _as_bits(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)
