"""Where the patches of a face lie, and what of the low-resolution face belongs to each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fhgui.core.arrays import AnyArray, Floats
from fhgui.imaging.resize import mirror

LARGEST_PX = 1024
"""Longer side of a face: what a file's header asks for must not fill the memory."""


@dataclass(frozen=True)
class PatchGrid:
    """Square patches over a face, left to right, then down; the last ones lie flush.

    Parameters
    ----------
    hr_hw : height and width of the high-resolution face.
    scale : hr_hw / size of the low-resolution face.
    patch_px, overlap_px : side of a high-resolution patch, and what neighbours share of it.

    Raises
    ------
    ValueError
        If patches do not fit the face, or do not advance, or the face is none.
    """

    hr_hw: tuple[int, int]
    scale: int
    patch_px: int = 12
    overlap_px: int = 4

    def __post_init__(self) -> None:
        fits = 0 <= self.overlap_px < self.patch_px <= min(self.hr_hw)
        whole = all(type(n) is int for n in (*self.hr_hw, self.scale, self.patch_px))
        if not whole or len(self.hr_hw) != 2 or max(self.hr_hw) > LARGEST_PX:
            raise ValueError(f"no face: {self}")
        if not fits or self.scale < 1 or any(n % self.scale for n in self.hr_hw):
            raise ValueError(f"no patches: {self}")

    @property
    def lr_hw(self) -> tuple[int, int]:
        """Height and width of the low-resolution face."""
        return self.hr_hw[0] // self.scale, self.hr_hw[1] // self.scale

    @cached_property
    def corners_yx(self) -> tuple[tuple[int, int], ...]:
        """Top and left of every patch on the high-resolution grid."""
        tops, lefts = (self._starts(n) for n in self.hr_hw)
        return tuple((top, left) for top in tops for left in lefts)

    @cached_property
    def window_px(self) -> int:
        """Side of the low-resolution window of a patch."""
        starts = {start for n in self.hr_hw for start in self._starts(n)}
        return max(self._read_from(s + self.patch_px - 1) + 4 - self._read_from(s) for s in starts)

    @cached_property
    def windows(self) -> AnyArray:
        """P×w² places in the flattened low-resolution face: what bicubic interpolation reads.

        Windows that stand out are mirrored in, as interpolation does.
        """
        height, width = self.lr_hw
        return np.stack(
            [
                np.add.outer(
                    mirror(self._reach(top), height) * width, mirror(self._reach(left), width)
                ).ravel()
                for top, left in self.corners_yx
            ]
        )

    def patch(self, faces: AnyArray, position: int) -> AnyArray:
        """Return one position's patches of N×H×W faces, N×p²."""
        top, left = self.corners_yx[position]
        p = self.patch_px
        return faces[:, top : top + p, left : left + p].reshape(len(faces), -1)

    def compose(self, patches: Floats) -> Floats:
        """Return B×H×W faces of P×B×p² patches; where they overlap, their mean."""
        p = self.patch_px
        total = np.zeros((patches.shape[1], *self.hr_hw))
        times = np.zeros(self.hr_hw)
        for (top, left), patch in zip(self.corners_yx, patches, strict=True):
            total[:, top : top + p, left : left + p] += patch.reshape(-1, p, p)
            times[top : top + p, left : left + p] += 1
        faces: Floats = total / times
        return faces

    def _starts(self, length: int) -> tuple[int, ...]:
        last = length - self.patch_px
        regular = range(0, last + 1, self.patch_px - self.overlap_px)
        return (*regular, last) if regular[-1] < last else tuple(regular)

    def _reach(self, start: int) -> AnyArray:
        """Return the low-resolution rows (or columns) that a patch from ``start`` is drawn of."""
        # as many at every position, so that one array holds them all
        return self._read_from(start) + np.arange(self.window_px)

    def _read_from(self, x_hr: int) -> int:
        """Return the first of the four samples that the cubic kernel reads at a pixel.

        x_lr = (x_hr + ½)/s − ½.
        """
        return int(np.floor((x_hr + 0.5) / self.scale - 0.5)) - 1
