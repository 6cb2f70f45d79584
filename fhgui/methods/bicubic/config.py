"""What is known about bicubic interpolation before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.method import MethodInfo
from fhgui.methods.common import Settings

INFO = MethodInfo(
    id="bicubic",
    title="Bicubic interpolation",
    paper="R. Keys, Cubic convolution interpolation for digital image processing, IEEE Trans. "
    "ASSP 29(6), 1981",
    purpose="The evidence enlarged and nothing added: look at it beside every other result.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(("bicubic", "Bicubic"),),
    degradation="bicubic",
    assets=(),
    generative=False,
)


@dataclass(frozen=True)
class Config(Settings):
    """Bicubic interpolation has no settings of its own."""

    consistent: bool = False
    """As for all methods, but off: this is the plain enlargement that all others are held
    against. With it, it is iterated back-projection, .54 dB better at ×8."""
