"""``atlas_turned`` with its weights in memory."""

from __future__ import annotations

from fhgui.assets import load_file
from fhgui.methods.atlas.turned.config import INFO, Config
from fhgui.methods.atlas.turned.network import Spec, TurnedAtlas
from fhgui.methods.devices import resolve_device
from fhgui.methods.restoring import network_of
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
    resolved = resolve_device(device)
    ((role, name),) = INFO.assets
    loaded = load_file(role, name, {"method": INFO.id, "part": "network"})
    network, _ = network_of(loaded, TurnedAtlas, Spec)
    return Straightening(INFO, config, (loaded.asset,), network.to(resolved), resolved)
