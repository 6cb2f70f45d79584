"""Small pictures of frames nobody looks at: sources and marks as the navigator shows them."""

from __future__ import annotations

from pathlib import Path

from psygnal import Signal

from fhgui.core.arrays import Pixels

LONG_SIDE_PX = 160


class Glimpses:
    """Small pictures by source and frame; what is missing is asked for once.

    Notes
    -----
    Signals: ``wanted`` (path and frame index), ``changed`` (one came, with both).
    """

    wanted = Signal(Path, int)
    changed = Signal(Path, int)

    def __init__(self) -> None:
        self._pixels: dict[tuple[Path, int], Pixels] = {}
        self._asked: set[tuple[Path, int]] = set()

    def get(self, path: Path, frame_index: int) -> Pixels | None:
        """Return the small picture of a frame, h×w×3 uint8; ask for it if there is none yet."""
        key = (path, frame_index)
        if key not in self._pixels and key not in self._asked:
            self._asked.add(key)
            self.wanted.emit(path, frame_index)
        return self._pixels.get(key)

    def put(self, path: Path, frame_index: int, pixels: Pixels) -> None:
        """Keep a picture of a frame, reduced if it is large."""
        key = (path, frame_index)
        if key not in self._pixels:
            self._asked.add(key)
            self._pixels[key] = reduced(pixels)
            self.changed.emit(path, frame_index)

    def clear(self) -> None:
        """Forget all pictures: other sources come."""
        self._pixels.clear()
        self._asked.clear()

    def forget(self, path: Path) -> None:
        """Ask for the pictures of a source again: it has changed."""
        self._asked = {key for key in self._asked if key[0] != path}
        self._pixels = {key: p for key, p in self._pixels.items() if key[0] != path}


def reduced(pixels: Pixels) -> Pixels:
    """Return H×W×3 uint8 pixels by whole steps smaller, means of blocks, to be looked at only."""
    step = max(1, max(pixels.shape[:2]) // LONG_SIDE_PX)
    h, w = (pixels.shape[0] // step) or 1, (pixels.shape[1] // step) or 1
    blocks = pixels[: h * step, : w * step].reshape(h, min(step, pixels.shape[0]), w, -1, 3)
    small: Pixels = blocks.mean(axis=(1, 3)).round().astype(pixels.dtype)
    return small
