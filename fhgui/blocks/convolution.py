"""Convolution units and the folding of batch norm: what every network here is made of."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import TypeVar

import torch
from torch import nn

N = TypeVar("N", bound=nn.Module)


def same_conv(inputs: int, outputs: int, *, kernel: int = 3, dilation: int = 1) -> nn.Conv2d:
    """Return a convolution that keeps the size of its input (zero padding)."""
    return nn.Conv2d(inputs, outputs, kernel, padding=dilation * (kernel // 2), dilation=dilation)


def conv_bn_relu(inputs: int, outputs: int, *, dilation: int = 1) -> nn.Sequential:
    """Return 3×3 convolution, batch norm, ReLU."""
    return nn.Sequential(
        same_conv(inputs, outputs, dilation=dilation), nn.BatchNorm2d(outputs), nn.ReLU()
    )


def conv_relu(inputs: int, outputs: int, *, dilation: int = 1) -> nn.Sequential:
    """Return 3×3 convolution, ReLU."""
    return nn.Sequential(same_conv(inputs, outputs, dilation=dilation), nn.ReLU())


class Folded(nn.Identity):
    """Stands where a batch norm was that is now part of the convolution before it."""


def fold_batch_norm(network: N) -> N:
    """Return a copy in evaluation mode with each batch norm folded into the convolution before it.

    ``γ (w∗x + b − μ)/√(v+ε) + β`` is one convolution with weights ``w γ/√(v+ε)``; the folded
    network gives the same output up to rounding, and is faster.
    """
    folded = copy.deepcopy(network).eval()
    fold_in_place(folded)
    return folded


def fold_in_place(network: nn.Module) -> None:
    """Fold each batch norm of a network in evaluation mode into the convolution before it."""
    for parent in network.modules():
        if isinstance(parent, nn.Sequential):
            _fold_children(parent)


def _fold_children(parent: nn.Sequential) -> None:
    layers = list(parent)
    for i, (first, second) in enumerate(pairwise(layers)):
        if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
            parent[i] = nn.utils.fuse_conv_bn_eval(first, second)
            parent[i + 1] = Folded()


def count_parameters(network: nn.Module) -> int:
    """Return how many numbers a network learns."""
    return sum(p.numel() for p in network.parameters())


def seeded(seed: int) -> torch.Generator:
    """Return a CPU generator of its own, so that no code depends on torch's global state."""
    return torch.Generator().manual_seed(seed)
