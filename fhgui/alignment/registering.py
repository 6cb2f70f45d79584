"""Lays pictures of one face over each other, to a fraction of a pixel.

Optical flow (`fhgui.alignment.carrying`) says about where a face went. From there each picture is
moved by Gauss–Newton until it lies best over the mean of all others: the others only, because a
picture that is part of the mean is held by its own noise. Pictures that show the face otherwise
(turned, covered, lost, blurred) are left out, and it is said why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from fhgui.alignment.carrying import DOWN_EYES, SIDE_EYES, UP_EYES
from fhgui.alignment.cutting import sample, sample_at
from fhgui.alignment.similarity import apply, chained, invert, scale_of
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import AnyArray, Floats, Matrix, Pixels, Points
from fhgui.imaging.colour import luma

SMOOTH_PX = 0.8
"""σ of the blur under which pictures are compared: noise and the kernel's differences between
whole and half shifts are held down, features of ten pixels' eye distance are not."""

ROUNDS = 3
"""So often all pictures are laid over the mean of the others."""

STEPS = 12
"""Steps of Gauss–Newton at most; it ends when no corner moves by `STILL_PX`."""

STILL_PX = 0.003

OVAL = 1.6
"""Size of the oval that is compared over that of the places that optical flow follows."""

LEAST_LIKENESS = 0.8
"""Correlation with the frame that was marked below which a picture shows something else."""

OUTLIER, LEAST_EXCESS = 4.0, 1.3
"""A picture is left out when it is off the mean by so many robust deviations more than the middle
one of them, and by so many times as much."""

KEPT = 0.7
"""Share of a sample's variance that is left, on average, after cubic interpolation between samples
(in two dimensions, over all parts of a pixel)."""

MARGIN_PX = 4.0
"""Room around the oval on the grid, for what is moved and sampled at its edge."""

BELIEVED = 1.5
"""Differences above so many robust deviations count in proportion less (Huber)."""

LARGEST_ZOOM, GAINS = 1.5, (0.5, 2.0)
"""How much a face may grow between pictures; how much brighter a picture may be."""


@dataclass(frozen=True, eq=False)
class View:
    """The surroundings of the face in one frame.

    Parameters
    ----------
    pixels : h×w×3 uint8, cut from the frame.
    corner_xy : where its first pixel lies in the frame.
    guess : 2×3, the marked frame's coordinates → this frame's, about.
    """

    pixels: Pixels
    corner_xy: tuple[int, int]
    guess: Matrix


@dataclass(frozen=True, eq=False)
class Laid:
    """How a view lies over the marked frame.

    Parameters
    ----------
    matrix : 2×3 similarity, the marked frame's coordinates → the view's frame.
    gain, offset : what makes the view as bright as the marked frame: gain · value + offset.
    residual : root mean square difference from the mean of the others, smoothed, in grey levels.
    likeness : correlation with the marked frame, −1 to 1.
    why_not : why it is left out, in words; empty for a view that is used.
    """

    matrix: Matrix
    gain: float = 1.0
    offset: float = 0.0
    residual: float = 0.0
    likeness: float = 1.0
    why_not: str = ""


@dataclass(frozen=True, eq=False)
class Registration:
    """How views lie over the marked frame, and how much noise there is in them.

    Parameters
    ----------
    laid : of every view, in their order.
    sigma : noise of one sample of a view, in grey levels; 0 where only one is used.
    """

    laid: tuple[Laid, ...]
    sigma: float


def register(views: Sequence[View], marked: int, points: Points) -> Registration:
    """Lay views of one face over each other.

    Parameters
    ----------
    views : in the order of time, the marked one among them.
    marked : index of the view in which the points were set; it is not moved.
    points : 2×2, 5×2 or 68×2, its frame's coordinates.

    References
    ----------
    B. Lucas, T. Kanade, "An iterative image registration technique", IJCAI 1981; S. Baker,
    I. Matthews, "Lucas-Kanade 20 years on", IJCV 56(3), 2004.
    """
    table = _Table(views, points)
    first = _smoothed(table.seen(marked, Laid(np.eye(2, 3))), SMOOTH_PX)
    alone = [table.moved(v, Laid(view.guess), first) for v, view in enumerate(views)]
    laid = [Laid(np.eye(2, 3)) if v == marked else _judged(one) for v, one in enumerate(alone)]
    for _ in range(ROUNDS):
        laid = _laid_over_means(table, laid, marked)
    means = table.means(laid)
    laid = [replace(one, residual=table.off(v, one, means[v])) for v, one in enumerate(laid)]
    laid = _without_outliers(laid, marked)
    return Registration(tuple(laid), table.noise(laid))


