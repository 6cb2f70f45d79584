"""The bicubic enlargement of a batch, exactly as MATLAB makes it."""

from __future__ import annotations

from functools import lru_cache

import torch

from fhgui.imaging.resize import resize_matrix


def enlarged(x: torch.Tensor, scale: int) -> torch.Tensor:
    """Return B×C×sh×sw float32 of B×C×h×w, neither rounded nor clipped; never in half precision."""
    with torch.autocast(x.device.type, enabled=False):
        down = _matrix(x.shape[-2], scale * x.shape[-2], x.device)
        across = _matrix(x.shape[-1], scale * x.shape[-1], x.device)
        return down @ x.float() @ across.T


@lru_cache(maxsize=64)
def _matrix(n_in: int, n_out: int, device: torch.device) -> torch.Tensor:
    return torch.from_numpy(resize_matrix(n_in, n_out)).float().to(device)
