"""From the network's maps to faces: peaks, and the removal of those seen twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from fhgui.core.arrays import AnyArray, Floats
from fhgui.finding.network import CELL_PX, CENTRE, SHIFT_X, USUAL_PX, WIDTH

SAME_FACE = 0.3
"""Intersection over union from which two finds are one face."""
LARGEST_SHIFT = 1.5
"""Cells that the centre of a face may lie from its peak."""


@dataclass(frozen=True, eq=False)
class Finds:
    """Faces found, best first.

    Parameters
    ----------
    probability : N, 0–1.
    centres_xy : N×2 pixels, pixel centres at whole numbers.
    widths_px : N; a face's box is as high as wide.
    """

    probability: Floats
    centres_xy: Floats
    widths_px: Floats

    def __len__(self) -> int:
        return len(self.probability)

    def __getitem__(self, chosen: AnyArray) -> Finds:
        """Return some of them, by their numbers or a mask."""
        return Finds(self.probability[chosen], self.centres_xy[chosen], self.widths_px[chosen])

    @property
    def edges(self) -> Floats:
        """N×4 left, top, right, bottom; pixel i reaches from i to i + 1."""
        half = self.widths_px[:, None] / 2
        return np.hstack([self.centres_xy + 0.5 - half, self.centres_xy + 0.5 + half])


def peaks(maps: torch.Tensor, least: float, own: tuple[int, int, int] = (0, 0, 1 << 30)) -> Finds:
    """Return the faces that one picture's 4×h×w maps tell of.

    A peak is the largest of its 3×3 cells.

    Parameters
    ----------
    least : probability of the least certain peak that is returned.
    own : first row, first column and side of the square of cells whose peaks are returned.
    """
    probability = torch.sigmoid(maps[CENTRE].float())
    around = functional.max_pool2d(probability[None, None], 3, 1, 1)[0, 0]
    top, left, side = own
    mine = torch.zeros_like(probability, dtype=torch.bool)
    mine[top : top + side, left : left + side] = True
    chosen = mine & (probability == around) & (probability >= least)
    rows, columns = torch.nonzero(chosen, as_tuple=True)
    told = maps[:, rows, columns].double().numpy()
    cells = np.stack([columns.numpy(), rows.numpy()], axis=1)
    shifts = np.clip(told[SHIFT_X : SHIFT_X + 2].T, -LARGEST_SHIFT, LARGEST_SHIFT)
    found = Finds(
        probability[rows, columns].double().numpy(),
        CELL_PX * (cells + shifts),
        USUAL_PX * np.exp(np.clip(told[WIDTH], -3, 3)),
    )
    return found[np.lexsort((cells[:, 0], cells[:, 1], -found.probability))]


def without_doubles(found: Finds) -> Finds:
    """Keep the most certain of those that overlap (non-maximum suppression)."""
    edges, kept = found.edges, list[int]()
    for i in range(len(found)):
        if not kept or overlaps(edges[i], edges[kept]).max() < SAME_FACE:
            kept.append(i)
    return found[np.array(kept, dtype=np.intp)]


def overlaps(edges: Floats, others: Floats) -> Floats:
    """Return the intersection over union of one box, 4, with N×4 others."""
    inner = np.minimum(edges[2:], others[:, 2:]) - np.maximum(edges[:2], others[:, :2])
    common = np.prod(np.maximum(inner, 0), axis=1)
    sizes = np.prod(others[:, 2:] - others[:, :2], axis=1) + np.prod(edges[2:] - edges[:2])
    shares: Floats = common / (sizes - common)
    return shares
