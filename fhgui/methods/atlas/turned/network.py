"""The network of Atlas behind two spatial transformers."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import same_conv
from fhgui.blocks.straightening import Seen, Straightening, compose, in_pixels, sample, unpadded
from fhgui.imaging.resize import resize_matrix
from fhgui.methods.atlas import network


@dataclass(frozen=True)
class Spec(network.Spec):
    """Shape of the network; it is stored with the weights."""

    exact: bool = False
    """Never: the evidence does not lie on the grid of the result."""
    stn_filters: tuple[int, ...] = (96, 96)
    """Of the two convolutions of each transformer."""
    stn_hidden: int = 128
    """Units of the layer before a transformer's last."""


class TurnedAtlas(network.Trunk):
    """``x̂ = x₀ + N(x₀, m)``: x₀ is the bicubically enlarged face, sampled upright.

    ``x₀ = (By) ∘ A₁ ∘ A₂``, A₁ what the first transformer tells of y, A₂ what the second tells of
    ``(By) ∘ A₁``, reduced again. m is the share of each cell that lies inside the crop.

    Input n×3×16×16 float32 R-G-B in [0, 1]; output n×3×128×128 on the same scale, not clipped.

    Parameters
    ----------
    spec : shape of the network.
    """

    enlarge: torch.Tensor

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.stn = _transformer(spec)
        self.refine = _transformer(spec)
        self.known = same_conv(1, spec.channels)
        enlarge = torch.from_numpy(resize_matrix(spec.side, spec.scale * spec.side)).float()
        self.register_buffer("enlarge", enlarge, persistent=False)

    def forward(self, low: torch.Tensor) -> torch.Tensor:
        """Return the upright faces."""
        return self.see(low).output

    def see(self, low: torch.Tensor) -> Seen:
        """Return the upright faces and how they were turned."""
        side, scale = self.spec.side, self.spec.scale
        with torch.autocast(low.device.type, enabled=False):
            large = self.enlarge @ low.float() @ self.enlarge.T
            first = in_pixels(self.stn(2 * low.float() - 1), side, side)
            nearly = functional.avg_pool2d(sample(large, self._on_large(first)), scale)
            second = in_pixels(self.refine(2 * nearly - 1), side, side)
            told = self._on_large(compose(first, second))
            start = sample(large, told)
            inside = functional.avg_pool2d(
                sample(torch.ones_like(large[:, :1]), told, beyond="zeros"), scale
            )
        detail, _ = self.detail(start, self.known(inside - 1))
        return Seen(start + detail, (first, second))

    def _on_large(self, similarity: torch.Tensor) -> torch.Tensor:
        """Return t in half widths of the large grid, of t in pixels of the input."""
        half_width_px = (self.spec.side - 1 / self.spec.scale) / 2
        return torch.cat((similarity[:, :2], similarity[:, 2:] / half_width_px), dim=1)


def build(spec: Spec) -> TurnedAtlas:
    """Return the network; the transformers start at the identity, the detail at zero."""
    made = TurnedAtlas(spec)
    network.initialise(made)
    with torch.no_grad():
        made.known.weight.zero_()
        for transformer in (made.stn, made.refine):
            transformer.start_at_identity()
    return made


def _transformer(spec: Spec) -> Straightening:
    first, second = spec.stn_filters
    layers = nn.Sequential(*unpadded(3, first, 5), nn.MaxPool2d(2), *unpadded(first, second, 5))
    return Straightening(layers, 4 * second, spec.stn_hidden)
