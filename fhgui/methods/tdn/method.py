"""``tdn`` with its weights in memory."""

from __future__ import annotations

from dataclasses import replace

from fhgui.assets import load_file
from fhgui.blocks.convolution import fold_batch_norm
from fhgui.methods.devices import resolve_device
from fhgui.methods.restoring import network_of
from fhgui.methods.straightening import Straightening
from fhgui.methods.tdn.config import ADVERSARIAL, INFO, PLAIN, Config
from fhgui.methods.tdn.network import Spec, Upsampler


def load(config: Config, device: str) -> Straightening:
    """Load the network, its batch norm folded.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    resolved = resolve_device(device)
    name = ADVERSARIAL if config.adversarial else PLAIN
    loaded = load_file("weights", name, {"method": INFO.id, "part": "network"})
    network, _ = network_of(loaded, _folded, Spec)
    info = replace(INFO, assets=(("weights", name),))
    return Straightening(info, config, (loaded.asset,), network.to(resolved), resolved)


def _folded(spec: Spec) -> Upsampler:
    return fold_batch_norm(Upsampler(spec))
