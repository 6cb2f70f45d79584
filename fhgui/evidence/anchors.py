"""The lazy index of a video: packets where decoding can begin, and how many pictures precede them.

It holds five numbers a key frame and nothing else, so a two-hour film takes a few hundred
kilobytes. It comes from the container's own index (MP4, MOV, AVI), or grows by reading packets
without decoding them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple, Self

from fhgui.evidence.entry_points import VideoPacket


class Anchor(NamedTuple):
    """A packet where decoding can begin.

    Parameters
    ----------
    first : lowest frame index that decoding from here can give.
    tag : number of pictures stored before it, counted from the first anchor.
    pos, size : place in the file and length in bytes; ``pos`` is −1 if the container tells none.
    stamp : time stamp to seek to, in units of the time base; None if there is none.
    """

    first: int
    tag: int
    pos: int
    size: int
    stamp: int | None

    @classmethod
    def of(cls, packet: VideoPacket, tag: int) -> Self:
        """Return the anchor that a packet is, as if its number were its tag."""
        stamp = packet.pts if packet.pts is not None else packet.dts
        return cls(tag, tag, -1 if packet.pos is None else packet.pos, packet.size, stamp)

    def is_at(self, packet: VideoPacket) -> bool:
        """Tell whether a packet is this one."""
        if packet.size != self.size:
            return False
        if packet.pos is not None and packet.pos == self.pos:
            return True
        return self.stamp is not None and self.stamp in (packet.dts, packet.pts)


class Anchors:
    """Anchors in ascending order of ``first``, in five flat arrays."""

    def __init__(self) -> None:
        self._first = array("q")
        self._columns = (self._first, array("q"), array("q"), array("q"), array("q"))

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, place: int) -> Anchor:
        first, tag, pos, size, stamp = (column[place] for column in self._columns)
        return Anchor(first, tag, pos, size, None if stamp == _NO_STAMP else stamp)

    def add(self, anchor: Anchor) -> None:
        """Insert an anchor; one that is known already is left as it is."""
        place = bisect_right(self._first, anchor.first)
        if place and self._first[place - 1] == anchor.first:
            return
        stamp = _NO_STAMP if anchor.stamp is None else anchor.stamp
        for column, value in zip(self._columns, (*anchor[:4], stamp), strict=True):
            column.insert(place, value)

    def discard(self, anchor: Anchor) -> None:
        """Forget an anchor that turned out to be none."""
        place = bisect_right(self._first, anchor.first) - 1
        if place >= 0 and self[place] == anchor:
            for column in self._columns:
                del column[place]

    def best(self, index: int) -> Anchor | None:
        """Return the last anchor that can give a frame index."""
        place = bisect_right(self._first, index)
        return self[place - 1] if place else None

    def back_from(self, anchor: Anchor) -> Iterator[Anchor]:
        """Yield the anchors before one, the nearest first; the table may change meanwhile."""
        first = anchor.first
        while (earlier := self.best(first - 1)) is not None:
            yield earlier
            first = earlier.first

    def before_time(self, stamp: int) -> Anchor | None:
        """Return the last anchor whose time stamp is not after a given one."""
        for place in range(len(self) - 1, -1, -1):
            if self._columns[4][place] <= stamp:
                return self[place]
        return None


_NO_STAMP = -(2**63)
