"""Trained weights that cost nothing to make."""

from __future__ import annotations

from pathlib import Path

import torch

from fhgui.methods.srcnn.network import Spec, build
from fhgui.training.export import register, write_weights


def tiny_srcnn(folder: Path, seed: int = 0) -> Path:
    """Write a tiny SRCNN with its card, as a training leaves it; return the weights."""
    path = folder / "weights.safetensors"
    spec = Spec(filters=(4, 3), kernels=(3, 1, 3))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        write_weights(build(spec), path, {"method": "srcnn", "part": "network"}, spec)
    register(path, {"data": ["invented"], "terms": "none"})
    return path
