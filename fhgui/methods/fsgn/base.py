"""The base layer: what the network makes of an enlarged face and its component masks.

It needs no landmarks, only masks: galleries are built with it where no face can be found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import torch

from fhgui.core.arrays import Floats, Pixels
from fhgui.core.method import Asset
from fhgui.imaging.colour import to_float
from fhgui.imaging.resize import imresize
from fhgui.methods.fsgn.config import ENDING, SCALE, WEIGHTS
from fhgui.methods.fsgn.network import Fsgn, Spec
from fhgui.methods.restoring import enlarged, load_network, planes_of

Mode: TypeAlias = Literal["sr", "deblur"]


@dataclass(frozen=True, eq=False)
class BaseLayer:
    """The network for one kind of blur, in evaluation mode on ``device``."""

    mode: Mode
    asset: Asset
    network: Fsgn
    device: str

    @torch.inference_mode()
    def restore(self, low: Pixels, masks: Pixels, *, mirrored: bool = False) -> Floats:
        """Return the base layer, H×W×3 on the 0–255 scale, not rounded.

        Parameters
        ----------
        low : h×w×3 uint8.
        masks : H×W×4 of the enlarged face, 0 or 1 (`fhgui.imaging.component_masks`).
        mirrored : whether it is the mean with what becomes of the mirrored face.

        Raises
        ------
        ValueError
            If the masks are not of the enlarged face's size.
        """
        large = imresize(to_float(low), (SCALE * low.shape[0], SCALE * low.shape[1]))
        if masks.shape[:2] != large.shape[:2]:
            raise ValueError(f"masks of {masks.shape[:2]} for a face of {large.shape[:2]}")
        drawn = torch.from_numpy(masks[None]).permute(0, 3, 1, 2).float().to(self.device)
        seen = torch.cat([planes_of(large[None], self.device), drawn], 1)
        (base,) = enlarged(self.network, seen, mirrored=mirrored)
        return np.ascontiguousarray(base)


def load_base(mode: Mode, device: str, weights: str | None = None) -> BaseLayer:
    """Load the network for faces that are small (``sr``), or small and moved (``deblur``).

    Parameters
    ----------
    weights : a path under the model folders, or an absolute one, with or without ``.safetensors``;
        None for the mode's own.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or another network's.
    """
    name = (weights or WEIGHTS[mode]).removesuffix(ENDING) + ENDING
    ready = load_network("fsgn", name, device, Fsgn, Spec, part=mode)
    return BaseLayer(mode, ready.asset, ready.network, ready.device)
