"""The facial structure generation network of paper 003 (section 3.1.1, Table 1)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import same_conv, seeded

COLOURS, MASKS = 3, 4
"""Channels of the picture, and those of the masks: brows, eyes, nose, mouth."""

SMALL = 0.1
"""Factor on initial weights whose output is added to something that is right already."""


@dataclass(frozen=True)
class Spec:
    """Shape of the network; it is stored with the weights. The defaults are the paper's."""

    cells: int = 1
    """Side of the squares of pixels that it works on: their values become channels at the start
    and pixels again at the end. 1 keeps every pixel a place of its own, as the paper does."""
    channels: int = 64
    """Features."""
    blocks: int = 5
    """Residual blocks at each dilation."""
    dilations: tuple[int, ...] = (5, 4, 3, 2, 1)
    """Dilation of the blocks, in the order of the data; all 1 is the paper's "BL+M"."""
    masks: bool = True
    """Whether it sees the component masks ("BL" does not)."""
    local_skip: bool = True
    """Whether blocks add their input to their output ("B" does not)."""
    residual: bool = False
    """Whether it predicts what the enlarged picture lacks, instead of the whole result."""


class Block(nn.Module):
    """``x + conv(relu(conv(x)))``, both convolutions dilated; nothing follows the sum.

    Parameters
    ----------
    channels, dilation : features, and distance of the taps in places.
    skip : whether ``x`` is added; without it a ReLU keeps the two convolutions from being one.
    """

    def __init__(self, channels: int, dilation: int, *, skip: bool) -> None:
        super().__init__()
        self.first = same_conv(channels, channels, dilation=dilation)
        self.second = same_conv(channels, channels, dilation=dilation)
        self.skip = skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return n×C×h×w of the same."""
        change: torch.Tensor = self.second(functional.relu(self.first(x)))
        return x + change if self.skip else functional.relu(change)


class Fsgn(nn.Module):
    """``tail(first + gather(blocks(first)))`` with ``first = head(picture and masks)``.

    Input n×7×H×W: the picture enlarged to its final size, R-G-B on the 0–1 scale, then four
    masks, 0 or 1. Output n×3×H×W, not clipped. H and W are multiples of ``cells``.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        channels, area = spec.channels, spec.cells**2
        inputs = COLOURS + MASKS if spec.masks else COLOURS
        self.head = same_conv(inputs * area, channels)
        self.blocks = nn.Sequential(
            *(
                Block(channels, dilation, skip=spec.local_skip)
                for dilation in spec.dilations
                for _ in range(spec.blocks)
            )
        )
        self.gather = same_conv(channels, channels)
        self.tail = same_conv(channels, COLOURS * area)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        """Return the sharp pictures of what is seen."""
        cells, picture = self.spec.cells, seen[:, :COLOURS]
        taken = functional.pixel_unshuffle(seen if self.spec.masks else picture, cells)
        # as the pixels lie in memory: convolutions are faster so on the CPU
        first = self.head(taken.contiguous(memory_format=torch.channels_last))
        features = first + self.gather(self.blocks(first))
        result = functional.pixel_shuffle(self.tail(features), cells)
        return result + picture if self.spec.residual else result


def build(spec: Spec, seed: int = 0) -> Fsgn:
    """Return a network that can be trained from here: He-normal, every block begins near nothing.

    The paper does not say how its network begins; 25 blocks whose changes all count from the
    start diverge at any but a tiny rate. Masks count for nothing at first: with them a network
    begins as the same function as without, and its picture does not arrive weaker.
    """
    random, network = seeded(seed), Fsgn(spec)
    pictures = COLOURS * spec.cells**2
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                seen = pictures if module is network.head else module.in_channels
                drawn = torch.empty_like(module.weight[:, :seen]).contiguous()
                nn.init.kaiming_normal_(drawn, nonlinearity="relu", generator=random)
                module.weight.zero_()[:, :seen] = drawn
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        for convolution in _small(network):
            convolution.weight.mul_(SMALL)
    return network


def _small(network: Fsgn) -> list[nn.Conv2d]:
    """Return the convolutions whose output is added to something that is right already."""
    small = [network.gather]
    if network.spec.local_skip:
        small += [block.second for block in network.blocks if isinstance(block, Block)]
    if network.spec.residual:
        small.append(network.tail)
    return small
