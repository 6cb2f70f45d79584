"""A blind estimate of how a picture of a face is blurred: not, by a Gaussian, or by motion.

The power spectrum of an unblurred face falls off by a known law; a blur multiplies it by its own
transfer function, and noise adds a floor:

    S(f, φ) = A · f^−α · exp(b cos 2φ + c cos 4φ) · exp(−4π²σ²f²) · M(Lf cos(φ − θ)) + N

with f in cycles a pixel and φ the direction. M is a smear of length L in the direction θ: sinc² for
straight and even motion; for the path of a shaken camera, which fills the zeros of the sinc,
M(x) = 1/(1 + (πx)²/3), which begins alike. Every (σ, L, θ, N) of a grid is fitted by its amplitude
A, and judged by Whittle's likelihood −Σ (ln S + P/S) of the periodogram P [1]_. A blur is only
named where it explains the picture much better than none, and motion where it does much better
than a round blur. It is a hint: a face that is itself smooth looks like a blurred one.

References
----------
.. [1] P. Whittle, "Estimation and information in stationary time series", Arkiv för Matematik 2,
   1953.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from fhgui.core.arrays import Floats, Pixels
from fhgui.imaging.colour import luma

ALPHA, TWOFOLD, FOURFOLD = 3.36, -0.635, 0.341
"""α, b and c: least squares on the spectra of 40 sharp portraits of 60×80 pixels (training)."""

SIGMAS_PX = np.array([0, 0.35, 0.5, 0.65, 0.8, 1, 1.3, 1.7, 2.2, 3.0])
PATHS_PX = np.array([0, 2, 2.5, 3, 4, 5, 6, 7.5, 9, 11, 14, 18])
STRAIGHT_PX = np.array([2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9, 10, 12, 14, 18])
LENGTHS_PX = np.concatenate([PATHS_PX, STRAIGHT_PX])
"""L of both kinds of motion, in the order of the axis that they share."""
ANGLES_RAD = np.arange(12) * np.pi / 12
NOISE = 2.0 ** np.arange(9) / 12
"""N, variance of the noise in squared grey levels; the least is that of rounding."""

RINGS, SECTORS = 12, 12
LOWEST, HIGHEST = 0.04, 0.5
"""Cycles a pixel: below, the face itself is seen; above, a square grid has no full circles."""

BLURRED = 0.12
"""Gain of the logarithm of the likelihood, a frequency, from which a picture is called blurred."""
DIRECTED = 0.05
"""Share of that gain that a direction must bring for the blur to be called motion."""

SHORTEST_PX = 16
"""Side of the smallest picture that is judged."""

LEAST = 0.02
"""What is left of the power where a straight smear has its zeros: no motion is quite even."""

EMPTY = 1.0
"""Power, in squared grey levels, below which there is nothing to judge: 12 times rounding's."""

_STEPS = 4


READING = "blur"
"""How names of readings begin by which a stage tells the blur that its method has found."""


class BlurKind(StrEnum):
    """What a blur looks like."""

    NONE = "none"
    GAUSSIAN = "Gaussian"
    MOTION = "motion"


@dataclass(frozen=True)
class Blur:
    """An estimate; lengths in pixels of the picture.

    Parameters
    ----------
    sigma_px : standard deviation of the round part of the blur.
    length_px : extent of the motion; 0 unless the kind is motion.
    angle_deg : its direction, 0 ≤ angle < 180: 0 is horizontal, clockwise as seen on the screen.
    """

    kind: BlurKind
    sigma_px: float = 0.0
    length_px: float = 0.0
    angle_deg: float = 0.0

    @property
    def words(self) -> str:
        """Kind and size, e.g. ``motion, 5 px at 30°``."""
        if self.kind is BlurKind.GAUSSIAN:
            return f"{self.kind.value}, σ {self.sigma_px:g} px"
        if self.kind is BlurKind.MOTION:
            return f"{self.kind.value}, {self.length_px:g} px at {self.angle_deg:g}°"
        return self.kind.value


class _Spectrum(NamedTuple):
    """Means over parts of rings of frequencies, and how many frequencies each is of."""

    power: Floats
    frequency: Floats
    direction: Floats
    parts: Floats


