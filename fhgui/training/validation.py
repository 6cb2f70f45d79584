"""Validation by a fixed protocol: held-out faces, seeded degradations, PSNR in R-G-B."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from fhgui.core.arrays import Pixels
from fhgui.datasets.packed import FaceSet
from fhgui.evaluation.metrics import psnr
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
) -> Validation:
    """Degrade the faces, restore them, and score them against themselves.

    Parameters
    ----------
    restore : B×3×h×w uint8 → B×3×H×W on the 0–255 scale.

    Returns
    -------
    Validation: ``psnr_rgb`` and, beside it, ``psnr_bicubic`` (dB, mean over the faces), and a
    sheet of samples: bicubic, restored, true.
    """
    scores: list[tuple[float, float]] = []
    shown: list[Pixels] = []
    for start in range(0, len(faces), CHUNK):
        indices = np.arange(start, min(start + CHUNK, len(faces)))
        sharp = take(faces, indices, device)
        hr_hw = sharp.shape[-2], sharp.shape[-1]
        random = Random.of_samples(SEED, indices, np.zeros_like(indices))
        low = apply(degradation, sharp, random, (hr_hw[0] // scale, hr_hw[1] // scale))
        rows = [to_pixels(x) for x in (resize(low.double(), hr_hw), restore(low), sharp)]
        bicubic, restored, truth = rows
        scores += [(psnr(r, t), psnr(b, t)) for b, r, t in zip(*rows, strict=True)]
        if not shown:
            shown = [np.concatenate(list(x[:SHOWN]), axis=1) for x in (bicubic, restored, truth)]
    means = np.mean(scores, axis=0)
    named = {"psnr_rgb": float(means[0]), "psnr_bicubic": float(means[1])}
    return Validation(named, np.concatenate(shown, axis=0))
