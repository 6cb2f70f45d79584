"""The upsampler of TDN with its two spatial transformers, and STN0, which only straightens."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import same_conv
from fhgui.blocks.straightening import Seen, Straightening, in_pixels, sample, unpadded
from fhgui.blocks.upsampling import UpConv

SIDE = 16
"""Height and width of the input."""
FILTERS = (512, 256, 128, 64)
"""Of the paper's convolutions, at 16, 32, 64 and 128 pixels."""


@dataclass(frozen=True)
class Spec:
    """Shape of the network; it is stored with the weights."""

    width: float = 1.0
    """Share of the paper's filters that each convolution has."""

    def filters(self) -> tuple[int, ...]:
        """Return the number of filters at 16, 32, 64 and 128 pixels."""
        return tuple(round(self.width * n) for n in FILTERS)


class Upsampler(nn.Module):
    """Unaligned n×3×16×16 → upright n×3×128×128, both R-G-B on the 0–1 scale; not clipped.

    ::

        k3n512 ↑2 STN1 k3n256 ↑2 STN2 k5n128 ↑2 k5n64 k5n3

    Batch norm and ReLU follow every convolution but the last; inside it works on −1 … 1.

    Parameters
    ----------
    spec : shape of the network.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        at16, at32, at64, at128 = spec.filters()
        self.conv1 = _normed(same_conv(3, at16))
        self.stn1 = Straightening(
            nn.Sequential(
                nn.MaxPool2d(2), *unpadded(at16, 20, 5), nn.MaxPool2d(2), *unpadded(20, 20, 5)
            ),
            80,
            20,
        )
        self.conv2 = _normed(same_conv(at16, at32))
        self.stn2 = Straightening(
            nn.Sequential(
                nn.MaxPool2d(2),
                *unpadded(at32, at64, 5),
                nn.MaxPool2d(2),
                *unpadded(at64, 20, 5),
                nn.MaxPool2d(2),
                *unpadded(20, 20, 3),
            ),
            180,
            20,
        )
        self.conv3 = _normed(same_conv(at32, at64, kernel=5))
        self.conv4 = _normed(UpConv(at64, at128, 5))
        self.conv5 = same_conv(at128, 3, kernel=5)

    def forward(self, low: torch.Tensor) -> torch.Tensor:
        """Return the upright faces."""
        return self.see(low).output

    def see(self, low: torch.Tensor) -> Seen:
        """Return the upright faces and how they were turned."""
        features = _doubled(self.conv1(2 * low - 1))
        first = self.stn1(features)
        features = _doubled(self.conv2(sample(features, first)))
        second = self.stn2(features)
        features = self.conv4(self.conv3(sample(features, second)))
        output = (self.conv5(features).float() + 1) / 2
        turns = in_pixels(first, SIDE, 2 * SIDE), in_pixels(second, SIDE, 4 * SIDE)
        return Seen(output, turns)


@dataclass(frozen=True)
class StraightenerSpec:
    """Shape of STN0; it is stored with the weights."""

    filters: tuple[int, ...] = (20, 20)
    """Of its two convolutions."""
    hidden: int = 20
    """Units of the layer before the last."""


class Straightener(nn.Module):
    """STN0: n×3×16×16 faces, R-G-B on the 0–1 scale → n×4 similarity, t in pixels.

    STN1 without its first pooling: ``k5n20, pool 2, k5n20, 20, 4``.

    Parameters
    ----------
    spec : shape of the network.
    """

    def __init__(self, spec: StraightenerSpec) -> None:
        super().__init__()
        self.spec = spec
        first, second = spec.filters
        layers = nn.Sequential(*unpadded(3, first, 5), nn.MaxPool2d(2), *unpadded(first, second, 5))
        self.stn = Straightening(layers, 4 * second, spec.hidden)

    def forward(self, low: torch.Tensor) -> torch.Tensor:
        """Return how the faces are turned."""
        return in_pixels(self.stn(2 * low - 1), SIDE, SIDE)


def build(spec: Spec) -> Upsampler:
    """Return the network with He-normal weights; the transformers start at the identity."""
    network = Upsampler(spec)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]  # all here have one
    with torch.no_grad():
        network.conv5.weight.mul_(0.1)
    return network


def _normed(convolution: nn.Conv2d) -> nn.Sequential:
    return nn.Sequential(convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU())


def _doubled(x: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(x, scale_factor=2, mode="nearest")
