"""STN0 at work: puts a face upright on an input grid of 16×16 pixels, without landmarks.

What the methods need that take upright faces only. It puts anything upright, and does not tell
whether there is a face.

It looks twice, the second time at the face as it was put upright first, and each time also at the
mirrored face, whose answer is turned round and averaged in. On the 260 first transforms of the
protocol ``unaligned128-x8`` (dev half, two a face) the median error of the angle falls from 1.9° to
1.5°, that of the worst tenth from 5.5° to 4.0°.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import nn

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.placing import by_box, output_matrix
from fhgui.alignment.similarity import apply, chained, invert
from fhgui.alignment.templates import template
from fhgui.core.arrays import Pixels, Points
from fhgui.core.face import Box, FaceAlignment, PlacedBy
from fhgui.core.method import Asset
from fhgui.imaging import colour
from fhgui.methods import turning
from fhgui.methods.restoring import load_network, planes_of
from fhgui.methods.tdn.config import INFO, STRAIGHTENER
from fhgui.methods.tdn.network import SIDE, Straightener, StraightenerSpec

PASSES = 2
MIRROR = (-1.0, 1.0, -1.0, 1.0)
"""What a mirror does to angle, scale and shifts."""
TEMPLATE, GRID_HW = INFO.template, INFO.input_hw


@dataclass(frozen=True, eq=False)
class LoadedStraightener:
    """STN0 with its weights.

    Parameters
    ----------
    assets : the file it was loaded from.
    network : n×3×16×16 R-G-B on the 0–1 scale → n×4 similarity.
    passes : how often it looks. mirrored : whether it looks at the mirrored face, too.
    """

    assets: tuple[Asset, ...]
    network: nn.Module
    device: str
    passes: int = PASSES
    mirrored: bool = True

    def alignment(self, pixels: Pixels) -> FaceAlignment:
        """Return how a picture that holds a face and little else is put upright.

        Parameters
        ----------
        pixels : n×n×3 uint8, 16×16 or larger; the face fills it about as the template does.
        """
        factor = GRID_HW[0] / pixels.shape[0]
        offset = (factor - 1) / 2
        whole = np.array([[factor, 0.0, offset], [0.0, factor, offset]])
        return self.straightened(pixels, FaceAlignment(whole, PlacedBy.NETWORK, TEMPLATE))

    def in_box(self, pixels: Pixels, box: Box) -> FaceAlignment:
        """Return how the face in a box of a frame is put upright; it has no landmarks.

        Parameters
        ----------
        pixels : H×W×3 uint8, the frame.
        box : about from the brows to the chin.
        """
        return self.straightened(pixels, by_box(box, TEMPLATE, GRID_HW))

    def straightened(self, pixels: Pixels, start: FaceAlignment) -> FaceAlignment:
        """Return an alignment put right by what STN0 sees through it."""
        placed = replace(start, placed_by=PlacedBy.NETWORK)
        for _ in range(self.passes):
            low = cut_face(pixels, placed, GRID_HW).pixels
            to_upright = invert(turning.matrix_of(self._turn(low), SIDE))
            placed = replace(placed, matrix=chained(placed.matrix, to_upright))
        return placed

    @torch.inference_mode()
    def _turn(self, low: Pixels) -> torch.Tensor:
        planes = planes_of(colour.to_float(low)[None], self.device)
        turn: torch.Tensor = self.network(planes)[0]
        if self.mirrored:
            other = self.network(planes.flip(-1))[0]
            turn = (turn + other * other.new_tensor(MIRROR)) / 2
        return turn


def eyes_of(alignment: FaceAlignment) -> Points:
    """Return where the template's eye centres lie in the frame, 2×2 (x, y); nobody saw them."""
    to_frame = invert(output_matrix(alignment, INFO.scale))
    return apply(to_frame, template(TEMPLATE).reduced(2))


def eyes_in_box(pixels: Pixels, box: Box) -> tuple[Points, str]:
    """Return where STN0 takes the eyes in a box to be, 2×2 (x, y), and what the record says.

    Parameters
    ----------
    pixels : H×W×3 uint8, the frame.
    box : about from the brows to the chin.

    Raises
    ------
    WeightsError
        If STN0's weights are missing or damaged.
    """
    straightener = load_straightener()
    return eyes_of(straightener.in_box(pixels, box)), told(straightener)


def told(straightener: LoadedStraightener) -> str:
    """Return what the record says about a face that was placed in this way."""
    (asset,) = straightener.assets
    return (
        f"the face was put upright without landmarks, by the network STN0 ({asset.name}, SHA-256 "
        f"{asset.sha256}): the two points lie where its template has the eyes, nobody found them "
        "in the picture; it puts anything upright and does not tell whether there is a face"
    )


def load_straightener(device: str = "cpu") -> LoadedStraightener:
    """Load STN0.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    ready = load_network(
        INFO.id, STRAIGHTENER, device, Straightener, StraightenerSpec, part="straightener"
    )
    return LoadedStraightener((ready.asset,), ready.network, ready.device)
