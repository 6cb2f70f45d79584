"""Other people's faces, as the position patch methods use them: prototypes, or whole faces.

Of each position a gallery gives *features* of the low-resolution patches and the high-resolution
*patches* that belong to them. Features are what a linear regression of the high-resolution patch
on the low-resolution window sees: f = Mᵀ(window − mean), with M such that distances of features
are distances of the regressed patches, in the few leading directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from fhgui.building import BUILDING_ERRORS
from fhgui.core.arrays import AnyArray, Floats
from fhgui.core.errors import MethodError, WeightsError
from fhgui.methods.position_patches.grid import PatchGrid

IDENTITY: Mapping[str, str] = {"method": "position_patches", "part": "prototypes"}
"""What the header of a gallery's file says, whichever kind it is."""

PROTOTYPES, FULL = "prototypes", "full"
KINDS = (PROTOTYPES, FULL)
AGAIN = "build the gallery again"

Arrays = Mapping[str, AnyArray]


@dataclass(frozen=True)
class GallerySpec:
    """What a gallery is; it is stored in its header.

    Parameters
    ----------
    kind : ``prototypes``, means of similar patches, or ``full``, the faces themselves.
    hr_hw, scale, patch_px, overlap_px : see `PatchGrid`.
    template, degradation : as in `core.method.MethodInfo`.
    faces : that it was built from.
    least_members : pictures in every prototype, at least; 1 for a full gallery.
    """

    kind: str
    hr_hw: tuple[int, int]
    scale: int
    template: str
    degradation: str
    faces: int
    least_members: int = 1
    patch_px: int = 12
    overlap_px: int = 4

    @property
    def grid(self) -> PatchGrid:
        """Where its patches are."""
        return PatchGrid(self.hr_hw, self.scale, self.patch_px, self.overlap_px)


@dataclass(frozen=True, eq=False)
class Features:
    """The features of low-resolution windows at P positions.

    Parameters
    ----------
    means : P×w² of the windows.
    maps : P×w²×d, the matrices M.
    """

    means: AnyArray
    maps: AnyArray

    def of(self, windows: AnyArray, position: int) -> AnyArray:
        """Return N×d features of N×w² windows; float32 windows give float32 features."""
        dtype = windows.dtype
        centred = windows - self.means[position].astype(dtype)
        features: AnyArray = centred @ self.maps[position].astype(dtype)
        return features


class Gallery(Protocol):
    """A gallery in memory."""

    @property
    def spec(self) -> GallerySpec:
        """What it is."""

    @property
    def features(self) -> Features:
        """How patches are compared."""

    def entries(self, position: int) -> AnyArray:
        """Return the N×d features of a position's entries."""

    def carry(self, position: int, picks: AnyArray, weights: Floats) -> Floats:
        """Return B×p², the sums of high-resolution patches with B×K weights at B×K places."""


@dataclass(frozen=True, eq=False)
class Prototypes:
    """Means of at least ``spec.least_members`` pictures, clustered position by position.

    Parameters
    ----------
    first : P+1; the entries of position i are first[i] … first[i+1]−1.
    members : N, pictures in each entry.
    codes : N×d int8; times ``steps`` (P×d) they are the features.
    patch_codes : N×r int8; times ``patch_steps`` (P×r) they are coordinates of the patches
    patch_means, patch_axes : in the basis P×p²×r about P×p².
    """

    spec: GallerySpec
    features: Features
    first: AnyArray
    members: AnyArray
    codes: AnyArray
    steps: AnyArray
    patch_codes: AnyArray
    patch_steps: AnyArray
    patch_means: AnyArray
    patch_axes: AnyArray

    def entries(self, position: int) -> AnyArray:
        """Return the N×d features of a position's entries."""
        features: AnyArray = self.codes[self._rows(position)] * self.steps[position]
        return features

    def carry(self, position: int, picks: AnyArray, weights: Floats) -> Floats:
        """Return B×p²; the weights sum to 1, so that the mean is carried whole."""
        codes = self.patch_codes[self._rows(position)][picks].astype(np.float64)
        coordinates = np.einsum("bk,bkr->br", weights, codes) * self.patch_steps[position]
        axes = self.patch_axes[position].astype(np.float64)
        patches: Floats = self.patch_means[position] + coordinates @ axes.T
        return patches

    def _rows(self, position: int) -> slice:
        return slice(int(self.first[position]), int(self.first[position + 1]))


