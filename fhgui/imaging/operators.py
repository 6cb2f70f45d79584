"""Degradation operators H with their adjoints, pseudo-inverses and proximal steps.

Notation: x is the high-resolution picture (H×W×C), y = Hx the low-resolution one (h×w×C), both
float64 on the 0–255 scale. All operators mirror at the edges and obey the grid rule
x_lr = (x_hr + ½)/s − ½.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np

from fhgui.core.arrays import Floats
from fhgui.core.errors import MethodError
from fhgui.imaging.resize import gather, resize_matrix


class LinearOperator(Protocol):
    """A linear degradation."""

    name: str
    hr_hw: tuple[int, int]
    lr_hw: tuple[int, int]

    def forward(self, x: Floats) -> Floats:
        """Return Hx, h×w×C."""

    def adjoint(self, y: Floats) -> Floats:
        """Return Hᵀy, H×W×C."""

    def pseudo_inverse(self, y: Floats) -> Floats:
        """Return H⁺y: the smallest picture that degrades to the part of y that H can make."""

    def proximal(self, y: Floats, z: Floats, weight: float) -> Floats:
        """Return argmin ½‖y − Hx‖² + weight/2·‖x − z‖² = (HᵀH + λI)⁻¹(Hᵀy + λz)."""

    def natural_proximal(self, y: Floats, z: Floats, weight: float) -> Floats:
        """Return z + WHᵀ(HWHᵀ + λI)⁻¹(y − Hz): x − z is as small as can be for a natural picture.

        W is the covariance of natural pictures, `natural_covariance`; W = I is `proximal`.
        """

    def change(self, gap: Floats, weight: float) -> Floats:
        """Return what `proximal` adds to z, Hᵀ(HHᵀ + λI)⁻¹ gap, for gap = y − Hz, h×w×C."""

    def natural_change(self, gap: Floats, weight: float) -> Floats:
        """Return what `natural_proximal` adds to z, for gap = y − Hz, h×w×C."""


NEIGHBOURS = 0.97
"""Correlation of neighbouring pixels. From .9 to .97 the results of 40 faces of celeba128 made
consistent differ by .002 dB at most."""

WIDE = 0.36
"""σ of ``gaussian-wide`` in low-resolution pixels: 2.88 pixels at ×8, which is what the bicubic row
of paper 002 was made with (``evaluation.protocols.LFW_SIGMA_PX``)."""


@dataclass(frozen=True)
class OperatorSpec:
    """Parameters of the degradations; `make_operator` uses the defaults."""

    gaussian_sigma_px: float | None = None
    """Blur of ``gaussian`` in high-resolution pixels; None for (scale − 1)/3."""
    motion_length_px: float | None = None
    """Length of the straight smear of ``motion``; None for the scale plus 3."""
    motion_angle_deg: float = 30.0
    """Direction of the smear: 0 is horizontal, counted clockwise as seen on the screen."""


class SeparableOperator:
    """H = D_v ⊗ D_h: one matrix down the columns, one along the rows; everything in closed form.

    Parameters
    ----------
    down : h×H matrix D_v.
    across : w×W matrix D_h.
    """

    def __init__(self, name: str, down: Floats, across: Floats) -> None:
        self.name = name
        self._down, self._across = down, across
        self.lr_hw = down.shape[0], across.shape[0]
        self.hr_hw = down.shape[1], across.shape[1]

    def forward(self, x: Floats) -> Floats:
        """Return D_v x D_hᵀ for each colour."""
        return _both(self._down, x, self._across)

    def adjoint(self, y: Floats) -> Floats:
        """Return D_vᵀ y D_h for each colour."""
        return _both(self._down.T, y, self._across.T)

    def pseudo_inverse(self, y: Floats) -> Floats:
        """Return V_v (Uᵀ y U / S) V_hᵀ; singular values below 1e-12 of the largest count as 0."""
        (uv, _, vv), (uh, _, vh) = self._svds
        spectrum = self._spectrum[..., None]
        keep = spectrum > 1e-12 * spectrum.max()
        ratio = np.where(keep, _both(uv.T, y, uh.T) / np.where(keep, spectrum, 1), 0)
        return _both(vv, ratio, vh)

    def proximal(self, y: Floats, z: Floats, weight: float) -> Floats:
        """Return z + V[(S∘Ỹ − S²∘Z̃)/(S² + λ)]Vᵀ, the exact solution of Eq. 5 of paper 000."""
        (uv, _, vv), (uh, _, vh) = self._svds
        s = self._spectrum[..., None]
        y_hat, z_hat = _both(uv.T, y, uh.T), _both(vv.T, z, vh.T)
        return z + _both(vv, (s * y_hat - s**2 * z_hat) / (s**2 + weight), vh)

    def natural_proximal(self, y: Floats, z: Floats, weight: float) -> Floats:
        """Return it for W = W_v ⊗ W_h; see `natural_change`."""
        return z + self.natural_change(y - self.forward(z), weight)

    def change(self, gap: Floats, weight: float) -> Floats:
        """Return V[S∘(Uᵀ gap U)/(S² + λ)]Vᵀ."""
        (uv, _, vv), (uh, _, vh) = self._svds
        s = self._spectrum[..., None]
        return _both(vv, s * _both(uv.T, gap, uh.T) / (s**2 + weight), vh)

    def natural_change(self, gap: Floats, weight: float) -> Floats:
        """Return it by the eigenvectors of D_v W_v D_vᵀ and D_h W_h D_hᵀ."""
        (down, values_v, basis_v), (across, values_h, basis_h) = self._natural
        seen = _both(basis_v.T, gap, basis_h.T)
        return _both(down, seen / (np.outer(values_v, values_h)[..., None] + weight), across)

    @cached_property
    def _natural(self) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]:
        return _spread(self._down), _spread(self._across)

    @cached_property
    def _svds(self) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]:
        return _thin_svd(self._down), _thin_svd(self._across)

    @cached_property
    def _spectrum(self) -> Floats:
        (_, s_down, _), (_, s_across, _) = self._svds
        return np.outer(s_down, s_across)


def bicubic_operator(
    hr_hw: tuple[int, int], lr_hw: tuple[int, int], _: OperatorSpec
) -> LinearOperator:
    """Return MATLAB's antialiased bicubic reduction, without its rounding to 8 bit."""
    down, across = (resize_matrix(n, m) for n, m in zip(hr_hw, lr_hw, strict=True))
    return SeparableOperator("bicubic", down, across)


