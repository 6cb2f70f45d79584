"""A small network beside a frozen one, which says how far each pixel of its result may be off."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import same_conv
from fhgui.blocks.faces import ResidualBlock

CENTRE, SPREAD = 0.5, 0.25
"""Mean and scale of faces on the 0–1 scale."""
USUAL = 6 / 255
"""Scale that an untrained head predicts everywhere, on the 0–1 scale."""
LOG_LIMIT = 4.0
"""Predictions stay within e^±4 of `USUAL`: a ninth of a grey level to more than all of them."""


@dataclass(frozen=True)
class HeadSpec:
    """Shape of the head; it is stored with its weights."""

    features: int = 128
    """Channels of the trunk's features."""
    side: int = 16
    """Height and width of the features: the input's grid."""
    scale: int = 8
    """Output size / input size."""
    hidden: int = 96
    """Filters of the head's convolutions."""
    blocks: int = 2
    """Residual blocks."""


class ErrorHead(nn.Module):
    """``b = USUAL · exp(S(tail(body(relu(W [norm(f), unshuffle(x̂)] + P)))))``.

    b is the scale of a Laplace density about the result x̂: ``p(x) = exp(−|x − x̂|/b) / 2b`` for
    the luma x of each pixel (Kendall and Gal 2017, "What Uncertainties Do We Need", with
    Laplace's density in place of Gauss's). f are the trunk's features, S shuffles depth to space,
    P is a map of places: on aligned faces it says where faces differ.

    Parameters
    ----------
    spec : shape of the head.
    """

    def __init__(self, spec: HeadSpec) -> None:
        super().__init__()
        self.spec = spec
        self.norm = nn.GroupNorm(1, spec.features)
        self.first = same_conv(spec.features + 3 * spec.scale**2, spec.hidden)
        self.place = nn.Parameter(torch.zeros(spec.hidden, spec.side, spec.side))
        self.body = nn.Sequential(*(ResidualBlock(spec.hidden) for _ in range(spec.blocks)))
        self.tail = same_conv(spec.hidden, spec.scale**2)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)  # type: ignore[arg-type]  # same_conv always has one

    def forward(self, features: torch.Tensor, restored: torch.Tensor) -> torch.Tensor:
        """Return log(b / `USUAL`), n×1×H×W within ±`LOG_LIMIT`.

        Parameters
        ----------
        features : n×features×side×side of the trunk.
        restored : n×3×H×W, its result on the 0–1 scale.
        """
        picture = functional.pixel_unshuffle(restored, self.spec.scale)
        seen = torch.cat((self.norm(features), (picture - CENTRE) / SPREAD), dim=1)
        hidden = functional.relu(self.first(seen) + self.place)
        logs = functional.pixel_shuffle(self.tail(self.body(hidden)), self.spec.scale)
        return LOG_LIMIT * torch.tanh(logs.float() / LOG_LIMIT)


def laplace_loss(logs: torch.Tensor, error: torch.Tensor) -> torch.Tensor:
    """Return the mean negative log-likelihood ``|e|/b + log(b / USUAL)`` of n×1×H×W errors.

    Parameters
    ----------
    logs : log(b / `USUAL`). error : on the 0–1 scale; only its size counts.
    """
    return (error.abs() / USUAL * torch.exp(-logs) + logs).mean()
