"""Projection onto the faces that degrade to the observed input, and how far a result is from it.

Notation of `operators`: y = Hx is the observed face, x the result, both on the 0–255 scale. The
faces that fit the evidence are {x : Hx = y, 0 ≤ x ≤ 255}. The nearest face with Hx = y is

    P(x) = x + Hᵀ(HHᵀ + εI)⁻¹(y − Hx),   ε → 0,

which changes only what H can see: what a method invented in H's null space stays as it is. P may
leave 0–255; clipping and P in turn (projections onto convex sets) reach the intersection.
"""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import Floats, Pixels
from fhgui.core.doubt import Redegradation
from fhgui.core.errors import MethodError
from fhgui.imaging.colour import to_float
from fhgui.imaging.operators import LinearOperator, make_operator

EPSILON = 1e-6
"""ε of an exact fit: what H shrinks to less than a thousandth is noise and stays as it is."""
CLOSE = 0.25
"""Largest gap in grey levels at which projecting ends; half of what rounding the evidence hides."""
MOST_ROUNDS = 100
"""Projections onto both sets; 8 on average and 66 at most on the faces of celeba128."""
_LOG_EPSILON = (-6.0, 6.0)
"""Where ε is looked for: at the upper end the result no longer moves."""


def operator_between(degradation: str, hr: Pixels, lr: Pixels) -> LinearOperator:
    """Return H that reduces one picture to the size of the other.

    Parameters
    ----------
    degradation : name of H (`operators`).
    hr, lr : H×W×3 and h×w×3 with H = s·h, W = s·w.

    Raises
    ------
    MethodError
        If there is no such operator, or the sizes are not one whole multiple of each other.
    """
    scale = hr.shape[0] // max(lr.shape[0], 1)
    if hr.shape[:2] != (lr.shape[0] * scale, lr.shape[1] * scale):
        raise MethodError("the result is no whole multiple of its input", hint="use equal crops")
    return make_operator(degradation, (hr.shape[0], hr.shape[1]), scale)


def redegradation(result: Pixels, face: Pixels, degradation: str) -> Redegradation:
    """Return how far a result, degraded again, is from its input.

    Parameters
    ----------
    result : H×W×3 uint8. face : h×w×3 uint8. degradation : name of H.

    Raises
    ------
    MethodError
        As of `operator_between`.
    """
    return gap_of(result, face, operator_between(degradation, result, face))


def gap_of(result: Pixels, face: Pixels, operator: LinearOperator) -> Redegradation:
    """Return how far a result, degraded again by an operator of their sizes, is from its input."""
    gap = np.abs(operator.forward(to_float(result)) - to_float(face))
    return Redegradation(float(gap.mean()), float(gap.max()))


def consistent(x: Floats, y: Floats, operator: LinearOperator, noise: float = 0.0) -> Floats:
    """Return the face nearest to x that degrades to y.

    Parameters
    ----------
    x : H×W×C, 0–255. y : h×w×C, 0–255.
    noise : root mean square of what H may leave of y − Hx, in grey levels; 0 for none.

    Returns
    -------
    H×W×C float64 within 0–255. Without noise |Hx − y| ≤ `CLOSE` wherever such a face exists.
    """
    return _within_noise(x, y, operator, noise) if noise > 0 else _exact(x, y, operator)


def _exact(x: Floats, y: Floats, operator: LinearOperator) -> Floats:
    for _ in range(MOST_ROUNDS):
        x = np.clip(operator.proximal(y, x, EPSILON), 0, 255)
        if np.abs(operator.forward(x) - y).max() <= CLOSE:
            break
    return x


def _within_noise(x: Floats, y: Floats, operator: LinearOperator, noise: float) -> Floats:
    """Choose ε so that the rest of the gap is as large as the noise (Morozov's principle)."""
    from scipy.optimize import brentq  # a tenth of a second that the window's start need not wait

    def excess(log_epsilon: float) -> float:
        moved = operator.proximal(y, x, 10.0**log_epsilon)
        return _rms(y - operator.forward(moved)) - noise

    if _rms(y - operator.forward(x)) <= noise:
        return x
    low, high = _LOG_EPSILON
    if excess(low) >= 0:
        return _exact(x, y, operator)
    epsilon = 10.0 ** float(brentq(excess, low, high, xtol=1e-3))
    return np.clip(operator.proximal(y, x, epsilon), 0, 255)


def _rms(gap: Floats) -> float:
    return float(np.sqrt(np.mean(gap**2)))
