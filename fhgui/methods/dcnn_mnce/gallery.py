"""The gallery: what MNCE knows of training faces, in one format for prototypes and full sets.

Per component one PCA basis for features (of f, in 2×2 cells) and one for residuals (x − f, in
pixels), shared by the layers; per layer and component one row of both a gallery entry. A *full*
gallery has one entry a face; in a *prototype* gallery each entry is the mean of at least eight
faces, so that no single face is stored or can be pasted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from fhgui.core.arrays import AnyArray, Floats
from fhgui.core.errors import WeightsError
from fhgui.methods.dcnn_mnce.components import (
    NAMES,
    TEMPLATE_PX,
    cell_indices,
    masks,
    pixel_indices,
)

Arrays: TypeAlias = Mapping[str, AnyArray]


@dataclass(frozen=True)
class GallerySpec:
    """How a gallery was made; stored in its header."""

    kind: str = "prototypes"
    """``prototypes`` or ``full``."""
    layers: int = 3
    """Layers of neighbour embedding."""
    feather_px: int = 2
    """Half-width of the blur of the component masks."""
    context_px: int = 0
    """How far beyond a component its features look; 0 is the paper."""
    feature_dims: int = 256
    """PCA dimensions of features."""
    residual_dims: int = 192
    """PCA dimensions of residuals."""
    faces: int = 0
    """Training faces that it was made from."""
    least_members: int = 1
    """Fewest different pictures averaged in any entry."""


@dataclass(frozen=True, eq=False)
class Basis:
    """A PCA basis: ``coefficients = (v − mean) · axes``.

    Parameters
    ----------
    mean : D. axes : D×d orthonormal columns, float64.
    """

    mean: Floats
    axes: Floats

    def encode(self, rows: Floats) -> Floats:
        """Return N×d coefficients of N×D rows."""
        return (rows - self.mean) @ self.axes

    def decode(self, coefficients: Floats) -> Floats:
        """Return N×D rows of N×d coefficients."""
        return coefficients @ self.axes.T + self.mean


@dataclass(frozen=True, eq=False)
class Component:
    """One facial component.

    Parameters
    ----------
    cell_index, pixel_index : flat positions of its feature cells and of its pixels.
    weight : its mask at those pixels.
    """

    name: str
    cell_index: AnyArray
    pixel_index: AnyArray
    weight: Floats
    features: Basis
    residuals: Basis


@dataclass(frozen=True, eq=False)
class Entries:
    """Gallery entries of one layer and component.

    Parameters
    ----------
    features : N×d float64. residuals : N×r float64. members : N faces averaged in each.
    """

    features: Floats
    residuals: Floats
    members: AnyArray


@dataclass(frozen=True, eq=False)
class Gallery:
    """Components with their bases, and ``entries[layer][component]``."""

    spec: GallerySpec
    components: tuple[Component, ...]
    entries: tuple[tuple[Entries, ...], ...]


def regions(spec: GallerySpec) -> tuple[tuple[str, AnyArray, AnyArray, Floats], ...]:
    """Return (name, cell indices, pixel indices, mask there) of every component."""
    found = []
    for name, mask in zip(NAMES, masks(spec.feather_px), strict=True):
        pixels = pixel_indices(mask)
        found.append((name, cell_indices(mask, spec.context_px), pixels, mask.ravel()[pixels]))
    return tuple(found)


def to_arrays(gallery: Gallery) -> tuple[dict[str, AnyArray], dict[str, AnyArray]]:
    """Return the arrays of the two files, bases and entries, as float16."""
    bases: dict[str, AnyArray] = {}
    entries: dict[str, AnyArray] = {}
    for component in gallery.components:
        for part in ("features", "residuals"):
            basis: Basis = getattr(component, part)
            bases[f"{component.name}.{part}.mean"] = basis.mean.astype(np.float32)
            bases[f"{component.name}.{part}.axes"] = basis.axes.astype(np.float16)
    for layer, row in enumerate(gallery.entries, start=1):
        for name, e in zip(NAMES, row, strict=True):
            entries[f"{layer}.{name}.features"] = e.features.astype(np.float16)
            entries[f"{layer}.{name}.residuals"] = e.residuals.astype(np.float16)
            entries[f"{layer}.{name}.members"] = e.members.astype(np.int32)
    return bases, entries


def from_arrays(spec: GallerySpec, bases: Arrays, entries: Arrays) -> Gallery:
    """Return the gallery that `to_arrays` wrote.

    Raises
    ------
    WeightsError
        If an array is missing or has the wrong shape.
    """
    try:
        components = tuple(_component(region, bases) for region in regions(spec))
        rows = tuple(
            tuple(_entries(f"{layer}.{name}", entries) for name in NAMES)
            for layer in range(1, spec.layers + 1)
        )
    except (KeyError, ValueError) as error:
        raise WeightsError(
            f"the gallery lacks or misshapes {error}", hint="build the gallery again"
        ) from error
    return Gallery(spec, components, rows)


def _component(region: tuple[str, AnyArray, AnyArray, Floats], bases: Arrays) -> Component:
    name, cell_index, pixel_index, weight = region
    features = _basis(f"{name}.features", bases, len(cell_index))
    return Component(
        name,
        cell_index,
        pixel_index,
        weight,
        features,
        _basis(f"{name}.residuals", bases, len(pixel_index)),
    )


def _basis(name: str, bases: Arrays, length: int) -> Basis:
    mean, axes = (bases[f"{name}.{part}"].astype(np.float64) for part in ("mean", "axes"))
    if mean.shape != (length,) or axes.shape[:1] != (length,):
        raise ValueError(f"{name} ({mean.shape} for {length} of {TEMPLATE_PX}²)")
    return Basis(mean, axes)


def _entries(name: str, entries: Arrays) -> Entries:
    features, residuals = (
        entries[f"{name}.{part}"].astype(np.float64) for part in ("features", "residuals")
    )
    members = entries[f"{name}.members"]
    if not len(features) == len(residuals) == len(members):
        raise ValueError(name)
    return Entries(features, residuals, members)
