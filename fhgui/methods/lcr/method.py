"""``lcr`` with its gallery in memory."""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import Floats
from fhgui.methods.lcr.config import INFO, Config
from fhgui.methods.position_patches.method import PositionPatches, check_positive, load_method

RIDGE = 1e-6
"""Share of the median d² added to every penalty, as the first author's code adds to C."""


def load(config: Config, device: str) -> PositionPatches:
    """Load the gallery.

    Raises
    ------
    MethodError
        If a setting makes no sense or the device is not there.
    WeightsError
        If the gallery is missing, damaged or of another method.
    """
    check_positive(config.locality, "locality")

    def penalty(squared: Floats) -> Floats:
        return config.locality * squared + RIDGE * np.median(squared, axis=1, keepdims=True)

    return load_method(INFO, config, device, penalty)
