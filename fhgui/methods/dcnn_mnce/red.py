"""Step 1 of paper 000: regularisation by denoising (section 3.1, Eqs. 2–5).

Eq. 5 is homogeneous in y and z, so λ has no intensity unit: it weighs the denoised picture
against the evidence and means the same on a 0–1 and on a 0–255 scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from fhgui.core.arrays import Floats
from fhgui.imaging.operators import LinearOperator

DenoiserFunction = Callable[[Floats, float], Floats]
"""h(x, σ): N×H×W×3 float64 and a noise level, both on the 0–255 scale."""


@dataclass(frozen=True)
class RedSchedule:
    """Noise level and weight of every iteration, both log-spaced from start to end."""

    iterations: int
    sigma_start: float
    sigma_end: float
    lambda_start: float
    lambda_end: float

    def pairs(self) -> tuple[tuple[float, float], ...]:
        """Return (σ_k, λ_k) for k = 1 … iterations."""
        sigmas = np.geomspace(self.sigma_start, self.sigma_end, self.iterations)
        lambdas = np.geomspace(self.lambda_start, self.lambda_end, self.iterations)
        return tuple(zip(sigmas.tolist(), lambdas.tolist(), strict=True))


def iterate(
    y: Floats, start: Floats, operator: LinearOperator, h: DenoiserFunction, schedule: RedSchedule
) -> Iterator[Floats]:
    """Yield x_{k+1} = (HᵀH + λI)⁻¹(Hᵀy + λ h(x_k)) for every iteration (Eq. 5).

    Parameters
    ----------
    y : N×h×w×3 float64 low-resolution faces, 0–255.
    start : N×H×W×3 x_0.
    """
    x = start
    for sigma, weight in schedule.pairs():
        z = h(x, sigma)
        x = _split(operator.proximal(_merge(y), _merge(z), weight), len(y))
        yield x


def global_faces(
    y: Floats, start: Floats, operator: LinearOperator, h: DenoiserFunction, schedule: RedSchedule
) -> Floats:
    """Return the last iterate, f(y) of the paper, N×H×W×3 float64 (not clipped)."""
    x = start
    for iterate_k in iterate(y, start, operator, h, schedule):
        x = iterate_k
    return x


def as_function(network: nn.Module, device: str = "cpu") -> DenoiserFunction:
    """Return the network as a function of float64 arrays on the 0–255 scale."""

    @torch.inference_mode()
    def h(x: Floats, sigma: float) -> Floats:
        planes = np.ascontiguousarray(x.transpose(0, 3, 1, 2), dtype=np.float32) / 255
        noisy = torch.from_numpy(planes).to(device, memory_format=torch.channels_last)
        level = torch.full((len(x),), sigma / 255, device=device)
        clean: Floats = network(noisy, level).cpu().numpy().astype(np.float64)
        return clean.transpose(0, 2, 3, 1) * 255

    return h


def _merge(faces: Floats) -> Floats:
    """Return N×H×W×C as H×W×(N·C): an operator treats every plane alike."""
    n, height, width, colours = faces.shape
    return faces.transpose(1, 2, 0, 3).reshape(height, width, n * colours)


def _split(planes: Floats, n: int) -> Floats:
    height, width, total = planes.shape
    return planes.reshape(height, width, n, total // n).transpose(2, 0, 1, 3)
