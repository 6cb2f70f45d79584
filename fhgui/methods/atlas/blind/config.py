"""What is known about ``atlas_blind`` before it is loaded (no torch here)."""

from __future__ import annotations

import dataclasses

from fhgui.methods.atlas import config

INFO = dataclasses.replace(
    config.INFO,
    id="atlas_blind",
    title="Atlas for CCTV",
    purpose="For an aligned face of about 16 pixels cut from a real surveillance frame, with "
    "noise, blur and compression: it does not take the pixels at their word.",
    stages=(("bicubic", "Bicubic"), ("result", "Atlas for CCTV")),
    assets=(("weights", "atlas_blind/network.safetensors"),),
)

Config = config.Config
