"""Similarity transforms: rotation, one scale, shift; exact in both directions."""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import Matrix, Points
from fhgui.core.errors import InputError


def fit_similarity(src: Points, dst: Points) -> tuple[Matrix, float]:
    """Return the similarity that carries ``src`` nearest to ``dst``, and how near.

    Least squares over ``Σ‖dst − (s·R·src + t)‖²``; a mirror image is never returned.

    Parameters
    ----------
    src, dst : N×2 (x, y), N ≥ 2.

    Returns
    -------
    matrix : 2×3 float64.
    rms : root mean square distance left over, in units of ``dst``; 0 for two points.

    Raises
    ------
    InputError
        If the points of ``src`` coincide.

    References
    ----------
    S. Umeyama, "Least-squares estimation of transformation parameters between two point
    patterns", IEEE TPAMI 13(4), 1991: equations 34–43.
    """
    src_mean, dst_mean = src.mean(axis=0), dst.mean(axis=0)  # eq. 34, 35
    src_centred, dst_centred = src - src_mean, dst - dst_mean
    variance = np.mean(np.sum(src_centred**2, axis=1))  # eq. 36
    if not variance > 0:
        raise InputError("all landmarks lie on one spot", hint="set them apart")
    covariance = dst_centred.T @ src_centred / len(src)  # eq. 38
    u, d, vt = np.linalg.svd(covariance)  # eq. 39
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])  # eq. 43
    rotation = (u * signs) @ vt  # eq. 40
    scale = d @ signs / variance  # eq. 42
    linear = scale * rotation
    matrix = np.column_stack([linear, dst_mean - linear @ src_mean])  # eq. 41
    left_over = np.sum((apply(matrix, src) - dst) ** 2, axis=1)
    return matrix, float(np.sqrt(left_over.mean()))


def apply(matrix: Matrix, points: Points) -> Points:
    """Return N×2 ``points`` carried over by the 2×3 ``matrix``."""
    moved: Points = points @ matrix[:, :2].T + matrix[:, 2]
    return moved


def invert(matrix: Matrix) -> Matrix:
    """Return the 2×3 matrix that undoes ``matrix``."""
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def chained(first: Matrix, second: Matrix) -> Matrix:
    """Return the 2×3 matrix that applies ``first``, then ``second``."""
    linear = second[:, :2] @ first[:, :2]
    return np.column_stack([linear, second[:, :2] @ first[:, 2] + second[:, 2]])


def scale_of(matrix: Matrix) -> float:
    """Return the magnification of a similarity: > 1 enlarges."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))


def onto_grid(matrix: Matrix, factor: float) -> Matrix:
    """Return ``matrix`` with its target grid sampled ``factor`` times as finely.

    Both grids cover the same area: ``x_fine = (x + ½)·factor − ½``.
    """
    finer: Matrix = matrix * factor
    finer[:, 2] += (factor - 1) / 2
    return finer
