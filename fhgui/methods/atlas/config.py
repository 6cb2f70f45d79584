"""What is known about ``atlas`` before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.method import MethodInfo
from fhgui.methods.common import Settings

INFO = MethodInfo(
    id="atlas",
    title="Atlas",
    paper="The house model of fhgui: null-space restoration on the grid of the evidence, with "
    "learned places and global exchange (described in fhgui.methods.atlas)",
    purpose="The most faithful restoration of a clean, aligned face at 16 pixels: it keeps what "
    "the pixels fix exactly and fills in only what they leave open.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(("bicubic", "Bicubic"), ("evidence", "Fixed by the evidence"), ("result", "Atlas")),
    degradation="bicubic",
    assets=(
        ("weights", "atlas/network.safetensors"),
        ("weights", "atlas/error-scale.safetensors"),
    ),
    generative=True,
    estimates_error=True,
)


@dataclass(frozen=True)
class Config(Settings):
    """Settings of Atlas."""

    mirrored: bool = True
    """Restore the mirrored face too and take the mean of both: .1 dB better, twice the time."""
