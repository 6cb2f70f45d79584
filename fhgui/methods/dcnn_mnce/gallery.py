"""The gallery: what MNCE knows of training faces, in one format for every kind and partition.

A face is divided into regions: five components, or overlapping patches. Per region one PCA basis
for residuals (x − f, in pixels), shared by the layers; per layer and region one basis for features
(of f, in 2×2 cells) and one row of coefficients of both a gallery entry. A *full* gallery has one
entry a face; in a *prototype* gallery each entry is the mean of at least eight faces, so that no
single face is stored or can be pasted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from fhgui.building import BUILDING_ERRORS
from fhgui.core.arrays import AnyArray, Floats
from fhgui.core.errors import WeightsError
from fhgui.methods.dcnn_mnce.components import (
    BOXES_PX,
    NAMES,
    REST,
    TEMPLATE_PX,
    Boxes,
    cell_indices,
    masks,
    pixel_indices,
)
from fhgui.methods.dcnn_mnce.patches import patch_masks

Arrays: TypeAlias = Mapping[str, AnyArray]

HINT = "build the gallery again"
PARTITIONS = ("components", "patches")
MOST = 128
"""Layers, patches along a side, pixels: what a file's header asks for must not fill the memory."""


@dataclass(frozen=True)
class GallerySpec:
    """How a gallery was made; stored in its header."""

    kind: str = "prototypes"
    """``prototypes`` or ``full``."""
    partition: str = "components"
    """``components`` (the paper's five) or ``patches``."""
    start: str = "denoiser"
    """What layer 1 starts from: ``denoiser`` (step 1) or ``bicubic``."""
    prior: str = "faces"
    """Prior of step 1 (``priors``); empty where ``start`` is ``bicubic``."""
    scale: int = 8
    """High resolution / low resolution."""
    layers: int = 3
    """Layers of neighbour embedding."""
    boxes_px: Boxes = BOXES_PX
    """Rectangles of the components, see `components.Boxes`."""
    feather_px: int = 2
    """Half-width of the blur of the component masks."""
    rest_per_side: int = 4
    """The rest is embedded in this many overlapping parts along each side; 1 is the paper."""
    patch_px: int = 24
    """Side of a patch."""
    patches_per_side: int = 8
    """Patches along each side of the face."""
    contexts_px: tuple[int, ...] = (0, 0, 0)
    """How far beyond a region its features look, for each layer; 0 is the paper."""
    pace: float = 0.6
    """Share of its gain that a layer takes, but for the last; the next layer sees better faces."""
    feature_dims: int = 48
    """PCA dimensions of features, at most."""
    residual_dims: int = 48
    """PCA dimensions of residuals, at most."""
    faces: int = 0
    """Training faces that it was made from."""
    least_members: int = 1
    """Fewest different pictures averaged in any entry."""
    degradation: str = ""
    """Operator that reduced the faces (`imaging.operators`); older files do not say."""


@dataclass(frozen=True, eq=False)
class Basis:
    """A PCA basis: ``coefficients = (v − mean) · axes``.

    Parameters
    ----------
    mean : D. axes : D×d orthonormal columns, float32.
    """

    mean: AnyArray
    axes: AnyArray

    def encode(self, rows: AnyArray) -> AnyArray:
        """Return N×d coefficients of N×D rows."""
        coefficients: AnyArray = (rows - self.mean) @ self.axes
        return coefficients

    def decode(self, coefficients: AnyArray) -> AnyArray:
        """Return N×D rows of N×d coefficients."""
        rows: AnyArray = coefficients @ self.axes.T + self.mean
        return rows


@dataclass(frozen=True, eq=False)
class Area:
    """Where a region is.

    Parameters
    ----------
    pixel_index : flat positions of its P pixels. weight : P, its mask at those pixels.
    """

    name: str
    pixel_index: AnyArray
    weight: AnyArray


@dataclass(frozen=True, eq=False)
class Region:
    """One facial component or patch: its area and the basis of its residuals."""

    area: Area
    residuals: Basis


@dataclass(frozen=True, eq=False)
class Entries:
    """What one layer knows of one region.

    Parameters
    ----------
    cell_index : flat positions of the C cells that describe the region.
    basis : of features, C → d.
    features : N×d float32. residuals : N×r float16 or float32.
    members : N faces averaged in each.
    gain : factor on the residual that is carried over, chosen on faces outside the gallery.
    """

    cell_index: AnyArray
    basis: Basis
    features: AnyArray
    residuals: AnyArray
    members: AnyArray
    gain: float = 1.0

    def first(self, count: int) -> Entries:
        """Return the first ``count`` entries only, or all if there are no more."""
        kept = {n: getattr(self, n)[:count] for n in ("features", "residuals", "members")}
        return dataclasses.replace(self, **kept)


@dataclass(frozen=True, eq=False)
class Gallery:
    """Regions with their bases, and ``entries[layer][region]``."""

    spec: GallerySpec
    regions: tuple[Region, ...]
    entries: tuple[tuple[Entries, ...], ...]

    @cached_property
    def size(self) -> int:
        """Entries of the largest region."""
        return max(len(e.features) for row in self.entries for e in row)

    def first(self, count: int) -> Gallery:
        """Return a gallery of the first ``count`` entries only."""
        rows = tuple(tuple(e.first(count) for e in row) for row in self.entries)
        return Gallery(self.spec, self.regions, rows)


