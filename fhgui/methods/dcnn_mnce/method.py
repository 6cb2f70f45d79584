"""``dcnn_mnce`` with its files in memory, and its stages in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import torch

from fhgui.core.arrays import AnyArray, Floats
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.operators import make_operator
from fhgui.imaging.resize import imresize
from fhgui.methods.assets import Loaded, load_file
from fhgui.methods.checks import check_input
from fhgui.methods.dcnn_mnce import mnce, red
from fhgui.methods.dcnn_mnce.config import DENOISER, INFO, LAYERS, Config
from fhgui.methods.dcnn_mnce.gallery import Gallery, GallerySpec, from_arrays
from fhgui.methods.dcnn_mnce.network import inference_network

TITLES = dict(INFO.stages)
MID_GREY = 128.0


@dataclass(frozen=True, eq=False)
class DcnnMnce:
    """The method of paper 000, ready to run.

    Parameters
    ----------
    h : the denoiser as a function.
    gallery : entries of every layer and component.
    """

    config: Config
    assets: tuple[Asset, ...]
    h: red.DenoiserFunction
    gallery: Gallery
    info: MethodInfo = INFO

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic, step 1, the residual of layer 1, and the three layers."""
        check_input(INFO, face)
        start = imresize(face.pixels, INFO.output_hw)
        yield _stage("bicubic", start, Origin.INTERPOLATED)
        f = self.global_face(face)
        yield _stage("denoiser", f)
        settings = mnce.EmbeddingSettings(self.config.neighbours, self.config.locality)
        now = colour.luma(f)
        for layer in range(self.gallery.spec.layers):
            residual = mnce.residual_faces(now[None], self.gallery, layer, settings)[0]
            if layer == 0:
                yield _stage("residual", np.repeat(residual[..., None] + MID_GREY, 3, axis=-1))
            now = np.clip(now + residual, 0, 255)
            yield _stage(f"mnce-{layer + 1}", colour.with_luma(f, now))

    def global_face(self, face: FaceImage) -> Floats:
        """Return f(y), the result of step 1: H×W×3 float64, clipped to 0–255."""
        operator = make_operator(self.config.degradation, INFO.output_hw, INFO.scale)
        y = colour.to_float(face.pixels)
        start = operator.pseudo_inverse(y)
        faces = red.global_faces(y[None], start[None], operator, self.h, schedule(self.config))
        clipped: Floats = np.clip(faces[0], 0, 255)
        return clipped


def schedule(config: Config) -> red.RedSchedule:
    """Return the RED schedule of a config."""
    names = [f.name for f in fields(red.RedSchedule)]
    return red.RedSchedule(**{name: getattr(config, name) for name in names})


def load(config: Config, device: str) -> DcnnMnce:
    """Load the denoiser and the gallery.

    Raises
    ------
    MethodError
        If a setting makes no sense or the device is not there.
    WeightsError
        If a file is missing, damaged or of another method.
    """
    _check(config, device)
    denoiser = load_file("weights", DENOISER, {"method": INFO.id, "part": "denoiser"})
    bases, entries = (
        load_file(
            "gallery", f"{config.gallery}-{part}.safetensors", {"method": INFO.id, "part": part}
        )
        for part in ("bases", "entries")
    )
    gallery = from_arrays(_gallery_spec(bases, entries), bases.arrays, entries.arrays)
    network = inference_network(denoiser.spec, denoiser.arrays)
    if gallery.spec.layers != LAYERS:
        raise WeightsError(
            f"the gallery has {gallery.spec.layers} layers, not {LAYERS}",
            path=entries.asset.name,
            hint="build the gallery again",
        )
    return DcnnMnce(
        config,
        (denoiser.asset, bases.asset, entries.asset),
        red.as_function(network.to(device), device),
        gallery,
    )


def _gallery_spec(bases: Loaded, entries: Loaded) -> GallerySpec:
    if bases.spec != entries.spec:
        raise WeightsError(
            "the two files of the gallery were not built together",
            path=entries.asset.name,
            hint="build the gallery again",
        )
    try:
        return GallerySpec(**entries.spec)
    except TypeError as error:
        raise WeightsError(f"unknown gallery ({error})", path=entries.asset.name) from error


def _check(config: Config, device: str) -> None:
    make_operator(config.degradation, INFO.output_hw, INFO.scale)
    positive = ("iterations", "sigma_start", "sigma_end", "lambda_start", "lambda_end")
    for name in (*positive, "neighbours", "locality"):
        value = getattr(config, name)
        if not (isinstance(value, int | float) and np.isfinite(value) and value > 0):
            raise MethodError(f"{name} must be a positive number, not {value!r}")
    if device not in ("cpu", "cuda"):
        raise MethodError(f"there is no device {device!r}", hint="choose cpu or cuda")
    if device == "cuda" and not torch.cuda.is_available():
        raise MethodError("this machine has no CUDA device", hint="choose cpu")


def _stage(name: str, values: AnyArray, origin: Origin = Origin.SYNTHESISED) -> Stage:
    return Stage(name, TITLES[name], colour.to_uint8(values), origin)
