"""The very deep network of VDSR (Kim et al. 2016, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from fhgui.blocks.convolution import conv_relu, same_conv


@dataclass(frozen=True)
class Spec:
    """Shape of the network; it is stored with the weights."""

    colours: int = 3
    """Channels of the picture: 3 for R-G-B, 1 for luma."""
    channels: int = 64
    """Filters of each hidden layer."""
    depth: int = 20
    """Convolutions 3×3, first and last counted."""


class Vdsr(nn.Module):
    """``x + body(x)``: 20 convolutions predict what the bicubic enlargement x lacks.

    Input and output n×c×H×W on the 0–1 scale, the output not clipped.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        layers: list[nn.Module] = [conv_relu(spec.colours, spec.channels)]
        layers += [conv_relu(spec.channels, spec.channels) for _ in range(spec.depth - 2)]
        layers.append(same_conv(spec.channels, spec.colours))
        self.body = nn.Sequential(*layers)

    def forward(self, enlarged: torch.Tensor) -> torch.Tensor:
        """Return the restored pictures."""
        residual: torch.Tensor = self.body(enlarged)
        return enlarged + residual


def build(spec: Spec) -> Vdsr:
    """Return a network with He-normal weights (the paper's [10]) and a last layer of zeros."""
    network = Vdsr(spec)
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    for convolution in convolutions:
        nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
        nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]  # same_conv always has one
    nn.init.zeros_(convolutions[-1].weight)
    return network
