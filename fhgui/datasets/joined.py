"""Several sets of faces as one, without copying a pixel."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import cast

import numpy as np

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import SPLITS, FaceSet


class JoinedPixels:
    """N×H×W×3 uint8 of several arrays, one after the other, mapped ones staying mapped.

    Parameters
    ----------
    arrays : each n×H×W×3 uint8, of one size.
    """

    def __init__(self, arrays: Sequence[Pixels]) -> None:
        self._arrays = tuple(arrays)
        self._ends = np.cumsum([len(a) for a in arrays])
        self.shape: tuple[int, ...] = (int(self._ends[-1]), *arrays[0].shape[1:])
        self.dtype = arrays[0].dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | AnyArray) -> JoinedPixels | Pixels:
        """Return a run of rows as a view, or any rows by their numbers as a copy."""
        if isinstance(rows, slice):
            return self._run(*rows.indices(len(self))[:2])
        places = np.asarray(rows)
        taken = np.empty((len(places), *self.shape[1:]), np.uint8)
        owners = np.searchsorted(self._ends, places, side="right")
        for owner in np.unique(owners):
            array = self._arrays[owner]
            taken[owners == owner] = array[places[owners == owner] - self._ends[owner] + len(array)]
        return taken

    def _run(self, start: int, stop: int) -> JoinedPixels:
        parts = []
        for end, array in zip(self._ends, self._arrays, strict=True):
            first = int(end) - len(array)
            parts.append(array[max(0, start - first) : max(0, min(stop - first, len(array)))])
        return JoinedPixels(parts)


def join_sets(sets: Sequence[FaceSet]) -> FaceSet:
    """Return sets as one; its digest is the SHA-256 of theirs, one a line.

    Raises
    ------
    FhguiError
        If their faces differ in size.
    """
    if len(sets) == 1:
        return sets[0]
    sizes = sorted({s.pixels.shape[1:3] for s in sets})
    if len(sizes) > 1:
        named = ", ".join(f"{width}×{height}" for height, width in sizes)
        raise FhguiError(
            f"the sets hold faces of different sizes ({named})",
            hint="build them with the same --size",
        )
    parts = [s.split(name) for name in SPLITS for s in sets]  # splits stay together
    faces = tuple(face for part in parts for face in part.faces)
    pixels = cast(Pixels, JoinedPixels([part.pixels for part in parts]))
    digests = [s.digest for s in sets if s.digest]
    digest = hashlib.sha256("\n".join(digests).encode()).hexdigest()
    return FaceSet(pixels, faces, digest if len(digests) == len(sets) else None)
