"""Settings of ``lcr`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fhgui.core.method import GalleryInfo, MethodInfo
from fhgui.core.setting import Bounds, ModelFile, Preset
from fhgui.methods.common import Settings

INFO = MethodInfo(
    id="lcr",
    title="LcR",
    paper="J. Jiang, R. Hu, Z. Wang, Z. Han, Noise Robust Face Hallucination via "
    "Locality-Constrained Representation, IEEE Trans. Multimedia 16(5), 2014",
    purpose="A classical baseline that mixes each patch from similar ones of other faces, the "
    "nearer the stronger; quick, and every part of the result can be traced to the gallery.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(("bicubic", "Bicubic"), ("result", "LcR")),
    degradation="bicubic",
    assets=(("gallery", "position_patches/prototypes.safetensors"),),
    generative=True,
    gallery=GalleryInfo(
        kinds=(
            Preset("prototypes", "Means of at least eight similar patches: they show nobody.", ()),
            Preset(
                "full",
                "The faces themselves: nothing of anybody is averaged out.",
                (("neighbours", 1000),),
            ),
        )
    ),
)


@dataclass(frozen=True)
class Config(Settings):
    """Settings of one run; the defaults were chosen on training faces."""

    gallery: Annotated[str, ModelFile(".safetensors")] = "position_patches/prototypes"
    """The gallery's path under the model folders, or an absolute path."""
    neighbours: Annotated[int, Bounds(0, least_means="all")] = 100
    """K, nearest patches that take part; 0, or more than the gallery holds, means all. For a full
    gallery 1000 is better."""
    locality: float = 0.04
    """τ of Eq. 8: how strongly dissimilar patches are held back; without unit."""
    entries: Annotated[int, Bounds(0, least_means="all")] = 0
    """First faces of a full gallery that are used; 0 for all."""
