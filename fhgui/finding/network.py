"""The network that sees small faces: where their centres are, how wide they are.

Fully convolutional, four pixels a cell; after Zhou, Wang and Krähenbühl, "Objects as points",
2019: a face is a peak of the map of centres, and the maps beside it tell there how wide the face
is and where between the cells its centre lies.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

CELL_PX = 4
"""Pixels a cell; the centre of cell i is the centre of pixel 4i."""

USUAL_PX = 16.0
"""Face width that the map of widths calls 0."""

CENTRE, SHIFT_X, SHIFT_Y, WIDTH = range(4)
"""The maps: logit that a face's centre is in the cell; from the cell's centre to the face's, in
cells; logarithm of width ÷ `USUAL_PX`."""

RARE = -4.0
"""Logit of a face in a cell before anything was learned: most cells hold none."""


@dataclass(frozen=True)
class FinderSpec:
    """Shape of the network."""

    stem: int = 16
    """Filters of the first convolution; the second has twice as many."""
    channels: int = 48
    """Filters of all others."""
    blocks: int = 4
    """Residual blocks."""


class Finder(nn.Module):
    """Pictures n×3×H×W on the 0–1 scale → maps n×4×⌈H/4⌉×⌈W/4⌉.

    A cell sees 79 pixels each way (with four blocks): a face of 24 pixels and what is around it.

    Parameters
    ----------
    normalised : with batch norms, as it is trained; without them its convolutions do their work
        (`fhgui.blocks.convolution.fold_batch_norm`), as it is shipped.
    """

    def __init__(self, spec: FinderSpec, *, normalised: bool = True) -> None:
        super().__init__()
        self.spec = spec
        wide = 2 * spec.stem
        self.stem = nn.Sequential(
            *_unit(3, spec.stem, normalised, stride=2),
            nn.ReLU(),
            *_unit(spec.stem, wide, normalised, stride=2),
            nn.ReLU(),
            *_unit(wide, spec.channels, normalised),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(
            *(_Residual(spec.channels, normalised) for _ in range(spec.blocks))
        )
        self.head = nn.Sequential(
            nn.Conv2d(spec.channels, spec.channels, 1), nn.ReLU(), nn.Conv2d(spec.channels, 4, 1)
        )
        with torch.no_grad():
            last = self.head[-1]
            last.bias.copy_(  # type: ignore[operator]  # a convolution's
                torch.tensor([RARE, 0.0, 0.0, 0.0])
            )

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the four maps."""
        maps: torch.Tensor = self.head(self.blocks(self.stem(pictures - 0.5)))
        return maps


class _Residual(nn.Module):
    """Two convolutions beside which the features go on as they are."""

    def __init__(self, channels: int, normalised: bool) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_unit(channels, channels, normalised),
            nn.ReLU(),
            *_unit(channels, channels, normalised),
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return features of the same shape."""
        return torch.relu(features + self.layers(features))


def _unit(
    inputs: int, outputs: int, normalised: bool, stride: int = 1
) -> tuple[nn.Module, nn.Module]:
    """Return a 3×3 convolution and its batch norm, or nothing in its place."""
    norm = nn.BatchNorm2d(outputs) if normalised else nn.Identity()
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1), norm
