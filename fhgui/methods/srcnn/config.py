"""What is known about ``srcnn`` before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.method import MethodInfo
from fhgui.methods.common import Settings

INFO = MethodInfo(
    id="srcnn",
    title="SRCNN",
    paper="C. Dong, C. C. Loy, K. He, X. Tang, Image Super-Resolution Using Deep Convolutional "
    "Networks, IEEE Trans. PAMI 38(2), 2016",
    purpose="The first network for super-resolution: a baseline that sharpens what it sees "
    "within eight pixels and knows nothing of faces as wholes.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(("bicubic", "Bicubic"), ("result", "SRCNN")),
    degradation="bicubic",
    assets=(("weights", "srcnn/network.safetensors"),),
    generative=True,
)


@dataclass(frozen=True)
class Config(Settings):
    """SRCNN has no settings of its own."""