def _laid_over_means(table: _Table, laid: Sequence[Laid], marked: int) -> list[Laid]:
    """Lay every view that is used over the mean of the others; the marked one stays."""
    means = table.means(laid)
    moved = [o if o.why_not else table.moved(v, o, means[v]) for v, o in enumerate(laid)]
    anchor = moved[marked]  # was moved and brightened as well: all are carried back with it
    back = invert(anchor.matrix)
    return [
        o
        if o.why_not
        else replace(
            o,
            matrix=np.eye(2, 3) if v == marked else chained(back, o.matrix),
            gain=o.gain / anchor.gain,
            offset=(o.offset - anchor.offset) / anchor.gain,
            likeness=laid[v].likeness,
        )
        for v, o in enumerate(moved)
    ]


def _judged(one: Laid) -> Laid:
    """Tell whether a view laid over the marked one shows the same face."""
    zoom = scale_of(one.matrix)
    if not 1 / LARGEST_ZOOM < zoom < LARGEST_ZOOM or not GAINS[0] < one.gain < GAINS[1]:
        return replace(one, why_not="the face was lost")
    if one.likeness < LEAST_LIKENESS:
        why = f"the face looks otherwise there (correlation {one.likeness:.2f})"
        return replace(one, why_not=why)
    return one


def _without_outliers(laid: list[Laid], marked: int) -> list[Laid]:
    residuals = np.array([one.residual for one in laid if not one.why_not])
    middle = float(np.median(residuals))
    spread = 1.4826 * float(np.median(np.abs(residuals - middle)))
    limit = max(middle + OUTLIER * spread, LEAST_EXCESS * middle)
    return [
        replace(
            one,
            why_not=f"it is off the others by {one.residual:.1f} grey levels, "
            f"the middle one of them by {middle:.1f}",
        )
        if one.residual > limit and not one.why_not and v != marked
        else one
        for v, one in enumerate(laid)
    ]


