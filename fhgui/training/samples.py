"""What is done alike to a sharp picture and its degraded one."""

from __future__ import annotations

import numpy as np
import torch

from fhgui.core.arrays import Pixels
from fhgui.imaging.colour import LUMA
from fhgui.training.degradation.counter import Random


def to_pixels(batch: torch.Tensor) -> Pixels:
    """Return B×H×W×3 uint8 of B×3×H×W on the 0–255 scale, rounded half up and clipped."""
    rounded = torch.floor(batch.double() + 0.5).clamp(0, 255)
    return np.ascontiguousarray(rounded.to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy())


def luma_of(batch: torch.Tensor) -> torch.Tensor:
    """Return B×1×H×W luma of B×3×H×W R-G-B, or of a difference, on any linear scale."""
    weights = torch.from_numpy(LUMA).to(batch)
    return torch.einsum("bchw,c->bhw", batch, weights)[:, None]


def mirror(batch: torch.Tensor, random: Random) -> torch.Tensor:
    """Mirror half of the samples left to right."""
    return _where(random, "mirror", batch.flip(-1), batch)


def turn(batch: torch.Tensor, random: Random) -> torch.Tensor:
    """Put each (square) sample into one of the eight positions of a square."""
    turned = _where(random, "transpose", batch.transpose(-1, -2), batch)
    return mirror(_where(random, "upside down", turned.flip(-2), turned), random)


def crop(
    batches: tuple[torch.Tensor, ...],
    sides_px: tuple[int, ...],
    random: Random,
    within: torch.Tensor | None = None,
) -> tuple[torch.Tensor, ...]:
    """Cut the same random square from batches of different resolution.

    Parameters
    ----------
    batches : each B×C×H×W; the first has the lowest resolution, which the others' are
        multiples of, and its pixels are where squares begin.
    sides_px : side of the square in each of them.
    within : B×4 whole pixels of the first, left, top, right, bottom (right and bottom excluded):
        the part of each sample that squares lie in, as far as it holds one.
    """
    height, width = batches[0].shape[-2:]
    if within is None:
        within = torch.tensor([[0, 0, width, height]]).expand(len(batches[0]), 4)
    left = _begin(random.uniform("left"), within[:, 0], within[:, 2], sides_px[0], width)
    top = _begin(random.uniform("top"), within[:, 1], within[:, 3], sides_px[0], height)
    return tuple(
        _cut(batch, top * (batch.shape[-2] // height), left * (batch.shape[-1] // width), side)
        for batch, side in zip(batches, sides_px, strict=True)
    )


def _begin(
    share: torch.Tensor, low: torch.Tensor, high: torch.Tensor, side: int, most: int
) -> torch.Tensor:
    """Return where runs of ``side`` begin that lie between ``low`` and ``high`` if they can."""
    room = (high - low - side + 1).clamp(min=1)
    return (low + (share * room).long()).clamp(0, most - side)


def _cut(batch: torch.Tensor, top: torch.Tensor, left: torch.Tensor, side: int) -> torch.Tensor:
    along = torch.arange(side, device=batch.device)
    rows = (top.to(batch.device)[:, None] + along)[:, None, :, None]
    columns = (left.to(batch.device)[:, None] + along)[:, None, None, :]
    sample = torch.arange(len(batch), device=batch.device)[:, None, None, None]
    channel = torch.arange(batch.shape[1], device=batch.device)[None, :, None, None]
    return batch[sample, channel, rows, columns]


def _where(random: Random, name: str, changed: torch.Tensor, plain: torch.Tensor) -> torch.Tensor:
    chosen = (random.uniform(name) < 0.5).to(plain.device)
    return torch.where(chosen[:, None, None, None], changed, plain)
