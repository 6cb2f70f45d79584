"""Spatial transformers: a network that sees how a face is turned, and the sampling undoing it.

A *similarity* here is (angle in radians, scale, t₁, t₂) and maps places of the upright face to
places of the turned one, ``x ↦ scale · R(angle) x + t``, R = [[cos, −sin], [sin, cos]], both about
the middle of their grids. Networks measure t in half widths of their grid, everything else in
pixels of the low-resolution input (`in_pixels`).
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import torch
from torch import nn
from torch.nn import functional


class Seen(NamedTuple):
    """What a straightening network makes of faces.

    Parameters
    ----------
    output : n×3×H×W on the 0–1 scale, upright, not clipped.
    similarities : of each transformer in turn, n×4, t in pixels of the input; composed they map
        the upright face to the input.
    """

    output: torch.Tensor
    similarities: tuple[torch.Tensor, ...]


def sample(
    features: torch.Tensor,
    similarity: torch.Tensor,
    *,
    beyond: Literal["border", "zeros"] = "border",
) -> torch.Tensor:
    """Return features seen upright: at each place x those of ``scale · R x + t``, bilinearly.

    Parameters
    ----------
    features : n×c×h×w.
    similarity : n×4; t in half widths, the outermost pixels' centres at ±1 (Jaderberg et al. 2015).
    beyond : the border's values go on (the protocols' turned faces do so too), or zeros.
    """
    with torch.autocast(features.device.type, enabled=False):  # bfloat16 is too coarse for places
        grid = functional.affine_grid(_matrix(similarity), list(features.shape), align_corners=True)
        upright = functional.grid_sample(
            features.float(), grid, padding_mode=beyond, align_corners=True
        )
    return upright.to(features.dtype)


def in_pixels(similarity: torch.Tensor, side_px: int, grid_px: int) -> torch.Tensor:
    """Return n×4 with t in pixels of the input.

    Parameters
    ----------
    similarity : n×4 with t in half widths of a grid of ``grid_px``² places, on which lie the
        ``side_px``² pixels of the input.
    """
    half_width_px = (grid_px - 1) / 2 * side_px / grid_px
    return torch.cat((similarity[:, :2], similarity[:, 2:] * half_width_px), dim=1)


def compose(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Return the similarity of a picture sampled by ``first``, then by ``second``; n×4 all.

    ``x ↦ A₁(A₂x)``: angles add, scales multiply.
    """
    moved = _linear(first) @ second[:, 2:, None]
    return torch.cat(
        (
            first[:, :1] + second[:, :1],
            first[:, 1:2] * second[:, 1:2],
            moved[..., 0] + first[:, 2:],
        ),
        dim=1,
    )


def invert(similarity: torch.Tensor) -> torch.Tensor:
    """Return the similarity that undoes n×4 others."""
    back = torch.stack((-similarity[:, 0], 1 / similarity[:, 1]), dim=1)
    linear = _linear(torch.cat((back, torch.zeros_like(back)), dim=1))
    return torch.cat((back, -(linear @ similarity[:, 2:, None])[..., 0]), dim=1)


def disagreement(told: torch.Tensor, true: torch.Tensor, radius_px: float) -> torch.Tensor:
    """Return the mean square distance, in squares of ``radius_px``, at which faces are sampled.

    Parameters
    ----------
    told, true : n×4, t in pixels.
    radius_px : of the circle about the middle whose points are compared.
    """
    linear = _linear(told) - _linear(true)  # a·I + b·J: moves all points of the circle alike
    turned = linear.square().sum(dim=(1, 2)) / 2
    shifted = (told[:, 2:] - true[:, 2:]).square().sum(dim=1) / radius_px**2
    return (turned + shifted).mean()


class Straightening(nn.Module):
    """The localisation network of a spatial transformer: features → n×4 similarity.

    It starts at the identity: the last layer's weights are zero.

    Parameters
    ----------
    layers : features n×c×h×w → n×k, ReLU at its end.
    seen : k. hidden : units of the layer between.
    """

    def __init__(self, layers: nn.Sequential, seen: int, hidden: int) -> None:
        super().__init__()
        self.layers = layers
        self.regress = nn.Sequential(nn.Linear(seen, hidden), nn.ReLU(), nn.Linear(hidden, 4))
        self.start_at_identity()

    def start_at_identity(self) -> None:
        """Make it say that nothing is turned, whatever it sees."""
        last = self.regress[-1]
        nn.init.zeros_(last.weight)  # type: ignore[arg-type]  # a linear layer's
        with torch.no_grad():
            last.bias.copy_(torch.tensor([0.0, 1.0, 0.0, 0.0]))  # type: ignore[operator]

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return n×4 float32."""
        with torch.autocast(features.device.type, enabled=False):
            seen = self.layers(features.float()).flatten(1)
            similarity: torch.Tensor = self.regress(seen)
        return similarity


def unpadded(inputs: int, outputs: int, kernel: int) -> tuple[nn.Module, nn.Module]:
    """Return a convolution without padding, and ReLU."""
    return nn.Conv2d(inputs, outputs, kernel), nn.ReLU()


def degrees(similarity: torch.Tensor) -> torch.Tensor:
    """Return the n angles in degrees, −180 … 180."""
    angle = torch.rad2deg(similarity[:, 0])
    return (angle + 180) % 360 - 180


def from_turn(angle_deg: torch.Tensor, scale: torch.Tensor, shift_px: torch.Tensor) -> torch.Tensor:
    """Return n×4 of n angles, n scales and n×2 shifts."""
    return torch.cat((angle_deg[:, None] * math.pi / 180, scale[:, None], shift_px), dim=1)


def _linear(similarity: torch.Tensor) -> torch.Tensor:
    """Return n×2×2, scale · R."""
    cos = similarity[:, 1] * torch.cos(similarity[:, 0])
    sin = similarity[:, 1] * torch.sin(similarity[:, 0])
    return torch.stack((cos, -sin, sin, cos), dim=1).view(-1, 2, 2)


def _matrix(similarity: torch.Tensor) -> torch.Tensor:
    """Return n×2×3 for `affine_grid`."""
    return torch.cat((_linear(similarity), similarity[:, 2:, None]), dim=2)
