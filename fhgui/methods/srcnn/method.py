"""``srcnn`` with its weights in memory."""

from __future__ import annotations

from fhgui.methods.restoring import Restorer, load_restorer
from fhgui.methods.srcnn.config import INFO, Config
from fhgui.methods.srcnn.network import Spec, Srcnn


def load(config: Config, device: str) -> Restorer:
    """Load the network.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    return load_restorer(INFO, config, device, Srcnn, Spec)
