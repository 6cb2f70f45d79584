"""What is known about bicubic interpolation before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.method import MethodInfo

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
class Config:
    """Bicubic interpolation has no settings."""
