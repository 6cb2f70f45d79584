"""What can be said about a result when nobody knows the truth: noise, contrast of detail, a face.

None of these numbers says that a result is right. A blurred picture has little noise, an invented
one much detail; they are for telling methods apart on the same real crop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import convolve, sobel

from fhgui.core.arrays import Floats, Pixels
from fhgui.evaluation.identity import face_in
from fhgui.imaging.colour import luma, to_float

_MASK = np.array([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]])
"""Difference of two Laplacians: blind to planes and straight edges along the axes."""


@dataclass(frozen=True)
class NoReference:
    """Scores of one picture.

    Parameters
    ----------
    noise_sigma : estimated standard deviation of white noise, grey levels of luma.
    gradient : root mean square of the gradient of luma, grey levels a pixel.
    face_found : whether a detector of frontal faces finds one.
    """

    noise_sigma: float
    gradient: float
    face_found: bool


def no_reference(pixels: Pixels) -> NoReference:
    """Score a picture, H×W×3 uint8 with H and W of at least 3."""
    grey = luma(to_float(pixels))
    return NoReference(noise_sigma(grey), gradient(grey), face_in(pixels)[1] is not None)


def noise_sigma(grey: Floats) -> float:
    """Estimate the standard deviation of white noise in H×W, H and W at least 3.

    ``σ = √(π/2) · mean|x ∗ mask| / 6`` (Immerkær, "Fast noise variance estimation", CVIU 64(2),
    1996). Fine texture counts as noise.
    """
    answer = convolve(grey, _MASK)[1:-1, 1:-1]
    return float(np.sqrt(np.pi / 2) * np.abs(answer).mean() / 6)


def gradient(grey: Floats) -> float:
    """Return the root mean square length of the gradient of H×W by Sobel's masks."""
    across, down = sobel(grey, axis=1) / 8, sobel(grey, axis=0) / 8
    return float(np.sqrt(np.mean(across**2 + down**2)))
