"""``lle`` with its gallery in memory."""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import Floats
from fhgui.methods.lle.config import INFO, Config
from fhgui.methods.position_patches.method import PositionPatches, check_positive, load_method


def load(config: Config, device: str) -> PositionPatches:
    """Load the gallery.

    Raises
    ------
    MethodError
        If a setting makes no sense or the device is not there.
    WeightsError
        If the gallery is missing, damaged or of another method.
    """
    check_positive(config.regularisation, "regularisation")

    def penalty(squared: Floats) -> Floats:
        mean = squared.mean(axis=1, keepdims=True)
        return config.regularisation * np.broadcast_to(mean, squared.shape)

    return load_method(INFO, config, device, penalty)
