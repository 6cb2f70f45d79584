"""How strong the noise of a picture is, told from the picture alone.

Noise is what is left where nothing is to be seen. Of all 8×8 blocks those with the least energy in
the lowest frequencies of the cosine transform are taken as plain; choosing by the lowest says
little about the others, and of these the noise is read [1]_. Sensors are noisier where it is
bright, and compression wipes noise out where it is dark: plain blocks are chosen in each quarter of
the brightness, and the lowest but one of the four is told. A picture without a plain part, such as
one of leaves, is told to be noisier than it is.

White noise has the same power in all frequencies. The grain of a camera, whose colours were
interpolated and which was compressed, has more in the low ones: a line is fitted to the logarithm
of the power over the middle frequencies and drawn on to the lowest.

References
----------
.. [1] N. Ponomarenko et al., "An automatic approach to lossy compression of AVIRIS images", IGARSS
   2007; M. Colom, A. Buades, "Analysis and extension of the Ponomarenko et al. method", Image
   Processing On Line 3, 2013.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import dctn

from fhgui.core.arrays import Floats, Pixels
from fhgui.imaging.colour import luma

SIDE = 8
RING = np.add.outer(np.arange(SIDE), np.arange(SIDE))
"""u + v of each frequency of a block."""
LOWEST = 3
"""Up to this ring the picture itself is seen; it chooses the blocks."""
FITTED = np.arange(LOWEST + 1, SIDE + 1)
"""Rings of which the line is fitted."""
FINE = 7
"""From this ring on the noise is called fine."""

PARTS = 4
PLAIN = 0.02
"""Share of the blocks of each part of the brightness that is taken as plain."""
NEXT = 1
"""Which of the parts is told, from the least noisy one on."""
FEWEST = 8
"""Plain blocks that a part has at least."""
MOST_BLOCKS = 20_000
"""Blocks looked at in a large picture, evenly spread."""
BLACK, WHITE = 2, 253
"""Blocks that reach these levels are left out: clipping hides noise."""

COARSE = 1.5
"""All noise over fine noise from which the grain is called coarse."""
UNSEEN = 1.0
"""Standard deviation in grey levels below which nobody sees noise."""


@dataclass(frozen=True)
class Noise:
    """An estimate, in grey levels of luma (0–255).

    Parameters
    ----------
    sigma : standard deviation of all noise.
    fine : what the standard deviation would be were all of it as strong as its finest part.
    """

    sigma: float
    fine: float

    @property
    def is_coarse(self) -> bool:
        """Whether the grain is larger than a pixel, as of compressed pictures of cameras."""
        return self.sigma > COARSE * self.fine

    @property
    def words(self) -> str:
        """Size and grain, e.g. ``σ 4.2 grey levels, coarse grain``."""
        if self.sigma < UNSEEN:
            return "none to be seen"
        return f"σ {self.sigma:.1f} grey levels{', coarse grain' if self.is_coarse else ''}"


def estimate_noise(pixels: Pixels) -> Noise | None:
    """Estimate the noise of a picture.

    Parameters
    ----------
    pixels : H×W×3 uint8; some 64×64 pixels are needed to tell anything.

    Returns
    -------
    None if the picture is too small, or too much of it is black or white.
    """
    blocks = _blocks(luma(pixels))
    if len(blocks) < 2 * PARTS * FEWEST:
        return None
    power = dctn(blocks, axes=(1, 2), norm="ortho") ** 2
    order = np.argsort(power[:, 0, 0], kind="stable")
    found = [_of_part(power[part]) for part in np.array_split(order, PARTS)]
    sigma, fine = np.sqrt(np.sort(found, axis=0)[NEXT])
    return Noise(float(sigma), float(fine))


def _blocks(gray: Floats) -> Floats:
    """Return N×8×8 blocks without clipped pixels."""
    if min(gray.shape) < SIDE:
        return np.empty((0, SIDE, SIDE))
    step = max(3, int(np.ceil(np.sqrt(gray.size / MOST_BLOCKS))))
    step += 1 - step % 2  # an odd step meets every phase of a grid of 8
    blocks = sliding_window_view(gray, (SIDE, SIDE))[::step, ::step].reshape(-1, SIDE, SIDE)
    inside = (blocks.min(axis=(1, 2)) > BLACK) & (blocks.max(axis=(1, 2)) < WHITE)
    return np.asarray(blocks[inside], np.float64)


def _of_part(power: Floats) -> tuple[float, float]:
    """Return the variances of all noise and of fine noise in the plain blocks."""
    low = power[:, (RING > 0) & (RING <= LOWEST)].sum(axis=1)
    count = min(max(round(PLAIN * len(power)), FEWEST), len(power))
    plain = power[np.argsort(low, kind="stable")[:count]].mean(axis=0)
    rings = np.array([plain[ring == RING].mean() for ring in FITTED])
    slope, start = np.polyfit(FITTED, np.log(rings + 1e-3), 1)
    hidden = RING <= LOWEST
    plain[hidden] = np.exp(start + min(slope, 0.0) * np.maximum(RING[hidden], 1))
    return float(plain.mean()), float(np.median(plain[RING >= FINE]))
