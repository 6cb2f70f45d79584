"""A moving average of a network's weights: smoother than the last step's, often better."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move a moving average towards a network: ``a ← decay·a + (1 − decay)·w``, buffers too."""
    old, new = _tensors(average), _tensors(network)
    floating = [i for i, value in enumerate(old) if value.dtype.is_floating_point]
    moved, towards = [old[i] for i in floating], [new[i] for i in floating]
    if moved:  # one launch for many tensors: on a card each would cost as much as the step
        torch._foreach_lerp_(moved, towards, 1 - decay)
    for value, other in zip(old, new, strict=True):
        if not value.dtype.is_floating_point:
            value.copy_(other)


def _tensors(network: nn.Module) -> list[torch.Tensor]:
    return [*network.parameters(), *network.buffers()]
