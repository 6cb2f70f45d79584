"""Settings of ``fsgn`` and what is known about it before it is loaded (no torch here)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from fhgui.core.method import GalleryInfo, MethodInfo
from fhgui.core.setting import Bounds, ModelFile, Preset

SCALE = 4
ENDING = ".safetensors"

GALLERY = "fsgn/full"
"""Where a gallery of the user's own is looked for; none is bundled."""

WEIGHTS: Mapping[str, str] = MappingProxyType(
    {"sr": f"fsgn/sr{ENDING}", "deblur": f"fsgn/deblur{ENDING}"}
)
"""The shipped network for each kind of blur."""

BASE_STAGES = (
    ("bicubic", "Bicubic"),
    ("masks", "Component masks"),
    ("base", "Base layer"),
)
DETAIL_STAGES = (
    ("regression", "Exemplar regression"),
    ("detail", "Detail layer"),
    ("result", "With detail"),
)
PATCH_STAGES = (
    ("patches", "Which exemplars"),
    ("exemplars", "Exemplars by share"),
)
"""Follow the regression."""

INFO = MethodInfo(
    id="fsgn",
    title="FSGN",
    paper="Y. Song et al., Joint Face Hallucination and Deblurring via Structure Generation and "
    "Detail Enhancement, International Journal of Computer Vision 2019",
    purpose="For a face of about 60×80 pixels that is blurred, above all by motion.",
    scale=SCALE,
    input_hw=(80, 60),
    output_hw=(320, 240),
    template="face320",
    stages=BASE_STAGES,
    degradation="gaussian-wide",
    assets=tuple(("weights", name) for name in WEIGHTS.values()),
    generative=True,
    presets=(
        Preset("Moved", "For a face that moved while it was taken.", (("mode", "deblur"),)),
        Preset("Small", "For a face that is small, but did not move.", (("mode", "sr"),)),
    ),
    any_size=True,
    tells_sources=True,
    gallery=GalleryInfo(
        kinds=(
            Preset(
                "full",
                "The faces themselves: detail of real people, laid over the base layer.",
                (("detail", True),),
            ),
            Preset(
                "prototypes",
                "Means of at least eight people each: they show nobody, and bring next to nothing.",
                (("detail", True),),
            ),
        )
    ),
)


@dataclass(frozen=True)
class Config:
    """Settings of one run.

    The result is not made consistent with the evidence: the blur that it would have to be
    consistent with is not known.
    """

    mode: Literal["auto", "sr", "deblur"] = "auto"
    """The network: for faces that are small (``sr``), for such that moved as well (``deblur``), or
    what the estimate of the blur says (``auto``)."""
    mirrored: bool = True
    """Restore the mirrored face too and take the mean of both: a little better, twice the time."""
    sr_weights: Annotated[str, ModelFile(ENDING)] = WEIGHTS["sr"].removesuffix(ENDING)
    """Weights for faces that are small: a path under the model folders or an absolute one, without
    ``.safetensors``."""
    deblur_weights: Annotated[str, ModelFile(ENDING)] = WEIGHTS["deblur"].removesuffix(ENDING)
    """The same for faces that moved as well."""
    detail: bool = False
    """Whether detail of the gallery's faces is laid over the base layer. It takes a gallery of your
    own (``fhgui gallery build``): none is bundled, because means of faces, which show nobody, were
    measured to bring nothing."""
    gallery: Annotated[str, ModelFile(ENDING)] = GALLERY
    """Gallery of exemplars: a path under the model folders or an absolute one, without
    ``.safetensors``."""
    neighbours: Annotated[int, Bounds(1, 50)] = 20
    """K, exemplars that each patch is mixed from; the paper's is 5."""
    alike: Annotated[int, Bounds(0, least_means="all")] = 300
    """Exemplars whose patches are looked at: those most like the face as a whole."""
    dense: bool = False
    """Compare every patch with every window of every exemplar, as the paper does: some two hundred
    times slower, to see what the fast search misses."""
    transfer: Literal["pairs", "guided"] = "pairs"
    """How detail is laid over: what the exemplars have beyond their own base layers (``pairs``), or
    by the paper's guided filters (``guided``)."""
    strength: Annotated[float, Bounds(0, 8, least_means="what suits the gallery")] = 0.0
    """How many times the detail is added. What suits the gallery is measured for ``pairs``;
    ``guided`` takes 1 instead."""
    matched_patches: bool = False
    """Whether which exemplars contributed where is kept as two further stages. It can be asked for
    afterwards, too: *Exemplars* below the comparison, ``fhgui gallery trace``."""
    mask_shift_px: Annotated[float, Bounds(0, 40, "px")] = 0.0
    """How far the masks are moved, in pixels of the result, in a direction that the seed draws: to
    see how much the result owes to them."""
