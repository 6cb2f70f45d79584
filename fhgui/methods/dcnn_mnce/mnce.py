"""Multi-layer neighbour component embedding: one layer applied to faces (paper 000, Eq. 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import AnyArray
from fhgui.methods.dcnn_mnce.components import TEMPLATE_PX, cells
from fhgui.methods.dcnn_mnce.embedding import RIDGE, embedding_weights, nearest
from fhgui.methods.dcnn_mnce.gallery import Area, Entries, Gallery

FACES_AT_ONCE = 16
"""More would push the neighbours of a face out of the processor's cache."""

Shifts = Mapping[str, tuple[int, int]]
"""Component → how many pixels (x, y) it is right and down of the template."""

ON_TEMPLATE: Shifts = {}


@dataclass(frozen=True)
class EmbeddingSettings:
    """K and λ of Eq. 6, and the ridge that keeps it solvable."""

    neighbours: int
    locality: float
    ridge: float = RIDGE


@dataclass(frozen=True, eq=False)
class Membership:
    """What B training faces put into one layer and region of the gallery.

    Parameters
    ----------
    entry : B, the entry that each face is averaged into.
    residuals : B×r, its own residual coefficients there.
    """

    entry: AnyArray
    residuals: AnyArray

    def part(self, rows: slice) -> Membership:
        """Return that of some of the faces."""
        return Membership(self.entry[rows], self.residuals[rows])


def residual_faces(
    f: AnyArray,
    gallery: Gallery,
    layer: int,
    settings: EmbeddingSettings,
    shifts: Shifts = ON_TEMPLATE,
) -> AnyArray:
    """Return Σ_k w_k (x_k − f_k), composed of the regions, N×128×128 float32.

    Parameters
    ----------
    f : N×128×128 luma of the faces so far, 0–255.
    layer : 0 for the first.
    shifts : where the components of these faces are, if not where the template has them.
    """
    residual = np.zeros((len(f), TEMPLATE_PX * TEMPLATE_PX), np.float32)
    total = np.zeros(TEMPLATE_PX * TEMPLATE_PX, np.float32)
    cell_means = cells(f)
    for region, entries in zip(gallery.regions, gallery.entries[layer], strict=True):
        shift = shifts.get(region.area.name)
        seen = cell_means if shift is None else cells(_moved(f, shift))
        features = entries.basis.encode(seen[:, entries.cell_index])
        part = region.residuals.decode(entries.gain * embed(features, entries, settings))
        index, inside = _pixels(region.area, shift)
        residual[:, index] += (region.area.weight * part)[:, inside]
        total[index] += region.area.weight[inside]
    # moved components may overlap others; what none of them covers stays as it was
    residual /= np.maximum(total, 1)
    return residual.reshape(-1, TEMPLATE_PX, TEMPLATE_PX)


def embed(
    features: AnyArray,
    entries: Entries,
    settings: EmbeddingSettings,
    member: Membership | None = None,
) -> AnyArray:
    """Carry B×d features over to B×r residual coefficients with the weights of Eq. 8.

    Parameters
    ----------
    member : for training faces, their part in the entries: it is taken out first
        (leave-one-out). None for faces that are not in the gallery.
    """
    carried = np.empty((len(features), entries.residuals.shape[1]), np.float32)
    for start in range(0, len(features), FACES_AT_ONCE):
        rows = slice(start, start + FACES_AT_ONCE)
        own = None if member is None else member.part(rows)
        carried[rows] = _embed(features[rows], entries, settings, own)
    return carried


def _embed(
    features: AnyArray, entries: Entries, settings: EmbeddingSettings, member: Membership | None
) -> AnyArray:
    banned = None
    if member is not None:
        banned = np.where(entries.members[member.entry] > 1, -1, member.entry)
    picks, squared = nearest(features, entries.features, settings.neighbours, banned)
    offsets = entries.features[picks] - features[:, None]
    residuals = entries.residuals[picks].astype(np.float32)
    if member is not None:
        squared = squared.copy()
        _take_out(member, picks, entries, offsets, residuals, squared)
    weights = embedding_weights(offsets, squared, settings.locality, settings.ridge)
    carried: AnyArray = (weights[:, None].astype(np.float32) @ residuals)[:, 0]
    return carried


def _take_out(
    member: Membership,
    picks: AnyArray,
    entries: Entries,
    offsets: AnyArray,
    residuals: AnyArray,
    squared: AnyArray,
) -> None:
    """Replace, in place, each face's own entry by the mean of the entry's other faces."""
    shared = entries.members[member.entry] > 1
    face, k = np.nonzero((picks == member.entry[:, None]) & shared[:, None])
    n = entries.members[member.entry[face]].astype(np.float32)
    grown = n / (n - 1)
    offsets[face, k] *= grown[:, None]
    squared[face, k] *= grown**2
    mine = member.residuals[face]
    residuals[face, k] = (n[:, None] * residuals[face, k] - mine) / (n - 1)[:, None]


def _moved(f: AnyArray, shift: tuple[int, int]) -> AnyArray:
    """Return the faces moved so that a shifted component lies where the template has it."""
    x, y = (np.clip(np.arange(TEMPLATE_PX) + s, 0, TEMPLATE_PX - 1) for s in shift)
    moved: AnyArray = f[:, y[:, None], x]
    return moved


def _pixels(area: Area, shift: tuple[int, int] | None) -> tuple[AnyArray, AnyArray]:
    """Return the flat positions of a region's pixels on the face, and which are on it."""
    if shift is None:
        return area.pixel_index, np.ones(len(area.pixel_index), bool)
    y, x = np.divmod(area.pixel_index, TEMPLATE_PX)
    y, x = y + shift[1], x + shift[0]
    inside = (x >= 0) & (x < TEMPLATE_PX) & (y >= 0) & (y < TEMPLATE_PX)
    return (y * TEMPLATE_PX + x)[inside], inside
