"""Enlargement by nearest neighbours and convolution, computed on the small grid."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import nn
from torch.nn import functional


class UpConv(nn.Conv2d):
    """``conv(nearest×2(x))``, zero padding, of an odd kernel of 3 or 5: twice the size of x.

    Each of the four pixels that replace one sees only 3×3 different values: its weights on the
    large grid are 3×3 sums of them on the small one. ``W_pq = A_p W A_qᵀ`` for the phases p, q
    ∈ {0, 1} gives the same output up to rounding with, for a kernel of 5, 9/25 of the
    multiplications (for one of 3 with as many), in training too; `plain` is the definition.

    Parameters
    ----------
    inputs, outputs : channels. kernel : 3 or 5.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__(inputs, outputs, kernel, padding=kernel // 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # of torch: named ``input`` there
        """Return n×outputs×2h×2w of n×inputs×h×w."""
        phases = _phases(self.kernel_size[0], self.weight.device).to(self.weight.dtype)
        folded = torch.einsum("psi,oaij,qtj->opqast", phases, self.weight, phases)
        weight = folded.flatten(0, 2)
        bias = None if self.bias is None else self.bias.repeat_interleave(4)
        return functional.pixel_shuffle(functional.conv2d(x, weight, bias, padding=1), 2)

    def plain(self, x: torch.Tensor) -> torch.Tensor:
        """Return the same, computed on the large grid."""
        return super().forward(functional.interpolate(x, scale_factor=2, mode="nearest"))


COLOURS = 3
OFFSET = 3.0
"""Standard deviations that a picture is lifted above zero, so that ReLU lets it pass."""
MEAN, SPREAD = -0.1, 0.5
"""Of faces on the scale −1 … 1."""


def pass_through(layers: nn.Sequential) -> None:
    """Make convolutions with batch norm and ReLU between hand a picture on in three channels.

    Parameters
    ----------
    layers : ends in a convolution to R-G-B on −1 … 1; the first takes such a picture. Filters but
        the first three of each layer keep their weights, and so does the last layer at a tenth.
    """
    *_, last = layers
    with torch.no_grad():
        for layer in layers:
            if isinstance(layer, nn.BatchNorm2d):
                layer.bias[:COLOURS] = OFFSET
            elif isinstance(layer, nn.Conv2d) and layer is not last:
                _copy(layer, 1.0)
        last.weight.mul_(0.1)  # type: ignore[operator]  # a convolution's
        _copy(last, SPREAD)  # type: ignore[arg-type]
        last.bias.fill_(MEAN - OFFSET * SPREAD)  # type: ignore[operator]


def _copy(layer: nn.Conv2d, gain: float) -> None:
    middle = layer.kernel_size[0] // 2
    for colour in range(COLOURS):
        layer.weight[colour] = 0
        layer.weight[colour, colour, middle, middle] = gain


@lru_cache(maxsize=8)
def _phases(kernel: int, device: torch.device) -> torch.Tensor:
    """Return 2×3×kernel: which taps of the large grid fall on which pixel of the small one."""
    with torch.inference_mode(mode=False):  # else what is kept here could never train again
        phases = torch.zeros(2, 3, kernel)
        for phase in range(2):
            for tap in range(kernel):
                phases[phase, (phase + tap - kernel // 2) // 2 + 1, tap] = 1
        return phases.to(device)
