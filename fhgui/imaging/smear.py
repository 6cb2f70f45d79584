"""The degradation of a straight motion: not separable, so its matrix is a sparse one.

A module of its own, because sparse matrices take a quarter of a second to import; see `operators`
for the notation.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import sparse
from scipy.sparse import linalg as sparse_linalg

from fhgui.core.arrays import Floats
from fhgui.imaging.resize import gather, mirror, resize_matrix


def smeared(
    hr_hw: tuple[int, int], lr_hw: tuple[int, int], length_px: float, angle_deg: float
) -> SparseOperator:
    """Return a smear along a line followed by bicubic reduction.

    Parameters
    ----------
    length_px : of the line in high-resolution pixels.
    angle_deg : 0 is horizontal, counted clockwise as seen on the screen.
    """
    smear = _smear_matrix(hr_hw, length_px, angle_deg)
    down, across = (
        sparse.csr_array(resize_matrix(n, m)) for n, m in zip(hr_hw, lr_hw, strict=True)
    )
    return SparseOperator(
        "motion", sparse.csr_array(sparse.kron(down, across) @ smear), hr_hw, lr_hw
    )


class SparseOperator:
    """Any H as a sparse matrix on flattened pictures, for blurs that are not separable."""

    def __init__(
        self, name: str, matrix: sparse.csr_array, hr_hw: tuple[int, int], lr_hw: tuple[int, int]
    ) -> None:
        self.name, self.hr_hw, self.lr_hw = name, hr_hw, lr_hw
        self._matrix = matrix
        self._transposed = sparse.csr_array(matrix.T)

    def forward(self, x: Floats) -> Floats:
        """Return Hx."""
        return _flat(self._matrix, x, self.lr_hw)

    def adjoint(self, y: Floats) -> Floats:
        """Return Hᵀy."""
        return _flat(self._transposed, y, self.hr_hw)

    def pseudo_inverse(self, y: Floats) -> Floats:
        """Return H⁺y by LSMR (conjugate-gradient-like), to 1e-10."""
        colours = y.reshape(-1, y.shape[-1]).T
        rows = [
            sparse_linalg.lsmr(self._matrix, c, atol=1e-10, btol=1e-10, maxiter=2000)[0]
            for c in colours
        ]
        return np.stack(rows, axis=-1).reshape(*self.hr_hw, -1)

    def proximal(self, y: Floats, z: Floats, weight: float) -> Floats:
        """Return z + Hᵀ(HHᵀ + λI)⁻¹(y − Hz), equal to Eq. 5 by the Woodbury identity."""
        return z + self.change(y - self.forward(z), weight)

    def natural_proximal(self, y: Floats, z: Floats, weight: float) -> Floats:
        """Return `proximal`: for all pairs of pixels W would be too large here."""
        return self.proximal(y, z, weight)

    def change(self, gap: Floats, weight: float) -> Floats:
        """Return Hᵀ(HHᵀ + λI)⁻¹ gap."""
        flat = gap.reshape(-1, gap.shape[-1])
        return self.adjoint(self._factor(weight).solve(flat).reshape(gap.shape))

    def natural_change(self, gap: Floats, weight: float) -> Floats:
        """Return `change`; see `natural_proximal`."""
        return self.change(gap, weight)

    @lru_cache(maxsize=32)  # noqa: B019  # the few operators of a run live as long as the run
    def _factor(self, weight: float) -> sparse_linalg.SuperLU:
        gram = self._matrix @ self._transposed
        return sparse_linalg.splu(sparse.csc_array(gram + weight * sparse.eye_array(gram.shape[0])))


def _flat(matrix: sparse.csr_array, x: Floats, out_hw: tuple[int, int]) -> Floats:
    product: Floats = matrix @ np.ascontiguousarray(x).reshape(-1, x.shape[-1])
    return product.reshape(*out_hw, -1)


def _smear_matrix(hw: tuple[int, int], length_px: float, angle_deg: float) -> sparse.csr_array:
    """Return the mean over points along a line, each read by bilinear interpolation."""
    points = max(2, int(np.ceil(2 * length_px)))
    along = np.linspace(-0.5, 0.5, points) * max(length_px - 1, 0)
    angle = np.deg2rad(angle_deg)
    total = sparse.csr_array((hw[0] * hw[1],) * 2)
    for t in along:
        rows = _shift_matrix(hw[0], t * np.sin(angle))
        total = total + sparse.kron(rows, _shift_matrix(hw[1], t * np.cos(angle)), format="csr")
    return sparse.csr_array(total / points)


def _shift_matrix(n: int, shift_px: float) -> sparse.csr_array:
    whole = int(np.floor(shift_px))
    part = shift_px - whole
    places = np.arange(n)[:, None] + whole + np.array([0, 1])
    weights = np.broadcast_to([1 - part, part], places.shape)
    return sparse.csr_array(gather(weights, mirror(places, n), n))
