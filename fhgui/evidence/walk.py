"""Decoding onwards from one anchor, picture by picture, in presentation order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

import av
from av.video.frame import PictureType, VideoFrame

from fhgui.evidence.anchors import Anchor
from fhgui.evidence.entry_points import Entry, entry_of, is_picture
from fhgui.evidence.numbering import Key, Numbering
from fhgui.evidence.reader import VideoPacket

DAMAGED = "the data of this frame are damaged: the decoder filled in what is missing"
AFTER_DAMAGE = "frames that this one is made from are damaged: parts of it may be wrong"

_MOST_HELD = 16
"""Pictures held back for one that they may be made from: the most that H.264 and H.265 allow."""


class Picture(NamedTuple):
    """A decoded picture that has its number.

    Parameters
    ----------
    number : place in presentation order.
    tag : place in the order of storage.
    frame : the decoder's own samples.
    doubt : what damage there is, in words; empty if none is known.
    suspect : whether the decoder met damage before, which it may carry on even past key frames.
    """

    number: int
    tag: int
    frame: VideoFrame
    doubt: str = ""
    suspect: bool = False


class Walk:
    """Decodes from an anchor onwards.

    The decoder must have been flushed. Each packet carries its `Key` through the decoder, so that
    a picture is recognised when it comes out, whatever the decoder makes of the time stamps.

    Parameters
    ----------
    packets : from the anchor on.
    anchor : where it begins.
    numbering : gives the pictures their numbers.
    learn : called with an anchor that was passed, ``first`` set to its number.
    true_tag : told a packet and the tag counted so far, returns its tag.
    """

    def __init__(
        self,
        packets: Iterator[VideoPacket],
        anchor: Anchor,
        numbering: Numbering,
        learn: Callable[[Anchor], None],
        true_tag: Callable[[VideoPacket, int], int],
    ) -> None:
        self._packets = packets
        self._numbering = numbering
        self._learn = learn
        self._true_tag = true_tag
        self.anchor = anchor
        self._tag = anchor.tag
        self._order = KeyMaker()
        self._passing: dict[int, Anchor] = {}
        self._damage = Damage()
        self._context: av.VideoCodecContext | None = None
        self.pictures = self._pictures()
        self.expected = numbering.expected
        """Number of the next picture if none is missing."""

    @property
    def has_met_damage(self) -> bool:
        """Whether any packet so far was damaged."""
        return self._damage.was_met

    def close(self) -> None:
        """Let go of the pictures that are on their way; damage in them is still noticed."""
        self.pictures.close()
        if self._context is not None:
            self._damage.was_met |= any(frame.is_corrupt for frame in _drain(self._context))
            self._context = None

    def _pictures(self) -> Generator[Picture]:
        for picture in self._damage.judged(self._decoded()):
            self.expected = picture.number + 1
            yield picture

    def _decoded(self) -> Iterator[Picture]:
        for packet in self._packets:
            self._context = packet.stream.codec_context
            yield from self._numbered(self._decode(packet))
        if self._context is not None:
            yield from self._numbered(_drain(self._context))
            self._context = None

    def _decode(self, packet: VideoPacket) -> list[VideoFrame]:
        is_shown = is_picture(packet)
        if is_shown:
            self._note(packet)
        tag = self._tag
        self._tag += is_shown
        if packet.is_corrupt:
            self._damage.add(tag)
        try:
            return packet.decode()
        except av.FFmpegError:
            self._damage.add(tag)
            self._damage.forget(tag)
            return []

    def _note(self, packet: VideoPacket) -> None:
        """Give a packet its key and remember it if decoding could begin there."""
        entry = entry_of(packet)
        for lost in range(self._tag, self._true_tag(packet, self._tag)):
            self._damage.add(lost)
            self._tag = lost + 1
        key = self._order.key(packet, self._tag)
        packet.opaque = key
        if self._numbering.feed(key, entry):
            self._damage.expect(key.tag)
        if entry is not Entry.NONE:
            self._damage.clean.add(key.tag)
            self._passing[key.tag] = anchor_at(packet, key.tag)

    def _numbered(self, frames: list[VideoFrame]) -> Iterator[Picture]:
        for frame in frames:
            key = frame.opaque
            if not isinstance(key, Key):
                continue
            number = self._numbering.number(key)
            self._damage.came(key.tag, frame.is_corrupt, self._numbering.missing)
            passed = self._passing.pop(key.tag, None)
            # A recovery point that is no intra picture shows nothing itself when one begins there.
            if passed and number is not None and frame.pict_type == PictureType.I:
                self._learn(passed._replace(first=number))
            if number is not None:
                yield Picture(number, key.tag, frame)


class Damage:
    """Knows which pictures are damaged and which are made from damaged ones.

    The decoder tells damage when a picture comes out, but pictures made from it may come out
    before. So a picture is held until all that were stored before it have come.
    """

    def __init__(self) -> None:
        self.was_met = False
        """Whether there was any so far."""
        self._damaged: set[int] = set()
        self.clean: set[int] = set()
        """Tags of clean anchors: nothing from them on is made from pictures before them."""
        self._expected: set[int] = set()

    def expect(self, tag: int) -> None:
        """Take note of a picture that goes in and should come out."""
        self._expected.add(tag)

    def add(self, tag: int) -> None:
        """Take note of damage."""
        self._damaged.add(tag)
        self.was_met = True

    def forget(self, tag: int) -> None:
        """Expect a picture no more."""
        self._expected.discard(tag)

    def came(self, tag: int, is_corrupt: bool, missing: set[int]) -> None:
        """Take note of a picture that came out, and of those that now never will."""
        self._expected -= {tag, *missing}
        for damaged in (*missing, *([tag] if is_corrupt else [])):
            self.add(damaged)
        missing.clear()

    def judged(self, pictures: Iterator[Picture]) -> Iterator[Picture]:
        """Yield pictures with what is wrong with them."""
        held: deque[Picture] = deque()
        for picture in pictures:
            held.append(picture)
            while held and self._is_settled(held[0], len(held)):
                yield self._judge(held.popleft())
        for picture in held:
            yield self._judge(picture)

    def _is_settled(self, picture: Picture, held: int) -> bool:
        earlier = {tag for tag in self._expected if tag < picture.tag}
        if held > _MOST_HELD:
            self._expected -= earlier
            return True
        return not earlier

    def _judge(self, picture: Picture) -> Picture:
        tag = picture.tag
        if tag in self.clean:
            self._damaged = {d for d in self._damaged if d >= tag}
            self.clean = {c for c in self.clean if c > tag}
        if tag in self._damaged:
            return picture._replace(doubt=DAMAGED, suspect=True)
        made_from = any(d < tag for d in self._damaged)
        return picture._replace(doubt=AFTER_DAMAGE if made_from else "", suspect=self.was_met)


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
