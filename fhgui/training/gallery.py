"""Build a gallery for ``dcnn_mnce`` from aligned training faces.

1. `global_luma` runs step 1 on every face, in chunks that survive being stopped.
2. `build_gallery` fits the bases, then walks the layers: entries from the faces so far, every
   face re-estimated from the entries without its own part, next layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.lib.format import open_memmap
from scipy.cluster.vq import kmeans2

from fhgui.blocks.convolution import seeded
from fhgui.core.arrays import AnyArray, Floats
from fhgui.datasets.packed import FaceSet
from fhgui.imaging.colour import luma, to_float
from fhgui.imaging.operators import LinearOperator
from fhgui.imaging.resize import imresize
from fhgui.methods.dcnn_mnce import mnce, red
from fhgui.methods.dcnn_mnce.components import cells
from fhgui.methods.dcnn_mnce.embedding import nearest
from fhgui.methods.dcnn_mnce.gallery import (
    Basis,
    Component,
    Entries,
    Gallery,
    GallerySpec,
    regions,
)

CHUNK = 64
Report = Callable[[str], None]


@dataclass(frozen=True)
class BuildSettings:
    """How entries are made and used while building."""

    neighbours: int
    """K of the embedding that re-estimates the training faces."""
    locality: float
    """λ of the same."""
    prototypes: int = 400
    """Clusters a component and layer to start from; 0 keeps every face (a full gallery)."""
    least_members: int = 8
    """Smaller clusters are dissolved."""
    seed: int = 0
    """Feeds the clustering and the PCA."""


def global_luma(
    faces: FaceSet,
    out: Path,
    operator: LinearOperator,
    h: red.DenoiserFunction,
    schedule: red.RedSchedule,
    report: Report = lambda _: None,
) -> AnyArray:
    """Run step 1 on the faces and return the luma of f, N×H×W float32 in [0, 255].

    ``out`` (.npy) is filled chunk by chunk; a further call goes on where the last one stopped.
    """
    shape = (len(faces), *operator.hr_hw)
    mode = "r+" if out.is_file() else "w+"
    store = open_memmap(out, mode, np.float32, shape)
    for start in range(0, len(faces), CHUNK):
        if store[start].any():
            continue
        y = np.stack([imresize(p, operator.lr_hw) for p in faces.pixels[start : start + CHUNK]])
        x0 = np.stack([operator.pseudo_inverse(p) for p in to_float(y)])
        f = red.global_faces(to_float(y), x0, operator, h, schedule)
        store[start : start + CHUNK] = luma(np.clip(f, 0, 255))
        report(f"step 1: {min(start + CHUNK, len(faces))} of {len(faces)} faces")
    store.flush()
    return store


def build_gallery(
    x: AnyArray,
    f: AnyArray,
    spec: GallerySpec,
    settings: BuildSettings,
    report: Report = lambda _: None,
) -> tuple[Gallery, AnyArray]:
    """Return the gallery and the training faces as its layers re-estimate them.

    Parameters
    ----------
    x, f : N×H×W luma of the ground truth and of step 1, 0–255.
    """
    components = tuple(_fit(region, x, f, spec, settings) for region in regions(spec))
    rows: list[tuple[Entries, ...]] = []
    now = np.array(f, dtype=np.float32)
    use = mnce.EmbeddingSettings(settings.neighbours, settings.locality)
    for layer in range(spec.layers):
        made = [_layer_entries(c, x, now, settings, layer) for c in components]
        rows.append(tuple(entries for entries, _ in made))
        gallery = Gallery(spec, components, tuple(rows))
        memberships = tuple(member for _, member in made)
        now = _reestimate(now, gallery, layer, use, memberships)
        report(f"layer {layer + 1}: {[len(e.members) for e in rows[-1]]} entries")
    return gallery, now


def _reestimate(
    f: AnyArray,
    gallery: Gallery,
    layer: int,
    use: mnce.EmbeddingSettings,
    memberships: tuple[mnce.Membership, ...],
) -> AnyArray:
    """Return every training face plus its residual from the other faces (leave-one-out)."""
    new = np.empty_like(f)
    for start in range(0, len(f), CHUNK):
        part = slice(start, start + CHUNK)
        own = tuple(mnce.Membership(m.entry[part], m.residuals[part]) for m in memberships)
        chunk = f[part].astype(np.float64)
        residual = mnce.residual_faces(chunk, gallery, layer, use, own)
        new[part] = np.clip(chunk + residual, 0, 255)
    return new


def _fit(
    region: tuple[str, AnyArray, AnyArray, Floats],
    x: AnyArray,
    f: AnyArray,
    spec: GallerySpec,
    settings: BuildSettings,
) -> Component:
    name, cell_index, pixel_index, weight = region
    # features must also hold what later layers add, so the truth takes part in the fit
    smooth = np.concatenate([_cells_at(f, cell_index), _cells_at(x, cell_index)])
    detail = _pixels_at(x, pixel_index) - _pixels_at(f, pixel_index)
    return Component(
        name,
        cell_index,
        pixel_index,
        weight,
        fit_basis(smooth, spec.feature_dims, settings.seed),
        # later layers leave little to add: nothing must stay nothing
        fit_basis(detail, spec.residual_dims, settings.seed, centre=False),
    )


def fit_basis(rows: AnyArray, dims: int, seed: int, *, centre: bool = True) -> Basis:
    """Return the leading principal axes of N×D rows (randomised, four power iterations).

    ``centre=False`` leaves the mean at zero, so that a row of zeros is carried over exactly.
    """
    dims = min(dims, *rows.shape)
    mean = rows.mean(axis=0, dtype=np.float64) if centre else np.zeros(rows.shape[1])
    centred = torch.from_numpy((rows - mean).astype(np.float32))
    sketch = torch.randn(centred.shape[1], min(dims + 16, *rows.shape), generator=seeded(seed))
    for _ in range(4):
        sketch = torch.linalg.qr(centred.T @ (centred @ sketch)).Q
    small = (centred @ sketch).double()
    axes = sketch.double() @ torch.linalg.eigh(small.T @ small).eigenvectors.flip(1)
    return Basis(mean, axes[:, :dims].numpy())


def _layer_entries(
    component: Component, x: AnyArray, f: AnyArray, settings: BuildSettings, layer: int
) -> tuple[Entries, mnce.Membership]:
    features = component.features.encode(_cells_at(f, component.cell_index))
    detail = _pixels_at(x, component.pixel_index) - _pixels_at(f, component.pixel_index)
    residuals = component.residuals.encode(detail)
    entry = _assign(features, settings, layer)
    members = np.bincount(entry)
    means = Entries(_means(features, entry, members), _means(residuals, entry, members), members)
    return means, mnce.Membership(entry, residuals)


def _assign(features: Floats, settings: BuildSettings, layer: int) -> AnyArray:
    if settings.prototypes == 0:
        return np.arange(len(features))
    rng = np.random.default_rng((settings.seed, layer))
    return cluster(features, settings.prototypes, settings.least_members, rng)


def cluster(rows: Floats, count: int, least_members: int, rng: np.random.Generator) -> AnyArray:
    """Return the cluster of each row; every cluster has at least ``least_members`` rows.

    k-means, then clusters that are too small are dissolved and their rows join the nearest
    remaining one, smallest first by halves, until all are large enough.
    """
    picks = rng.choice(len(rows), size=count, replace=False)
    centres, entry = kmeans2(rows, rows[picks], iter=8, minit="matrix", missing="warn")
    while True:
        sizes = np.bincount(entry, minlength=len(centres))
        small = np.flatnonzero(sizes < least_members)
        if len(small) == 0:
            return np.asarray(entry)
        order = small[np.argsort(sizes[small], kind="stable")]
        gone = order[: max(1, len(order) // 2)]
        centres = np.delete(centres, gone, axis=0)
        entry = nearest(rows, centres, 1)[0][:, 0]


def _means(rows: Floats, entry: AnyArray, members: AnyArray) -> Floats:
    sums = np.zeros((len(members), rows.shape[1]))
    np.add.at(sums, entry, rows)
    means: Floats = sums / members[:, None]
    return means


def _pixels_at(planes: AnyArray, index: AnyArray) -> AnyArray:
    return planes.reshape(len(planes), -1)[:, index].astype(np.float32)


def _cells_at(planes: AnyArray, index: AnyArray) -> AnyArray:
    parts = [
        cells(planes[i : i + 512].astype(np.float32))[:, index] for i in range(0, len(planes), 512)
    ]
    return np.concatenate(parts).astype(np.float32)
