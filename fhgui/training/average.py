"""A moving average of a network's weights: smoother than the last step's, often better."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move a moving average towards a network: ``a ← decay·a + (1 − decay)·w``, buffers too."""
    new = network.state_dict()
    for name, value in average.state_dict().items():
        if value.dtype.is_floating_point:
            value.lerp_(new[name], 1 - decay)
        else:
            value.copy_(new[name])
