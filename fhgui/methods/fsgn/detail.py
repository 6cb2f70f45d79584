"""Detail of other people's faces laid over a base image, and whose it is (paper 003, section 3.2).

Exemplar regression says how the face would look, mixed from the exemplars' sharp pictures: R. What
of it is laid over the base image is chosen by `DetailSettings.transfer`:

- ``pairs``: out = base + g·A(R − R'), where R' mixes the exemplars' own base images with the same
  weights: what these people's faces have beyond their base images. A takes it back where
  overlapping patches disagree (`exemplars.agreed`), and g is what the gallery was measured for;
- ``guided``, the paper's: out = GF(base, R) + R − GF(R, R), GF a guided filter.

Everything works on luma; colour differences stay the base image's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from fhgui.core.arrays import Floats
from fhgui.core.contributions import Contributions
from fhgui.core.errors import MethodError
from fhgui.imaging.colour import luma, with_luma
from fhgui.imaging.guided_filter import guided_filter
from fhgui.methods.fsgn.contributions import contributions_of
from fhgui.methods.fsgn.exemplars import (
    Reals,
    Regression,
    agreed,
    averaged,
    match,
    mixtures,
)
from fhgui.methods.fsgn.exemplars_reference import match_densely
from fhgui.methods.fsgn.gallery import Exemplars

Transfer = Literal["pairs", "guided"]


@dataclass(frozen=True)
class DetailSettings:
    """How detail is found and laid over.

    Parameters
    ----------
    regression : how patches are matched and mixed.
    alike : exemplars that are looked at, those most like the face as a whole; 0 for all.
    dense : whether every patch is compared with every window of all exemplars, as in the paper.
    transfer : ``pairs`` or ``guided``, see the module.
    strength : how many times the detail is added; None for the usual (`share_of`).
    radius_px, epsilon : of the guided filter; ε on the 0–1 scale.
    """

    regression: Regression = field(default_factory=Regression)
    alike: int = 300
    dense: bool = False
    transfer: Transfer = "pairs"
    strength: float | None = None
    radius_px: int = 8
    epsilon: float = 0.02**2


@dataclass(frozen=True, eq=False)
class Detail:
    """What came of it; H×W×3, 0–255, not clipped.

    Parameters
    ----------
    regression : R, with the base's colour differences.
    detail : output − base, signed.
    output : the base with its detail.
    contributions : which exemplars the detail is from, and where.
    """

    regression: Floats
    detail: Floats
    output: Floats
    contributions: Contributions


def enhance_detail(
    base: Floats, gallery: Exemplars, settings: DetailSettings, without: int | None = None
) -> Detail:
    """Lay the gallery's detail over a base image.

    Parameters
    ----------
    base : H×W×3, 0–255.
    without : an exemplar that must not take part: the face's own.

    Raises
    ------
    MethodError
        If the gallery is of another size, or holds fewer exemplars than are to be mixed.
    """
    _check(base, gallery, settings)
    share = share_of(gallery, settings)
    gray = np.clip(luma(base) / 255, 0, 1)
    seen: Reals = gray.astype(np.float32)
    numbers = gallery.nearest(seen, 0 if settings.dense else settings.alike, without)
    bases, sharp = gallery.bases_of(numbers), gallery.sharp_of(numbers)
    search = match_densely if settings.dense else match
    matches = search(seen, bases, settings.regression)
    patches = mixtures(sharp, matches)
    mixed = averaged(patches, matches, gallery.spec.size_hw).astype(np.float64)
    if settings.transfer == "guided":
        added = share * (guided(gray, mixed, settings) - gray)
    else:
        beyond = patches - mixtures(bases, matches)
        added = share * agreed(beyond, matches, gallery.spec.size_hw).astype(np.float64)
    output = with_luma(base, luma(base) + 255 * added)
    contributions = contributions_of(gallery.spec.names, numbers, matches, gallery.spec.size_hw)
    return Detail(with_luma(base, 255 * mixed), output - base, output, contributions)


def share_of(gallery: Exemplars, settings: DetailSettings) -> float:
    """Return how many times the detail is added; 0 where the gallery's was measured to help none.

    What a gallery was measured for is ``pairs``; ``guided`` takes 1.
    """
    if settings.strength is not None:
        return settings.strength
    return 1.0 if settings.transfer == "guided" else gallery.gain


def guided(base: Floats, mixed: Floats, settings: DetailSettings) -> Floats:
    """GF(base, R) + R − GF(R, R): the base's shades with the edges and the texture of R.

    Parameters
    ----------
    base, mixed : H×W, 0–1.
    """
    radius, epsilon = settings.radius_px, settings.epsilon
    shades = guided_filter(base, mixed, radius, epsilon)
    texture: Floats = mixed - guided_filter(mixed, mixed, radius, epsilon)
    return shades + texture


def _check(base: Floats, gallery: Exemplars, settings: DetailSettings) -> None:
    height, width = gallery.spec.size_hw
    if base.shape[:2] != (height, width):
        raise MethodError(
            f"the gallery's faces are {width}×{height} px, this one is "
            f"{base.shape[1]}×{base.shape[0]}",
            hint="go without detail, or build a gallery of this size",
        )
    mixed, there = settings.regression.neighbours, len(gallery)
    if mixed > there:
        raise MethodError(
            f"{mixed} exemplars are to be mixed, but the gallery holds {there}",
            hint=f"mix at most {there}, or build a larger gallery",
        )
    if settings.regression.patch_px > min(height, width):
        raise MethodError(
            f"patches of {settings.regression.patch_px} px do not fit faces of {width}×{height}"
        )
