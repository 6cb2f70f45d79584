"""MATLAB-exact bicubic ``imresize``: the rule by which every test image of the papers was made.

A resize of one axis is a matrix, so that a reduction, its adjoint and its singular values all
come from the same numbers (`fhgui.imaging.operators`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from fhgui.core.arrays import AnyArray, Floats
from fhgui.imaging.colour import to_uint8

if TYPE_CHECKING:
    from scipy import sparse

KERNEL_WIDTH = 4.0

A = TypeVar("A", bound=AnyArray)


def cubic(x: Floats) -> Floats:
    """Return Keys' cubic convolution kernel (a = −½) at distances ``x`` (Keys 1981, eq. 15)."""
    d = np.abs(x)
    near = 1.5 * d**3 - 2.5 * d**2 + 1
    far = -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2
    return np.where(d <= 1, near, np.where(d <= 2, far, 0.0))


def resize_matrix(n_in: int, n_out: int) -> Floats:
    """Return the n_out×n_in float64 matrix that resizes a column of samples.

    As MATLAB's ``imresize``: the kernel is stretched by 1/scale on reduction (antialiasing),
    edges are mirrored with the edge sample repeated, every row sums to 1.
    """
    if n_in < 1 or n_out < 1:
        raise ValueError(f"cannot resize {n_in} samples to {n_out}")
    scale = n_out / n_in
    stretch = max(1.0, 1.0 / scale)
    centres = (np.arange(n_out) + 0.5) / scale - 0.5
    taps = int(np.ceil(KERNEL_WIDTH * stretch)) + 2
    left = np.floor(centres - KERNEL_WIDTH * stretch / 2).astype(int)
    places = left[:, None] + np.arange(taps)
    weights = cubic((centres[:, None] - places) / stretch)
    weights /= weights.sum(axis=1, keepdims=True)
    return gather(weights, places, n_in)


def gather(weights: Floats, places: AnyArray, n_in: int) -> Floats:
    """Return the matrix with ``weights`` at ``places``, those outside 0 … n_in−1 mirrored in."""
    matrix = np.zeros((len(places), n_in))
    rows = np.broadcast_to(np.arange(len(places))[:, None], places.shape)
    np.add.at(matrix, (rows, mirror(places, n_in)), weights)
    return matrix


def mirror(places: AnyArray, n: int) -> AnyArray:
    """Return indices folded into 0 … n−1 by symmetric extension (the edge sample repeats)."""
    folded = np.mod(places, 2 * n)
    return np.where(folded < n, folded, 2 * n - 1 - folded)


def imresize(pixels: A, out_hw: tuple[int, int]) -> A:
    """Resize a picture by bicubic interpolation, exactly as MATLAB does.

    Parameters
    ----------
    pixels : H×W or H×W×C; uint8 results are rounded half up and clipped, floats are not.
    out_hw : height and width of the result.

    Returns
    -------
    array of the same dtype. Bits do not depend on the number of threads.
    """
    down, across = _sparse(pixels.shape[0], out_hw[0]), _sparse(pixels.shape[1], out_hw[1])
    samples = pixels.astype(np.float64)
    rows = _apply(down, samples)
    result = _apply(across, rows.swapaxes(0, 1)).swapaxes(0, 1)
    if pixels.dtype == np.uint8:
        return to_uint8(result)  # type: ignore[return-value]  # A is uint8 here
    return np.ascontiguousarray(result, dtype=pixels.dtype)  # type: ignore[return-value]  # as A


@lru_cache(maxsize=64)
def _sparse(n_in: int, n_out: int) -> sparse.csr_array:
    from scipy import sparse  # a quarter of a second that the window's start need not wait

    return sparse.csr_array(resize_matrix(n_in, n_out))


def _apply(matrix: sparse.csr_array, samples: Floats) -> Floats:
    flat = np.ascontiguousarray(samples).reshape(samples.shape[0], -1)
    product: Floats = matrix @ flat
    return product.reshape(-1, *samples.shape[1:])
