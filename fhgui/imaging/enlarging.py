"""Whether a picture was enlarged before it was stored, and how many times.

An enlarged picture has fewer samples than pixels: those between were interpolated, and each is as
rough as its distance to the samples lets it be. The mean size of the first and second differences
along a line then repeats with the grid of the samples, and its spectrum over the columns has a
line at 1/s, or at 1 − 1/s which is the same for pixels [1]_. Blocks of a codec repeat too, at
multiples of 1/8: lines there must stand out from the other multiples.

Of the two factors that a line leaves, the larger is taken if the picture has no detail beyond its
samples; bilinear enlarging by 3 and 4 leaves some, and is told as 1.5 and 1.33. Sharpening, noise
added afterwards and strong compression hide the traces.

References
----------
.. [1] A. Gallagher, "Detection of linear and cubic interpolation in JPEG compressed images",
   Canadian Conference on Computer and Robot Vision, 2005. (It takes second differences; doubling
   about the middle of pixels is only seen in first ones.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from fhgui.core.arrays import Floats, Pixels
from fhgui.imaging.colour import luma

LEAST_PX = 96
"""Shorter sides hold too few repetitions."""
LOWEST = 0.08
"""Cycles a pixel below which the picture's own make-up is seen; factors above 12 are not told."""
OUTSTANDING = 12.0
"""A line's height over that of the spectrum around it from which it is believed."""
OVER_BLOCKS = 2.5
"""The same, over the other multiples of 1/8, for lines at 1/4 and 1/2."""
OVER_SMALL_BLOCKS = 32.0
"""A line's height at 1/4 and 1/2 from which it is believed in films: blocks of 4 pixels, as of
H.264, leave lines there alone, up to 27 times as high as the spectrum around them."""
DECAY = 2.5
"""Exponent with which the power of photographs falls off."""
VOID = 0.15
"""Share of the power so expected below which there is no detail."""


REPEATED = 0.1
"""Share of columns that are copies of the one before: enlarged by repeating the nearest pixel."""


@dataclass(frozen=True)
class Enlargement:
    """How many times a picture was enlarged; 1 where no trace is found.

    Parameters
    ----------
    across, down : factors of width and height.
    """

    across: float = 1.0
    down: float = 1.0

    @property
    def words(self) -> str:
        """Factors, e.g. ``2 times across, 1.5 times down``."""
        if self.across == self.down == 1:
            return "no trace of enlarging"
        if abs(self.across - self.down) < 0.02 * self.across:
            return f"enlarged about {self.across:.3g} times"
        ways = (("across", self.across), ("down", self.down))
        told = ", ".join(f"{factor:.3g} times {way}" for way, factor in ways if factor != 1)
        return f"enlarged about {told}"


def estimate_enlargement(pixels: Pixels, is_video: bool = False) -> Enlargement | None:
    """Tell how many times a picture was enlarged.

    Parameters
    ----------
    pixels : H×W×3 uint8, the whole picture: the more the surer.
    is_video : whether it may have been coded in blocks of 4 pixels, which hide doubling.

    Returns
    -------
    None if it is too small to tell.
    """
    gray = luma(pixels)
    if min(gray.shape) < LEAST_PX:
        return None
    least = OVER_SMALL_BLOCKS if is_video else OUTSTANDING
    return Enlargement(_factor(gray, least), _factor(gray.T, least))


def _factor(gray: Floats, least: float) -> float:
    """Return the factor along the lines; 1 where there is no trace.

    Parameters
    ----------
    least : height of a line at 1/4 or 1/2 from which it is believed.
    """
    repeated = float((np.abs(np.diff(gray, axis=1)).max(axis=0) == 0).mean())
    if repeated == 1:
        return 1.0  # one grey level along every line, as of a covered lens: no trace of anything
    if repeated > REPEATED:
        return round(1 / (1 - repeated), 2)
    found = [_line(np.diff(gray, n, axis=1), least) for n in (1, 2)]
    height, frequency = max(found)
    if height < OUTSTANDING:
        return 1.0
    small, large = 1 / (1 - frequency), 1 / frequency
    return round(large if _is_void(gray, small, large) else small, 2)


def _line(differences: Floats, least: float) -> tuple[float, float]:
    """Return the height of the most outstanding line and its frequency."""
    size = np.abs(differences)
    mean = np.log(np.minimum(size, np.quantile(size, 0.95) + 1).mean(axis=0) + 0.05)
    count = len(mean)
    spectrum = np.abs(np.fft.rfft((mean - uniform_filter1d(mean, 9)) * np.hanning(count)))
    frequency = np.arange(len(spectrum)) / count
    around = median_filter(spectrum, size=max(15, count // 16) | 1) + 1e-9
    height = np.where(frequency < LOWEST, 0.0, spectrum / around)

    def at(multiple: int) -> np.ndarray:
        near: np.ndarray = np.abs(frequency - multiple / 8) < 2.5 / count
        return near

    blocks = max(float(height[at(1)].max()), float(height[at(3)].max()))
    for multiple in (1, 3):
        height[at(multiple)] = 0.0
    for multiple in (2, 4):
        if height[at(multiple)].max() < max(OVER_BLOCKS * blocks, least):
            height[at(multiple)] = 0.0
    best = int(height.argmax())
    return float(height[best]), float(frequency[best])


def _is_void(gray: Floats, small: float, large: float) -> bool:
    """Tell whether detail ends at the samples of the larger factor already."""
    if large - small < 0.05:
        return True
    window = np.hanning(gray.shape[1])
    power = (np.abs(np.fft.rfft((gray - gray.mean(axis=1, keepdims=True)) * window)) ** 2).mean(0)
    frequency = np.arange(len(power)) / gray.shape[1]

    def mean(low: float, high: float) -> tuple[float, float]:
        band = (frequency >= low) & (frequency < high)
        return float(power[band].mean()), (low + high) / 2

    known, at = mean(0.25 / large, 0.4 / large)
    beyond, there = mean(0.6 / large, max(0.5 / small, 0.8 / large))
    return bool(beyond < VOID * known * (there / at) ** -DECAY)
