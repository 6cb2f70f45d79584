"""Decoded pictures kept in memory, so that stepping back need not decode again."""

from __future__ import annotations

from collections import OrderedDict

from fhgui.evidence.decoded import Picture

CACHE_BYTES = 96 << 20
"""Memory for decoded pictures: 32 in 1080p, 8 in 2160p."""

CACHE_PICTURES = 64
"""Small ones are not kept for more than a few seconds either."""


class PictureCache:
    """The pictures decoded last, by number, up to `CACHE_BYTES` and `CACHE_PICTURES`."""

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
        while self._is_full and len(self._pictures) > 1:
            self._bytes -= _size(self._pictures.popitem(last=False)[1])

    @property
    def _is_full(self) -> bool:
        return self._bytes > CACHE_BYTES or len(self._pictures) > CACHE_PICTURES

    def clear(self) -> None:
        """Forget all pictures."""
        self._pictures.clear()
        self._bytes = 0


def _size(picture: Picture) -> int:
    return sum(plane.buffer_size for plane in picture.frame.planes)
