"""How much of a result is evidence and how much invention.

With H the operator that is taken to have made the input y from the face x, and m the mean colour
of x, any picture splits into x − m = F + N with

    F = WHᵀ(HWHᵀ)⁻¹H(x − m),   HN = 0,

W being the covariance of natural pictures (`imaging.operators`). F is the picture nearest to grey
that degrades to what x degrades to: it depends on Hx alone, and so is fixed by the evidence once
Hx = y. N is not seen by H; it could be anything, and was invented. With W = I, F would be H⁺Hx;
but where samples lie further apart than H blurs, H⁺ leaves gaps between them (a grid of dots) and
calls the grey there invented. F and N are orthogonal in W⁻¹, nearly so in grey levels (their
energies differ from that of x − m by less than .1 % on results of the methods): the share is of
their sum. The split says nothing about whether the invention is right, and it is only as good as
the assumed H.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fhgui.core.arrays import Floats, Pixels
from fhgui.core.doubt import Agreement, DoubtMaps
from fhgui.core.errors import InputError
from fhgui.core.method import Stage
from fhgui.evaluation.metrics import psnr
from fhgui.imaging.colour import luma, to_float
from fhgui.imaging.consistency import EPSILON, gap_of, redegradation
from fhgui.imaging.operators import LinearOperator, make_operator
from fhgui.methods.common import CONSISTENT

__all__ = ["DoubtMaps", "agreement", "doubt_maps", "split"]

NOTHING = 1e-9
"""Mean square in grey levels² below which a picture has no contrast to share out."""


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
    fixed, invented = split(x, operator)
    fixed_energy, invented_energy = float(np.mean(fixed**2)), float(np.mean(invented**2))
    whole = fixed_energy + invented_energy
    return DoubtMaps(
        invented=_magnitude(invented),
        redegraded=_magnitude(again - y),
        fixed_share=fixed_energy / whole if whole > NOTHING else 1.0,
        redegradation_db=psnr(again, y),
        fixed=_magnitude(fixed),
        fixed_energy=fixed_energy,
        invented_energy=invented_energy,
        agreement=Agreement(gap_of(result, face, operator)),
    )


def split(x: Floats, operator: LinearOperator) -> tuple[Floats, Floats]:
    """Return F and N of a picture, about its mean colour: what Hx fixes, and what H cannot see.

    Parameters
    ----------
    x : H×W×C, 0–255.

    Returns
    -------
    Two of H×W×C; their sum is x less its mean.
    """
    about = x - x.mean(axis=(0, 1))
    fixed = operator.natural_proximal(operator.forward(about), np.zeros_like(about), EPSILON)
    return fixed, about - fixed


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
