"""Decoding onwards from one anchor, picture by picture, in presentation order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import av
from av.video.frame import VideoFrame

from fhgui.evidence.anchors import Anchor
from fhgui.evidence.entry_points import Entry, entry_of, is_picture
from fhgui.evidence.numbering import Key, Numbering
from fhgui.evidence.reader import VideoPacket

DAMAGED = "the data of this frame are damaged: the decoder filled in what is missing"
AFTER_DAMAGE = "frames before this one are damaged: parts of it may be wrong"


class Picture(NamedTuple):
    """A decoded picture that has its number.

    Parameters
    ----------
    number : place in presentation order.
    frame : the decoder's own samples.
    doubt : what damage there is, in words; empty if none is known.
    """

    number: int
    frame: VideoFrame
    doubt: str


class Walk:
    """Decodes from an anchor onwards.

    The decoder must have been flushed. Each packet carries its `Key` through the decoder, so that
    a picture is recognised when it comes out, whatever the decoder makes of the time stamps.

    Parameters
    ----------
    packets : from the anchor on.
    anchor : where it begins.
    numbering : gives the pictures their numbers.
    limit : number of pictures that are whole in the file; those after it are not decoded.
    learn : called with an anchor that was passed, ``first`` set to its number.
    """

    def __init__(
        self,
        packets: Iterator[VideoPacket],
        anchor: Anchor,
        numbering: Numbering,
        limit: int | None,
        learn: Callable[[Anchor], None],
    ) -> None:
        self._packets = packets
        self._numbering = numbering
        self._limit = limit
        self._learn = learn
        self._tag = anchor.tag
        self._order = KeyMaker()
        self._passing: dict[int, Anchor] = {}
        self._damaged: set[int] = set()
        self.pictures = self._pictures()

    @property
    def expected(self) -> int:
        """The number of the next picture if none is missing."""
        return self._numbering.expected

    def _pictures(self) -> Iterator[Picture]:
        context = None
        for packet in self._packets:
            if self._limit is not None and self._tag >= self._limit:
                break
            context = packet.stream.codec_context
            yield from self._finished(self._decode(packet))
        if context is not None:
            yield from self._finished(_drain(context))

    def _decode(self, packet: VideoPacket) -> list[VideoFrame]:
        tag = self._tag
        if is_picture(packet):
            self._note(packet)
            self._tag += 1
        if packet.is_corrupt:
            self._damaged.add(tag)
        try:
            return packet.decode()
        except av.FFmpegError:
            self._damaged.add(tag)
            return []

    def _note(self, packet: VideoPacket) -> None:
        """Give a packet its key and remember it if decoding could begin there."""
        entry = entry_of(packet)
        key = self._order.key(packet, self._tag)
        packet.opaque = key
        self._numbering.feed(key, entry)
        if entry is not Entry.NONE:
            self._passing[key.tag] = anchor_at(packet, key.tag)

    def _finished(self, frames: list[VideoFrame]) -> Iterator[Picture]:
        for frame in frames:
            key = frame.opaque
            if not isinstance(key, Key):
                continue
            number = self._numbering.number(key)
            doubt = self._doubt(frame, key.tag)
            passed = self._passing.pop(key.tag, None)
            if passed is not None and number is not None:
                self._learn(passed._replace(first=number))
            if number is not None:
                yield Picture(number, frame, doubt)

    def _doubt(self, frame: VideoFrame, tag: int) -> str:
        """Say what is wrong with a picture; a clean anchor ends the doubt that came before it."""
        if tag in self._passing:
            self._damaged = {d for d in self._damaged if d >= tag}
        if frame.is_corrupt:
            self._damaged.add(tag)
        if tag in self._damaged:
            return DAMAGED
        return AFTER_DAMAGE if any(d < tag for d in self._damaged) else ""


class KeyMaker:
    """Gives packets their keys in the order in which they are stored."""

    def __init__(self) -> None:
        self._epoch = 0
        self._last = 0
        self._last_key_frame: int | None = None

    def key(self, packet: VideoPacket, tag: int) -> Key:
        """Return a packet's key; without a time stamp it follows the packet before it."""
        order = packet.pts if packet.pts is not None else self._last
        if packet.is_keyframe:
            if self._last_key_frame is not None and order < self._last_key_frame:
                self._epoch += 1
            self._last_key_frame = order
        self._last = order
        return Key(self._epoch, order, tag)


def anchor_at(packet: VideoPacket, tag: int) -> Anchor:
    """Return the anchor that a packet is, as if its number were its tag."""
    stamp = packet.pts if packet.pts is not None else packet.dts
    return Anchor(tag, tag, -1 if packet.pos is None else packet.pos, packet.size, stamp)


def _drain(context: av.VideoCodecContext) -> list[VideoFrame]:
    try:
        return context.decode(None)
    except av.FFmpegError:
        return []
