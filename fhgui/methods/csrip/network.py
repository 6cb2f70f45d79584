"""The cascaded network of C-SRIP: three modules that double, and what each of them shows.

kXnY below = X×X convolution with Y filters, as in the paper; LReLU has the slope .2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from fhgui.blocks.convolution import same_conv
from fhgui.blocks.enlarging import enlarged

MODULES = 3
FILTERS = (512, 256, 128)
"""Of the paper's modules 1, 2 and 3, which work at 24, 48 and 96 pixels."""
LAST_INPUTS, LAST_FILTERS = 64, 128
"""Of the residual block at the full size."""
SLOPE = 0.2
MEAN = 0.5
"""Subtracted from the input and added to what is made from nothing."""
SMALL = 0.1
"""How large the last convolutions begin: results are nearly grey at first; bicubic with zero."""


@dataclass(frozen=True)
class Spec:
    """Shape of the network; it is stored with its weights. The defaults are the paper's."""

    width: tuple[float, ...] = (1.0, 1.0, 1.0)
    """Filters of modules 1, 2 and 3 as a share of the paper's; the full size goes with module 3."""
    blocks: tuple[int, ...] = (7, 7, 7)
    """Residual blocks of each module."""
    kernel: int = 9
    """Side of the first convolution and of those that make pictures."""
    cascade: bool = True
    """Off: all residual blocks work on the input's grid, the three doublings follow them."""
    branches: bool = True
    """Whether modules 1 and 2 make pictures too: a cascade can be supervised there."""
    adds_bicubic: bool = False
    """Whether each picture is added to the bicubic enlargement of the input, so that a short
    training need not learn that first; the paper's are made from nothing."""

    @property
    def filters(self) -> tuple[int, int, int]:
        """Filters of the modules' residual blocks."""
        first, second, third = (
            max(4, round(n * share / 4) * 4) for n, share in zip(FILTERS, self.width, strict=True)
        )
        return first, second, third

    @property
    def last(self) -> tuple[int, int]:
        """Channels into and out of the last residual block."""
        third = self.filters[2]
        return third * LAST_INPUTS // FILTERS[2], third * LAST_FILTERS // FILTERS[2]


class Block(nn.Module):
    """``skip(x) + unit(unit(x))``, unit = k3n + batch norm + LReLU; the sum is not activated."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.body = nn.Sequential(*_unit(inputs, outputs), *_unit(outputs, outputs))
        self.skip = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return n×outputs×h×w of n×inputs×h×w."""
        result: torch.Tensor = self.skip(x) + self.body(x)
        return result


class Csrip(nn.Module):
    """n×3×h×w on the 0–1 scale → pictures of 2h×2w, 4h×4w and 8h×8w, not clipped.

    Any h and w: every layer is a convolution or a shuffle.

    Parameters
    ----------
    spec : its shape; without `Spec.branches` there is the last picture only.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        _check(spec)
        self.spec = spec
        channels = [*spec.filters, spec.last[0]]
        first, kernel = channels[0], spec.kernel
        self.head = nn.Sequential(same_conv(3, first, kernel=kernel), nn.LeakyReLU(SLOPE))
        early = () if spec.cascade else _blocks(first, sum(spec.blocks))
        self.early = nn.Sequential(*early)
        counts = spec.blocks if spec.cascade else (0,) * MODULES
        self.modules_2x = nn.ModuleList(
            nn.Sequential(*_blocks(own, count), same_conv(own, 4 * after), nn.PixelShuffle(2))
            for own, after, count in zip(channels[:-1], channels[1:], counts, strict=True)
        )
        shown = channels[1:-1] if spec.branches else []
        self.branches = nn.ModuleList(same_conv(c, 3, kernel=kernel) for c in shown)
        self.last = Block(*spec.last)
        self.tail = same_conv(spec.last[1], 3, kernel=kernel)

    def forward(self, picture: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return the pictures, the largest last."""
        # as the pixels lie in memory: convolutions are faster so on the CPU
        centred = (picture - MEAN).contiguous(memory_format=torch.channels_last)
        x = self.early(self.head(centred))
        made: list[torch.Tensor] = []
        for number, module in enumerate(self.modules_2x):
            x = module(x)
            if number < len(self.branches):
                made.append(self._shown(self.branches[number](x), picture))
        made.append(self._shown(self.tail(self.last(x)), picture))
        return tuple(made)

    def _shown(self, output: torch.Tensor, picture: torch.Tensor) -> torch.Tensor:
        """Return what a last convolution gives as a picture."""
        if not self.spec.adds_bicubic:
            return output + MEAN
        return output + enlarged(picture, output.shape[-1] // picture.shape[-1])


def build(spec: Spec) -> Csrip:
    """Return a network that can be trained from here: He-normal, every block nearly its skip.

    Doublings begin by repeating each pixel (Aitken et al. 2017).
    """
    network = Csrip(spec)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, SLOPE)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, Block):
                module.body[4].weight.mul_(SMALL)  # type: ignore[operator]  # a batch norm's
        for doubling in network.modules_2x:
            weight = doubling[-2].weight  # type: ignore[index]  # a sequence's convolution
            weight.copy_(weight[::4].repeat_interleave(4, 0))
        for convolution in (*network.branches, network.tail):
            convolution.weight.mul_(0 if spec.adds_bicubic else SMALL)
    return network


def _blocks(channels: int, count: int) -> Sequence[Block]:
    return [Block(channels, channels) for _ in range(count)]


def _unit(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return same_conv(inputs, outputs), nn.BatchNorm2d(outputs), nn.LeakyReLU(SLOPE)


def _check(spec: Spec) -> None:
    if len(spec.width) != MODULES or len(spec.blocks) != MODULES:
        raise ValueError(f"width and blocks are of {MODULES} modules")
    if spec.branches and not spec.cascade:
        raise ValueError("only a cascade makes pictures on its way")
    if spec.kernel % 2 == 0:
        raise ValueError(f"the kernel must be odd, not {spec.kernel}")
