"""Exact access to the pictures of a video by number, with as little decoding as it takes."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from fhgui.core.errors import EvidenceError
from fhgui.evidence.anchors import Anchor, Anchors
from fhgui.evidence.entry_points import Entry, entry_of, is_picture
from fhgui.evidence.numbering import ByCount, ByTime, Key, Numbering
from fhgui.evidence.packet_index import PacketIndex
from fhgui.evidence.reader import Reader, VideoPacket
from fhgui.evidence.walk import KeyMaker, Picture, Walk, anchor_at

CACHE_BYTES = 128 << 20
"""Memory for decoded pictures, so that stepping back need not decode again (43 in 1080p)."""

SMALL_BYTES = 32 << 20
"""Files up to this size are counted when they are opened."""

_ORIGIN_LIMIT = 3000
"""Packets looked at for the first key frame."""

_ALL = sys.maxsize >> 1


class Film:
    """The pictures of a video by number, from 0 in presentation order.

    A picture is decoded on from the last one if it is near, else from the last anchor before it;
    it is the same either way. The decoder works in slices, never in frame threads: those leave
    garbage in damaged pictures, different every time.

    Parameters
    ----------
    path : the file.
    size_bytes : its size.

    Attributes
    ----------
    timed : pictures are numbered by their time stamps, else by counting.
    stamped : pictures carry the time stamps of the container.
    counts_by_decoding : packets do not tell how many pictures there are.
    skipped : pictures before the first key frame; they cannot be decoded and have no number.
    first : the first picture.
    """

    def __init__(self, path: Path, size_bytes: int) -> None:
        self._path = path
        self.reader = Reader(path)
        try:
            origin, packets, self.skipped = self._find_origin()
            self.timed = self.stamped = self._has_times(origin)
            self.counts_by_decoding = False
            self.index = PacketIndex(path, origin, Entry.OPEN if self.timed else Entry.CLOSED)
            self.index.take_over(self.reader, size_bytes)
            self._learned = Anchors()
            self._cache = _Cache()
            self._decoded_count: int | None = None
            self._lost = 0
            self._walk: Walk | None = self._walk_along(self.index.origin, packets)
            self.first = self._first_picture()
            if size_bytes <= SMALL_BYTES and not self.counts_by_decoding:
                self.index.read_to(_ALL)
        except BaseException:
            self.close()
            raise

    @property
    def known_count(self) -> int | None:
        """The exact number of pictures, if it is known by now."""
        if self.counts_by_decoding:
            return self._decoded_count
        return self.index.pictures - self._lost if self.index.complete else None

    def count(self) -> int:
        """Return the exact number of pictures; reads, or decodes, the rest of the file."""
        if self.counts_by_decoding and self._decoded_count is None:
            self.picture(_ALL)
        elif not self.counts_by_decoding:
            self.index.read_to(_ALL)
        return self.known_count or 0

    def has(self, number: int) -> bool:
        """Tell whether a number belongs to a picture; reads no further than it must."""
        if self.counts_by_decoding:
            known = self.picture(number) is not None or number < (self._decoded_count or 0)
            return number >= 0 and known
        self.index.read_to(number + self._lost)
        return 0 <= number < self.index.pictures - self._lost

    def picture(self, number: int) -> Picture | None:
        """Return a picture; None if it cannot be decoded."""
        if number not in self._cache and not self._decode_on(number):
            for anchor in self._anchors_for(number):
                self._walk = self._walk_from(anchor)
                if self._advance(number):
                    break
        return self._cache.get(number)

    def number_at(self, stamp: int) -> int | None:
        """Return the number of the last picture whose time stamp is not after a given one."""
        self.index.read_to_time(stamp)
        nearest = self.index.anchors.before_time(stamp) or self.index.origin
        for anchor in chain([nearest], self.index.anchors.back_from(nearest)):
            found = None
            self._walk = self._walk_from(anchor)
            for picture in self._pictures():
                if picture.frame.pts is not None and picture.frame.pts > stamp:
                    break
                found = picture.number
            if found is not None:
                return found
        return None

    def near(self, number: int) -> tuple[int, ...]:
        """Return the nearest whole pictures before and after one that cannot be decoded."""
        before = (n for n in range(number - 1, max(-1, number - 50), -1) if self.picture(n))
        after = (n for n in range(number + 1, number + 50) if self.has(n) and self.picture(n))
        found = (next(before, None), next(after, None))
        return tuple(n for n in found if n is not None)

    def close(self) -> None:
        """Let go of the file."""
        self.reader.close()
        if hasattr(self, "index"):
            self.index.close()

    def _find_origin(self) -> tuple[Anchor, Iterator[VideoPacket], int]:
        """Find where decoding can begin.

        Returns the first such packet, the packets from it on, and how many pictures are before it.
        """
        packets, skipped, very_first = self.reader.packets(), 0, None
        for _, packet in zip(range(_ORIGIN_LIMIT), packets, strict=False):
            very_first = very_first or anchor_at(packet, 0)
            if packet.is_keyframe:
                return anchor_at(packet, 0), chain([packet], packets), skipped
            skipped += is_picture(packet)
        again = very_first and self.reader.begin_anew(very_first)
        if very_first is None or again is None:
            raise self._no_pictures()
        return very_first, again, 0

    def _has_times(self, origin: Anchor) -> bool:
        """Tell whether the container's time stamps give the order of presentation.

        AVI stores none; FFmpeg makes them up from the order of storage for H.264 and H.265.
        """
        codec = self.reader.stream.codec_context.name
        if self.reader.format_name == "avi" and codec in ("h264", "hevc"):
            return False
        return not self.reader.is_elementary and origin.stamp is not None

    def _first_picture(self) -> Picture:
        """Decode the first picture and see to it that its number is 0."""
        first = next(self._pictures(), None)
        if first is not None and self._is_field_coded(first):
            self.timed, self.counts_by_decoding = False, True
            self.index.only_origin()
            self._walk = self._walk_from(self.index.origin)
            first = next(self._pictures(), None)
        elif first is not None and first.number > 0:  # what precedes it needs an earlier key frame
            self._lost = first.number
            self._walk = self._walk_from(self.index.origin)
            first = next(self._pictures(), None)
        if first is None:
            raise self._no_pictures()
        return first

    def _is_field_coded(self, first: Picture) -> bool:
        """Tell whether two packets make one picture, from the first nine that come out."""
        if self.reader.stream.codec_context.name != "h264" or not first.frame.interlaced_frame:
            return False
        tags = [0]
        for _, picture in zip(range(8), self._pictures(), strict=False):
            if isinstance(picture.frame.opaque, Key):
                tags.append(picture.frame.opaque.tag)
        return len(tags) == 9 and max(tags) >= 14  # 8 and the depth of reordering, if one is one

    def _no_pictures(self) -> EvidenceError:
        return EvidenceError(
            "the video holds no picture that can be decoded",
            path=self._path,
            hint="copy it from its origin again, or ask for the whole recording",
        )

    def _decode_on(self, number: int) -> bool:
        """Decode on to a picture if that is no further than from an anchor."""
        if self._walk is None or self._walk.expected > number:
            return False
        nearest = next(self._anchors_for(number))
        if nearest.first - self._lost > self._walk.expected:
            return False
        return self._advance(number)

    def _anchors_for(self, number: int) -> Iterator[Anchor]:
        """Yield the anchors that may give a picture, the nearest first, the origin last."""
        if not self.counts_by_decoding:
            self.index.read_to(number + self._lost)
        first = number + self._lost
        while True:
            known = (self.index.anchors.best(first), self._learned.best(first))
            best = max((a for a in known if a), default=self.index.origin)
            yield best
            if best.first <= 0:
                return
            first = best.first - 1

    def _advance(self, number: int) -> bool:
        """Decode until a picture has come or been passed; False if all that came lie after it."""
        earliest: int | None = None
        for picture in self._pictures():
            earliest = picture.number if earliest is None else earliest
            if picture.number >= number:
                break
        return earliest is not None and earliest <= number

    def _pictures(self) -> Iterator[Picture]:
        """Yield the pictures of the walk from where it is; keeps them in the cache."""
        walk = self._walk
        if walk is None:
            return
        for picture in walk.pictures:
            self._cache.put(picture)
            yield picture
        self._walk = None
        if self.counts_by_decoding:
            self._decoded_count = walk.expected

    def _walk_from(self, anchor: Anchor) -> Walk | None:
        """Go to an anchor; None, and the anchor is forgotten, if decoding cannot begin there."""
        packets = self.reader.begin(anchor)
        if packets is None and anchor == self.index.origin:
            packets = self.reader.begin_anew(anchor)
        walk = None if packets is None else self._walk_along(anchor, packets)
        if walk is None:
            self.index.anchors.discard(anchor)
            self._learned.discard(anchor)
        return walk

    def _walk_along(self, anchor: Anchor, packets: Iterator[VideoPacket]) -> Walk | None:
        packet = next(packets)
        numbering = self._numbering(anchor, packet)
        if numbering is None:
            return None
        limit = self.index.pictures if self.index.missing else None
        return Walk(chain([packet], packets), anchor, numbering, limit, self._learn)

    def _numbering(self, anchor: Anchor, packet: VideoPacket) -> Numbering | None:
        """Return the numbering of a walk; None if its first packet is no clean start."""
        is_origin, entry = anchor == self.index.origin, entry_of(packet)
        if self.timed:
            if is_origin:
                return ByTime(-self._lost, None)
            start = KeyMaker().key(packet, anchor.tag)
            return ByTime(anchor.tag - self._lost, start) if entry >= Entry.OPEN else None
        trust = not self.counts_by_decoding
        if is_origin or (trust and entry is Entry.CLOSED):
            return ByCount(anchor.first, None, trust)
        is_learned = self._learned.best(anchor.first) == anchor
        return ByCount(anchor.first, anchor.tag, trust) if is_learned else None

    def _learn(self, anchor: Anchor) -> None:
        """Remember an anchor that was passed, where packets do not tell its number."""
        known = self.index.anchors.best(anchor.first)
        if not self.timed and (known is None or known.first < anchor.first):
            self._learned.add(anchor)


class _Cache:
    """The pictures decoded last, up to `CACHE_BYTES`."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._bytes = 0

    def __contains__(self, number: int) -> bool:
        return number in self._pictures

    def get(self, number: int) -> Picture | None:
        """Return a picture, which will then be forgotten last."""
        if number in self._pictures:
            self._pictures.move_to_end(number)
        return self._pictures.get(number)

    def put(self, picture: Picture) -> None:
        """Keep a picture and forget the oldest if there is no room."""
        if picture.number in self._pictures:
            self._bytes -= _size(self._pictures.pop(picture.number))
        self._pictures[picture.number] = picture
        self._bytes += _size(picture)
        while self._bytes > CACHE_BYTES and len(self._pictures) > 1:
            self._bytes -= _size(self._pictures.popitem(last=False)[1])


def _size(picture: Picture) -> int:
    return sum(plane.buffer_size for plane in picture.frame.planes)
