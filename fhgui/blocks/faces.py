"""Layers for whole aligned faces on the grid of low-resolution pixels, here called cells."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import same_conv


class Exchange(nn.Module):
    """``x + B gelu(A norm(x))``: cells exchange what they see, with weights for each place.

    A and B act along the cells, alike for every channel (the token mixing of MLP-Mixer,
    Tolstikhin et al. 2021): on aligned faces one layer links both eyes, jaw and hair.

    Parameters
    ----------
    channels : of input and output, n×channels×side×side.
    """

    def __init__(self, channels: int, side: int, hidden: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, channels)
        self.gather = nn.Linear(side * side, hidden)
        self.spread = nn.Linear(hidden, side * side)
        nn.init.zeros_(self.spread.weight)
        nn.init.zeros_(self.spread.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the cells with what they have learned from all others."""
        cells = self.norm(x).flatten(2)
        told: torch.Tensor = self.spread(functional.gelu(self.gather(cells)))
        return x + told.view(x.shape)


class ResidualBlock(nn.Module):
    """``x + conv(relu(conv(x)))``, without batch norm (Lim et al. 2017)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            same_conv(channels, channels), nn.ReLU(), same_conv(channels, channels)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return n×channels×side×side of the same."""
        residual: torch.Tensor = self.body(x)
        return x + residual