def gaussian_operator(
    hr_hw: tuple[int, int], lr_hw: tuple[int, int], spec: OperatorSpec
) -> LinearOperator:
    """Return Gaussian blur followed by taking one sample a low-resolution pixel, at its centre."""
    down, across = (
        _gaussian_matrix(n, m, spec.gaussian_sigma_px) for n, m in zip(hr_hw, lr_hw, strict=True)
    )
    return SeparableOperator("gaussian", down, across)


def wide_gaussian_operator(
    hr_hw: tuple[int, int], lr_hw: tuple[int, int], _: OperatorSpec
) -> LinearOperator:
    """Return ``gaussian`` with the blur of paper 002: σ = `WIDE` · scale."""
    sigma_px = WIDE * hr_hw[0] / lr_hw[0]
    down, across = (_gaussian_matrix(n, m, sigma_px) for n, m in zip(hr_hw, lr_hw, strict=True))
    return SeparableOperator("gaussian-wide", down, across)


def average_operator(
    hr_hw: tuple[int, int], lr_hw: tuple[int, int], _: OperatorSpec
) -> LinearOperator:
    """Return the mean of the scale×scale pixels below each low-resolution pixel."""
    down, across = (
        np.kron(np.eye(m), np.full((1, n // m), m / n)) for n, m in zip(hr_hw, lr_hw, strict=True)
    )
    return SeparableOperator("average", down, across)


def motion_operator(
    hr_hw: tuple[int, int], lr_hw: tuple[int, int], spec: OperatorSpec
) -> LinearOperator:
    """Return a straight motion smear followed by bicubic reduction."""
    from fhgui.imaging.smear import smeared  # sparse matrices: the window's start need not wait

    length = spec.motion_length_px or hr_hw[0] / lr_hw[0] + 3
    return smeared(hr_hw, lr_hw, length, spec.motion_angle_deg)


_MAKERS = {
    "bicubic": bicubic_operator,
    "gaussian": gaussian_operator,
    "gaussian-wide": wide_gaussian_operator,
    "average": average_operator,
    "motion": motion_operator,
}

OPERATORS: tuple[str, ...] = tuple(_MAKERS)


@lru_cache(maxsize=32)
def make_operator(
    name: str, hr_hw: tuple[int, int], scale: int, spec: OperatorSpec | None = None
) -> LinearOperator:
    """Return the operator that reduces ``hr_hw`` by ``scale``.

    Raises
    ------
    MethodError
        If there is no such operator or the size is no multiple of the scale.
    """
    if name not in _MAKERS:
        raise MethodError(
            f"there is no degradation {name!r}", hint=f"choose one of {', '.join(OPERATORS)}"
        )
    if scale < 1 or hr_hw[0] % scale or hr_hw[1] % scale:
        raise MethodError(f"{hr_hw[1]}×{hr_hw[0]} pixels cannot be reduced by {scale}")
    lr_hw = hr_hw[0] // scale, hr_hw[1] // scale
    return _MAKERS[name](hr_hw, lr_hw, spec or OperatorSpec())


def natural_covariance(n: int) -> Floats:
    """Return the n×n covariance of a row of a natural picture: a first-order Markov process.

    `NEIGHBOURS` to the power of the distance; A. K. Jain, "Fundamentals of Digital Image
    Processing", 1989, section 2.10.
    """
    places = np.arange(n)
    covariance: Floats = NEIGHBOURS ** np.abs(places[:, None] - places).astype(np.float64)
    return covariance


def _spread(matrix: Floats) -> tuple[Floats, Floats, Floats]:
    """Return WDᵀU, and the eigenvalues and eigenvectors U of DWDᵀ."""
    spread = natural_covariance(matrix.shape[1]) @ matrix.T
    values, basis = np.linalg.eigh(matrix @ spread)
    return spread @ basis, np.maximum(values, 0.0), basis


def _both(left: Floats, x: Floats, right: Floats) -> Floats:
    """Return left · x · rightᵀ for every colour of an H×W×C array."""
    planes = np.moveaxis(x, -1, 0)
    return np.moveaxis(left @ planes @ right.T, 0, -1)


def _thin_svd(matrix: Floats) -> tuple[Floats, Floats, Floats]:
    u, s, vt = np.linalg.svd(matrix, full_matrices=False)
    return u, s, vt.T


def _gaussian_matrix(n_in: int, n_out: int, sigma_px: float | None) -> Floats:
    step = n_in / n_out
    sigma = sigma_px or max((step - 1) / 3, 1e-3)
    centres = (np.arange(n_out) + 0.5) * step - 0.5
    reach = int(np.ceil(4 * sigma)) + 1
    places = np.floor(centres).astype(int)[:, None] + np.arange(-reach, reach + 2)
    weights = np.exp(-((centres[:, None] - places) ** 2) / (2 * sigma**2))
    return gather(weights / weights.sum(axis=1, keepdims=True), places, n_in)
