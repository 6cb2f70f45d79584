"""The deep CNN denoiser of paper 000 (section 3.1, after Zhang et al. 2017), with a noise map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import conv_bn_relu, conv_relu, fold_batch_norm, same_conv
from fhgui.building import BUILDING_ERRORS, no_larger_than
from fhgui.core.arrays import AnyArray
from fhgui.core.errors import WeightsError

CENTRE, SPREAD = 0.5, 0.25
"""Typical mean and standard deviation of face pixels on the 0–1 scale."""


@dataclass(frozen=True)
class DenoiserSpec:
    """Shape of the denoiser; it is stored with the weights.

    The defaults give 7 convolutions 3×3 as in the paper. ``unshuffle=1`` is the paper's full
    resolution; 2 lets the network see half the resolution with four times the channels, as
    FFDNet does: four times cheaper and twice the receptive field.
    """

    channels: int = 64
    """Filters of each hidden layer."""
    dilations: tuple[int, ...] = (1, 2, 3, 4, 3, 2, 1)
    """Dilation of each convolution, first to last."""
    unshuffle: int = 2
    """Space-to-depth factor before the first and after the last convolution."""


class Denoiser(nn.Module):
    """``h(x, σ) = x − σ·net(x, σ)``: the network predicts the noise in units of its level.

    The input is centred and stretched to unit spread, and the last convolution starts at zero:
    without both, training stays at "no noise" for thousands of steps.

    Input n×3×H×W float32 RGB in [0, 1] (not clipped) and n noise levels on the same scale
    (σ/255); output like the input. Any size: borders are replicated up to ``unshuffle``.

    Parameters
    ----------
    spec : shape of the network.
    """

    def __init__(self, spec: DenoiserSpec) -> None:
        super().__init__()
        self.spec = spec
        colours = 3 * spec.unshuffle**2
        first, *middle, last = spec.dilations
        layers: list[nn.Module] = [conv_relu(colours + 1, spec.channels, dilation=first)]
        layers += [conv_bn_relu(spec.channels, spec.channels, dilation=d) for d in middle]
        layers.append(same_conv(spec.channels, colours, dilation=last))
        self.body = nn.Sequential(*layers)

    def forward(self, noisy: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        """Return the denoised pictures."""
        factor = self.spec.unshuffle
        height, width = noisy.shape[-2:]
        padded = functional.pad(noisy, (0, -width % factor, 0, -height % factor), mode="replicate")
        small = functional.pixel_unshuffle((padded - CENTRE) / SPREAD, factor)
        level = sigma.view(-1, 1, 1, 1)
        plane = level.expand(-1, 1, *small.shape[-2:]) / SPREAD
        noise = functional.pixel_shuffle(self.body(torch.cat([small, plane], 1)), factor)
        return noisy - level * noise[..., :height, :width]


def initialise(network: Denoiser, generator: torch.Generator) -> None:
    """Draw He-normal weights; biases and the last convolution are zero."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    nn.init.zeros_(network.body[-1].weight)  # type: ignore[arg-type]  # a convolution


def inference_network(spec: Mapping[str, Any], arrays: Mapping[str, AnyArray]) -> Denoiser:
    """Return the network with stored weights, in float32, ready for inference.

    Raises
    ------
    WeightsError
        If the weights do not fit the shape that they came with.
    """
    try:
        shape = DenoiserSpec(**{**spec, "dilations": tuple(spec["dilations"])})
        with no_larger_than(arrays):
            network = fold_batch_norm(Denoiser(shape))
        state = {k: torch.from_numpy(v.astype("float32")) for k, v in arrays.items()}
        network.load_state_dict(state)
    except BUILDING_ERRORS as error:
        raise WeightsError(f"the denoiser's weights do not fit ({error})") from error
    return network
