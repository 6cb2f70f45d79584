"""The other partition: overlapping patches on a grid, each blended in with a Hann window.

Position patches need no facial boxes and no region is larger than what two faces can agree on
(Ma et al. 2010; methods.md, MNCE 6).
"""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import Floats
from fhgui.methods.dcnn_mnce.components import TEMPLATE_PX


def patch_masks(patch_px: int, per_side: int) -> tuple[tuple[str, ...], Floats]:
    """Return the names of the patches, row by row, and their M×128×128 weights, which sum to 1.

    Parameters
    ----------
    patch_px : side of a patch.
    per_side : patches along each side, evenly spread from edge to edge.
    """
    starts = np.rint(np.linspace(0, TEMPLATE_PX - patch_px, per_side)).astype(int)
    rise = np.hanning(patch_px + 2)[1:-1]  # without the zeros at its ends
    bumps = np.zeros((per_side, TEMPLATE_PX))
    for bump, start in zip(bumps, starts, strict=True):
        bump[start : start + patch_px] = rise
    bumps /= bumps.sum(axis=0)
    planes = np.einsum("iy,jx->ijyx", bumps, bumps).reshape(-1, TEMPLATE_PX, TEMPLATE_PX)
    names = tuple(f"y{y}x{x}" for y in starts for x in starts)
    return names, planes


def smallest_grid(patch_px: int) -> int:
    """Return how many patches a side are needed at least so that no pixel is left out."""
    return -(-TEMPLATE_PX // patch_px)
