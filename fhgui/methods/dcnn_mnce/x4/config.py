"""Settings of ``dcnn_mnce_x4`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated

from fhgui.core.setting import ModelFile
from fhgui.methods.dcnn_mnce import config

GALLERY = "dcnn_mnce_x4/prototypes"

INFO = dataclasses.replace(
    config.INFO,
    id="dcnn_mnce_x4",
    title="CNN denoiser + neighbour components ×4",
    purpose="For an aligned face of about 32 pixels, when every step from evidence to invention "
    "must be open to view.",
    scale=4,
    input_hw=(32, 32),
    assets=config.assets(GALLERY),
)


@dataclass(frozen=True)
class Config(config.Config):
    """Settings of one run; the defaults were chosen on training faces."""

    gallery: Annotated[str, ModelFile("-bases.safetensors")] = GALLERY
    """Gallery: a path under the model folders or an absolute one, without
    ``-bases.safetensors``."""
