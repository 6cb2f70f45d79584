"""What compression in blocks left in a picture: the quality of a JPEG, and edges of blocks.

A JPEG decoder makes every coefficient of an 8×8 block a multiple of a step that its table gives.
A picture that was once a JPEG, whatever it is stored as now, still has its coefficients near
multiples of the steps of some quality q: the likelihood of every q is held against that of a
picture that never was one [1]_,

    log p(c | s) = log P(n) + log N(c − n s; 0, σ²),   n the multiple next to c,

where P follows the Laplacian of each frequency and σ is the rounding of two decoders.

Video codecs predict and smooth; of them only the edges are told: how much larger the jump between
neighbours is on the lines of a grid than elsewhere, and how far apart these lines lie [2]_.

References
----------
.. [1] Z. Fan, R. de Queiroz, "Identification of bitmap compression history: JPEG detection and
   quantizer estimation", IEEE Trans. Image Processing 12(2), 2003.
.. [2] Z. Wang, A. Bovik, B. Evans, "Blind measurement of blocking artifacts in images", ICIP 2000.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import dctn

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.imaging.colour import luma

SIDE = 8

LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)
"""Steps of luminance, ITU-T T.81, table K.1."""

QUALITIES = np.arange(100, 4, -1)
"""libjpeg's scale. At 100 all steps are 1: it stands for pictures that never were a JPEG."""

JUDGED = (np.add.outer(np.arange(SIDE), np.arange(SIDE)) <= 4) & (np.arange(SIDE**2) > 0).reshape(
    SIDE, SIDE
)
"""Frequencies with enough energy to tell by; the mean of a block is not judged."""

ROUNDING = 0.4
"""σ: two roundings of luma to 8 bit, 0.29 each."""
STRAY = 0.02
"""Share of coefficients that clipped colours or a later change have taken off the multiples."""

BLOCKS = 1500
"""Blocks looked at, evenly spread."""
FEWEST = 24
"""Blocks below which nothing is said."""
GAIN = 0.21
"""Gain of log-likelihood a coefficient over quality 100 from which a picture is said to have been a
JPEG."""

PERIODS = (8, 16, 4)
VISIBLE = 0.12
"""Blocking from which edges are told of: the jump on the grid over that beside it, less 1."""


