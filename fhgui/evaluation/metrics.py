"""Full-reference metrics in the conventions of the papers' released results.

PSNR has peak 255 and is taken per image. Gray is MATLAB's ``rgb2gray`` rounded to uint8. SSIM
(Wang 2004) uses an 11×11 Gaussian window of σ 1.5, K = .01/.03, L = 255, over the valid area.
Sharpness is the gradient energy of the gray result over that of the truth: 1 is as sharp as the
truth, more is noise or ringing.
Y is BT.601 luma in studio range (16–235), not rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from skimage.metrics import structural_similarity

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.errors import InputError
from fhgui.evaluation.fsim import fsim
from fhgui.imaging.colour import gray, studio_luma

PEAK = 255.0
SSIM_SIGMA = 1.5

_structural_similarity: Callable[..., Any] = structural_similarity  # scikit-image is not typed


@dataclass(frozen=True)
class Scores:
    """Scores of one picture: PSNR in dB, SSIM and FSIM up to 1, both on gray.

    ``sharpness`` is None where the truth has no gradients.
    """

    psnr_rgb: float
    psnr_gray: float
    psnr_y: float
    ssim: float
    fsim: float
    sharpness: float | None


def score(result: Pixels, truth: Pixels) -> Scores:
    """Score an H×W×3 uint8 result against its equally large ground truth.

    Raises
    ------
    InputError
        If the sizes differ.
    """
    if result.shape != truth.shape:
        raise InputError(
            f"a result of {result.shape[1]}×{result.shape[0]} px cannot be scored against "
            f"{truth.shape[1]}×{truth.shape[0]} px",
            hint="give pictures of one size",
        )
    result_gray, truth_gray = gray(result), gray(truth)
    return Scores(
        psnr_rgb=psnr(result, truth),
        psnr_gray=psnr(result_gray, truth_gray),
        psnr_y=psnr(studio_luma(result), studio_luma(truth)),
        ssim=ssim(result_gray, truth_gray),
        fsim=fsim(result_gray, truth_gray),
        sharpness=sharpness(result_gray, truth_gray),
    )


def psnr(a: AnyArray, b: AnyArray) -> float:
    """Return 10·log10(255² / mean squared error) in dB; infinite for equal arrays."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else float(10 * np.log10(PEAK**2 / error))


def ssim(a: AnyArray, b: AnyArray) -> float:
    """Return the mean SSIM of two H×W uint8 images (H, W ≥ 11)."""
    value = _structural_similarity(
        a.astype(np.float64),
        b.astype(np.float64),
        data_range=PEAK,
        gaussian_weights=True,
        sigma=SSIM_SIGMA,
        use_sample_covariance=False,
    )
    return float(value)


def sharpness(result: AnyArray, truth: AnyArray) -> float | None:
    """Return the gradient energy of an H×W picture over that of its truth; None for a flat truth.

    The energy is the sum of squared differences of horizontal and of vertical neighbours.
    """
    energy = _gradient_energy(truth)
    return _gradient_energy(result) / energy if energy > 0 else None


def _gradient_energy(image: AnyArray) -> float:
    values = image.astype(np.float64)
    return float(sum(np.sum(np.diff(values, axis=axis) ** 2) for axis in (0, 1)))