@dataclass(frozen=True, eq=False)
class WholeFaces:
    """The faces themselves: every position's patches are cut out of them when needed.

    Parameters
    ----------
    low : (h·w)×N float32 luma of the low-resolution faces, a row a pixel.
    high : N×H×W uint8 luma.
    """

    spec: GallerySpec
    features: Features
    low: AnyArray
    high: AnyArray

    def entries(self, position: int) -> AnyArray:
        """Return the N×d features of a position's entries."""
        return self.features.of(self.low[self.spec.grid.windows[position]].T, position)

    def carry(self, position: int, picks: AnyArray, weights: Floats) -> Floats:
        """Return B×p²."""
        grid = self.spec.grid
        return np.stack(
            [w @ grid.patch(self.high[p], position) for w, p in zip(weights, picks, strict=True)]
        )


def to_arrays(gallery: Prototypes | WholeFaces) -> dict[str, AnyArray]:
    """Return the arrays of a gallery's file."""
    own = {k: v for k, v in vars(gallery).items() if isinstance(v, np.ndarray)}
    return {"means": gallery.features.means, "maps": gallery.features.maps, **own}


def from_arrays(
    header: Mapping[str, Any], arrays: Arrays, name: str, entries: int = 0
) -> Prototypes | WholeFaces:
    """Return the gallery that `to_arrays` wrote.

    Parameters
    ----------
    header : `GallerySpec` as a mapping.
    name : of the file, for messages.
    entries : take only the first so many faces of a full gallery; 0 for all.

    Raises
    ------
    WeightsError
        If the header makes no sense, or an array is missing or has the wrong shape.
    MethodError
        If only some entries of prototypes are asked for.
    """
    spec = _spec(header, name)
    if entries and spec.kind != FULL:
        raise MethodError(
            "only a full gallery can be cut to its first entries",
            hint="set entries to 0, or choose a full gallery",
        )
    make = _whole_faces if spec.kind == FULL else _prototypes
    try:
        return make(spec, arrays, entries)
    except BUILDING_ERRORS as error:
        raise WeightsError(
            f"the gallery lacks or misshapes {error}", path=name, hint=AGAIN
        ) from error


def header_of(spec: GallerySpec) -> dict[str, Any]:
    """Return the spec as its header stores it."""
    return asdict(spec)


def _spec(header: Mapping[str, Any], name: str) -> GallerySpec:
    try:
        spec = GallerySpec(**{**header, "hr_hw": tuple(header["hr_hw"])})
        corners = spec.grid.corners_yx
    except BUILDING_ERRORS as error:
        raise WeightsError(f"unknown gallery ({error})", path=name, hint=AGAIN) from error
    if spec.kind not in KINDS or not corners:
        raise WeightsError(f"unknown kind of gallery {spec.kind!r}", path=name, hint=AGAIN)
    return spec


def _features(spec: GallerySpec, arrays: Arrays) -> Features:
    positions, window = spec.grid.windows.shape
    dims = arrays["maps"].shape[-1]
    means = _shaped(arrays, "means", positions, window)
    return Features(means, _shaped(arrays, "maps", positions, window, dims))


def _prototypes(spec: GallerySpec, arrays: Arrays, _: int) -> Prototypes:
    features = _features(spec, arrays)
    positions, _, dims = features.maps.shape
    count, rank = arrays["patch_codes"].shape
    first = _shaped(arrays, "first", positions + 1)
    if first[0] != 0 or first[-1] != count or np.any(np.diff(first) < 1):
        raise ValueError("first")
    pixels = spec.patch_px**2
    return Prototypes(
        spec,
        features,
        first,
        _shaped(arrays, "members", count),
        _shaped(arrays, "codes", count, dims),
        _shaped(arrays, "steps", positions, dims),
        _shaped(arrays, "patch_codes", count, rank),
        _shaped(arrays, "patch_steps", positions, rank),
        _shaped(arrays, "patch_means", positions, pixels),
        _shaped(arrays, "patch_axes", positions, pixels, rank),
    )


def _whole_faces(spec: GallerySpec, arrays: Arrays, entries: int) -> WholeFaces:
    count = len(arrays["high"])
    low = _shaped(arrays, "low", spec.grid.lr_hw[0] * spec.grid.lr_hw[1], count)
    high = _shaped(arrays, "high", count, *spec.hr_hw)
    if count == 0:
        raise ValueError("high")
    kept = slice(entries or count)
    return WholeFaces(spec, _features(spec, arrays), low[:, kept], high[kept])


def _shaped(arrays: Arrays, name: str, *shape: int) -> AnyArray:
    array = arrays[name]
    if array.shape != shape:
        raise ValueError(f"{name} ({array.shape} instead of {shape})")
    return array
