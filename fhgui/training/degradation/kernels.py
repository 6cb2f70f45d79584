"""The bank of motion blur kernels of `fhgui.imaging.motion` as a tensor."""

from __future__ import annotations

from functools import lru_cache

import torch

from fhgui.imaging import motion


@lru_cache(maxsize=8)
def kernel_bank(count: int, smallest_px: int, largest_px: int, seed: int) -> torch.Tensor:
    """Return count×largest×largest float64 kernels; see `fhgui.imaging.motion.kernel_bank`."""
    return torch.from_numpy(motion.kernel_bank(count, smallest_px, largest_px, seed).copy())
