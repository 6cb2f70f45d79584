"""What is known about ``vdsr`` before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.method import MethodInfo
from fhgui.methods.common import Settings

INFO = MethodInfo(
    id="vdsr",
    title="VDSR",
    paper="J. Kim, J. K. Lee, K. M. Lee, Accurate Image Super-Resolution Using Very Deep "
    "Convolutional Networks, CVPR 2016",
    purpose="A deep baseline: twenty convolutions that add what they have learned to be missing "
    "from the enlargement within twenty pixels.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(("bicubic", "Bicubic"), ("result", "VDSR")),
    degradation="bicubic",
    assets=(("weights", "vdsr/network.safetensors"),),
    generative=True,
)


@dataclass(frozen=True)
class Config(Settings):
    """VDSR has no settings of its own."""
