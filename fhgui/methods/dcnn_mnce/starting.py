"""What layer 1 starts from: f(y) of step 1, or the bicubic enlargement (paper 000, Figure 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np

from fhgui.core.arrays import Floats
from fhgui.core.method import Asset, MethodInfo
from fhgui.imaging.operators import make_operator
from fhgui.imaging.resize import imresize
from fhgui.methods.assets import load_file
from fhgui.methods.dcnn_mnce import red
from fhgui.methods.dcnn_mnce.config import DENOISER, INFO, Config
from fhgui.methods.dcnn_mnce.network import inference_network

STARTS = ("denoiser", "bicubic")

GlobalFaces = Callable[[Floats], Floats]
"""f: N×h×w×3 low-resolution faces → N×H×W×3, float64, 0–255."""


def load_global_faces(
    info: MethodInfo, config: Config, device: str
) -> tuple[GlobalFaces, tuple[Asset, ...]]:
    """Return what layer 1 starts from, and the files that it needs."""
    if config.start == "bicubic":
        return lambda y: np.stack([imresize(face, info.output_hw) for face in y]), ()
    operator = make_operator(config.degradation, info.output_hw, info.scale)
    denoiser = load_file("weights", DENOISER, {"method": INFO.id, "part": "denoiser"})
    network = inference_network(denoiser.spec, denoiser.arrays).to(device)
    h, steps = red.as_function(network, device), schedule(config)

    def global_faces(y: Floats) -> Floats:
        start = np.stack([operator.pseudo_inverse(face) for face in y])
        clipped: Floats = np.clip(red.global_faces(y, start, operator, h, steps), 0, 255)
        return clipped

    return global_faces, (denoiser.asset,)


def schedule(config: Config) -> red.RedSchedule:
    """Return the RED schedule of a config."""
    names = [f.name for f in fields(red.RedSchedule)]
    return red.RedSchedule(**{name: getattr(config, name) for name in names})
