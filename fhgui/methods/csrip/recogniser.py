"""Who a face is by its fine detail: SqueezeNet on residual images, C-SRIP's identity prior."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

FIRES = (
    (16, 64),
    (16, 64),
    (32, 128),
    (32, 128),
    (48, 192),
    (48, 192),
    (64, 256),
    (64, 256),
)
"""Filters of the squeeze and of each expand convolution, fire modules 2 to 9 (Iandola et al. 2016,
table 1); after the third and the seventh the maps are halved."""
FIRST_FILTERS = 96
HALVED_AFTER = (2, 6)
RESIDUAL_SCALE = 16.0
"""Residual images are divided by this many grey levels, about their spread at 192×192."""


@dataclass(frozen=True)
class RecogniserSpec:
    """Shape of a recogniser; it is stored with its weights. The defaults are SqueezeNet 1.0's."""

    side_px: int = 192
    """Side of the faces that it is trained on."""
    people: int = 1
    """Whom it tells apart."""
    width: float = 1.0
    """Filters as a share of SqueezeNet's."""
    batch_norm: bool = False
    """Whether every convolution but the last is normalised: it then learns from fewer pictures."""
    dropout: float = 0.5
    """Share of the last features that is dropped in training."""


class Fire(nn.Module):
    """``relu([expand 1×1, expand 3×3](relu(squeeze 1×1(x))) + bypass(x))``.

    The bypass is 1×1 where the channels change ("complex bypass", ibid., figure 2), else x itself.
    """

    def __init__(self, inputs: int, squeezed: int, expanded: int, *, batch_norm: bool) -> None:
        super().__init__()
        self.squeeze = _unit(inputs, squeezed, 1, batch_norm=batch_norm)
        self.expand_1 = _unit(squeezed, expanded, 1, batch_norm=batch_norm)
        self.expand_3 = _unit(squeezed, expanded, 3, batch_norm=batch_norm)
        same = inputs == 2 * expanded
        self.bypass = nn.Identity() if same else nn.Conv2d(inputs, 2 * expanded, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return n×2·expanded×h×w of n×inputs×h×w."""
        squeezed = functional.relu(self.squeeze(x))
        expanded = torch.cat([self.expand_1(squeezed), self.expand_3(squeezed)], 1)
        return functional.relu(expanded + self.bypass(x))


class Recogniser(nn.Module):
    """n×3×H×W residual images in grey levels → n×people logits; sides of 32 pixels or more."""

    def __init__(self, spec: RecogniserSpec) -> None:
        super().__init__()
        self.spec = spec
        norm = spec.batch_norm
        channels = _share(FIRST_FILTERS, spec)
        first = nn.Conv2d(3, channels, 7, stride=2, padding=3, bias=not norm)
        layers: list[nn.Module] = [first, *_norms(channels, norm), nn.ReLU(), _halving()]
        for number, (squeezed, expanded) in enumerate(FIRES):
            wide = _share(expanded, spec)
            layers.append(Fire(channels, _share(squeezed, spec), wide, batch_norm=norm))
            channels = 2 * wide
            if number in HALVED_AFTER:
                layers.append(_halving())
        self.features = nn.Sequential(*layers)
        self.dropout = nn.Dropout(spec.dropout)
        self.classify = nn.Conv2d(channels, spec.people, 1)

    def forward(self, residual: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        x = (residual / RESIDUAL_SCALE).contiguous(memory_format=torch.channels_last)
        maps = self.classify(self.dropout(self.features(x)))
        logits: torch.Tensor = maps.float().mean((2, 3))
        return logits


def build(spec: RecogniserSpec) -> Recogniser:
    """Return a recogniser to be trained: He-normal, the classes nearly alike at first."""
    network = Recogniser(spec)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    nn.init.normal_(network.classify.weight, std=0.01)
    return network


def _unit(inputs: int, outputs: int, kernel: int, *, batch_norm: bool) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=not batch_norm)
    return nn.Sequential(convolution, *_norms(outputs, batch_norm))


def _norms(channels: int, batch_norm: bool) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels)] if batch_norm else []


def _halving() -> nn.MaxPool2d:
    return nn.MaxPool2d(3, stride=2, ceil_mode=True)


def _share(filters: int, spec: RecogniserSpec) -> int:
    return max(4, round(filters * spec.width / 4) * 4)
