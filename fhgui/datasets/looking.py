"""Looks at one item: reads it, makes a face of it, sifts it by what it alone can tell."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from fhgui.core.arrays import Pixels, Points
from fhgui.datasets.filters import dhash, sharpness
from fhgui.datasets.listing import Item
from fhgui.datasets.reading import Reader, decode, sha256
from fhgui.datasets.recipe import BuildRecipe, DroppedError, Reason
from fhgui.datasets.shaping import seen_part, shape

DECIMALS = 6
"""Of the numbers that are kept: a millionth of a pixel."""

POINT_DECIMALS = 2
"""Of landmarks, which are found to about a pixel."""


@dataclass(frozen=True)
class Finding:
    """What looking at an item gave; the journal keeps one a line.

    Parameters
    ----------
    number : of the item.
    sha256 : of the file's bytes; None if they could not be read.
    reason : why there is no face; None if there is one.
    detail : in words.
    matrix, score, sharpness, landmarks, seen : see `fhgui.datasets.packed.PackedFace`.
    dhash : hex; see `fhgui.datasets.filters.dhash`.
    crc : CRC-32 of the face's samples, so that a resumed build knows that they were written.
    """

    number: int
    sha256: str | None = None
    reason: Reason | None = None
    detail: str = ""
    matrix: tuple[float, ...] | None = None
    score: float | None = None
    sharpness: float | None = None
    dhash: str = ""
    crc: int = 0
    landmarks: tuple[float, ...] | None = None
    seen: tuple[int, ...] | None = None


def look(
    number: int, item: Item, recipe: BuildRecipe, reader: Reader
) -> tuple[Finding, Pixels | None]:
    """Return what an item holds and, if that is a face to keep, its pixels.

    Raises
    ------
    EvidenceError
        If the item's file has vanished.
    """
    digest = item.sha256
    try:
        if item.frame is None:
            stored = reader.stored(item)
            digest = sha256(stored)
            pixels = decode(stored, item)
        else:
            pixels = reader.frame(item)
        shaped = shape(pixels, recipe)
        clear = sharpness(shaped.pixels)
        if clear < recipe.min_sharpness:
            said = f"sharpness {clear:.1f} (limit {recipe.min_sharpness:g})"
            raise DroppedError(Reason.BLURRED, said)
    except DroppedError as dropped:
        return Finding(number, digest, dropped.reason, dropped.what), None
    finding = Finding(
        number=number,
        sha256=digest,
        detail=shaped.detail,
        matrix=tuple(round(float(value), DECIMALS) for value in shaped.matrix.ravel()),
        score=None if shaped.score is None else round(shaped.score, DECIMALS),
        sharpness=round(clear, DECIMALS),
        dhash=dhash(shaped.pixels).hex(),
        crc=zlib.crc32(shaped.pixels.tobytes()),
        landmarks=_points(shaped.landmarks),
        seen=seen_part(shaped.matrix, (pixels.shape[0], pixels.shape[1]), recipe.size_hw),
    )
    return finding, shaped.pixels


def _points(landmarks: Points | None) -> tuple[float, ...] | None:
    if landmarks is None:
        return None
    return tuple(round(float(value), POINT_DECIMALS) for value in landmarks.ravel())
