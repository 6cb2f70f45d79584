"""What is known about ``sisn_216`` before it is loaded (no torch here)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from fhgui.methods.sisn import config

INFO = dataclasses.replace(
    config.INFO,
    id="sisn_216",
    title="SISN for whole heads",
    purpose="For a clean head with its surroundings of about 22×27 pixels, or any other size.",
    input_hw=(27, 22),
    output_hw=(216, 176),
    template="celeba216",
    assets=(("weights", "sisn_216/network.safetensors"),),
)


@dataclass(frozen=True)
class Config(config.Config):
    """Settings of SISN for whole heads: those of ``sisn``."""
