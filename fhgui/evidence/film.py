"""Exact access to the pictures of a video by number, with as little decoding as it takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from fhgui.core.errors import EvidenceError
from fhgui.evidence.anchors import Anchor, Anchors
from fhgui.evidence.decoded import Picture
from fhgui.evidence.entry_points import Entry, VideoPacket, entry_of
from fhgui.evidence.numbering import ByCount, ByTime, Key, KeyMaker, Numbering
from fhgui.evidence.origin import find_origin, has_order_in_time
from fhgui.evidence.packet_index import PacketIndex
from fhgui.evidence.picture_cache import PictureCache
from fhgui.evidence.reader import Reader
from fhgui.evidence.walk import Walk

SMALL_BYTES = 32 << 20
"""Files up to this size are counted when they are opened."""

_NEAR = 8
"""How far from a frame that cannot be decoded a whole one is looked for: each look may decode all
from the origin."""

_ALL = sys.maxsize >> 1

ANCHORS_TRIED = 4
"""Anchors before a picture that are tried in turn; in a damaged file none of hundreds may be found
again, and decoding from the origin always leads there."""


class _Gap(NamedTuple):
    """Numbers between two pictures that came one after the other: nothing of them was decodable.

    Parameters
    ----------
    anchor : where that walk began. before, behind : the two numbers; ``behind`` beyond all at the
        end of the film.
    """

    anchor: Anchor
    before: int
    behind: int


class Film:
    """The pictures of a video by number, from 0 in presentation order.

    A picture is decoded on from the last one if it is near, else from the last anchor before it;
    it is the same either way.

    Parameters
    ----------
    path : the file.
    size_bytes : its size.

    Attributes
    ----------
    reader : the opened container.
    index : what is known about its packets.
    timed : pictures are numbered by their time stamps, else by counting.
    stamped : pictures carry time stamps that the container stores.
    counts_by_decoding : packets do not tell how many pictures there are.
    skipped : pictures before the first key frame; they cannot be decoded and have no number.
    first : the first picture.
    """

    def __init__(self, path: Path, size_bytes: int) -> None:
        self._path = path
        self.reader = Reader(path)
        self._cache, self._afresh = PictureCache(), PictureCache()
        self._learned = Anchors()
        self._decoded_count: int | None = None
        self._lost = 0
        self._is_decoder_tainted = False
        self._walk: Walk | None = None
        self._gap: _Gap | None = None
        try:
            self._open(size_bytes)
        except BaseException:
            self.reader.close()
            raise

    def _open(self, size_bytes: int) -> None:
        origin = find_origin(self.reader)
        if origin is None:
            raise self._no_pictures()
        self.skipped = origin.skipped
        self.timed = has_order_in_time(self.reader, origin)
        self.stamped = self.timed and self.reader.format_name != "avi"
        # What a bare stream stores behind an open entry may be shown before it, or never.
        self.counts_by_decoding = not self.timed and origin.entry < Entry.CLOSED
        need = Entry.OPEN if self.timed else Entry.CLOSED
        self.index = PacketIndex(self._path, origin.anchor, need)
        self.index.take_over(self.reader, size_bytes)
        if self.counts_by_decoding:
            self.index.trust_only_origin()
        self._walk = self._walk_along(self.index.origin, origin.packets)
        self.first = self._first_picture()
        if size_bytes <= SMALL_BYTES:
            self.index.read_to(_ALL)

    @property
    def known_count(self) -> int | None:
        """The exact number of pictures, if it is known by now."""
        if self.counts_by_decoding:
            return self._decoded_count
        return self.index.pictures - self._lost if self.index.complete else None

    @property
    def lost(self) -> int:
        """Pictures stored before the first that can be decoded; they have no number."""
        return self._lost

    def count(self) -> int:
        """Return the exact number of pictures; reads, or decodes, the rest of the file."""
        if not self.counts_by_decoding:
            self.index.read_to(_ALL)
        elif self._decoded_count is None:
            self._find(_ALL)
        return self.known_count or 0

    def has(self, number: int) -> bool:
        """Tell whether a number belongs to a picture; reads no further than it must."""
        if number < 0:
            return False
        if self.counts_by_decoding and self._decoded_count is None:
            return self._find(number) is not None or number < (self._decoded_count or 0)
        self.index.read_to(number + self._lost)
        known = self.known_count
        return known is None or number < known

    def picture(self, number: int) -> Picture | None:
        """Return a picture; None if it cannot be decoded."""
        found = self._find(number)
        return self._find_afresh(number) if found is not None and found.suspect else found

    def number_at(self, stamp: int) -> int | None:
        """Return the number of the last picture whose time stamp is not after a given one."""
        self.index.read_to_time(stamp)
        nearest = self.index.anchors.before_time(stamp) or self.index.origin
        for anchor in chain([nearest], self.index.anchors.back_from(nearest)):
            found = None
            self._go_to(anchor)
            for picture in self._pictures():
                if picture.frame.pts is not None and picture.frame.pts > stamp:
                    break
                found = picture.number
            if found is not None:
                return found
        return None

    def near(self, number: int) -> tuple[int, ...]:
        """Return the nearest pictures before and after one that cannot be decoded."""
        before = (n for n in range(number - 1, max(-1, number - _NEAR), -1) if self._find(n))
        after = (n for n in range(number + 1, number + _NEAR) if self.has(n) and self._find(n))
        found = (next(before, None), next(after, None))
        return tuple(n for n in found if n is not None)

    def close(self) -> None:
        """Let go of the file and of the pictures."""
        self._leave()
        self._cache.clear()
        self._afresh.clear()
        self.reader.close()
        self.index.close()

    def _first_picture(self) -> Picture:
        """Decode the first picture and see to it that its number is 0, if time stamps tell it.

        Where pictures are counted, those that are lost before it keep their numbers.
        """
        first = next(self._pictures(), None)
        if first is not None and self._is_field_coded(first):
            self.timed, self.counts_by_decoding = False, True
            self.index.trust_only_origin()
            first = self._first_again()
        elif self.timed and first is not None and first.number > 0:
            self._lost = first.number  # what precedes it needs an earlier key frame
            first = self._first_again()
        if first is None:
            raise self._no_pictures()
        return first

    def _first_again(self) -> Picture | None:
        self._cache.clear()
        self._gap = None
        self._go_to(self.index.origin)
        return next(self._pictures(), None)

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

    def _find(self, number: int) -> Picture | None:
        """Return a picture as the decoder gives it on whatever way led there."""
        if number not in self._cache and not self._decode_on(number):
            for anchor in self._anchors_for(number):
                if self._is_in_gap(number, anchor):
                    break
                self._go_to(anchor)
                if self._advance(number):
                    break
        return self._cache.get(number)

    def _decode_on(self, number: int) -> bool:
        """Decode on to a picture if that is no further than from an anchor."""
        if self._walk is None or self._walk.expected > number:
            return False
        nearest = next(self._anchors_for(number))
        if nearest.first - self._lost > self._walk.expected:
            return False
        if self._walk.has_met_damage and nearest != self._walk.anchor:
            return False
        return self._advance(number)

    def _find_afresh(self, number: int) -> Picture | None:
        """Decode a picture behind damage with a new decoder from its nearest anchor.

        A decoder fills gaps with what its buffers hold, and H.264's carries an error even into
        the next key frame, so that only the same beginning leads to the same pixels.
        """
        if number in self._afresh:
            return self._afresh.get(number)
        for anchor in self._anchors_for(number):
            reader = Reader(self._path)
            walk = self._walk_from(anchor, reader)
            try:
                came: list[Picture] = []
                for picture in () if walk is None else walk.pictures:
                    came = [*came[-1:], picture]
                    if picture.number >= number:
                        break
            finally:
                if walk is not None:
                    walk.close()
                reader.close()
            if came and came[-1].number == number:
                self._afresh.put(came[-1])
            if came and came[0].number <= number:
                break
        return self._afresh.get(number)

    def _anchors_for(self, number: int) -> Iterator[Anchor]:
        """Yield the anchors that may give a picture, the nearest first, the origin last."""
        first = number + self._lost
        if not self.counts_by_decoding:
            self.index.read_to(first)
        for _ in range(ANCHORS_TRIED):
            known = (self.index.anchors.best(first), self._learned.best(first))
            best = max((a for a in known if a), default=self.index.origin)
            yield best
            if best.first <= 0:
                return
            first = best.first - 1
        yield self.index.origin

    def _advance(self, number: int) -> bool:
        """Decode until a picture has come or been passed; False if all that came lie after it."""
        earliest: int | None = None
        last, passed = -1, _ALL
        walk = self._walk
        for picture in self._pictures():
            earliest = picture.number if earliest is None else earliest
            if picture.number >= number:
                passed = picture.number
                break
            last = picture.number
        if walk is not None and last >= 0:
            self._gap = _Gap(walk.anchor, last, passed)
        return earliest is not None and earliest <= number

    def _is_in_gap(self, number: int, anchor: Anchor) -> bool:
        """Tell whether it is known that decoding from an anchor does not give a picture."""
        gap = self._gap
        return gap is not None and gap.anchor == anchor and gap.before < number < gap.behind

    def _pictures(self) -> Iterator[Picture]:
        """Yield the pictures of the walk from where it is; keeps them in the cache."""
        walk = self._walk
        if walk is None:
            return
        for picture in walk.pictures:
            self._cache.put(picture)
            yield picture
        self._leave()
        if self.counts_by_decoding:
            self._decoded_count = walk.expected

    def _go_to(self, anchor: Anchor) -> None:
        """Begin to decode at an anchor, if that can be done."""
        self._leave()
        if self._is_decoder_tainted:  # H.264's remembers damage even when it is flushed
            self.reader.reopen()
            self._is_decoder_tainted = False
        self._walk = self._walk_from(anchor, self.reader)

    def _leave(self) -> None:
        if self._walk is not None:
            self._walk.close()
            self._is_decoder_tainted |= self._walk.has_met_damage
        self._walk = None

    def _walk_from(self, anchor: Anchor, reader: Reader) -> Walk | None:
        """Go to an anchor; None, and the anchor is forgotten, if decoding cannot begin there."""
        packets = reader.begin(anchor)
        if packets is None and anchor == self.index.origin:
            packets = reader.begin_anew(anchor)
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
        packets, true_tag = chain([packet], packets), self.index.true_tag
        return Walk(packets, anchor, numbering, self._learn, true_tag, self._path)

    def _numbering(self, anchor: Anchor, packet: VideoPacket) -> Numbering | None:
        """Return the numbering of a walk; None if its first packet is no clean start."""
        is_origin, entry = anchor == self.index.origin, entry_of(packet)
        if self.timed:
            if entry < Entry.OPEN and not is_origin:
                return None
            start = KeyMaker().key(packet, anchor.tag)
            return ByTime(anchor.tag - self._lost, start, use_all=is_origin)
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
