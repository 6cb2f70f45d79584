"""The discriminator of TDN: is this a real, upright face? It takes part in training only."""

from __future__ import annotations

import torch
from torch import nn

FILTERS = (32, 64, 128, 96)
"""Of its four convolutions; each halves the size, 128 → 8."""


class Discriminator(nn.Module):
    """n×3×128×128 on the 0–1 scale → n×1 logits, positive for real faces.

    Four times k5, pool 2, ReLU, spatial dropout; then 6144 → 1024 → 1 (the authors' code).

    Parameters
    ----------
    dropout : share of feature maps dropped; half of the 1024 units are.
    """

    def __init__(self, dropout: float = 0.2) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in zip((3, *FILTERS), FILTERS, strict=False):
            layers += [
                nn.Conv2d(inputs, outputs, 5, padding=2),
                nn.MaxPool2d(2),
                nn.ReLU(),
                nn.Dropout2d(dropout),
            ]
        self.layers = nn.Sequential(*layers, nn.Flatten())
        self.judge = nn.Sequential(
            nn.Linear(64 * FILTERS[-1], 1024), nn.ReLU(), nn.Dropout(0.5), nn.Linear(1024, 1)
        )

    def forward(self, faces: torch.Tensor) -> torch.Tensor:
        """Return the logits, float32."""
        logits: torch.Tensor = self.judge(self.layers(2 * faces - 1))
        return logits.float()
