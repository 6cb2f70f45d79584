"""A decoded picture with its number, and what is known of damage to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from av.video.frame import VideoFrame

from fhgui.core.frame import AFTER_DAMAGE, DAMAGED

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
