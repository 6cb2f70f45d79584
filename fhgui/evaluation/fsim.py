"""FSIM: how alike two pictures are in what makes features, phase congruency and gradients.

L. Zhang, L. Zhang, X. Mou, D. Zhang, "FSIM: A Feature Similarity Index for Image Quality
Assessment", IEEE Trans. Image Processing 20(8), 2011, its luminance form. Phase congruency by
P. Kovesi, "Image features from phase congruency", Videre 1(3), 1999, with the constants that the
authors of FSIM chose. Their reduction of pictures whose smaller side is 384 px or more is left
out: no protocol here has such pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.fft import fft2, ifft2, ifftshift
from scipy.ndimage import correlate1d

from fhgui.core.arrays import AnyArray, Floats

SCALES, ORIENTATIONS = 4, 4
SHORTEST_WAVE_PX = 6.0
WAVE_STEP = 2.0
BANDWIDTH = 0.55
"""σ of the log-Gabor's Gaussian over its centre frequency (σ_r)."""
ANGULAR_SIGMA = np.pi / ORIENTATIONS / 1.2
"""σ_θ."""
NOISE_SIGMAS = 2.0
"""Energy below the mean of noise plus so many σ is no feature."""
NOISE_DIVISOR = 1.7
"""Empirical: energy of noise is overestimated by so much."""
LOWPASS_CUTOFF, LOWPASS_ORDER = 0.45, 15
EPSILON = 1e-4
T1, T2 = 0.85, 160.0
"""Constants of the two similarities (Eqs. 4 and 5)."""


@dataclass(frozen=True, eq=False)
class _Bank:
    """Log-Gabor filters of one picture size.

    Parameters
    ----------
    filters : o×s×H×W in the frequency domain, zero frequency first.
    finest_energy : o; energy of the finest filter.
    own, pairs : o; Σ_s Σ g_s² and Σ_{s<t} Σ g_s·g_t of the filters in space.
    """

    filters: Floats
    finest_energy: Floats
    own: Floats
    pairs: Floats


def fsim(a: AnyArray, b: AnyArray) -> float:
    """Return the FSIM of two H×W gray pictures, 0–255; 1 for equal ones (Eq. 7)."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    pc_x, pc_y = phase_congruency(x), phase_congruency(y)
    g_x, g_y = _gradient(x), _gradient(y)
    s_pc = (2 * pc_x * pc_y + T1) / (pc_x**2 + pc_y**2 + T1)  # Eq. 4
    s_g = (2 * g_x * g_y + T2) / (g_x**2 + g_y**2 + T2)  # Eq. 5
    weight = np.maximum(pc_x, pc_y)
    total = float(weight.sum())
    # without any feature, as between two constants, nothing is weighed against the other
    return float((s_pc * s_g * weight).sum() / total) if total > 0 else float((s_pc * s_g).mean())


def phase_congruency(gray: Floats) -> Floats:
    """Return H×W phase congruency, 0–1, of H×W gray."""
    bank = _bank((gray.shape[0], gray.shape[1]))
    spectrum = fft2(gray)
    features, amplitudes = np.zeros(gray.shape), np.zeros(gray.shape)
    for orientation in range(ORIENTATIONS):  # one at a time: they stay in the processor's cache
        response = ifft2(spectrum * bank.filters[orientation])  # e_n + i·o_n
        even, odd = response.real.copy(), response.imag.copy()
        amplitude = np.sqrt(even**2 + odd**2)
        e, o = even.sum(axis=0), odd.sum(axis=0)
        norm = np.sqrt(e**2 + o**2) + EPSILON
        e, o = e / norm, o / norm  # the mean phase
        energy = (even * e + odd * o - np.abs(even * o - odd * e)).sum(axis=0)
        features += np.maximum(energy - _noise_threshold(amplitude[0], bank, orientation), 0)
        amplitudes += amplitude.sum(axis=0)
    result: Floats = features / np.maximum(amplitudes, EPSILON)
    return result


def _noise_threshold(finest: Floats, bank: _Bank, orientation: int) -> float:
    """Return the energy that noise reaches in an orientation; its power from the median."""
    power = -np.median(finest**2) / np.log(0.5) / bank.finest_energy[orientation]
    tau = np.sqrt(power * (bank.own[orientation] + 2 * bank.pairs[orientation]))
    mean, sigma = tau * np.sqrt(np.pi / 2), tau * np.sqrt(2 - np.pi / 2)
    return float((mean + NOISE_SIGMAS * sigma) / NOISE_DIVISOR)


@lru_cache(maxsize=8)
def _bank(size_hw: tuple[int, int]) -> _Bank:
    radius, angle = _polar(size_hw)
    radial = _radial(radius)
    filters = np.stack([[r * _spread(angle, o) for r in radial] for o in range(ORIENTATIONS)])
    spatial = np.real(ifft2(filters)) * np.sqrt(size_hw[0] * size_hw[1])
    own = (spatial**2).sum(axis=(1, 2, 3))
    crossed = (spatial.sum(axis=1) ** 2).sum(axis=(1, 2))
    return _Bank(filters, (filters[:, 0] ** 2).sum(axis=(1, 2)), own, (crossed - own) / 2)


def _polar(size_hw: tuple[int, int]) -> tuple[Floats, Floats]:
    """Return frequency (cycles a pixel) and angle, zero frequency first."""
    y, x = np.meshgrid(*(_axis(n) for n in size_hw), indexing="ij")
    return ifftshift(np.hypot(x, y)), ifftshift(np.arctan2(-y, x))


def _axis(n: int) -> Floats:
    """Return n frequencies from −½; for odd n Kovesi's grid ends at ½."""
    if n % 2:
        return np.arange(-(n - 1) / 2, (n - 1) / 2 + 1) / (n - 1)
    return np.arange(-n / 2, n / 2) / n


def _radial(radius: Floats) -> list[Floats]:
    lowpass = 1 / (1 + (radius / LOWPASS_CUTOFF) ** (2 * LOWPASS_ORDER))
    safe = np.where(radius > 0, radius, 1)
    parts = []
    for scale in range(SCALES):
        wave_px = SHORTEST_WAVE_PX * WAVE_STEP**scale
        gabor = np.exp(-(np.log(safe * wave_px) ** 2) / (2 * np.log(BANDWIDTH) ** 2))
        parts.append(np.where(radius > 0, gabor * lowpass, 0.0))
    return parts


def _spread(angle: Floats, orientation: int) -> Floats:
    middle = orientation * np.pi / ORIENTATIONS
    distance = np.abs(np.arctan2(np.sin(angle - middle), np.cos(angle - middle)))
    spread: Floats = np.exp(-(distance**2) / (2 * ANGULAR_SIGMA**2))
    return spread


def _gradient(gray: Floats) -> Floats:
    """Return H×W gradient magnitude by the Scharr operator, zeros around the picture."""
    smooth, slope = np.array([3.0, 10, 3]) / 16, np.array([1.0, 0, -1])
    gx, gy = (
        correlate1d(
            correlate1d(gray, smooth, 1 - axis, mode="constant"), slope, axis, mode="constant"
        )
        for axis in (1, 0)
    )
    result: Floats = np.hypot(gx, gy)
    return result
