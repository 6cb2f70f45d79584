"""How many pictures a video stores and where its anchors are, found without decoding."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from fhgui.core.errors import EvidenceError
from fhgui.evidence.anchors import Anchor, Anchors
from fhgui.evidence.entry_points import Entry, VideoPacket, entry_of, is_picture
from fhgui.evidence.files import atoms, os_errors
from fhgui.evidence.numbering import Joints
from fhgui.evidence.reader import Reader

_AVI_CHUNK_HEADER_BYTES = 8
"""AVI's index points at the chunk, FFmpeg's packets at its contents."""


class PacketIndex:
    """The anchors of a file and the number of its pictures, as far as they are known.

    Parameters
    ----------
    path : the file.
    origin : the first packet where decoding can begin; pictures are counted from it.
    need : what a packet must be to become an anchor.
    """

    def __init__(self, path: Path, origin: Anchor, need: Entry) -> None:
        self._path = path
        self._need: Entry | None = need
        self._reader: Reader | None = None
        self._packets: Iterator[VideoPacket] | None = None
        self.origin = origin
        self.anchors = Anchors()
        self.anchors.add(origin)
        self.pictures = 0
        """Pictures found so far."""
        self.complete = False
        """Whether the whole file is known."""
        self._joints = Joints()
        self._places = array("q")
        """Where AVI says that the pictures begin, in the order of their tags."""
        self.hidden = 0
        """Pictures that an edit list keeps from being shown."""
        self.stopped_early = False
        """Whether damage kept the container's reader from reaching the end of the file."""
        self.jumps = 0
        """Key frames whose time stamps lie before those of the key frame before."""

    def take_over(self, reader: Reader, size_bytes: int) -> None:
        """Use the container's own index, if it has a full one in which the origin is found.

        Its flags do not say where that is: recorders set them for packets that are no key frames.

        Raises
        ------
        EvidenceError
            It lists frames that lie behind the end of the file.
        """
        if not _has_full_index(reader):
            return
        entries = reader.stream.index_entries
        anchors, tag = Anchors(), 0
        header = _AVI_CHUNK_HEADER_BYTES if reader.format_name == "avi" else 0
        places = range(len(entries))
        start = next((n for n in places if entries[n].pos + header == self.origin.pos), None)
        if start is None:
            return
        for place in places[start:]:
            entry = entries[place]
            is_shown = entry.size > 0 and not entry.is_discard
            self.hidden += entry.is_discard
            if entry.pos + entry.size > size_bytes:
                raise EvidenceError(
                    f"the video is cut short: {len(entries) - place} of the {len(entries)} frames "
                    "that it lists are not in the file",
                    path=self._path,
                    hint="copy it from its origin again",
                )
            if entry.is_keyframe or place == start:
                anchors.add(Anchor(tag, tag, entry.pos + header, entry.size, entry.timestamp))
            if is_shown and header:
                self._places.append(entry.pos + header)
            tag += is_shown
        self.anchors, self.origin = anchors, anchors[0]
        self.pictures, self.complete = tag, True

    def true_tag(self, packet: VideoPacket, tag: int) -> int:
        """Return a picture's tag, given how many were read before it.

        In a damaged AVI they may be fewer than there should be; its index knows.
        """
        if packet.pos is None:
            return tag
        place = bisect_left(self._places, packet.pos)
        is_known = place < len(self._places) and self._places[place] == packet.pos
        return max(place, tag) if is_known else tag

    def read_to(self, number: int) -> None:
        """Read on until a picture is known, or the file ends."""
        while not self.complete and self.pictures <= number:
            self._read_one()

    def read_to_time(self, stamp: int) -> None:
        """Read on until packets are decoded after a time stamp, or the file ends."""
        while not self.complete:
            packet = self._read_one()
            if packet is not None and packet.dts is not None and packet.dts > stamp:
                return

    def trust_only_origin(self) -> None:
        """Have no anchor but the first: packets do not tell how many pictures they hold."""
        self._need = None
        self.anchors = Anchors()
        self.anchors.add(self.origin)

    def close(self) -> None:
        """Let go of the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = self._packets = None

    def _read_one(self) -> VideoPacket | None:
        """Read the next packet; at the end of the file the index is complete."""
        if self._packets is None:
            self._reader = Reader(self._path)
            self._packets = self._reader.find(self.origin)
        packet = None if self._packets is None else next(self._packets, None)
        if packet is None:
            self.stopped_early = self._reader is not None and self._reader.stopped_early
            self.complete = True
            self.close()
            return None
        if packet.is_keyframe and packet.pts is not None:
            self.jumps += self._joints.is_at(packet, packet.pts)
        if self._need is not None and entry_of(packet) >= self._need:
            self.anchors.add(Anchor.of(packet, self.pictures))
        self.pictures += is_picture(packet)
        return packet


def _has_full_index(reader: Reader) -> bool:
    """Tell whether the container lists every packet: MP4 in one piece, AVI with its index."""
    stream = reader.stream
    if stream.codec_context.name == "vp8" or not len(stream.index_entries):
        return False  # hidden pictures of VP8 are told by the packets only
    if reader.format_name == "avi":
        return stream.frames == len(stream.index_entries)
    if "mp4" not in reader.format_name:
        return False
    with os_errors(reader.path), reader.path.open("rb") as file:
        return "moof" not in atoms(file)
