"""The upsampler of UR-DGN: convolutions and nearest-neighbour enlargements in turn."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from fhgui.blocks.convolution import same_conv
from fhgui.blocks.upsampling import UpConv, pass_through

FILTERS = (16, 64, 128, 256)
"""Of the authors' convolutions, at 16, 32, 64 and 128 pixels."""


@dataclass(frozen=True)
class Spec:
    """Shape of the network; it is stored with the weights."""

    width: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    """Share of the authors' filters at 16, 32, 64 and 128 pixels."""

    def filters(self) -> tuple[int, ...]:
        """Return the number of filters at 16, 32, 64 and 128 pixels."""
        return tuple(round(share * n) for share, n in zip(self.width, FILTERS, strict=True))


class Upsampler(nn.Module):
    """Aligned n×3×16×16 → n×3×128×128, both R-G-B on the 0–1 scale; not clipped.

    ``k3n16 ↑2 k3n64 ↑2 k5n128 ↑2 k5n256 k5n3``, batch norm and ReLU after each but the last.

    Parameters
    ----------
    spec : shape of the network.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        at16, at32, at64, at128 = spec.filters()
        layers: list[nn.Module] = []
        for convolution in (
            same_conv(3, at16),
            UpConv(at16, at32, 3),
            UpConv(at32, at64, 5),
            UpConv(at64, at128, 5),
        ):
            layers += [convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU()]
        self.layers = nn.Sequential(*layers, same_conv(at128, 3, kernel=5))

    def forward(self, low: torch.Tensor) -> torch.Tensor:
        """Return the enlarged faces."""
        output: torch.Tensor = self.layers(2 * low - 1)
        return (output.float() + 1) / 2


def build(spec: Spec) -> Upsampler:
    """Return the network with He-normal weights, which at first enlarges by nearest neighbours.

    The authors do not say how theirs begins; so begun, a short training need not learn to copy.
    """
    network = Upsampler(spec)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]  # all here have one
    pass_through(network.layers)
    return network
