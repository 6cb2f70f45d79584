"""Settings of ``csrip`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fhgui.core.method import MethodInfo
from fhgui.core.setting import ModelFile
from fhgui.methods.common import Settings

WEIGHTS = "csrip/network"
"""Name of the shipped weights under ``models/``, without their ending."""
ENDING = ".safetensors"

SHARPENED = ("sharpened", "Sharpened (post-processing)")
"""Name and title of the stage that `Config.sharpened` adds."""

INFO = MethodInfo(
    id="csrip",
    title="C-SRIP",
    paper="K. Grm, W. J. Scheirer, V. Štruc, Face Hallucination Using Cascaded Super-Resolution "
    "and Identity Priors, IEEE Trans. Image Processing 29, 2020",
    purpose="For a blurred, roughly upright face of about 24 pixels with its surroundings, when "
    "who it is matters more than how crisp it looks, and to follow it from size to size.",
    scale=8,
    input_hw=(24, 24),
    output_hw=(192, 192),
    template="lfw192",
    stages=(
        ("bicubic", "Bicubic"),
        ("2x", "C-SRIP 2×, enlarged"),
        ("4x", "C-SRIP 4×, enlarged"),
        ("result", "C-SRIP 8×"),
    ),
    degradation="gaussian-wide",
    assets=(("weights", WEIGHTS + ENDING),),
    generative=True,
    any_size=True,
)


@dataclass(frozen=True)
class Config(Settings):
    """Settings of C-SRIP."""

    mirrored: bool = True
    """Restore the mirrored face too and take the mean of both: a little better, twice the time."""
    sharpened: bool = False
    """Whether the 8× picture is sharpened by the paper's 3×3 kernel (appendix A.2). That is
    post-processing: it looks crisper, and is farther from the true face."""
    weights: Annotated[str, ModelFile(ENDING)] = WEIGHTS
    """Weights: a path under the model folders or an absolute one, without ``.safetensors``; those
    of an ablation that was not supervised at 2× and 4× have no such stages."""
