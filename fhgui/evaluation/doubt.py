"""How much of a result is evidence and how much invention.

With H the operator that is taken to have made the input y from the face x, any picture splits
into the part that H can see and the part that it cannot: x = H⁺Hx + (I − H⁺H)x. The first is
fixed by the evidence once Hx = y; the second could be anything, and was invented. The split says
nothing about whether the invention is right, and it is only as good as the assumed H.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fhgui.core.arrays import Pixels
from fhgui.core.doubt import Agreement, DoubtMaps
from fhgui.core.errors import InputError
from fhgui.core.method import Stage
from fhgui.evaluation.metrics import psnr
from fhgui.imaging.colour import luma, to_float
from fhgui.imaging.consistency import gap_of, redegradation
from fhgui.imaging.operators import make_operator
from fhgui.methods.common import CONSISTENT

__all__ = ["DoubtMaps", "agreement", "doubt_maps"]


def doubt_maps(result: Pixels, face: Pixels, degradation: str) -> DoubtMaps:
    """Split a result into evidence and invention, and degrade it again.

    Parameters
    ----------
    result : H×W×3 uint8, the enhanced face.
    face : h×w×3 uint8, the input that it was made from; H = s·h, W = s·w.
    degradation : name of H (`imaging.operators`).

    Raises
    ------
    InputError
        If the sizes are not one whole multiple of each other.
    """
    scale = result.shape[0] // face.shape[0]
    if (face.shape[0] * scale, face.shape[1] * scale) != result.shape[:2]:
        raise InputError("the result is no whole multiple of its input", hint="compare equal crops")
    operator = make_operator(degradation, (result.shape[0], result.shape[1]), scale)
    x, y = to_float(result), to_float(face)
    again = operator.forward(x)
    seen = operator.pseudo_inverse(again)
    fixed, invented = seen - x.mean(axis=(0, 1)), x - seen
    return DoubtMaps(
        invented=_magnitude(invented),
        redegraded=_magnitude(again - y),
        fixed_share=_energy_share(seen, x),
        redegradation_db=psnr(again, y),
        fixed=_magnitude(fixed),
        fixed_energy=float(np.mean(fixed**2)),
        invented_energy=float(np.mean(invented**2)),
        agreement=Agreement(gap_of(result, face, operator)),
    )


def agreement(stages: Sequence[Stage], degradation: str) -> Agreement:
    """Return how far a result is from its input, with and without the stage made for that.

    Parameters
    ----------
    stages : the input, and every stage of the method.
    degradation : name of H (`imaging.operators`).
    """
    face, result = stages[0].pixels, stages[-1]
    after = redegradation(result.pixels, face, degradation)
    if result.name != CONSISTENT[0]:
        return Agreement(after)
    return Agreement(after, redegradation(stages[-2].pixels, face, degradation))


def _magnitude(difference: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.abs(luma(difference)).astype(np.float32)


def _energy_share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> float:
    """Return ‖part‖²/‖whole‖² about the mean grey; the parts are orthogonal, so it is ≤ 1."""
    mean = whole.mean(axis=(0, 1))
    energy = float(np.sum((whole - mean) ** 2))
    return 1.0 if energy == 0 else min(1.0, float(np.sum((part - mean) ** 2)) / energy)
