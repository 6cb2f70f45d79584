"""How wide intervals must be to hold what they promise, counted on faces that nobody trained on."""

from __future__ import annotations

import numpy as np
from scipy.optimize import isotonic_regression

from fhgui.core.arrays import Floats
from fhgui.core.doubt import LEVELS
from fhgui.core.errors import FhguiError
from fhgui.methods.error_scale import Calibration

GROUPS = 20
"""Groups of pixels, by predicted scale, in which widths are counted."""
LEAST = 200
"""Pixels a group must have: the 95 % quantile of fewer is chance."""


def calibrate(scale: Floats, error: Floats, faces: int) -> Calibration:
    """Return the half widths that hold each share of the errors, at every predicted scale.

    In each of equally large groups of pixels by predicted scale, the quantile of the sizes of the
    errors (split conformal prediction within groups: Vovk 2012; Lei et al. 2018); then the nearest
    widths that never fall as the scale grows (isotonic regression), so that chance between
    neighbouring groups does not make a doubtful pixel look safer.

    Parameters
    ----------
    scale : N predicted scales, grey levels. error : N sizes of errors, grey levels.
    faces : how many faces they come from.

    Raises
    ------
    FhguiError
        If there are too few pixels.
    """
    if scale.size < GROUPS * LEAST:
        raise FhguiError(
            f"{scale.size} pixels are too few to calibrate the expected error",
            hint="keep more faces from training (validation_faces)",
        )
    groups = np.array_split(np.argsort(scale, kind="stable"), GROUPS)
    middles = np.maximum.accumulate([max(float(np.median(scale[g])), 1e-6) for g in groups])
    widths = [
        isotonic_regression([_quantile(error[g], level) for g in groups]).x for level in LEVELS
    ]
    return Calibration(
        LEVELS,
        tuple(float(value) for value in middles),
        tuple(tuple(float(value) for value in row) for row in widths),
        faces,
    )


def _quantile(errors: Floats, level: float) -> float:
    """Return the ⌈(n + 1)·level⌉-th smallest error: with it coverage is at least the level."""
    place = min(errors.size, int(np.ceil((errors.size + 1) * level)))
    return float(np.partition(errors, place - 1)[place - 1])
