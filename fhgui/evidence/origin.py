"""Where decoding of a video begins: frames are counted from here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from fhgui.evidence.anchors import Anchor
from fhgui.evidence.entry_points import Entry, VideoPacket, entry_of, is_picture
from fhgui.evidence.mpeg4 import is_packed
from fhgui.evidence.reader import Reader

_LIMIT = 3000
"""Packets looked at for the first key frame."""


class Origin(NamedTuple):
    """The first packet where decoding can begin.

    Parameters
    ----------
    anchor : the packet.
    entry : how cleanly decoding begins there.
    packets : from it on.
    skipped : pictures before it, which cannot be decoded.
    is_packed : whether some packets hold two pictures.
    """

    anchor: Anchor
    entry: Entry
    packets: Iterator[VideoPacket]
    skipped: int
    is_packed: bool = False


def find_origin(reader: Reader) -> Origin | None:
    """Read a file from its beginning to the first key frame; None if it stores no pictures.

    Without a key frame the first packet is the origin: some recorders mark none, and the decoder
    then begins with what it can.
    """
    packets, skipped, first = reader.packets(), 0, None
    for _, packet in zip(range(_LIMIT), packets, strict=False):
        first = first or Anchor.of(packet, 0)
        if packet.is_keyframe:
            anchor = Anchor.of(packet, 0)
            entry, packed = entry_of(packet), is_packed(packet)
            return Origin(anchor, entry, chain([packet], packets), skipped, packed)
        skipped += is_picture(packet)
    again = None if first is None else reader.begin_anew(first)
    return None if first is None or again is None else Origin(first, Entry.NONE, again, 0)


def has_order_in_time(reader: Reader, origin: Origin) -> bool:
    """Tell whether the container's time stamps give the order of presentation.

    AVI stores none: for H.264 and H.265 FFmpeg makes them up from the order of storage, and so for
    MPEG-4 whose packets hold two pictures.
    """
    is_made_up = origin.is_packed or reader.stream.codec_context.name in ("h264", "hevc")
    if reader.format_name == "avi" and is_made_up:
        return False
    return not reader.is_elementary and origin.anchor.stamp is not None
