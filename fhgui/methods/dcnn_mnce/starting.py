"""What layer 1 starts from: f(y) of step 1, or the bicubic enlargement (paper 000, Figure 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields, replace

import numpy as np

from fhgui.core.arrays import Floats
from fhgui.core.method import Asset, MethodInfo
from fhgui.imaging.resize import imresize
from fhgui.methods.dcnn_mnce.config import Config
from fhgui.methods.dcnn_mnce.step_1 import Step1Settings, load_step_1, schedule_of

STARTS = ("denoiser", "bicubic")

GlobalFaces = Callable[[Floats], Floats]
"""f: N×h×w×3 low-resolution faces → N×H×W×3, float64, 0–255."""


def load_global_faces(
    info: MethodInfo, config: Config, device: str
) -> tuple[GlobalFaces, tuple[Asset, ...]]:
    """Return what layer 1 starts from, and the files that it needs.

    Raises
    ------
    MethodError
        If a setting of step 1 makes no sense.
    WeightsError
        If the denoiser is missing or damaged.
    """
    if config.start == "bicubic":
        return lambda y: np.stack([imresize(face, info.output_hw) for face in y]), ()
    step_1 = load_step_1(_settings(config), info.output_hw, info.scale, device)
    return step_1.global_faces, (step_1.asset,)


def resolved(info: MethodInfo, config: Config) -> Config:
    """Return the config with the prior's schedule written out: what a record must state.

    Raises
    ------
    MethodError
        If a setting of step 1 makes no sense.
    """
    if config.start == "bicubic":
        return config
    schedule = schedule_of(_settings(config), info.scale)
    return replace(config, **asdict(schedule))


def _settings(config: Config) -> Step1Settings:
    return Step1Settings(**{f.name: getattr(config, f.name) for f in fields(Step1Settings)})
