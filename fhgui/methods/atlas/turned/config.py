"""Settings of ``atlas_turned`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fhgui.core.method import MethodInfo

INFO = MethodInfo(
    id="atlas_turned",
    title="Atlas for turned faces",
    paper="The house model of fhgui behind the two spatial transformers of X. Yu, F. Porikli, Face "
    "Hallucination with Tiny Unaligned Images, AAAI 2017 (described in fhgui.methods.atlas.turned)",
    purpose="For a face of about 16 pixels that is turned, or too small for landmarks to be "
    "found: it needs a crop only.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(
        ("bicubic", "Bicubic"),
        ("stn1", "Straightened by STN1"),
        ("stn2", "Straightened by STN1 and STN2"),
        ("result", "Atlas for turned faces"),
    ),
    degradation="bicubic",
    assets=(("weights", "atlas_turned/network.safetensors"),),
    generative=True,
)


@dataclass(frozen=True)
class Config:
    """Settings of Atlas for turned faces; its result is upright: no stage fits it to the input."""

    takes_turned_faces: ClassVar[bool] = True
    """It straightens faces itself: not a setting."""

    mirrored: bool = True
    """Restore the mirrored face too and take the mean of both: a little better, twice the time."""