def areas(spec: GallerySpec) -> tuple[tuple[Area, Floats], ...]:
    """Return every region of a partition with its 128×128 mask."""
    if spec.partition == "patches":
        names, planes = patch_masks(spec.patch_px, spec.patches_per_side)
        parts = dict(zip(names, planes, strict=True))
    else:
        parts = _components(spec)
    found = []
    for name, mask in parts.items():
        pixels = pixel_indices(mask)
        found.append((Area(name, pixels, mask.ravel()[pixels].astype(np.float32)), mask))
    return tuple(found)


def _components(spec: GallerySpec) -> dict[str, Floats]:
    parts = dict(zip(NAMES, masks(spec.feather_px, spec.boxes_px), strict=True))
    if spec.rest_per_side > 1:
        rest = parts.pop(REST)
        # each part reaches half into its neighbours
        part_px = -(-2 * TEMPLATE_PX // (spec.rest_per_side + 1))
        names, planes = patch_masks(part_px, spec.rest_per_side)
        for name, plane in zip(names, rest * planes, strict=True):
            if plane.any():
                parts[f"{REST}-{name}"] = plane
    return parts


def make_spec(values: Mapping[str, Any]) -> GallerySpec:
    """Return the spec that a header holds.

    Raises
    ------
    WeightsError
        If it is of another program version.
    """
    named = dict(values)
    try:
        named["boxes_px"] = tuple(tuple(box) for box in named["boxes_px"])
        named["contexts_px"] = tuple(named["contexts_px"])
        spec = GallerySpec(**named)
    except (KeyError, TypeError) as error:
        raise WeightsError(f"the gallery is of another version ({error})", hint=HINT) from error
    counts = (spec.layers, spec.patches_per_side, spec.rest_per_side, spec.patch_px)
    if not all(type(n) is int and 0 <= n <= MOST for n in (*counts, *spec.contexts_px)):
        raise WeightsError("the gallery's shape makes no sense", hint=HINT)
    if len(spec.contexts_px) != spec.layers:
        raise WeightsError("the gallery does not say how far each layer looks", hint=HINT)
    return spec


def to_arrays(gallery: Gallery) -> tuple[dict[str, AnyArray], dict[str, AnyArray]]:
    """Return the arrays of the two files, bases and entries, as float16 where that is enough."""
    bases: dict[str, AnyArray] = {}
    entries: dict[str, AnyArray] = {}
    for region in gallery.regions:
        _put_basis(bases, f"{region.area.name}.residuals", region.residuals)
    for layer, row in enumerate(gallery.entries, start=1):
        for region, e in zip(gallery.regions, row, strict=True):
            name = f"{layer}.{region.area.name}"
            _put_basis(bases, f"{name}.features", e.basis)
            entries[f"{name}.features"] = e.features.astype(np.float16)
            entries[f"{name}.residuals"] = e.residuals.astype(np.float16)
            entries[f"{name}.members"] = e.members.astype(np.int32)
            entries[f"{name}.gain"] = np.array([e.gain], np.float32)
    return bases, entries


def from_arrays(spec: GallerySpec, bases: Arrays, entries: Arrays) -> Gallery:
    """Return the gallery that `to_arrays` wrote.

    Raises
    ------
    WeightsError
        If an array is missing or has the wrong shape.
    """
    try:
        found = areas(spec)
        regions = tuple(
            Region(area, _get_basis(f"{area.name}.residuals", bases, len(area.pixel_index)))
            for area, _ in found
        )
        rows = []
        for layer, context in enumerate(spec.contexts_px, start=1):
            cells = [cell_indices(mask, context) for _, mask in found]
            names = [f"{layer}.{area.name}" for area, _ in found]
            parts = zip(names, cells, regions, strict=True)
            rows.append(tuple(_entries(n, c, r, bases, entries) for n, c, r in parts))
    except BUILDING_ERRORS as error:
        raise WeightsError(f"the gallery lacks or misshapes {error}", hint=HINT) from error
    return Gallery(spec, regions, tuple(rows))


def _put_basis(arrays: dict[str, AnyArray], name: str, basis: Basis) -> None:
    arrays[f"{name}.mean"] = basis.mean.astype(np.float32)
    arrays[f"{name}.axes"] = basis.axes.astype(np.float16)


def _get_basis(name: str, bases: Arrays, length: int) -> Basis:
    mean, axes = (bases[f"{name}.{part}"].astype(np.float32) for part in ("mean", "axes"))
    if mean.shape != (length,) or axes.ndim != 2 or len(axes) != length:
        raise ValueError(f"{name} ({mean.shape} for {length} of {TEMPLATE_PX}²)")
    return Basis(mean, axes)


def _entries(
    name: str, cell_index: AnyArray, region: Region, bases: Arrays, entries: Arrays
) -> Entries:
    basis = _get_basis(f"{name}.features", bases, len(cell_index))
    features = entries[f"{name}.features"].astype(np.float32)
    residuals, members = entries[f"{name}.residuals"], entries[f"{name}.members"]
    shapes = (features.shape, residuals.shape)
    n = len(members)
    if n == 0 or shapes != ((n, basis.axes.shape[1]), (n, region.residuals.axes.shape[1])):
        raise ValueError(f"{name} ({shapes} for {n} entries)")
    gain = float(entries[f"{name}.gain"][0])
    return Entries(cell_index, basis, features, residuals, members, gain)
