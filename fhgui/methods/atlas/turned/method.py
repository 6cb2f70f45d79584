"""``atlas_turned`` with its weights in memory."""

from __future__ import annotations

from fhgui.methods.atlas.turned.config import INFO, Config
from fhgui.methods.atlas.turned.network import Spec, TurnedAtlas
from fhgui.methods.restoring import load_network
from fhgui.methods.straightening import Straightening


def load(config: Config, device: str) -> Straightening:
    """Load the network.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    ((_, name),) = INFO.assets
    ready = load_network(INFO.id, name, device, TurnedAtlas, Spec)
    return Straightening(INFO, config, (ready.asset,), ready.network, ready.device)
