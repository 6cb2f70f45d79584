"""Decoding onwards from one anchor, picture by picture, in presentation order."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import av
from av.video.frame import PictureType, VideoFrame

from fhgui.core.errors import EvidenceError
from fhgui.evidence.anchors import Anchor
from fhgui.evidence.decoded import Damage, Picture
from fhgui.evidence.entry_points import Entry, VideoPacket, entry_of, is_picture
from fhgui.evidence.files import FRAME_BYTES_LIMIT
from fhgui.evidence.mpeg4 import is_not_coded
from fhgui.evidence.numbering import Key, KeyMaker, Numbering

STALL_S = 60.0
"""Time after which a video from which no picture comes is given up, however many bytes follow."""


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
    path : the file, for messages.
    """

    def __init__(
        self,
        packets: Iterator[VideoPacket],
        anchor: Anchor,
        numbering: Numbering,
        learn: Callable[[Anchor], None],
        true_tag: Callable[[VideoPacket, int], int],
        path: Path,
    ) -> None:
        self._path = path
        self._packets = packets
        self._numbering = numbering
        self._learn = learn
        self._true_tag = true_tag
        self.anchor = anchor
        self._tag = anchor.tag
        self._order = KeyMaker()
        self._passing: dict[int, Anchor] = {}
        self._damage = Damage()
        self._left_out: set[int] = set()
        """Tags of packets that say that there is no picture."""
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
        came_s = time.monotonic()
        for packet in self._packets:
            self._context = packet.stream.codec_context
            frames = self._decode(packet)
            if frames:
                yield from self._numbered(frames)
                came_s = time.monotonic()
            elif time.monotonic() - came_s > STALL_S:
                raise EvidenceError(
                    f"no picture came out of the video within {STALL_S:.0f} s",
                    path=self._path,
                    hint="it is damaged there, or a copy has to be converted with another program",
                )
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
        should_come = self._numbering.feed(key, entry)
        if is_not_coded(packet):
            self._left_out.add(key.tag)
        elif should_come:
            self._damage.expect(key.tag)
        if entry is not Entry.NONE:
            self._damage.clean.add(key.tag)
            self._passing[key.tag] = Anchor.of(packet, key.tag)

    def _numbered(self, frames: list[VideoFrame]) -> Iterator[Picture]:
        for frame in frames:
            check_bytes(frame, self._path)
            key = frame.opaque
            if not isinstance(key, Key):
                continue
            number, missing = self._numbering.number(key), self._numbering.missing
            missing -= self._left_out
            self._damage.came(key.tag, frame.is_corrupt, missing)
            passed = self._passing.pop(key.tag, None)
            # A recovery point that is no intra picture shows nothing itself when one begins there.
            if passed and number is not None and frame.pict_type == PictureType.I:
                self._learn(passed._replace(first=number))
            if number is not None:
                yield Picture(number, key.tag, frame)


def check_bytes(frame: VideoFrame, path: Path) -> None:
    """Refuse frames of which a decoder's store would fill the memory.

    Raises
    ------
    EvidenceError
        If a frame takes more than `FRAME_BYTES_LIMIT`.
    """
    size = sum(plane.buffer_size for plane in frame.planes)
    if size > FRAME_BYTES_LIMIT:
        raise EvidenceError(
            f"a frame of {frame.width} × {frame.height} pixels ({frame.format.name}) takes "
            f"{size / 1e6:.0f} MB, more than the limit of {FRAME_BYTES_LIMIT / 1e6:.0f}",
            path=path,
            hint="convert a copy to smaller frames with another program",
        )


def _drain(context: av.VideoCodecContext) -> list[VideoFrame]:
    try:
        return context.decode(None)
    except av.FFmpegError:
        return []
