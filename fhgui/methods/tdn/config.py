"""Settings of ``tdn`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fhgui.core.method import MethodInfo

PLAIN, ADVERSARIAL = "tdn/network.safetensors", "tdn/adversarial.safetensors"
STRAIGHTENER = "tdn/stn0.safetensors"
"""STN0, which puts inputs upright for other methods."""

INFO = MethodInfo(
    id="tdn",
    title="TDN",
    paper="X. Yu, F. Porikli, Face Hallucination with Tiny Unaligned Images by Transformative "
    "Discriminative Neural Networks, AAAI 2017",
    purpose="For a face of about 16 pixels that is turned, or too small for landmarks to be "
    "found: it needs a crop only, and straightens the face while it enlarges it.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(
        ("bicubic", "Bicubic"),
        ("stn1", "Straightened by STN1"),
        ("stn2", "Straightened by STN1 and STN2"),
        ("result", "TDN"),
    ),
    degradation="bicubic",
    assets=(("weights", PLAIN),),
    generative=True,
)


@dataclass(frozen=True)
class Config:
    """Settings of TDN; its result is upright, so no stage fits it to the turned input."""

    takes_turned_faces: ClassVar[bool] = True
    """It straightens faces itself: not a setting."""

    adversarial: bool = False
    """Whether the network is the one that was trained against a discriminator: sharper, but the
    sharper detail is invented, and on average a little further from the truth."""
    mirrored: bool = True
    """Restore the mirrored face too and take the mean of both: nearer to the truth on average, a
    little smoother, and twice the time."""
