"""Exemplar regression, fast: every patch of the base image as a sum of other people's patches.

Song et al. 2019, section 3.2.1. The paper compares every patch with every window of every exemplar
(`exemplars_reference`, some hundred seconds a face). Here

1. the exemplars most like the base as a whole are chosen by one matrix product (`alike`);
2. on cells of 4×4 pixels every eighth patch, down and across, is compared with all their windows
   by sums over boxes (`_search`), which takes the place of a search among principal components;
   the patches between, every fourth, have the windows of a neighbour;
3. the best window of each of the K nearest exemplars is moved by two pixels to where it fits best
   (`_refined`);
4. the K windows are mixed, all patches in one batch, and averaged where they overlap (`regress`):
   those that the windows tell well count more.

Pictures are luma on the 0–1 scale, float32; windows are told by their top left pixel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fhgui.core.arrays import AnyArray

CELL_PX = 4
"""Side of the cells of the first search, and the distance of neighbouring patches."""
FLATTEST = 1.0 / 255
"""Standard deviation that a patch is taken to have at least: flat ones correlate with nothing."""
SHARED = 2
"""Patches, down and across, that share the windows of the first search."""
BLOCK = 64
"""Exemplars that the first search looks at together."""
NORMAL = np.float32(np.sqrt(2 / np.pi))
"""Mean absolute over root mean square of normal differences."""
SHORTLIST = 1
"""Windows that are refined for every one that is mixed."""
STEPS = (2,)
"""By how many pixels windows are moved, one time after the other."""
CHUNK = 512
"""Patches that are refined or mixed at once: they stay in the processor's cache."""

DISSENT, NEIGHBOURHOOD_PX = 2.0, 16.0
"""How much the differences of overlapping patches count against what they say together, and σ of
the mean over the neighbourhood: chosen on eight held-out portraits."""
TINY = np.float32(1e-12)

Reals = NDArray[np.float32]
Wholes = NDArray[np.int32]


@dataclass(frozen=True)
class Regression:
    """How patches are matched and mixed.

    Parameters
    ----------
    neighbours : K, windows that a patch is mixed from. The paper's is 5.
    patch_px, reach_px : side of a patch, and how far windows may lie from it; whole cells.
    alpha : α of Eq. 1, the share of the correlation against that of the absolute difference.
    ridge : λ of Eq. 5 on the 0–1 scale. The paper's, the number of pixels in a patch, makes sense
        for grey levels: 400/255². Ten times that goes with more neighbours.
    misfit : where patches overlap, one whose mix of windows misses it by so much (root mean square,
        on the 0–1 scale) counts half as much as one that is met; infinite for the paper's mean.
    """

    neighbours: int = 20
    patch_px: int = 20
    reach_px: int = 8
    alpha: float = 0.5
    ridge: float = 4000 / 255**2
    misfit: float = 0.01


@dataclass(frozen=True, eq=False)
class Windows:
    """P×K windows: which exemplar, and where in it.

    Parameters
    ----------
    exemplars, tops, lefts : P×K.
    """

    exemplars: Wholes
    tops: Wholes
    lefts: Wholes

    def of(self, pictures: Reals, side_px: int) -> Reals:
        """Return the P×K×side² values of the windows of N×H×W pictures."""
        seen = sliding_window_view(pictures, (side_px, side_px), axis=(1, 2))
        values: Reals = seen[self.exemplars, self.tops, self.lefts]
        return values.reshape(*self.tops.shape, -1)

    def part(self, rows: slice) -> Windows:
        """Return the windows of some patches."""
        return Windows(self.exemplars[rows], self.tops[rows], self.lefts[rows])


@dataclass(frozen=True, eq=False)
class Matches:
    """What a grid of patches is mixed from.

    Parameters
    ----------
    step_px : distance of neighbouring patches; the first is at the top left.
    grid : (R, C), patches down and across; P = R·C, row by row.
    patch_px : their side.
    windows : P×K.
    weights : P×K, F of Eq. 5.
    trust : P, how much each patch counts where several overlap.
    """

    step_px: int
    grid: tuple[int, int]
    patch_px: int
    windows: Windows
    weights: Reals
    trust: Reals


