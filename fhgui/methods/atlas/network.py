"""The network of Atlas: it fills in what the evidence does not fix, on the grid of its pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import same_conv
from fhgui.blocks.faces import Exchange, ResidualBlock
from fhgui.imaging.resize import resize_matrix

CENTRE, SPREAD = 0.5, 0.25
"""Mean and scale of faces on the 0–1 scale, so that the network sees numbers about 0 and 1."""


@dataclass(frozen=True)
class Spec:
    """Shape of the network; it is stored with the weights."""

    channels: int = 128
    """Filters of every convolution but the last."""
    groups: int = 5
    """Groups of one `Exchange` and ``blocks`` residual blocks."""
    blocks: int = 2
    """Residual blocks a group."""
    exchanged: int = 256
    """Hidden units of an `Exchange`; 0 leaves them out (ablation)."""
    placed: bool = True
    """Whether the network learns features of place (ablation)."""
    side: int = 16
    """Height and width of the input."""
    scale: int = 8
    """Output size / input size."""
    exact: bool = True
    """Start from H⁺y and keep the network to the null space of H; else from bicubic, free."""


class Trunk(nn.Module):
    """What all Atlas networks learn: the detail N(y) that is added to a picture of a face.

    The 8×8 pixels of an enlarged face that lie below each low-resolution pixel are the channels of
    one cell::

        f = head(cells(x)) + P;   N = S · pixels(tail(f + body(f)))

    P are learned features of place, body is groups of one `Exchange` and residual blocks.

    Parameters
    ----------
    spec : shape of the network.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        colours = 3 * spec.scale**2
        self.head = same_conv(colours, spec.channels)
        self.place = nn.Parameter(torch.zeros(spec.channels, spec.side, spec.side))
        self.place.requires_grad_(spec.placed)
        layers: list[nn.Module] = []
        for _ in range(spec.groups):
            if spec.exchanged:
                layers.append(Exchange(spec.channels, spec.side, spec.exchanged))
            layers += [ResidualBlock(spec.channels) for _ in range(spec.blocks)]
        self.body = nn.Sequential(*layers)
        self.tail = same_conv(spec.channels, colours)

    def detail(
        self, start: torch.Tensor, known: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return n×3×H×W float32 detail for n×3×H×W, and the features it was made from.

        Parameters
        ----------
        known : n×channels×side×side, added to the first features.
        """
        cells = functional.pixel_unshuffle((start - CENTRE) / SPREAD, self.spec.scale)
        features = self.head(cells) + self.place
        features = features if known is None else features + known
        features = features + self.body(features)
        told = functional.pixel_shuffle(self.tail(features), self.spec.scale)
        return SPREAD * told.float(), features


class Atlas(Trunk):
    """``x̂ = H⁺y + (I − H⁺H) N(y)``: the network N can only speak where the evidence is silent.

    H is the antialiased bicubic reduction D ⊗ D, so that H⁺ = D⁺ ⊗ D⁺. N sees H⁺y (`Trunk`). Not
    ``exact``: ``x̂ = By + N(y)``, B bicubic enlargement, for inputs with noise and compression.

    Input n×3×side×side float32 R-G-B in [0, 1]; output n×3×(scale·side)×(scale·side) on the same
    scale, not clipped.

    Parameters
    ----------
    spec : shape of the network.
    """

    enlarge: torch.Tensor
    project: torch.Tensor

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        large = spec.scale * spec.side
        reduce = resize_matrix(large, spec.side)  # D
        enlarge = np.linalg.pinv(reduce) if spec.exact else resize_matrix(spec.side, large)
        self.register_buffer("enlarge", torch.from_numpy(enlarge).float(), persistent=False)
        project = torch.from_numpy(enlarge @ reduce).float()  # D⁺D
        self.register_buffer("project", project, persistent=False)

    def forward(self, low: torch.Tensor) -> torch.Tensor:
        """Return the restored faces."""
        return self.see(low)[0]

    def see(self, low: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the restored faces and the n×channels×side×side features they were made from."""
        with torch.autocast(low.device.type, enabled=False):  # bfloat16 is too coarse for pixels
            start = self.enlarge @ low.float() @ self.enlarge.T
        detail, features = self.detail(start)
        with torch.autocast(low.device.type, enabled=False):
            if self.spec.exact:
                detail = detail - self.project @ detail @ self.project.T
            return start + detail, features


def build(spec: Spec) -> Atlas:
    """Return a network that starts as its enlargement: He-normal weights, the last layer zero.

    The second convolution of each block starts at a tenth, so that many of them add up gently.
    """
    network = Atlas(spec)
    initialise(network)
    return network


def initialise(network: Trunk) -> None:
    """Give a trunk He-normal weights; see `build`."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]  # all here have one
    with torch.no_grad():
        if network.spec.placed:
            network.place.normal_(0, 0.5)
        for module in network.modules():
            if isinstance(module, ResidualBlock):
                module.body[-1].weight.mul_(0.1)  # type: ignore[operator]  # a convolution's
            elif isinstance(module, Exchange):
                module.spread.weight.zero_()
        network.tail.weight.zero_()
