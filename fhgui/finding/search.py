"""Looks for small faces in a whole frame: at several sizes, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from fhgui.core.arrays import Floats, Pixels
from fhgui.finding.looks import looked_at
from fhgui.finding.network import CELL_PX
from fhgui.finding.peaks import SAME_FACE, Finds, overlaps, peaks
from fhgui.finding.weights import load_finder

SMALLEST_SEEN_PX = 13.0
"""Width at which the network gets to see the smallest faces that are looked for."""
LARGEST_SEEN_PX = 20.0
"""Width at which it sees the largest of them on the last reduction."""
STEP = 2**0.5
"""Ratio of one reduction to the next: every face is seen at two sizes of 10 to 25 pixels."""
TILE_PX = 768
"""Side of the pieces that the network sees at once: 300 MB of features."""
MARGIN_PX = 40
"""Around a piece: what a cell sees."""
LEAST = 0.3
"""Probability of peaks that are looked at more closely."""
NESTED = 0.4
"""Widths of the wider one that two finds' centres lie apart if they are not the same face."""
TOO_SMALL = 0.8
"""Finds narrower than this share of the smallest faces looked for are not returned."""
MOST_LOOKS = 200
"""So many finds at most, the most certain, are looked at more closely."""


@dataclass(frozen=True, eq=False)
class _Level:
    """The frame at one size; ``scale_xy`` is exact after rounding to whole pixels."""

    pixels: Pixels
    scale_xy: Floats


def find_small(pixels: Pixels, smallest_px: float, largest_px: float, least: float) -> Finds:
    """Return the faces of a frame between two widths, the most certain first.

    The same pixels always give the same answer, whatever the number of threads.

    Parameters
    ----------
    pixels : H×W×3 uint8 R-G-B.
    smallest_px, largest_px : widths; somewhat smaller and larger ones may be among them.
    least : probability of the least certain find that is returned.

    Raises
    ------
    WeightsError
        If the network's file is missing or damaged.
    """
    found = [_at(level) for level in _levels(pixels, smallest_px, largest_px)]
    merged = _merged(_joined(found))
    looked = looked_at(pixels, merged[np.arange(min(len(merged), MOST_LOOKS))])
    again = _merged(_joined([looked]))
    return again[(again.probability >= least) & (again.widths_px >= TOO_SMALL * smallest_px)]


def _levels(pixels: Pixels, smallest_px: float, largest_px: float) -> Iterator[_Level]:
    """Yield the frame enlarged for the smallest faces, then reduced step by step."""
    height, width = pixels.shape[:2]
    scale = SMALLEST_SEEN_PX / smallest_px
    while True:
        size_wh = max(1, round(width * scale)), max(1, round(height * scale))
        kernel = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        resized = cv2.resize(pixels, size_wh, interpolation=kernel)
        yield _Level(resized.astype(np.uint8, copy=False), np.divide(size_wh, [width, height]))
        if scale * largest_px <= LARGEST_SEEN_PX:
            return
        scale /= STEP


def _at(level: _Level) -> Finds:
    """Return the finds on one level, in frame pixels."""
    finds = [_in_tile(level.pixels, x, y) for y, x in _tiles(level.pixels)]
    found = _joined(finds)
    return Finds(
        found.probability,
        (found.centres_xy + 0.5) / level.scale_xy - 0.5,
        found.widths_px / float(np.sqrt(np.prod(level.scale_xy))),
    )


def _tiles(pixels: Pixels) -> Iterator[tuple[int, int]]:
    """Yield the upper left corners of the pieces, rows first."""
    height, width = pixels.shape[:2]
    for y in range(0, height, TILE_PX):
        for x in range(0, width, TILE_PX):
            yield y, x


def _in_tile(pixels: Pixels, x: int, y: int) -> Finds:
    """Return the finds whose peaks lie in one piece, in the level's pixels."""
    left, top = max(0, x - MARGIN_PX), max(0, y - MARGIN_PX)
    piece = pixels[top : y + TILE_PX + MARGIN_PX, left : x + TILE_PX + MARGIN_PX]
    own = (y - top) // CELL_PX, (x - left) // CELL_PX, TILE_PX // CELL_PX
    found = peaks(_maps(piece), LEAST, own)
    return Finds(found.probability, found.centres_xy + np.array([left, top]), found.widths_px)


@torch.inference_mode()
def _maps(piece: Pixels) -> torch.Tensor:
    """Return the network's 4×h×w maps of a piece."""
    height, width = piece.shape[:2]
    even = cv2.copyMakeBorder(
        piece, 0, -height % CELL_PX, 0, -width % CELL_PX, cv2.BORDER_REPLICATE
    )
    planes = torch.from_numpy(even).permute(2, 0, 1)[None].float() / 255
    maps: torch.Tensor = load_finder()(planes.contiguous(memory_format=torch.channels_last))[0]
    return maps


def _joined(finds: list[Finds]) -> Finds:
    """Return finds together, the most certain first."""
    probability = np.concatenate([f.probability for f in finds])
    centres = np.concatenate([f.centres_xy for f in finds])
    widths = np.concatenate([f.widths_px for f in finds])
    order = np.lexsort((centres[:, 0], centres[:, 1], -probability))
    return Finds(probability, centres, widths)[order]


def _merged(found: Finds) -> Finds:
    """Return one find a face: the place is the mean of all that are alike, by their certainty."""
    edges, free = found.edges, np.ones(len(found), dtype=bool)
    probability, centres, widths = list[float](), list[Floats](), list[float]()
    for i in range(len(found)):
        if not free[i]:
            continue
        alike = free & (overlaps(edges[i], edges) >= SAME_FACE)
        wider = np.maximum(found.widths_px[i], found.widths_px)
        nested = np.hypot(*(found.centres_xy - found.centres_xy[i]).T) < NESTED * wider
        free &= ~(alike | nested)
        weights = np.where(alike, found.probability, 0) ** 2
        probability.append(float(found.probability[i]))
        centres.append(np.average(found.centres_xy, axis=0, weights=weights))
        widths.append(float(np.average(found.widths_px, weights=weights)))
    return Finds(np.array(probability), np.array(centres).reshape(-1, 2), np.array(widths))
