"""Settings of ``sisn`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.method import MethodInfo
from fhgui.methods.common import Settings

INFO = MethodInfo(
    id="sisn",
    title="SISN",
    paper="T. Lu et al., Face Hallucination via Split-Attention in Split-Attention Network, "
    "ACM Multimedia 2021",
    purpose="For a clean, aligned face of about 16 pixels, or of any other size, when structure "
    "and detail of the whole face are to be weighed against each other.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(("bicubic", "Bicubic"), ("result", "SISN")),
    degradation="bicubic",
    assets=(("weights", "sisn/network.safetensors"),),
    generative=True,
    any_size=True,
)


@dataclass(frozen=True)
class Config(Settings):
    """Settings of SISN."""

    mirrored: bool = True
    """Restore the mirrored face too and take the mean of both: a little better, twice the time."""
    attention_maps: bool = False
    """Whether what each group (ESAG) changes is a stage of its own: bright where it changes the
    features most, each on its own scale."""