def described(pictures: AnyArray) -> Reals:
    """Return N×d rows, of length 1 about their mean, that say what N×H×W pictures are like."""
    rows = _pooled(pictures, 2 * CELL_PX).reshape(len(pictures), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    described_rows: Reals = rows / np.maximum(lengths, FLATTEST)
    return described_rows


def alike(base: Reals, rows: Reals, count: int, left_out: Sequence[int] = ()) -> AnyArray:
    """Return which of some `described` pictures correlate best with H×W, ascending; 0 for all."""
    likeness = rows @ described(base[None])[0]
    likeness[list(left_out)] = -np.inf
    there = len(rows) - len(left_out)
    kept = min(count, there) if count > 0 else there
    return np.sort(np.argpartition(-likeness, kept - 1)[:kept])


def match(base: Reals, exemplars: Reals, how: Regression) -> Matches:
    """Find the windows that each patch of the base is mixed from, and their weights.

    Parameters
    ----------
    base : H×W. exemplars : N×H×W: what patches of the base are compared with.
    """
    found = _search(base, exemplars, how)
    for step in STEPS:
        found = _refined(base, exemplars, found, how, step)
    patches = patches_of(base, how.patch_px, CELL_PX)
    mixed = mixing_weights(patches.reshape(-1, how.patch_px**2), exemplars, found, how)
    return Matches(CELL_PX, patches.shape[:2], how.patch_px, found, *mixed)


def regress(pictures: Reals, matches: Matches) -> Reals:
    """Return R (Eq. 6), H×W: the windows of N×H×W pictures, mixed; where they overlap, the mean."""
    height, width = pictures.shape[1:]
    return averaged(mixtures(pictures, matches), matches, (height, width))


def mixtures(pictures: Reals, matches: Matches) -> Reals:
    """Return the R×C×p×p patches that the windows of N×H×W pictures mix to."""
    parts = []
    for start in range(0, len(matches.weights), CHUNK):
        rows = slice(start, start + CHUNK)
        windows = matches.windows.part(rows).of(pictures, matches.patch_px)
        parts.append(np.einsum("pk,pkx->px", matches.weights[rows], windows))
    side = matches.patch_px
    return np.concatenate(parts).reshape(*matches.grid, side, side)


def averaged(patches: Reals, matches: Matches, size_hw: tuple[int, int]) -> Reals:
    """Return H×W of R×C×p×p patches; where they overlap their mean, each by its trust."""
    return _averaged(patches, matches.trust.reshape(matches.grid), matches.step_px, size_hw)


def agreed(patches: Reals, matches: Matches, size_hw: tuple[int, int]) -> Reals:
    """Return what R×C×p×p patches of differences say together, H×W; less where they disagree.

    The mean m of the patches over a pixel is multiplied by ⟨m²⟩/(⟨m²⟩ + c⟨v⟩), v the variance
    among them, ⟨⟩ a mean over the neighbourhood and c `DISSENT`: Wiener's share of what is signal,
    if what patches differ in is none.
    """
    mean = averaged(patches, matches, size_hw)
    variance = np.maximum(averaged(np.square(patches), matches, size_hw) - np.square(mean), 0)
    signal, noise = (
        cv2.GaussianBlur(x, (0, 0), NEIGHBOURHOOD_PX, borderType=cv2.BORDER_REFLECT)
        for x in (np.square(mean), variance)
    )
    share = signal / np.maximum(signal + DISSENT * noise, TINY)
    return (mean * share).astype(np.float32)


def _search(base: Reals, exemplars: Reals, how: Regression) -> Windows:
    """Return good windows of every patch, each of another exemplar, on whole cells.

    Neighbouring patches, `SHARED` down and across, get the same ones but for where they are.
    """
    cells = np.moveaxis(_pooled(exemplars, CELL_PX), 0, -1)
    seen = _pooled(base[None], CELL_PX)[0, :, :, None]
    blocks = [
        _best_shifts(seen, np.ascontiguousarray(cells[..., i : i + BLOCK]), how)
        for i in range(0, len(exemplars), BLOCK)
    ]
    best, shift = (np.concatenate(x, axis=-1) for x in zip(*blocks, strict=True))
    kept = min(SHORTLIST * how.neighbours, len(exemplars))
    order = np.argpartition(best, kept - 1, axis=-1)[..., :kept]
    dy, dx = np.divmod(np.take_along_axis(shift, order, -1), 2 * (how.reach_px // CELL_PX) + 1)
    rows, columns = (n - how.patch_px // CELL_PX + 1 for n in seen.shape[:2])
    near = np.ix_(np.arange(rows) // SHARED, np.arange(columns) // SHARED)
    tops = np.arange(rows)[:, None, None] + dy[near] - how.reach_px // CELL_PX
    lefts = np.arange(columns)[None, :, None] + dx[near] - how.reach_px // CELL_PX
    tops, lefts = np.clip(tops, 0, rows - 1), np.clip(lefts, 0, columns - 1)
    parts = (order[near], CELL_PX * tops, CELL_PX * lefts)
    return Windows(*(x.reshape(-1, kept).astype(np.int32) for x in parts))


def _best_shifts(seen: Reals, cells: Reals, how: Regression) -> tuple[Reals, Wholes]:
    """Return about the least D_p (Eq. 1) of patches with every exemplar, and the shift that has it.

    The mean absolute difference is told from the mean square, as if differences were normal: that
    follows from the sums that the correlation needs.

    Parameters
    ----------
    seen : h×w×1 cells of the base. cells : h×w×M of the exemplars.

    Returns
    -------
    R×C×M of every `SHARED`-th patch, and the number of the shift, row by row.
    """
    side, reach = how.patch_px // CELL_PX, how.reach_px // CELL_PX
    mean_b, variance_b = (x[::SHARED, ::SHARED] for x in _moments(seen, side))
    # beyond the edges there is no window: what touches NaN is never the best
    beyond = ((reach, reach), (reach, reach), (0, 0))
    mean, variance = (np.pad(x, beyond, constant_values=np.nan) for x in _moments(cells, side))
    inverse, inverse_b = _inverse_deviation(variance), _inverse_deviation(variance_b)
    padded = np.pad(cells, beyond)
    best = np.full((*mean_b.shape[:2], cells.shape[2]), np.inf, np.float32)
    shift = np.zeros(best.shape, np.int32)
    height, width = seen.shape[:2]
    for number, (dy, dx) in enumerate(_shifts(reach)):
        top, left = reach + dy, reach + dx
        product = seen * padded[top : top + height, left : left + width]
        at = tuple(
            slice(first, first + n - side + 1, SHARED)
            for first, n in ((top, height), (left, width))
        )
        covariance = _box(product, side, SHARED) - mean_b * mean[at]
        square = variance_b + variance[at] - 2 * covariance + np.square(mean_b - mean[at])
        difference: Reals = NORMAL * np.sqrt(np.maximum(square, 0))
        d = _distance(covariance * inverse_b * inverse[at], difference, how.alpha)
        better = d < best
        np.copyto(best, d, where=better)
        np.copyto(shift, np.int32(number), where=better)
    return best, shift


def _shifts(reach: int) -> Iterator[tuple[int, int]]:
    span = range(-reach, reach + 1)
    return ((dy, dx) for dy in span for dx in span)


def _distance(correlation: Reals, difference: Reals, alpha: float) -> Reals:
    """D_p = α(1 − D_ncc) + (1 − α)D_abs (Eq. 1)."""
    return alpha * (1 - correlation) + (1 - alpha) * difference


def _moments(pictures: Reals, side: int) -> tuple[Reals, Reals]:
    """Return mean and variance of every window along the first two axes."""
    mean = _box(pictures, side)
    return mean, _box(pictures * pictures, side) - mean * mean


def _inverse_deviation(variance: Reals) -> Reals:
    deviation: Reals = np.sqrt(np.maximum(variance, np.float32(FLATTEST**2)))
    return np.reciprocal(deviation)


def _box(pictures: Reals, side: int, step: int = 1) -> Reals:
    """Return the mean of whole side×side windows along the first two axes, a step apart."""
    rows, columns = (n - side + 1 for n in pictures.shape[:2])
    down = pictures[:rows:step].copy()
    for i in range(1, side):
        down += pictures[i : i + rows : step]
    across = down[:, :columns:step].copy()
    for i in range(1, side):
        across += down[:, i : i + columns : step]
    across *= np.float32(1 / side**2)
    return across


def _pooled(pictures: AnyArray, side: int) -> Reals:
    """Return N×h×w means of side×side cells of N×H×W pictures; what is left over is left out."""
    count, height, width = pictures.shape
    rows, columns = height // side, width // side
    means = np.empty((count, rows, columns), np.float32)
    for picture, small in zip(pictures, means, strict=True):
        whole = picture[: rows * side, : columns * side].astype(np.float32)
        cv2.resize(whole, (columns, rows), dst=small, interpolation=cv2.INTER_AREA)
    return means


def patches_of(base: Reals, side: int, step: int) -> Reals:
    """Return the R×C×side×side patches of the base, a step apart."""
    patches: Reals = sliding_window_view(base, (side, side))[::step, ::step]
    return patches


def _refined(base: Reals, exemplars: Reals, found: Windows, how: Regression, step: int) -> Windows:
    """Return the K best of the windows of each patch, each moved by a step to where it fits best.

    Parameters
    ----------
    step : 1 or 2 pixels; by 2 they are compared at half the size.
    """
    side = how.patch_px // step
    patches = patches_of(_pooled(base[None], step)[0], side, CELL_PX // step)
    patches = patches.reshape(-1, side, side)
    # beyond the edges there is no window: what touches NaN is never the nearest
    pictures = np.pad(_pooled(exemplars, step), ((0, 0), (1, 1), (1, 1)), constant_values=np.nan)
    parts = []
    for start in range(0, len(patches), CHUNK):
        here = found.part(slice(start, start + CHUNK))
        reduced = Windows(here.exemplars, here.tops // step, here.lefts // step)
        areas = reduced.of(pictures, side + 2)
        d = _around(patches[start : start + CHUNK], areas, how.alpha)
        parts.append(_moved(here, d, how.neighbours, step))
    return Windows(*(np.concatenate(x) for x in zip(*parts, strict=True)))


def _around(patches: Reals, areas: Reals, alpha: float) -> Reals:
    """Return the 9×P×K distances of P×p×p patches to the windows in P×K×(p+2)² areas."""
    side = patches.shape[1]
    areas = areas.reshape(*areas.shape[:2], side + 2, side + 2)
    centred = patches - patches.mean(axis=(1, 2), keepdims=True)
    inverse_b = 1 / np.maximum(np.sqrt(np.square(centred).mean(axis=(1, 2))), FLATTEST)
    d = np.empty((9, *areas.shape[:2]), np.float32)
    for number, (dy, dx) in enumerate(_shifts(1)):
        w = areas[:, :, 1 + dy : 1 + dy + side, 1 + dx : 1 + dx + side]
        mean = np.einsum("pkij->pk", w) / side**2
        variance = np.einsum("pkij,pkij->pk", w, w) / side**2 - mean**2
        covariance = np.einsum("pkij,pij->pk", w, centred) / side**2
        inverse = inverse_b[:, None] / np.sqrt(np.maximum(variance, FLATTEST**2))
        difference = np.einsum("pkij->pk", np.abs(w - patches[:, None])) / side**2
        d[number] = _distance(covariance * inverse, difference, alpha)
    return np.nan_to_num(d, copy=False, nan=np.inf)


def _moved(found: Windows, d: Reals, neighbours: int, step: int) -> tuple[Wholes, Wholes, Wholes]:
    """Return exemplar, top and left of the P×K windows of least distance among 9×P×K'."""
    number = d.argmin(axis=0)
    least = np.take_along_axis(d, number[None], 0)[0]
    order = np.argsort(least, axis=1, kind="stable")[:, :neighbours]
    which, top, left, at = (
        np.take_along_axis(x, order, 1)
        for x in (found.exemplars, found.tops, found.lefts, number.astype(np.int32))
    )
    return which, top + step * (at // 3 - 1), left + step * (at % 3 - 1)


def mixing_weights(
    patches: Reals, exemplars: Reals, found: Windows, how: Regression
) -> tuple[Reals, Reals]:
    """Return F = (HᵀH + λ1)⁻¹HᵀI (Eq. 5), P×K, of P×p² patches, and the trust in each.

    The trust is 1/(1 + m²/m₀²), m the root mean square of I − HF and m₀ `Regression.misfit`.
    """
    parts, misses = [], []
    for start in range(0, len(patches), CHUNK):
        rows = slice(start, start + CHUNK)
        h = found.part(rows).of(exemplars, how.patch_px)
        inner = (h @ h.swapaxes(1, 2)).astype(np.float64)
        inner += how.ridge * np.eye(h.shape[1])
        right = np.einsum("pkx,px->pk", h, patches[rows])
        weights = np.linalg.solve(inner, right[..., None])[..., 0].astype(np.float32)
        mixed = np.einsum("pk,pkx->px", weights, h)
        parts.append(weights)
        misses.append(np.square(patches[rows] - mixed).mean(axis=1, dtype=np.float64))
    trust = 1 / (1 + np.concatenate(misses) / how.misfit**2)
    return np.concatenate(parts), trust.astype(np.float32)


def _averaged(patches: Reals, trust: Reals, step: int, size_hw: tuple[int, int]) -> Reals:
    """Return H×W of R×C×p×p patches a step apart; where they overlap, their R×C weighted mean."""
    rows, columns, side = patches.shape[:3]
    patches = patches * trust[..., None, None]
    total, weight = np.zeros(size_hw, np.float32), np.zeros(size_hw, np.float32)
    for y in range(side):
        for x in range(side):
            at = slice(y, y + step * rows, step), slice(x, x + step * columns, step)
            total[at] += patches[:, :, y, x]
            weight[at] += trust
    return total / weight
