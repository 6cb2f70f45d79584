"""Structural similarity as a loss, and what blurring takes away: both as matrices on either side.

Batches are B×C×n×n or B×C×h×w float32 on the 0–255 scale. Products of grey levels need more than
bfloat16's three digits: autocast is off in here.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from fhgui.imaging.resize import gather
from fhgui.training.degradation.linear import gaussian_matrices

RADIUS_PX, SIGMA_PX = 5, 1.5
"""Of the 11×11 Gaussian window g."""
C1, C2 = 6.55, 58.98
"""As printed below Eq. 3 of paper 002."""


def mean_ssim(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the mean of the SSIM map, Eq. 3 of paper 002, each colour by itself.

    Windows are mirrored at the edges, so that the map is as large as the pictures.
    """
    with torch.autocast(x.device.type, enabled=False):
        x, y = x.float(), y.float()
        # the truth apart: where it needs no gradient two fifths of the work are saved
        mu_1, square_1, product = _window(torch.cat([x, x * x, x * y], 1)).chunk(3, 1)
        mu_2, square_2 = _window(torch.cat([y, y * y], 1)).chunk(2, 1)
        mu_11, mu_22, mu_12 = mu_1 * mu_1, mu_2 * mu_2, mu_1 * mu_2
        sigma_11, sigma_22, sigma_12 = square_1 - mu_11, square_2 - mu_22, product - mu_12
        above = (2 * mu_12 + C1) * (2 * sigma_12 + C2)
        below = (mu_11 + mu_22 + C1) * (sigma_11 + sigma_22 + C2)
        return (above / below).mean()


def residual(x: torch.Tensor, sigma_px: float) -> torch.Tensor:
    """Return x − g∗x: the detail finer than a Gaussian of σ = ``sigma_px``."""
    with torch.autocast(x.device.type, enabled=False):
        x = x.float()
        down = _gaussian(x.shape[-2], x.shape[-2], sigma_px, x.device)
        across = _gaussian(x.shape[-1], x.shape[-1], sigma_px, x.device)
        return x - down @ x @ across.T


def reduced(x: torch.Tensor, reduction: int) -> torch.Tensor:
    """Return the pictures blurred by σ = (s − 1)/3 and sampled at every s-th pixel."""
    if reduction == 1:
        return x.float()
    sigma_px = (reduction - 1) / 3
    down = _gaussian(x.shape[-2], x.shape[-2] // reduction, sigma_px, x.device)
    across = _gaussian(x.shape[-1], x.shape[-1] // reduction, sigma_px, x.device)
    return down @ x.float() @ across.T


def _window(x: torch.Tensor) -> torch.Tensor:
    return _taps(x.shape[-2], x.device) @ x @ _taps(x.shape[-1], x.device).T


@lru_cache(maxsize=32)
def _taps(n: int, device: torch.device) -> torch.Tensor:
    """Return the n×n matrix of one axis of g."""
    offsets = np.arange(-RADIUS_PX, RADIUS_PX + 1)
    weights = np.exp(-(offsets**2) / (2 * SIGMA_PX**2))
    rows = np.broadcast_to(weights / weights.sum(), (n, len(offsets)))
    matrix = gather(rows, np.arange(n)[:, None] + offsets, n)
    return torch.from_numpy(matrix).float().to(device)


@lru_cache(maxsize=32)
def _gaussian(n_in: int, n_out: int, sigma_px: float, device: torch.device) -> torch.Tensor:
    sigma = torch.tensor([sigma_px], dtype=torch.float64)
    return gaussian_matrices(sigma, n_in, n_out)[0].float().to(device)
