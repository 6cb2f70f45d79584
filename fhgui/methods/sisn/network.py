"""The split-attention in split-attention network of paper 004 (section 3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import same_conv

SMALL = 0.1
"""Factor on initial weights whose output is added to something that is right already."""

Watch = Callable[[torch.Tensor, torch.Tensor], None]
"""Is given what goes into each ESAG and comes out, first to last, n×channels×h×w."""


@dataclass(frozen=True)
class Spec:
    """Shape of the network; it is stored with the weights. The defaults are the paper's."""

    scale: int = 8
    """Output size ÷ input size, a power of two."""
    groups: int = 10
    """G, groups (ESAG)."""
    blocks: int = 10
    """I, blocks (ISAB) in the path of facial details of a group."""
    channels: int = 64
    """C, features."""
    radix: int = 4
    """r, splits of the internal attention."""
    structure: bool = True
    """Whether groups have the path of facial structure ("w/o structure" of Table 1 has not)."""
    detail_attention: bool = True
    """Whether blocks have their attention ("w/o detail" of Table 1 has not)."""
    colours: int = 3
    """Channels of the picture."""
    mean: tuple[float, ...] = (0.4488, 0.4371, 0.4040)
    """Mean colour that is subtracted at the start and added at the end, 0–1."""


class Isa(nn.Module):
    """Internal-feature split attention (Eq. 6 and 7), n×C×h×w → n×C×h×w.

    ``split_i¹`` are r parts of C features each; ``w = softmax over i of g(mean over places of
    Σ_i split_i¹)`` gives r weights for each of the C features; the result is
    ``Σ_i w_i · split_i¹``.

    Parameters
    ----------
    channels, radix : C and r; C is a multiple of r.
    """

    def __init__(self, channels: int, radix: int) -> None:
        super().__init__()
        self.radix = radix
        wide = channels * radix
        self.split = nn.Sequential(
            nn.Conv2d(channels, wide, 3, padding=1, groups=radix, bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(),
        )
        self.judge = nn.Sequential(
            nn.Conv2d(channels, channels, 1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, wide, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the parts, weighed and added up."""
        parts = self.split(x)
        # channels last throughout, backwards too: any other order doubles the time of training
        last = parts.permute(0, 2, 3, 1).unflatten(-1, (self.radix, -1))
        # the mean over places of the sum is the sum of the means: one pass less over the parts
        means = last.sum((1, 2), dtype=torch.float32).sum(1) / (x.shape[2] * x.shape[3])
        scores = self.judge(means[..., None, None]).view(len(x), 1, 1, self.radix, -1)
        fused: torch.Tensor = (last * scores.softmax(3)).sum(3)
        return fused.permute(0, 3, 1, 2)


class Isab(nn.Module):
    """``relu(x + conv1×1(ISA(conv1×1(x))))``: block of facial details (Figure 1).

    Parameters
    ----------
    attention : whether it has its ISA.
    """

    def __init__(self, channels: int, radix: int, *, attention: bool = True) -> None:
        super().__init__()
        self.enter = nn.Sequential(
            nn.Conv2d(channels, channels, 1), nn.BatchNorm2d(channels), nn.ReLU()
        )
        self.attend = Isa(channels, radix) if attention else nn.Identity()
        self.leave = nn.Sequential(nn.Conv2d(channels, channels, 1), nn.BatchNorm2d(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return n×C×h×w of the same."""
        return functional.relu(x + self.leave(self.attend(self.enter(x))))


class Esag(nn.Module):
    """External-internal split attention group (Eq. 8 to 10): path of details + path of structure.

    The path of structure is one whole `Isab` as in the authors' code, where the paper writes ISA;
    it keeps its attention when the blocks of the other path lose theirs.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        channels, radix = spec.channels, spec.radix
        blocks = [
            Isab(channels, radix, attention=spec.detail_attention) for _ in range(spec.blocks)
        ]
        self.details = nn.Sequential(*blocks)
        self.finish = same_conv(channels, channels)
        self.structure = Isab(channels, radix) if spec.structure else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return n×C×h×w of the same."""
        details: torch.Tensor = self.finish(self.details(x))
        return details if self.structure is None else details + self.structure(x)


class Sisn(nn.Module):
    """``tail(up(features + body(features)))`` with ``features = head(picture − mean)``.

    Input n×c×h×w on the 0–1 scale, h and w of any size; output n×c×sh×sw, not clipped. The
    authors enlarge the input s-fold by repetition, turn every s×s pixels into channels and
    convolve; all s² places of a pixel hold the same value, so their weights add up to `head`'s.

    Raises
    ------
    ValueError
        If the scale is no power of two, or the channels are no multiple of the radix.
    """

    mean: torch.Tensor

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        if spec.scale < 2 or spec.scale & (spec.scale - 1):
            raise ValueError(f"the scale must be a power of two, not {spec.scale}")
        self.spec = spec
        channels = spec.channels
        self.head = same_conv(spec.colours, channels)
        self.groups = nn.ModuleList(Esag(spec) for _ in range(spec.groups))
        self.gather = same_conv(channels, channels)
        self.up = nn.Sequential()
        for _ in range(int(math.log2(spec.scale))):
            self.up.append(same_conv(channels, 4 * channels))
            self.up.append(nn.PixelShuffle(2))
        self.tail = same_conv(channels, spec.colours)
        # a constant of the shape, not a weight: it comes with the spec
        self.register_buffer("mean", torch.tensor(spec.mean).view(1, -1, 1, 1), persistent=False)

    def forward(self, picture: torch.Tensor, watch: Watch | None = None) -> torch.Tensor:
        """Return the enlarged pictures; ``watch`` sees what every group does."""
        # as the pixels lie in memory: convolutions are faster so on the CPU
        centred = (picture - self.mean).contiguous(memory_format=torch.channels_last)
        features = x = self.head(centred)
        for group in self.groups:
            before, x = x, group(x)
            if watch:
                watch(before, x)
        *before, last, _ = self.up
        features = features + self.gather(x)
        for layer in before:
            features = layer(features)
        return doubled(features, last, self.tail) + self.mean  # type: ignore[arg-type]  # a Conv2d


def doubled(x: torch.Tensor, last: nn.Conv2d, tail: nn.Conv2d) -> torch.Tensor:
    """Return ``tail(shuffle(last(x)))`` at a quarter of the cost, which is half of a shallow net's.

    No step between is nonlinear: inside they are one convolution to ``2²·c`` channels. Only the
    outermost pixels, where zeros are padded in between, are computed step by step.
    """
    if min(x.shape[-2:]) < 2:
        return _in_steps(x, last, tail)
    with torch.autocast(x.device.type, enabled=False):
        weight, bias = _composed(last, tail)
    inside = functional.pixel_shuffle(functional.conv2d(x, weight, bias, padding=2), 2)
    top = _in_steps(x[:, :, :2], last, tail)[:, :, :1]
    bottom = _in_steps(x[:, :, -2:], last, tail)[:, :, -1:]
    left = _in_steps(x[..., :2], last, tail)[:, :, 1:-1, :1]
    right = _in_steps(x[..., -2:], last, tail)[:, :, 1:-1, -1:]
    middle = torch.cat([left, inside[:, :, 1:-1, 1:-1], right], 3)
    return torch.cat([top, middle, bottom], 2)


def _in_steps(x: torch.Tensor, last: nn.Conv2d, tail: nn.Conv2d) -> torch.Tensor:
    shuffled: torch.Tensor = tail(functional.pixel_shuffle(last(x), 2))
    return shuffled


def _composed(last: nn.Conv2d, tail: nn.Conv2d) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the weight 4c×C×5×5 and the bias of both convolutions and the shuffle between."""
    # what one lit pixel in the middle of 5×5 becomes: a convolution turns its kernel round
    lit = functional.pad(last.weight.transpose(0, 1).flip(2, 3), (1, 1, 1, 1))
    spread = functional.conv2d(functional.pixel_shuffle(lit, 2), tail.weight, padding=1)
    weight = functional.pixel_unshuffle(spread, 2).flip(2, 3).transpose(0, 1)
    assert last.bias is not None  # same_conv's
    plain = last.bias[None, :, None, None].expand(-1, -1, 3, 3)
    dark = functional.conv2d(functional.pixel_shuffle(plain, 2), tail.weight, tail.bias)
    return weight, functional.pixel_unshuffle(dark[..., 1:3, 1:3], 2).flatten()


def build(spec: Spec) -> Sisn:
    """Return a network that can be trained from here: He-normal, every group begins as a ReLU.

    The last scale (γ) of each block is zero, and the paths of detail begin at a tenth, so that a
    hundred blocks train as fast at first as none do; and a network of few blocks a group can go on
    as one of many, whose further blocks change nothing at first. Sub-pixel convolutions begin by
    repeating each pixel (Aitken et al. 2017).
    """
    network = Sisn(spec)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, Isab):
                module.leave[1].weight.zero_()  # type: ignore[operator]  # a batch norm's
            elif isinstance(module, Esag) and spec.structure:
                module.finish.weight.mul_(SMALL)
        for convolution in (network.gather, network.tail):
            convolution.weight.mul_(SMALL)
        for layer in network.up:
            if isinstance(layer, nn.Conv2d):
                layer.weight.copy_(layer.weight[::4].repeat_interleave(4, 0))
    return network
