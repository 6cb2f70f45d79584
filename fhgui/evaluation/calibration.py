"""Finds the blur of a protocol whose paper does not state it, from the paper's bicubic row."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.errors import InputError
from fhgui.evaluation.degrading import degrade
from fhgui.evaluation.metrics import psnr, ssim
from fhgui.evaluation.protocols import Degradation, Kind, Protocol
from fhgui.imaging.colour import gray
from fhgui.imaging.resize import imresize

SMALLEST_PX, LARGEST_PX = 2.0, 6.0
"""Where σ is looked for: from some 2 px on more blur costs PSNR; below, aliasing does."""
TOLERANCE_PX = 0.005


@dataclass(frozen=True)
class Calibrated:
    """A blur and what bicubic scores on it: PSNR of RGB, SSIM of gray."""

    sigma_px: float
    psnr_rgb: float
    ssim: float


def calibrate(protocol: Protocol, truths: Sequence[Pixels], psnr_rgb: float) -> Calibrated:
    """Return the σ at which bicubic scores a PSNR, by bisection.

    Parameters
    ----------
    truths : H×W×3 uint8 of the protocol's size.

    Raises
    ------
    InputError
        If no σ between `SMALLEST_PX` and `LARGEST_PX` gives that PSNR.
    """
    low, high = SMALLEST_PX, LARGEST_PX
    best, worst = (_bicubic(protocol, truths, sigma).psnr_rgb for sigma in (low, high))
    if not worst <= psnr_rgb <= best:
        raise InputError(
            f"bicubic scores {worst:.3f} to {best:.3f} dB on these pictures, never {psnr_rgb:.3f}",
            hint="calibrate on the pictures of the protocol",
        )
    while high - low > TOLERANCE_PX:
        middle = (low + high) / 2
        if _bicubic(protocol, truths, middle).psnr_rgb > psnr_rgb:
            low = middle
        else:
            high = middle
    return _bicubic(protocol, truths, round((low + high) / 2, 2))


def _bicubic(protocol: Protocol, truths: Sequence[Pixels], sigma_px: float) -> Calibrated:
    blur = Degradation(Kind.GAUSSIAN, sigma_px=(sigma_px, sigma_px))
    tried = dataclasses.replace(protocol, degradation=blur)
    scores = []
    for truth in truths:
        enlarged = imresize(degrade(truth, tried, ""), protocol.hr_hw)
        scores.append((psnr(enlarged, truth), ssim(gray(enlarged), gray(truth))))
    means = np.mean(scores, axis=0)
    return Calibrated(sigma_px, float(means[0]), float(means[1]))
