"""Which frames a video holds, in presentation order, read packet by packet as far as needed.

Packets are never decoded here. A time stamp is final once the decoding time stamp of a later
packet has passed it: nothing that comes after can be shown before it.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_right
from collections.abc import Callable

from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

PROBED_PACKETS = 64
"""Packets that are looked at to learn whether the stream has time stamps at all."""


class FrameIndex:
    """The lazily growing list of presentation time stamps of one stream.

    Parameters
    ----------
    open_stream : opens the file once more; the index reads ahead on its own.
    """

    def __init__(self, open_stream: Callable[[], tuple[InputContainer, VideoStream]]) -> None:
        self._container, stream = open_stream()
        self._packets = self._container.demux(stream)
        self._waiting: list[int] = []
        self._ready = array("q")
        self._keys_pts = array("q")
        self._keys_dts = array("q")
        self._complete = False
        # AVI stamps packets in decoding order: with B-frames that says nothing of their showing.
        self._untimed = self._container.format.name == "avi" and stream.codec_context.has_b_frames
        for _ in range(PROBED_PACKETS):
            if not self._advance():
                break

    @property
    def timed(self) -> bool:
        """Whether frames carry time stamps of their own."""
        return not self._untimed and bool(self._keys_pts)

    def pts(self, index: int) -> int | None:
        """Return the time stamp of a frame; None beyond the last one."""
        while len(self._ready) <= index and self._advance():
            pass
        return self._ready[index] if index < len(self._ready) else None

    def at_or_before(self, pts: int) -> int:
        """Return the index of the last frame that starts at or before ``pts`` (at least 0)."""
        while (not self._ready or self._ready[-1] <= pts) and self._advance():
            pass
        return max(0, bisect_right(self._ready, pts) - 1)

    def count(self) -> int:
        """Return the number of frames; reads the rest of the file the first time."""
        while self._advance():
            pass
        return len(self._ready)

    def keys_before(self, pts: int) -> list[tuple[int, int]]:
        """Return (pts, dts) of the key frames at or before ``pts``, the nearest first."""
        end = bisect_right(self._keys_pts, pts)
        return list(zip(self._keys_pts[:end][::-1], self._keys_dts[:end][::-1], strict=True))

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def _advance(self) -> bool:
        """Read one packet; False at the end of the file."""
        if self._complete:
            return False
        packet = next(self._packets, None)
        if packet is None or packet.size == 0:
            self._complete = packet is None
            self._release(None)
            return not self._complete
        if not packet.is_discard:
            self._take(packet)
        return True

    def _take(self, packet: Packet[VideoStream]) -> None:
        if packet.pts is None:
            self._untimed = True
            return
        dts = packet.pts if packet.dts is None else packet.dts
        if packet.is_keyframe:
            self._keys_pts.append(packet.pts)
            self._keys_dts.append(dts)
        # What is shown before the first key frame cannot be decoded without the lost part.
        if self._keys_pts and packet.pts >= self._keys_pts[0]:
            heapq.heappush(self._waiting, packet.pts)
        self._release(dts)

    def _release(self, dts: int | None) -> None:
        """Move the time stamps that are final into the list; all of them at the end (None)."""
        while self._waiting and (dts is None or self._waiting[0] < dts):
            pts = heapq.heappop(self._waiting)
            if not self._ready or pts > self._ready[-1]:
                self._ready.append(pts)