class _Table:
    """The grid of the marked frame on which views are compared: the oval of its face."""

    def __init__(self, views: Sequence[View], points: Points) -> None:
        self._views = views
        left, right = reduced(points, 2)
        across = right - left
        down = np.array([-across[1], across[0]])
        self._centre = (left + right) / 2 + (DOWN_EYES - UP_EYES) / 2 * down
        half = np.array([SIDE_EYES, (DOWN_EYES + UP_EYES) / 2])
        self._axes = np.stack([across / half[0], down / half[1]]) / float(across @ across)
        reach = OVAL * (half[0] * np.abs(across) + half[1] * np.abs(down)) + MARGIN_PX
        self._radius = float(reach.max())
        self._corner = np.floor(self._centre - reach)
        height, width = (int(n) + 1 for n in np.ceil(2 * reach)[::-1])
        self._size_hw = height, width
        self._weights = self._weight(self._grid())
        self._luma = [luma(view.pixels)[..., None] for view in views]

    def _grid(self) -> Points:
        y, x = np.indices(self._size_hw, dtype=np.float64)
        grid: Points = np.column_stack([x.ravel(), y.ravel()]) + self._corner
        return grid

    def _weight(self, places: Points) -> Floats:
        """Return 1 in the middle of the face, falling to 0 where the oval ends."""
        radius = np.hypot(*((places - self._centre) @ self._axes.T).T)
        weight: Floats = np.clip(3 * (1 - radius / OVAL), 0, 1)
        return weight

    def seen(self, view: int, laid: Laid) -> Floats:
        """Return what a view shows on the grid, h×w luma, as bright as the marked one."""
        picture = self._sampled(self._luma[view], view, laid.matrix)
        return laid.gain * picture[..., 0] + laid.offset

    def means(self, laid: Sequence[Laid]) -> list[Floats]:
        """Return for each view the mean of all others that are used."""
        pictures = [None if o.why_not else self.seen(v, o) for v, o in enumerate(laid)]
        used = [p for p in pictures if p is not None]
        total = np.sum(used, axis=0)
        return [
            total / len(used) if p is None or len(used) < 2 else (total - p) / (len(used) - 1)
            for p in pictures
        ]

    def moved(self, view: int, start: Laid, target: Floats) -> Laid:
        """Return the view moved to where it lies best under a picture on the grid.

        The picture is sampled where the view has pixels, not the other way round: interpolation
        would smooth the view's noise by more the further it is shifted, and draw it to halves.
        """
        slope_y, slope_x = np.gradient(target)
        known = np.stack([target, slope_x, slope_y], axis=-1)
        values, places = self._near(view, start.matrix)
        laid = start
        for _ in range(STEPS):
            laid, moved_px = self._step(laid, values, places, known)
            if moved_px < STILL_PX:
                break
        return replace(laid, likeness=self._likeness(self.seen(view, laid), target))

    def _near(self, view: int, matrix: Matrix) -> tuple[Floats, Points]:
        """Return the luma and the places, in its frame, of a view's pixels in the oval."""
        height, width = self._luma[view].shape[:2]
        y, x = np.indices((height, width), dtype=np.float64)
        places = np.column_stack([x.ravel(), y.ravel()]) + self._views[view].corner_xy
        inside = self._weight(apply(invert(matrix), places)) > 0
        return self._luma[view].ravel()[inside], places[inside]

    def _step(
        self, laid: Laid, values: Floats, places: Points, known: Floats
    ) -> tuple[Laid, float]:
        """Return the view after a step of Gauss–Newton, and by how much the oval's edge moved.

        The unknowns are shift, growth and turn of the grid under the view, contrast and brightness:
        value = contrast · (target + ∇target · J d) + brightness.
        """
        here = apply(invert(laid.matrix), places)
        target, gx, gy = sample_at(known, here - self._corner).T
        x, y = ((here - self._centre) / self._radius).T
        gap = np.abs(laid.gain * values + laid.offset - target)
        weights = self._weight(here) * _believed(gap)
        columns = [gx, gy, gx * x + gy * y, gy * x - gx * y, target, np.ones_like(x)]
        rows = np.stack(columns, axis=1) * weights[:, None]
        found = np.linalg.lstsq(rows, values * weights, rcond=1e-9)[0]
        contrast = float(np.clip(found[4], 0.1, 10))
        step = np.clip(found[:4] / contrast, -1.0, 1.0)
        grow, turn = step[2] / self._radius, step[3] / self._radius
        linear = np.array([[1 + grow, -turn], [turn, 1 + grow]])
        shift = self._centre - linear @ self._centre + step[:2]
        # the view's pixels lie over other places of the grid: linear · here + shift
        matrix = chained(invert(np.column_stack([linear, shift])), laid.matrix)
        gain, offset = 1 / contrast, -float(found[5]) / contrast
        return replace(laid, matrix=matrix, gain=gain, offset=offset), float(np.abs(step).max())

    def off(self, view: int, laid: Laid, target: Floats) -> float:
        """Return the root mean square difference of a view from a picture, both smoothed."""
        gap = _smoothed(self.seen(view, laid) - target, SMOOTH_PX).ravel()
        return float(np.sqrt(np.sum(self._weights * gap**2) / np.sum(self._weights)))

    def noise(self, laid: Sequence[Laid]) -> float:
        """Return the noise of a sample, from how views differ from the mean of the others."""
        used = [v for v, one in enumerate(laid) if not one.why_not]
        if len(used) < 2:
            return 0.0
        pictures = np.stack([self._coloured(v, laid[v]) for v in used])
        gaps = pictures - (pictures.sum(axis=0) - pictures) / (len(used) - 1)
        gaps = gaps[:, self._weights.reshape(self._size_hw) > 0.5]
        deviation = 1.4826 * float(np.median(np.abs(gaps)))
        return deviation / float(np.sqrt(KEPT * (1 + 1 / (len(used) - 1))))

    def _coloured(self, view: int, laid: Laid) -> Floats:
        picture = self._sampled(self._views[view].pixels, view, laid.matrix)
        return laid.gain * picture + laid.offset

    def _sampled(self, picture: AnyArray, view: int, matrix: Matrix) -> Floats:
        """Return a view's picture on the grid."""
        onto_view = matrix.copy()
        onto_view[:, 2] -= self._views[view].corner_xy
        shifted = chained(np.column_stack([np.eye(2), self._corner]), onto_view)
        return sample(picture, invert(shifted), self._size_hw)

    def _likeness(self, seen: Floats, target: Floats) -> float:
        w = self._weights
        pictures = (_smoothed(p, SMOOTH_PX).ravel() for p in (seen, target))
        a, b = (p - np.average(p, weights=w) for p in pictures)
        bottom = np.sqrt(np.sum(w * a * a) * np.sum(w * b * b))
        return float(np.sum(w * a * b) / bottom) if bottom > 0 else 0.0


def _believed(gap: Floats) -> Floats:
    """Return a weight that falls with the gap: what moves behind a head does not pull at it."""
    limit = BELIEVED * 1.4826 * max(float(np.median(gap)), 1.0)
    weight: Floats = np.minimum(1.0, limit / np.maximum(gap, 1e-9))
    return weight


def _smoothed(picture: Floats, sigma_px: float) -> Floats:
    smooth = cv2.GaussianBlur(picture, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth, dtype=np.float64)
