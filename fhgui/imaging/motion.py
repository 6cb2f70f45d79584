"""A bank of motion blur kernels: random paths of a shaking camera, drawn on a grid.

The path is Brownian motion with inertia (Boracchi and Foi 2012): the velocity is pushed at random
and pulled back to the middle, so that neighbouring parts of the path run alike. Training blurs
with such a bank, and so do the protocols that measure deblurring.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from fhgui.core.arrays import Floats

PATH_POINTS = 400


@lru_cache(maxsize=8)
def kernel_bank(count: int, smallest_px: int, largest_px: int, seed: int) -> Floats:
    """Return count×largest×largest float64 kernels, each summing to 1, centred on their mean.

    Sizes are odd, from ``smallest_px`` to ``largest_px`` in turn; smaller kernels have a border
    of zeros. Kernel i depends on (seed, i) and the sizes only.
    """
    sizes = np.arange(smallest_px | 1, largest_px + 1, 2)
    side = int(sizes[-1])
    bank = np.zeros((count, side, side))
    for i in range(count):
        size = int(sizes[i % len(sizes)])
        edge = (side - size) // 2
        inner = slice(edge, edge + size)
        bank[i, inner, inner] = motion_kernel(size, np.random.default_rng((seed, i)))
    bank.setflags(write=False)
    return bank


def motion_kernel(size_px: int, rng: np.random.Generator) -> Floats:
    """Return one size×size kernel, non-negative, summing to 1."""
    path = _camera_path(rng)
    path -= path.mean(axis=0)
    path *= (size_px // 2 - 0.5) / max(np.abs(path).max(), 1e-9)  # fills the kernel, stays inside
    return _rasterised(path + size_px // 2, size_px)


def _camera_path(rng: np.random.Generator) -> Floats:
    """Return PATH_POINTS×2 (x, y) of Brownian motion with inertia."""
    inertia = rng.uniform(0.9, 0.995)
    pull = rng.uniform(0, 0.01)
    angle = rng.uniform(0, 2 * np.pi)
    velocity = np.array([np.cos(angle), np.sin(angle)])
    pushes = rng.normal(0, rng.uniform(0.05, 0.4), (PATH_POINTS, 2))
    path = np.zeros((PATH_POINTS, 2))
    for t in range(1, PATH_POINTS):
        velocity = inertia * velocity + pushes[t] - pull * path[t - 1]
        path[t] = path[t - 1] + velocity
    return path


def _rasterised(path: Floats, size_px: int) -> Floats:
    """Return the time that a path spends in each pixel, shared bilinearly between four."""
    kernel = np.zeros((size_px, size_px))
    corner = np.floor(path).astype(int)
    part = path - corner
    for dx in (0, 1):
        for dy in (0, 1):
            share = np.abs(1 - dx - part[:, 0]) * np.abs(1 - dy - part[:, 1])
            inside = np.clip(corner + np.array([dx, dy]), 0, size_px - 1)
            np.add.at(kernel, (inside[:, 1], inside[:, 0]), share)
    result: Floats = kernel / kernel.sum()
    return result