def steps_of(quality: int) -> Floats:
    """Return the 8×8 steps of luminance by libjpeg's rule."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    steps: Floats = np.clip((LUMINANCE * percent + 50) // 100, 1, 255).astype(np.float64)
    return steps


@dataclass(frozen=True)
class Jpeg:
    """The last JPEG that a picture was.

    Parameters
    ----------
    quality : on libjpeg's scale, 1–100.
    offset_xy : where its grid of 8 pixels begins: not (0, 0) if the picture was cut afterwards.
    """

    quality: int
    offset_xy: tuple[int, int] = (0, 0)

    @property
    def words(self) -> str:
        """Quality and grid, e.g. ``quality about 60, grid from (3, 5)``."""
        moved = "" if self.offset_xy == (0, 0) else f", grid from {self.offset_xy}"
        return f"quality about {self.quality}{moved}"


@dataclass(frozen=True)
class Blocking:
    """Edges of blocks.

    Parameters
    ----------
    period_px : distance of the lines with the most edges.
    strength : jump on these lines over that beside them, less 1: 0 is none, 1 is twice as large.
    """

    period_px: int
    strength: float

    @property
    def words(self) -> str:
        """Size in words, e.g. ``edges every 8 px, jumps 40 % larger``."""
        if self.strength < VISIBLE:
            return "none to be seen"
        return f"edges every {self.period_px} px, jumps there {self.strength:.0%} larger"


def estimate_jpeg(pixels: Pixels) -> Jpeg | None:
    """Tell of which quality the JPEG was that a picture was last stored as.

    Parameters
    ----------
    pixels : H×W×3 uint8, neither turned nor resized since; cutting it does no harm.

    Returns
    -------
    None if it never was one, as far as can be told: it is too small, was resized, or had steps
    too fine to leave anything.
    """
    gray = luma(pixels)
    found = [_judged(pixels, gray, (0, 0))]
    moved = _grid_start(gray)
    if moved != (0, 0):
        found.append(_judged(pixels, gray, moved))
    best = max((f for f in found if f is not None), default=None, key=lambda f: f[0])
    return best[1] if best is not None and best[0] > GAIN else None


def estimate_blocking(pixels: Pixels) -> Blocking | None:
    """Tell how strong the edges of blocks are, whatever made them.

    Parameters
    ----------
    pixels : H×W×3 uint8 whose blocks begin at its upper left corner, such as a frame of a video.

    Returns
    -------
    None if the picture is smaller than four blocks.
    """
    gray = luma(pixels)
    if min(gray.shape) < 4 * max(PERIODS):
        return None
    profiles = [_jumps(gray), _jumps(gray.T)]
    strength = {p: _on_grid(profiles, p) for p in PERIODS}
    # every line of a wide grid lies on the finer ones: these must add something of their own
    period = max(PERIODS, key=lambda p: strength[p])
    return Blocking(period, max(float(strength[period]), 0.0))


def _judged(pixels: Pixels, gray: Floats, start_xy: tuple[int, int]) -> tuple[float, Jpeg] | None:
    """Return the gain of the best quality for a grid; None where there is too little."""
    coefficients = _coefficients(pixels, gray, start_xy)
    if len(coefficients) < FEWEST:
        return None
    scale = np.maximum(np.abs(coefficients).mean(axis=0), 0.2)
    plain = -np.log(2 * scale) - np.abs(coefficients) / scale
    gains = [_gain(coefficients, plain, scale, steps_of(int(q))[JUDGED]) for q in QUALITIES]
    best = int(np.argmax(gains))
    return gains[best] - gains[0], Jpeg(int(QUALITIES[best]), start_xy)


def _gain(coefficients: Floats, plain: Floats, scale: Floats, steps: Floats) -> float:
    """Return the mean of log p(c | s) − log p(c) over all coefficients."""
    multiple = np.round(np.abs(coefficients) / steps)
    upper = np.exp(-(multiple + 0.5) * steps / scale)
    lower = np.exp(-np.maximum(multiple - 0.5, 0) * steps / scale)
    share = np.where(multiple > 0, (lower - upper) / 2, 1 - upper)
    off = (np.abs(coefficients) - multiple * steps) / ROUNDING
    kept = (1 - STRAY) * share * np.exp(-(off**2) / 2) / (ROUNDING * np.sqrt(2 * np.pi))
    return float((np.log(kept + STRAY * np.exp(plain)) - plain).mean())


def _coefficients(pixels: Pixels, gray: Floats, start_xy: tuple[int, int]) -> Floats:
    """Return N×K judged coefficients of blocks without clipped pixels."""
    x, y = start_xy
    h, w = ((n - at) // SIDE for n, at in zip(gray.shape, (y, x), strict=True))

    def blocks(values: AnyArray) -> AnyArray:
        part = values[y : y + h * SIDE, x : x + w * SIDE]
        return part.reshape(h, SIDE, w, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE)

    inside = (blocks(pixels.min(axis=2)).min(axis=(1, 2)) > 0) & (
        blocks(pixels.max(axis=2)).max(axis=(1, 2)) < 255
    )
    usable = np.flatnonzero(inside)
    chosen = usable[:: max(1, -(-len(usable) // BLOCKS))]
    found: Floats = dctn(blocks(gray)[chosen] - 128, axes=(1, 2), norm="ortho")[:, JUDGED]
    return found


def _grid_start(gray: Floats) -> tuple[int, int]:
    """Return where the grid of 8 pixels begins by the largest jumps, (x, y)."""

    def start(values: Floats) -> int:
        jumps = _jumps(values)
        means = [jumps[(phase - 1) % SIDE :: SIDE].mean() for phase in range(SIDE)]
        return int(np.argmax(means))

    return (start(gray), start(gray.T)) if min(gray.shape) >= 2 * SIDE else (0, 0)


def _jumps(gray: Floats) -> Floats:
    """Return, for each pair of neighbouring columns, the mean jump beyond the slope around it.

    Entry k is between columns k and k + 1; the first and last are 0.
    """
    step = np.diff(gray, axis=1)
    beyond = np.abs(step[:, 1:-1] - (step[:, :-2] + step[:, 2:]) / 2)
    return np.pad(np.minimum(beyond, 4 * np.median(beyond) + 8).mean(axis=0), 1)


def _on_grid(profiles: list[Floats], period: int) -> float:
    """Return the mean jump on the lines of a grid over that two pixels or more beside, less 1."""
    on, off = 0.0, 0.0
    for jumps in profiles:
        at = np.arange(1, len(jumps) - 1)
        phase = (at + 1) % period
        on += float(jumps[at[phase == 0]].mean())
        off += float(jumps[at[(phase >= 2) & (phase <= period - 2)]].mean())
    return on / max(off, 0.25) - 1
