"""The denoiser that knows faces: it works on the 16×16 grid of the template and sees all of it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import same_conv
from fhgui.blocks.faces import Exchange, ResidualBlock
from fhgui.methods.dcnn_mnce.network import CENTRE, SPREAD


@dataclass(frozen=True)
class FaceDenoiserSpec:
    """Shape of the face denoiser; it is stored with the weights."""

    channels: int = 128
    """Filters of every convolution but the last."""
    groups: int = 5
    """Groups of one `Exchange` and ``blocks`` residual blocks."""
    blocks: int = 2
    """Residual blocks a group."""
    exchanged: int = 256
    """Hidden units of an `Exchange`."""
    places: int = 16
    """Learned planes that tell where on the template a cell lies."""
    cell_px: int = 8
    """Side of the cells that are turned into channels: one low-resolution pixel at ×8."""
    template_px: int = 128
    """Side of the aligned faces."""


class FaceDenoiser(nn.Module):
    """``h(x, σ) = x − σ·net(x, σ)`` for whole aligned faces.

    Every 8×8 pixels become the 192 channels of one cell; the network is a residual one on these
    16×16 cells, with learned planes of place and with `Exchange` between all cells, so that what
    is noise is judged from the whole face.

    Input n×3×128×128 float32 RGB in [0, 1] (not clipped) and n noise levels on the same scale
    (σ/255); output like the input.

    Parameters
    ----------
    spec : shape of the network.
    """

    def __init__(self, spec: FaceDenoiserSpec) -> None:
        super().__init__()
        self.spec = spec
        side, colours = spec.template_px // spec.cell_px, 3 * spec.cell_px**2
        self.place = nn.Parameter(torch.zeros(spec.places, side, side))
        self.head = same_conv(colours + 1 + spec.places, spec.channels)
        layers: list[nn.Module] = []
        for _ in range(spec.groups):
            layers.append(Exchange(spec.channels, side, spec.exchanged))
            layers += [ResidualBlock(spec.channels) for _ in range(spec.blocks)]
        self.body = nn.Sequential(*layers)
        self.tail = same_conv(spec.channels, colours)

    def forward(self, noisy: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        """Return the denoised faces."""
        small = functional.pixel_unshuffle((noisy - CENTRE) / SPREAD, self.spec.cell_px)
        level = sigma.view(-1, 1, 1, 1)
        told = level.expand(-1, 1, *small.shape[-2:]) / SPREAD
        place = self.place.expand(len(noisy), -1, -1, -1)
        features = self.head(torch.cat([small, told, place], 1))
        noise = functional.pixel_shuffle(
            self.tail(features + self.body(features)), self.spec.cell_px
        )
        return noisy - level * noise


def initialise(network: FaceDenoiser, generator: torch.Generator) -> None:
    """Draw He-normal weights, a tenth of it at the end of each block; the last layer is zero."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]  # all here have one
    with torch.no_grad():
        network.place.normal_(0, 0.5, generator=generator)
        for module in network.modules():
            if isinstance(module, ResidualBlock):
                module.body[-1].weight.mul_(0.1)  # type: ignore[operator]  # a convolution's
            elif isinstance(module, Exchange):
                module.spread.weight.zero_()
        network.tail.weight.zero_()
