"""Validation by a fixed protocol: held-out faces, seeded degradations, PSNR in R-G-B."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from fhgui.core.arrays import Pixels
from fhgui.datasets.packed import FaceSet
from fhgui.evaluation.metrics import psnr, ssim
from fhgui.imaging.colour import gray
from fhgui.training.data import take
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.linear import resize
from fhgui.training.degradation.steps import Step, apply
from fhgui.training.samples import to_pixels
from fhgui.training.task import Validation

SEED = 2018
"""Every validation of a degradation sees the same pictures, whatever the recipe's seed."""
CHUNK = 16
SHOWN = 6
"""Faces on the sheet of samples."""


def held_out(
    restore: Callable[[torch.Tensor], torch.Tensor],
    faces: FaceSet,
    degradation: Sequence[Step],
    scale: int,
    device: torch.device,
    *,
    structure: bool = False,
) -> Validation:
    """Degrade the faces, restore them, and score them against themselves.

    Parameters
    ----------
    restore : B×3×h×w uint8 → B×3×H×W on the 0–255 scale.
    structure : whether SSIM is measured too.

    Returns
    -------
    Validation: ``psnr_rgb`` and, beside it, ``psnr_bicubic`` (dB, mean over the faces), on demand
    ``ssim`` and ``ssim_bicubic`` of gray, and a sheet of samples: bicubic, restored, true.
    """
    scores: list[dict[str, float]] = []
    shown: list[Pixels] = []
    for start in range(0, len(faces), CHUNK):
        indices = np.arange(start, min(start + CHUNK, len(faces)))
        sharp = take(faces, indices, device)
        hr_hw = sharp.shape[-2], sharp.shape[-1]
        random = Random.of_samples(SEED, indices, np.zeros_like(indices))
        low = apply(degradation, sharp, random, (hr_hw[0] // scale, hr_hw[1] // scale))
        rows = [to_pixels(x) for x in (resize(low.double(), hr_hw), restore(low), sharp)]
        bicubic, restored, truth = rows
        scores += [_scores(b, r, t, structure) for b, r, t in zip(*rows, strict=True)]
        if not shown:
            shown = [np.concatenate(list(x[:SHOWN]), axis=1) for x in (bicubic, restored, truth)]
    named = {name: float(np.mean([face[name] for face in scores])) for name in scores[0]}
    return Validation(named, np.concatenate(shown, axis=0))


def _scores(bicubic: Pixels, restored: Pixels, truth: Pixels, structure: bool) -> dict[str, float]:
    scores = {"psnr_rgb": psnr(restored, truth), "psnr_bicubic": psnr(bicubic, truth)}
    if structure:
        scores["ssim"] = ssim(gray(restored), gray(truth))
        scores["ssim_bicubic"] = ssim(gray(bicubic), gray(truth))
    return scores
