"""What layer 1 starts from: f(y) of step 1, or the bicubic enlargement (paper 000, Figure 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

Iterates = Callable[[Floats], Iterator[Floats]]
"""The same after every iteration of step 1, the last being f."""


def load_global_faces(
    info: MethodInfo, config: Config, device: str
) -> tuple[GlobalFaces, tuple[Asset, ...]]:
    """Return what layer 1 starts from, and its files; errors as of `load_iterates`."""
    iterates, assets = load_iterates(info, config, device)
    return lambda y: last(iterates(y)), assets


def last(faces: Iterator[Floats]) -> Floats:
    """Return the last iterate."""
    *_, final = faces
    return final


def load_iterates(
    info: MethodInfo, config: Config, device: str
) -> tuple[Iterates, tuple[Asset, ...]]:
    """Return the iterations of step 1, or the one of bicubic, and the files that they need.

    Raises
    ------
    MethodError
        If a setting of step 1 makes no sense.
    WeightsError
        If the denoiser is missing or damaged.
    """
    if config.start == "bicubic":
        return lambda y: iter([np.stack([imresize(face, info.output_hw) for face in y])]), ()
    step_1 = load_step_1(_settings(config), info.output_hw, info.scale, device)
    return lambda y: (np.clip(x, 0, 255) for x in step_1.iterates(y)), (step_1.asset,)


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
