"""Settings of ``urdgn`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.method import MethodInfo
from fhgui.methods.common import Settings

INFO = MethodInfo(
    id="urdgn",
    title="UR-DGN",
    paper="X. Yu, F. Porikli, Ultra-Resolving Face Images by Discriminative Generative Networks, "
    "ECCV 2016",
    purpose="The network that TDN grew from, for aligned faces of 16 pixels: a baseline.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(("bicubic", "Bicubic"), ("result", "UR-DGN")),
    degradation="bicubic",
    assets=(("weights", "urdgn/network.safetensors"),),
    generative=True,
)


@dataclass(frozen=True)
class Config(Settings):
    """Settings of UR-DGN."""

    mirrored: bool = True
    """Restore the mirrored face too and take the mean of both: a little better, twice the time."""
