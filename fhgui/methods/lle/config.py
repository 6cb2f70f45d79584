"""Settings of ``lle`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fhgui.core.method import GalleryInfo, MethodInfo
from fhgui.core.setting import Bounds, ModelFile, Preset
from fhgui.methods.common import Settings

INFO = MethodInfo(
    id="lle",
    title="LLE",
    paper="H. Chang, D.-Y. Yeung, Y. Xiong, Super-Resolution Through Neighbor Embedding, CVPR 2004",
    purpose="The first neighbour embedding: a classical baseline that mixes each patch from the "
    "few most similar ones of other faces.",
    scale=8,
    input_hw=(16, 16),
    output_hw=(128, 128),
    template="celeba128",
    stages=(("bicubic", "Bicubic"), ("result", "LLE")),
    degradation="bicubic",
    assets=(("gallery", "position_patches/prototypes.safetensors"),),
    generative=True,
    gallery=GalleryInfo(
        kinds=(
            Preset("prototypes", "Means of at least eight similar patches: they show nobody.", ()),
            Preset("full", "The faces themselves: nothing of anybody is averaged out.", ()),
        )
    ),
)


@dataclass(frozen=True)
class Config(Settings):
    """Settings of one run; the defaults were chosen on training faces."""

    gallery: Annotated[str, ModelFile(".safetensors")] = "position_patches/prototypes"
    """The gallery's path under the model folders, or an absolute path."""
    neighbours: Annotated[int, Bounds(0, least_means="all")] = 75
    """K, nearest patches that take part; 0, or more than the gallery holds, means all."""
    regularisation: float = 0.1
    """Penalty on squared weights, in mean squared distances of the neighbours."""
    entries: Annotated[int, Bounds(0, least_means="all")] = 0
    """First faces of a full gallery that are used; 0 for all."""
