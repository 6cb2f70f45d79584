"""A first look along the pages of a TIFF and the frames of a GIF, before Pillow counts them.

Pillow reads all tags of every page to count them, and pages may share their tags: a file of some
hundred kilobytes can keep it busy for hours.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

from fhgui.core.errors import EvidenceError

MOST_PAGES = 10_000
"""Pages of a TIFF: they are counted in some seconds."""

MOST_TAGS = 1_000_000
"""Tags of all pages of a TIFF: few have more than thirty a page."""

MOST_FRAMES = 100_000
"""Frames of a GIF: nearly three hours at ten in a second."""

_PALETTE = 0x80


def check_pages(file: BinaryIO, format_name: str, path: Path) -> None:
    """Refuse a TIFF or GIF that lists so many pictures that counting them would not end.

    Parameters
    ----------
    file : opened; where it is read next is changed.
    format_name : Pillow's name of the format.

    Raises
    ------
    EvidenceError
        If it does.
    """
    if format_name == "TIFF":
        tags = list(islice(_pages(file), MOST_PAGES + 1))
        if len(tags) > MOST_PAGES:
            raise _refusal(f"the TIFF picture lists more than {MOST_PAGES:,} pages", path)
        if sum(tags) > MOST_TAGS:
            raise _refusal(f"the pages of the TIFF picture list {sum(tags):,} tags", path)
    elif format_name == "GIF" and any(True for _ in islice(_frames(file), MOST_FRAMES, None)):
        raise _refusal(f"the GIF picture lists more than {MOST_FRAMES:,} frames", path)


def _refusal(what: str, path: Path) -> EvidenceError:
    hint = "no usual program writes such files: have its origin looked into, or split a copy"
    return EvidenceError(what, path=path, hint=hint)


def _pages(file: BinaryIO) -> Iterator[int]:
    """Yield how many tags each page has, along the chain that Pillow follows (TIFF 6.0, 2).

    The third byte alone tells Pillow that places take eight bytes (BigTIFF) and not four.
    """
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(16)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    count_bytes, tag_bytes, place_bytes = (8, 20, 8) if head[2:3] == b"+" else (2, 12, 4)
    place, seen = head[place_bytes : 2 * place_bytes], set[int]()
    while len(place) == place_bytes:
        at = int.from_bytes(place, order)
        if not 0 < at < end or at in seen:
            return
        seen.add(at)
        file.seek(at)
        tags = int.from_bytes(file.read(count_bytes), order)
        behind = at + count_bytes + tags * tag_bytes
        yield min(tags, (end - at) // tag_bytes)
        if behind > end:
            return
        file.seek(behind)
        place = file.read(place_bytes)


def _frames(file: BinaryIO) -> Iterator[None]:
    """Yield once for each frame, along the blocks that Pillow follows (GIF89a, 20 to 26)."""
    file.seek(0)
    head = file.read(13)
    if len(head) < 13:
        return
    _skip_palette(file, head[10])
    while (kind := file.read(1)) not in (b"", b";"):
        if kind == b"!":
            file.seek(1, os.SEEK_CUR)
            _skip_data(file)
        elif kind == b",":
            place = file.read(9)
            if len(place) < 9:
                return
            yield
            _skip_palette(file, place[8])
            file.seek(1, os.SEEK_CUR)
            _skip_data(file)


def _skip_palette(file: BinaryIO, flags: int) -> None:
    if flags & _PALETTE:
        file.seek(6 << (flags & 7), os.SEEK_CUR)


def _skip_data(file: BinaryIO) -> None:
    """Skip blocks, each with its length before it, up to an empty one."""
    while (size := file.read(1)) not in (b"", b"\0"):
        file.seek(size[0], os.SEEK_CUR)
