"""``tdn`` with its weights in memory."""

from __future__ import annotations

from dataclasses import replace

from fhgui.blocks.convolution import fold_batch_norm
from fhgui.methods.restoring import load_network
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
    name = ADVERSARIAL if config.adversarial else PLAIN
    ready = load_network(INFO.id, name, device, _folded, Spec)
    info = replace(INFO, assets=(("weights", name),))
    return Straightening(info, config, (ready.asset,), ready.network, ready.device)


def _folded(spec: Spec) -> Upsampler:
    return fold_batch_norm(Upsampler(spec))
