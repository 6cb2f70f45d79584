"""What is done alike to a sharp picture and its degraded one."""

from __future__ import annotations

import numpy as np
import torch

from fhgui.core.arrays import Pixels
from fhgui.training.degradation.counter import Random


def to_pixels(batch: torch.Tensor) -> Pixels:
    """Return B×H×W×3 uint8 of B×3×H×W on the 0–255 scale, rounded half up and clipped."""
    rounded = torch.floor(batch.double() + 0.5).clamp(0, 255)
    return np.ascontiguousarray(rounded.to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy())


def mirror(batch: torch.Tensor, random: Random) -> torch.Tensor:
    """Mirror half of the samples left to right."""
    return _where(random, "mirror", batch.flip(-1), batch)


def turn(batch: torch.Tensor, random: Random) -> torch.Tensor:
    """Put each (square) sample into one of the eight positions of a square."""
    turned = _where(random, "transpose", batch.transpose(-1, -2), batch)
    return mirror(_where(random, "upside down", turned.flip(-2), turned), random)


def crop(
    batches: tuple[torch.Tensor, ...], sides_px: tuple[int, ...], random: Random
) -> tuple[torch.Tensor, ...]:
    """Cut the same random square from batches of different resolution.

    Parameters
    ----------
    batches : each B×C×H×W; the first has the lowest resolution, which the others' are
        multiples of, and its pixels are where squares begin.
    sides_px : side of the square in each of them.
    """
    height, width = batches[0].shape[-2:]
    top = (random.uniform("top") * (height - sides_px[0] + 1)).long()
    left = (random.uniform("left") * (width - sides_px[0] + 1)).long()
    return tuple(
        _cut(batch, top * (batch.shape[-2] // height), left * (batch.shape[-1] // width), side)
        for batch, side in zip(batches, sides_px, strict=True)
    )


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
