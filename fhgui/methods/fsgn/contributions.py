"""Which exemplars a face's detail is from, and where: as pictures, and in figures."""

from __future__ import annotations

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.contributions import Contributions
from fhgui.core.method import Reading
from fhgui.imaging.colour import to_uint8
from fhgui.imaging.exemplar_maps import SHOWN, palette
from fhgui.methods.fsgn.exemplars import Matches

PER_SIDE = 4
"""Exemplars in a row of the sheet, and rows."""
READ = 5
"""Exemplars whose share is told in figures."""


def contributions_of(
    names: tuple[str, ...], numbers: AnyArray, matches: Matches, size_hw: tuple[int, int]
) -> Contributions:
    """Return what matches among some exemplars of a gallery say of all of it.

    Parameters
    ----------
    names : of the gallery's N exemplars.
    numbers : which of 0 … 2N−1 the exemplars of the matches are; N + i is i mirrored.
    size_hw : of the face.
    """
    windows = matches.windows
    return Contributions(
        names=names,
        exemplars=numbers[windows.exemplars].astype(np.int32),
        tops=windows.tops,
        lefts=windows.lefts,
        weights=matches.weights,
        trust=matches.trust,
        grid=matches.grid,
        step_px=matches.step_px,
        patch_px=matches.patch_px,
        size_hw=size_hw,
    )


def readings(found: Contributions) -> tuple[Reading, ...]:
    """Return the largest shares, in percent, by the names of the exemplars."""
    return tuple(
        Reading(f"exemplar_{i + 1}", round(100 * float(found.shares[i]), 1), "%", found.names[i])
        for i in found.largest(READ)
    )


def thumbnails(found: Contributions, pictures: Pixels) -> Pixels:
    """Return H×W×3: the exemplars with the largest shares, framed in their colours.

    Row by row, largest first; places that are left over are black.

    Parameters
    ----------
    pictures : N×H×W×3, the gallery's.
    """
    height, width = (n // PER_SIDE for n in found.size_hw)
    sheet = np.zeros((*found.size_hw, 3), np.uint8)
    edge = max(1, width // 20)
    shown = found.largest(SHOWN)
    for place, (number, colour) in enumerate(zip(shown, palette(), strict=False)):
        row, column = divmod(place, PER_SIDE)
        tile = np.empty((height, width, 3), np.uint8)
        tile[:] = to_uint8(colour)
        inner = (width - 2 * edge, height - 2 * edge)
        small = cv2.resize(pictures[number], inner, interpolation=cv2.INTER_AREA)
        tile[edge : height - edge, edge : width - edge] = small
        at = slice(row * height, (row + 1) * height), slice(column * width, (column + 1) * width)
        sheet[at] = tile
    return sheet
