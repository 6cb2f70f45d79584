"""A closer look at every find: what several sizes and the mirror say together.

A face looks like one at every size; what is taken for a face by chance mostly does so at one. A
blurred or dark one needs its best size, though, so the first find counts as much as all looks.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.finding.network import CELL_PX, CENTRE, SHIFT_X, USUAL_PX, WIDTH
from fhgui.finding.peaks import LARGEST_SHIFT, Finds
from fhgui.finding.weights import load_finder

WIDTHS_PX = (15.0, 17.0, 20.0, 24.0)
"""Widths at which a find is looked at: smaller looks say less of any face."""
SIDE_PX = 64
"""Of what is looked at: the find with what is around it."""
NEAR_CELLS = 2
"""How far from the middle its peak may lie."""
FURTHEST = 0.35
"""Widths of the find that a look may see it moved."""


def looked_at(pixels: Pixels, found: Finds) -> Finds:
    """Return the finds as the looks see them, in the same order.

    Probabilities are those of the mean of two logits, the find's and the looks' mean; places and
    widths are means of the looks, weighted by their certainty.

    Parameters
    ----------
    pixels : H×W×3 uint8 frame that the finds' places are in.
    """
    seen = [_look(pixels, c, w) for c, w in zip(found.centres_xy, found.widths_px, strict=True)]
    return Finds(
        _likely((_logits(found.probability) + np.array([logit for logit, _, _ in seen])) / 2),
        np.array([c for _, c, _ in seen]).reshape(-1, 2),
        np.array([w for _, _, w in seen]),
    )


def _look(pixels: Pixels, centre_xy: Floats, width_px: float) -> tuple[float, Floats, float]:
    """Return mean logit, centre and width of one find."""
    patches, corners, scales = zip(
        *(_patch(pixels, centre_xy, look_px / width_px) for look_px in WIDTHS_PX), strict=True
    )
    both = np.stack([*patches, *(patch[:, ::-1] for patch in patches)])
    logits, places, widths = _answers(both, len(patches))
    scale, corner = np.tile(scales, 2), np.tile(np.array(corners), (2, 1))
    centres = (places + 0.5) / scale[:, None] + corner - 0.5
    widths = widths / scale
    weights = _likely(logits)
    near = np.hypot(*(centres - centre_xy).T) <= FURTHEST * width_px
    weights = np.where(near, weights, 0) + 1e-9
    return (
        float(logits.mean()),
        np.average(centres, axis=0, weights=weights),
        float(np.exp(np.average(np.log(widths), weights=weights))),
    )


def _likely(logits: Floats) -> Floats:
    probability: Floats = 1 / (1 + np.exp(-logits))
    return probability


def _logits(probability: Floats) -> Floats:
    certain: Floats = np.clip(probability, 1e-6, 1 - 1e-6)
    logits: Floats = np.log(certain / (1 - certain))
    return logits


def _patch(pixels: Pixels, centre_xy: Floats, scale: float) -> tuple[Pixels, Floats, float]:
    """Return a square about the find, its upper left edges in the frame, and its exact scale."""
    side = max(4, round(SIDE_PX / scale))
    left, top = np.rint(centre_xy + 0.5 - side / 2).astype(int).tolist()
    height, width = pixels.shape[:2]
    inside = pixels[max(0, top) : top + side, max(0, left) : left + side]
    square = cv2.copyMakeBorder(
        inside,
        max(0, -top),
        max(0, top + side - height),
        max(0, -left),
        max(0, left + side - width),
        cv2.BORDER_REPLICATE,
    )
    kernel = cv2.INTER_AREA if side > SIDE_PX else cv2.INTER_CUBIC
    resized = cv2.resize(square, (SIDE_PX, SIDE_PX), interpolation=kernel)
    corner = np.array([left, top], dtype=np.float64)
    return resized.astype(np.uint8, copy=False), corner, SIDE_PX / side


@torch.inference_mode()
def _answers(patches: Pixels, upright: int) -> tuple[Floats, Floats, Floats]:
    """Return logits N, places N×2 and widths N in the patches, mirrored ones turned back."""
    planes = torch.from_numpy(patches).permute(0, 3, 1, 2).float() / 255
    maps = load_finder()(planes.contiguous(memory_format=torch.channels_last)).double().numpy()
    middle = SIDE_PX // (2 * CELL_PX)
    span = slice(middle - NEAR_CELLS, middle + NEAR_CELLS + 1)
    around = maps[:, CENTRE, span, span].reshape(len(maps), -1)
    rows, columns = np.divmod(around.argmax(axis=1), 2 * NEAR_CELLS + 1)
    cells: AnyArray = np.stack([columns, rows], axis=1) + middle - NEAR_CELLS
    told = maps[np.arange(len(maps)), :, cells[:, 1], cells[:, 0]]
    shifts = np.clip(told[:, SHIFT_X : SHIFT_X + 2], -LARGEST_SHIFT, LARGEST_SHIFT)
    places = CELL_PX * (cells + shifts)
    places[upright:, 0] = SIDE_PX - 1 - places[upright:, 0]
    widths = USUAL_PX * np.exp(np.clip(told[:, WIDTH], -3, 3))
    return told[:, CENTRE], places, widths
