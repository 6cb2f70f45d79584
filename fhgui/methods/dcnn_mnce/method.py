"""``dcnn_mnce`` with its files in memory, and its stages in order."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.errors import MethodError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.operators import make_operator
from fhgui.imaging.resize import imresize
from fhgui.methods.checks import check_input
from fhgui.methods.dcnn_mnce import mnce
from fhgui.methods.dcnn_mnce.config import INFO, LAYERS, Config
from fhgui.methods.dcnn_mnce.following import shifts
from fhgui.methods.dcnn_mnce.gallery import Gallery
from fhgui.methods.dcnn_mnce.gallery_files import load_gallery
from fhgui.methods.dcnn_mnce.starting import STARTS, Iterates, last, load_iterates, resolved
from fhgui.methods.devices import resolve_device

MID_GREY = 128.0
ITERATION = "red"
"""Name of the stages of single iterations, numbered from 1."""


@dataclass(frozen=True, eq=False)
class DcnnMnce:
    """The method of paper 000, ready to run.

    Parameters
    ----------
    info : with the stages that these settings yield.
    iterates : the iterations of step 1, or the one bicubic enlargement.
    gallery : None if there are no layers.
    """

    config: Config
    assets: tuple[Asset, ...]
    info: MethodInfo
    iterates: Iterates
    gallery: Gallery | None

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic, step 1 (each iteration if wanted), layer 1's residual, and the layers."""
        check_input(self.info, face)
        start = imresize(face.pixels, self.info.output_hw)
        yield self._stage("bicubic", start, Origin.INTERPOLATED)
        f = colour.to_float(start)[None]
        for number, f in enumerate(self.iterates(colour.to_float(face.pixels)[None]), start=1):
            if self.config.every_iteration and self.config.start == "denoiser":
                yield self._stage(f"{ITERATION}-{number}", f[0])
        if self.config.start == "denoiser":
            yield self._stage("denoiser", f[0])
        away = shifts(face, self.info, self.config.follow_px)
        before = colour.luma(f)
        for layer, now in enumerate(self._layers(before, away), start=1):
            if layer == 1:
                residual = np.repeat((now - before)[0, ..., None] + MID_GREY, 3, axis=-1)
                yield self._stage("residual", residual)
            yield self._stage(f"mnce-{layer}", colour.with_luma(f[0], now[0]))

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the results only, for many faces at a time.

        They can differ from those of `stages` by one grey level here and there: sums of many
        faces are made in another order.
        """
        for face in faces:
            check_input(self.info, face)
        f = last(self.iterates(np.stack([colour.to_float(face.pixels) for face in faces])))
        where = [shifts(face, self.info, self.config.follow_px) for face in faces]
        luma = colour.luma(f)
        for away in {tuple(sorted(w.items())) for w in where}:
            rows = [i for i, w in enumerate(where) if tuple(sorted(w.items())) == away]
            for now in self._layers(luma[rows], dict(away)):
                luma[rows] = now
        return [colour.to_uint8(colour.with_luma(*pair)) for pair in zip(f, luma, strict=True)]

    def _layers(self, luma: Floats, away: mnce.Shifts) -> Iterator[Floats]:
        """Yield the luma of the faces after every layer, N×H×W, 0–255."""
        if self.gallery is None:
            return
        config, now = self.config, luma.copy()
        settings = mnce.EmbeddingSettings(config.neighbours, config.locality, config.ridge)
        for layer in range(config.layers):
            residual = mnce.residual_faces(now, self.gallery, layer, settings, away)
            now = np.clip(now + residual, 0, 255)
            yield now

    def _stage(self, name: str, values: AnyArray, origin: Origin = Origin.SYNTHESISED) -> Stage:
        return Stage(name, dict(self.info.stages)[name], colour.to_uint8(values), origin)


def load(config: Config, device: str) -> DcnnMnce:
    """Load the denoiser and the gallery.

    Raises
    ------
    MethodError
        If a setting makes no sense or the device is not there.
    WeightsError
        If a file is missing, damaged, or of another method, size, start or partition.
    """
    return load_scale(INFO, config, device)


def load_scale(info: MethodInfo, config: Config, device: str) -> DcnnMnce:
    """Load the method for the scale of ``info``; errors as of `load`."""
    _check(info, config)
    config = resolved(info, config)
    iterates, weights = load_iterates(info, config, resolve_device(device))
    gallery, files = load_gallery(info, config) if config.layers else (None, ())
    return DcnnMnce(
        config,
        (*weights, *files),
        dataclasses.replace(info, stages=_stages(info, config)),
        iterates,
        gallery,
    )


def _stages(info: MethodInfo, config: Config) -> tuple[tuple[str, str], ...]:
    gone = {"denoiser"} if config.start == "bicubic" else set()
    if config.layers == 0:
        gone.add("residual")
    gone |= {f"mnce-{layer}" for layer in range(config.layers + 1, LAYERS + 1)}
    stages = [stage for stage in info.stages if stage[0] not in gone]
    if config.every_iteration and config.start == "denoiser":
        numbers = range(1, config.iterations + 1)
        stages[1:1] = [(f"{ITERATION}-{n}", f"RED iteration {n}") for n in numbers]
    return tuple(stages)


def _check(info: MethodInfo, config: Config) -> None:
    make_operator(config.degradation, info.output_hw, info.scale)
    for name in ("neighbours", "locality"):
        if not (np.isfinite(getattr(config, name)) and getattr(config, name) > 0):
            raise MethodError(f"{name} must be a positive number, not {getattr(config, name)!r}")
    for name in ("entries", "follow_px", "ridge"):
        if not (np.isfinite(getattr(config, name)) and getattr(config, name) >= 0):
            raise MethodError(f"{name} must not be negative, but is {getattr(config, name)!r}")
    if not 0 <= config.layers <= LAYERS:
        raise MethodError(f"layers must be 0 to {LAYERS}, not {config.layers!r}")
    if config.start not in STARTS:
        raise MethodError(
            f"there is no start {config.start!r}", hint=f"choose one of {', '.join(STARTS)}"
        )
