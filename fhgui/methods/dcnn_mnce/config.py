"""Settings of ``dcnn_mnce`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fhgui.core.method import GalleryInfo, MethodInfo
from fhgui.core.setting import Bounds, ModelFile, Preset
from fhgui.methods.common import Settings

DENOISER = "dcnn_mnce/denoiser-faces.safetensors"
GALLERY = "dcnn_mnce/prototypes"
LAYERS = 3

GALLERIES = GalleryInfo(
    kinds=(
        Preset("prototypes", "Means of at least eight people each: they show nobody.", ()),
        Preset("full", "The faces themselves: sharper, but every entry is a person's face.", ()),
        Preset(
            "patches",
            "Means of overlapping patches in place of the five components.",
            (("partition", "patches"),),
        ),
    ),
    endings=("-bases.safetensors", "-entries.safetensors"),
)

Own = Annotated[float, Bounds(least_means="what suits the prior")]
"""A positive number, or 0 for the prior's own."""


def assets(gallery: str) -> tuple[tuple[str, str], ...]:
    """Return the files of the method with a gallery, by role."""
    parts = (("gallery", f"{gallery}-{part}.safetensors") for part in ("bases", "entries"))
    return (("weights", DENOISER), *parts)


INFO = MethodInfo(
    id="dcnn_mnce",
    title="CNN denoiser + neighbour components",
    paper="J. Jiang, Y. Yu, J. Hu, S. Tang, J. Ma, Deep CNN Denoiser and Multi-layer Neighbor "
    "Component Embedding for Face Hallucination, IJCAI 2018",
    purpose="For an aligned face of about 16 pixels, when every step from evidence to invention "
    "must be open to view.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(
        ("bicubic", "Bicubic"),
        ("denoiser", "Denoiser step"),
        ("residual", "Residual faces"),
        ("mnce-1", "MNCE layer 1"),
        ("mnce-2", "MNCE layer 2"),
        ("mnce-3", "MNCE layer 3"),
    ),
    degradation="bicubic",
    assets=assets(GALLERY),
    generative=True,
    presets=(
        Preset(
            "Denoiser only",
            "Step 1 alone: nothing is carried over from the gallery.",
            (("layers", 0),),
        ),
        Preset(
            "Every iteration",
            "Step 1 alone with the natural prior, each RED iteration a stage to look at.",
            (("every_iteration", True), ("prior", "natural"), ("layers", 0)),
        ),
        Preset(
            "Natural prior",
            "Step 1 alone with the paper's kind of prior: it knows pictures, but no faces.",
            (("prior", "natural"), ("layers", 0)),
        ),
    ),
    gallery=GALLERIES,
)


@dataclass(frozen=True)
class Config(Settings):
    """Settings of one run; the defaults were chosen on training faces."""

    degradation: str = "bicubic"
    """Operator assumed to have made the input (``imaging.operators``); step 1 inverts it."""
    prior: Literal["faces", "natural"] = "faces"
    """Denoiser of step 1 (`priors`): ``faces``, or ``natural`` pictures as in the paper."""
    mirrored: bool = True
    """Whether the denoiser's answer is the mean of those for the face and for its mirror image."""
    iterations: Annotated[int, Bounds(0, 1000, least_means="what suits the prior")] = 0
    """RED iterations of step 1; 0 here and below: what suits the prior."""
    sigma_start: Own = 0.0
    """Noise level of the first iteration, 8-bit scale."""
    sigma_end: Own = 0.0
    """Noise level of the last iteration; of one alone the first counts."""
    lambda_start: Own = 0.0
    """λ of Eq. 5 in the first iteration: denoised picture against evidence, without unit."""
    lambda_end: Own = 0.0
    """λ of the last iteration; of one alone the first counts."""
    every_iteration: bool = False
    """Whether each RED iteration is a stage of its own."""
    start: Literal["denoiser", "bicubic"] = "denoiser"
    """What layer 1 starts from: ``denoiser`` (step 1) or ``bicubic``, as the gallery was built."""
    layers: Annotated[int, Bounds(0, 3)] = 3
    """Layers of neighbour embedding, 0–3; 0 ends with step 1."""
    gallery: Annotated[str, ModelFile("-bases.safetensors")] = GALLERY
    """Gallery: a path under the model folders or an absolute one, without
    ``-bases.safetensors``."""
    partition: Literal["components", "patches"] = "components"
    """How the gallery divides a face: ``components`` (the paper's five) or ``patches``."""
    neighbours: Annotated[int, Bounds(1)] = 600
    """K of Eq. 6; more than the gallery holds means all."""
    locality: float = 1.5
    """λ of Eq. 6: how strongly dissimilar entries are held back; without unit."""
    ridge: float = 1e-6
    """Share of the median d² added to the diagonal of Eq. 6; without unit."""
    entries: Annotated[int, Bounds(0, least_means="all")] = 0
    """Only the first entries of the gallery are used; 0 means all."""
    follow_px: Annotated[int, Bounds(0, 64, "px", "not at all")] = 6
    """How far components follow the landmarks of a face away from the template; 0: they do not.
    High-resolution pixels."""