def estimate_blur(pixels: Pixels) -> Blur | None:
    """Estimate how a picture that a face fills is blurred.

    Parameters
    ----------
    pixels : H×W×3 uint8.

    Returns
    -------
    None if the picture is too small to tell, or has nothing in it.
    """
    if min(pixels.shape[:2]) < SHORTEST_PX:
        return None
    spectrum = _spectrum(luma(pixels))
    if spectrum.power.max() < EMPTY:
        return None
    cost = _costs(spectrum)
    still = cost[:, :, 0, 0]  # L = 0, where all directions are one
    gain = float(still[:, 0].min() - cost.min())
    if gain < BLURRED * float(spectrum.parts.sum()):
        return Blur(BlurKind.NONE)
    if float(still.min() - cost.min()) < DIRECTED * gain:
        _, sigma = np.unravel_index(int(still.argmin()), still.shape)
        return Blur(BlurKind.GAUSSIAN, float(SIGMAS_PX[sigma]))
    _, sigma, length, angle = np.unravel_index(int(cost.argmin()), cost.shape)
    degrees = float(np.rad2deg(ANGLES_RAD[angle]))
    return Blur(BlurKind.MOTION, float(SIGMAS_PX[sigma]), float(LENGTHS_PX[length]), degrees)


def _spectrum(gray: Floats) -> _Spectrum:
    """Return the windowed periodogram in parts of rings; noise of variance N has power N in it."""
    height, width = gray.shape
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    centred = (gray - (gray * window).sum() / window.sum()) * window
    power = np.abs(np.fft.rfft2(centred)) ** 2 / (window**2).sum()
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency, direction = np.hypot(down, across), np.arctan2(down, across)
    taken = (frequency >= LOWEST) & (frequency < HIGHEST)
    ring = (frequency - LOWEST) / (HIGHEST - LOWEST) * RINGS
    sector = (direction / np.pi + 0.5) * SECTORS
    part = (ring.astype(int) * SECTORS + sector.astype(int) % SECTORS)[taken]
    count = np.bincount(part, minlength=RINGS * SECTORS)

    def mean(values: Floats) -> Floats:
        sums = np.bincount(part, values[taken], RINGS * SECTORS)[count > 0]
        return np.asarray(sums / count[count > 0], np.float64)

    turned = np.arctan2(mean(np.sin(2 * direction)), mean(np.cos(2 * direction))) / 2
    return _Spectrum(mean(power), mean(frequency), turned, count[count > 0].astype(np.float64))


def _costs(spectrum: _Spectrum) -> Floats:
    """Return −(Whittle's log-likelihood) for each of N×σ×L×θ, with the best amplitude for each.

    Of the noises only the best without motion and its neighbours are tried with motion.
    """
    shapes = _log_shapes(spectrum)
    still = [_cost(spectrum, shapes[:, :1, :1], float(noise)).min() for noise in NOISE]
    best = int(np.argmin(still))
    near = NOISE[max(best - 1, 0) : best + 2]
    return np.stack([_cost(spectrum, shapes, float(noise)) for noise in near])


def _log_shapes(spectrum: _Spectrum) -> Floats:
    """Return σ×L×θ×parts: the logarithm of S without A and N."""
    f, direction = spectrum.frequency, spectrum.direction
    face = -ALPHA * np.log(f) + TWOFOLD * np.cos(2 * direction) + FOURFOLD * np.cos(4 * direction)
    gaussian = -4 * np.pi**2 * SIGMAS_PX[:, None] ** 2 * f**2
    along = f * np.cos(direction - ANGLES_RAD[:, None])
    path = -np.log1p((np.pi * PATHS_PX[:, None, None] * along) ** 2 / 3)
    straight = np.log(np.sinc(STRAIGHT_PX[:, None, None] * along) ** 2 + LEAST)
    shapes: Floats = face + gaussian[:, None, None] + np.concatenate([path, straight])
    return shapes


def _cost(spectrum: _Spectrum, log_shape: Floats, noise: float) -> Floats:
    """Return σ×L×θ; ln A by Fisher scoring from the mean of the logarithms on."""
    power, count = spectrum.power, spectrum.parts
    start = np.log(np.maximum(power - noise, noise / 10))
    log_a = ((start - log_shape) * count).sum(-1, keepdims=True) / count.sum()
    shape = np.exp(log_shape)
    for _ in range(_STEPS):
        signal = np.exp(log_a) * shape
        model = signal + noise
        weight = count * signal / model
        step = (weight * (power / model - 1)).sum(-1) / (weight * signal / model).sum(-1)
        log_a = log_a + np.clip(step, -1, 1)[..., None]
    model = np.exp(log_a) * shape + noise
    cost: Floats = (count * (np.log(model) + power / model)).sum(-1)
    return cost
