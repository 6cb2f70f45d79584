"""Resizing and blurs on batches: B×C×H×W float64 tensors on the 0–255 scale, edges mirrored."""

from __future__ import annotations

from functools import lru_cache

import torch
from scipy.fft import next_fast_len

from fhgui.imaging.resize import resize_matrix


def resize(x: torch.Tensor, out_hw: tuple[int, int]) -> torch.Tensor:
    """Return MATLAB's bicubic resize (`imaging.resize.imresize`), not rounded."""
    if tuple(x.shape[-2:]) == out_hw:
        return x
    down = _bicubic(x.shape[-2], out_hw[0], x.device)
    across = _bicubic(x.shape[-1], out_hw[1], x.device)
    return down @ x @ across.T


def gaussian(x: torch.Tensor, sigma_px: torch.Tensor, out_hw: tuple[int, int]) -> torch.Tensor:
    """Blur each sample with its own σ and take one sample a pixel of the ``out_hw`` grid.

    The same numbers as ``imaging.operators`` "gaussian"; ``out_hw`` = H×W only blurs.

    Parameters
    ----------
    sigma_px : B standard deviations in pixels of ``x``.
    """
    down = gaussian_matrices(sigma_px.to(x), x.shape[-2], out_hw[0])
    square = x.shape[-2] == x.shape[-1] and out_hw[0] == out_hw[1]
    across = down if square else gaussian_matrices(sigma_px.to(x), x.shape[-1], out_hw[1])
    return down[:, None] @ x @ across[:, None].mT


def blur_and_resize(
    x: torch.Tensor, sigma_px: torch.Tensor, out_hw: tuple[int, int]
) -> torch.Tensor:
    """Blur each sample with its own σ, then resize bicubically: both as one matrix an axis."""
    blurs = [gaussian_matrices(sigma_px.to(x), n, n) for n in dict.fromkeys(x.shape[-2:])]
    down = _bicubic(x.shape[-2], out_hw[0], x.device) @ blurs[0]
    across = _bicubic(x.shape[-1], out_hw[1], x.device) @ blurs[-1]
    return down[:, None] @ x @ across[:, None].mT


def gaussian_matrices(sigma_px: torch.Tensor, n_in: int, n_out: int) -> torch.Tensor:
    """Return B×n_out×n_in rows of Gaussian weights around the centres of the output pixels."""
    step = n_in / n_out
    places = torch.arange(n_in, device=sigma_px.device, dtype=sigma_px.dtype)
    centres = ((torch.arange(n_out, device=sigma_px.device) + 0.5) * step - 0.5).to(sigma_px.dtype)
    sigma = sigma_px.clamp(min=1e-3)[:, None, None]
    reach = torch.ceil(4 * sigma) + 1
    total = torch.zeros(len(sigma_px), n_out, n_in, device=sigma_px.device, dtype=sigma_px.dtype)
    for seen in (places, -1 - places, 2 * n_in - 1 - places):  # the pixel and its mirror images
        offset = seen[None, None] - torch.floor(centres)[None, :, None]
        near = (offset >= -reach) & (offset <= reach + 1)
        distance = seen[None, None] - centres[None, :, None]
        total += torch.where(near, torch.exp(-(distance**2) / (2 * sigma**2)), 0.0)
    return total / total.sum(dim=-1, keepdim=True)


def convolve(x: torch.Tensor, kernels: torch.Tensor) -> torch.Tensor:
    """Convolve each sample with its own k×k kernel (k odd), by FFT.

    Parameters
    ----------
    kernels : B×k×k; k//2 must not exceed the height or width of ``x``.
    """
    radius = kernels.shape[-1] // 2
    height, width = x.shape[-2:]
    padded = x[..., _mirrored(height, radius, x.device), :]
    padded = padded[..., _mirrored(width, radius, x.device)]
    size = next_fast_len(height + 2 * radius, True), next_fast_len(width + 2 * radius, True)
    spectrum = torch.fft.rfft2(padded, s=size) * torch.fft.rfft2(kernels.to(x), s=size)[:, None]
    whole: torch.Tensor = torch.fft.irfft2(spectrum, s=size)
    return whole[..., 2 * radius : 2 * radius + height, 2 * radius : 2 * radius + width]


def round_8bit(x: torch.Tensor) -> torch.Tensor:
    """Return values rounded half up and clipped to 0–255, still floats."""
    return torch.floor(x + 0.5).clamp(0, 255)


@lru_cache(maxsize=64)
def _bicubic(n_in: int, n_out: int, device: torch.device) -> torch.Tensor:
    return torch.from_numpy(resize_matrix(n_in, n_out)).to(device)


@lru_cache(maxsize=64)
def _mirrored(n: int, radius: int, device: torch.device) -> torch.Tensor:
    places = torch.arange(-radius, n + radius, device=device) % (2 * n)
    return torch.where(places < n, places, 2 * n - 1 - places)
