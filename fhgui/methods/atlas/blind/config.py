"""Settings of ``atlas_blind`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from fhgui.methods.atlas import config

INFO = dataclasses.replace(
    config.INFO,
    id="atlas_blind",
    title="Atlas for CCTV",
    purpose="For an aligned face of about 16 pixels cut from a real surveillance frame, with "
    "noise, blur and compression: it does not take the pixels at their word.",
    stages=(("bicubic", "Bicubic"), ("result", "Atlas for CCTV")),
    assets=(("weights", "atlas_blind/network.safetensors"),),
    estimates_error=False,
    models=("noise", "blocks"),
)


@dataclass(frozen=True)
class Config(config.Config):
    """Settings of Atlas for CCTV."""

    consistent: bool = False
    """Whether a last stage moves the result onto the faces that degrade to the input: off, because
    noise and compression of a real frame would be written back into it."""
