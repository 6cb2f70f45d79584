"""The three convolutions of SRCNN (Dong et al. 2016, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import nn

from fhgui.blocks.convolution import same_conv


@dataclass(frozen=True)
class Spec:
    """Shape of the network, the paper's notation in brackets; it is stored with the weights."""

    colours: int = 3
    """Channels of the picture (c): 3 for R-G-B, 1 for luma."""
    filters: tuple[int, ...] = (64, 32)
    """Filters of the hidden layers (n1, n2)."""
    kernels: tuple[int, ...] = (9, 5, 5)
    """Side of the filters (f1, f2, f3)."""


class Srcnn(nn.Module):
    """``F(Y) = W3 ∗ max(0, W2 ∗ max(0, W1 ∗ Y + B1) + B2) + B3`` (Eqs. 1–3).

    Y is the bicubic enlargement, n×c×H×W on the 0–1 scale; so is the output, not clipped.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        widths = (spec.colours, *spec.filters, spec.colours)
        layers: list[nn.Module] = []
        for (inputs, outputs), kernel in zip(pairwise(widths), spec.kernels, strict=True):
            layers += [same_conv(inputs, outputs, kernel=kernel), nn.ReLU()]
        self.body = nn.Sequential(*layers[:-1])

    def forward(self, enlarged: torch.Tensor) -> torch.Tensor:
        """Return the restored pictures."""
        restored: torch.Tensor = self.body(enlarged)
        return restored


def build(spec: Spec) -> Srcnn:
    """Return a network that starts as the identity: the enlargement passes through.

    The first ``colours`` filters of each layer hand on their own channel. The other filters of
    the hidden layers are He-normal and wait until the last layer, which starts without them,
    asks for them.
    """
    network = Srcnn(spec)
    convolutions = [m for m in network.body if isinstance(m, nn.Conv2d)]
    for convolution in convolutions:
        nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
        nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]  # same_conv always has one
        _pass_through(convolution, spec.colours, only=convolution is convolutions[-1])
    return network


@torch.no_grad()
def _pass_through(convolution: nn.Conv2d, colours: int, *, only: bool) -> None:
    weight, middle = convolution.weight, convolution.kernel_size[0] // 2
    weight[slice(None) if only else slice(colours)] = 0
    for colour in range(min(colours, *weight.shape[:2])):  # a narrow layer hands on what it can
        weight[colour, colour, middle, middle] = 1
