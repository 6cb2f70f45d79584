"""From decoded pictures to frame numbers, the same whether decoding began here or far away.

A *tag* counts pictures in the order they are stored, from the first anchor of the file; a
*number* counts them in the order they are shown.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from typing import NamedTuple, Protocol

from fhgui.evidence.entry_points import Entry, VideoPacket, entry_of


class Key(NamedTuple):
    """A picture's place in presentation order.

    Parameters
    ----------
    epoch : grows where the time stamps jump back (recordings joined end to end).
    order : presentation time stamp.
    tag : pictures stored before it.
    """

    epoch: int
    order: int
    tag: int


class Numbering(Protocol):
    """Gives decoded pictures their numbers."""

    @property
    def expected(self) -> int:
        """The number of the next picture if none is missing."""

    @property
    def missing(self) -> set[int]:
        """Tags of the pictures that went in and will not come out; who reads them clears them."""

    def feed(self, key: Key, entry: Entry) -> bool:
        """Take note of a picture that goes into the decoder; says whether it should come out."""

    def number(self, key: Key) -> int | None:
        """Return the number of a picture that came out; None if it is not to be used."""


class ByTime:
    """Numbers by presentation time stamps: a picture that fails to decode leaves its number free.

    All pictures stored before an anchor, and those after it with earlier stamps, are shown before
    it. When a picture comes out, all that are shown before it have gone in.

    Parameters
    ----------
    tag : number of the first picture shown if all stored before the anchor have one.
    start : key of the anchor; what is shown before it may refer to pictures that were not decoded.
    use_all : use what is shown before the anchor if it comes out, at the beginning of the file.
    """

    def __init__(self, tag: int, start: Key, use_all: bool) -> None:
        self.expected = tag
        self.missing: set[int] = set()
        self._start = start
        self._last = start._replace(tag=start.tag - 1)
        self._use_all = use_all
        self._has_begun = False
        self._waiting: list[Key] = []

    def feed(self, key: Key, entry: Entry) -> bool:
        """Take note of a picture that goes into the decoder; says whether it should come out."""
        last = self._last
        for lost in range(last.tag + 1, key.tag):  # the container's reader skipped damaged packets
            insort(self._waiting, last._replace(tag=lost))
        self._last = key
        insort(self._waiting, key)
        return key >= self._start

    def number(self, key: Key) -> int | None:
        """Return the number of a picture that came out; None if it is not to be used."""
        place = bisect_left(self._waiting, key)
        if place == len(self._waiting) or self._waiting[place] != key:
            return None  # came out after pictures that are shown later
        if self._has_begun:  # before, it may be a slow recovery
            self.missing |= {k.tag for k in self._waiting[:place]}
        number = self.expected + place
        del self._waiting[: place + 1]
        self.expected = number + 1
        if not self._use_all and key < self._start:
            return None
        self._has_begun = True
        return number


class ByCount:
    """Numbers by counting what the decoder puts out: for streams without usable time stamps.

    Parameters
    ----------
    number : of the first picture used.
    tag : the first picture used is the one with this tag; None for the very first that comes.
    trust_closed : whether the pictures stored before a closed entry are known to be as many as
        are shown before it.
    """

    def __init__(self, number: int, tag: int | None, trust_closed: bool) -> None:
        self.expected = number
        self.missing: set[int] = set()
        self._tag = tag
        self._trust_closed = trust_closed
        self._closed: deque[int] = deque()

    def feed(self, key: Key, entry: Entry) -> bool:
        """Take note of a picture that goes into the decoder; says whether it should come out."""
        if self._trust_closed and entry is Entry.CLOSED:
            self._closed.append(key.tag)
        return self._trust_closed

    def number(self, key: Key) -> int | None:
        """Return the number of a picture that came out; None if it is not to be used."""
        if self._tag is not None and key.tag != self._tag:
            return None
        self._tag = None
        while self._closed and self._closed[0] <= key.tag:
            self.expected = self._closed.popleft()
        self.expected += 1
        return self.expected - 1


class Joints:
    """Notices where the time stamps jump back: there recordings were joined end to end."""

    def __init__(self) -> None:
        self._last: tuple[int, int | None] | None = None

    def is_at(self, packet: VideoPacket, order: int) -> bool:
        """Tell whether a recording begins at a key frame that is shown at ``order``.

        It does if the key frame before is shown later. But recorders flag packets that are no key
        frames: if its units tell that it is none, it must be decoded earlier too.
        """
        last, self._last = self._last, (order, packet.dts)
        if last is None or order >= last[0]:
            return False
        now, before = packet.dts, last[1]
        is_decoded_later = now is not None and before is not None and now >= before
        return not is_decoded_later or entry_of(packet) > Entry.NONE


class KeyMaker:
    """Gives packets their keys in the order in which they are stored."""

    def __init__(self) -> None:
        self._epoch = 0
        self._last = 0
        self._joints = Joints()

    def key(self, packet: VideoPacket, tag: int) -> Key:
        """Return a packet's key; without a time stamp it follows the packet before it."""
        order = packet.pts if packet.pts is not None else self._last
        if packet.is_keyframe:
            self._epoch += self._joints.is_at(packet, order)
        self._last = order
        return Key(self._epoch, order, tag)
