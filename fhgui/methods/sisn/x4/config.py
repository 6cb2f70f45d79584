"""What is known about ``sisn_x4`` before it is loaded (no torch here)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from fhgui.methods.sisn import config

INFO = dataclasses.replace(
    config.INFO,
    id="sisn_x4",
    title="SISN ×4",
    purpose="For a clean head with its surroundings of about 44×54 pixels, or any other size.",
    scale=4,
    input_hw=(54, 44),
    output_hw=(216, 176),
    template="celeba216",
    assets=(("weights", "sisn_x4/network.safetensors"),),
)


@dataclass(frozen=True)
class Config(config.Config):
    """Settings of SISN ×4: those of ``sisn``."""

    mirrored: bool = False
    """Restore the mirrored face too and take the mean of both: a little better, twice the time,
    which for 44×54 pixels is a second on one core."""
