"""Multi-layer neighbour component embedding: one layer applied to faces (paper 000, Eq. 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import AnyArray, Floats
from fhgui.methods.dcnn_mnce.components import TEMPLATE_PX, cells
from fhgui.methods.dcnn_mnce.embedding import embedding_weights, nearest
from fhgui.methods.dcnn_mnce.gallery import Entries, Gallery

FAR = 1e6
"""Factor on the mean squared distance for an entry that must not be used."""


@dataclass(frozen=True)
class EmbeddingSettings:
    """K and λ of Eq. 6."""

    neighbours: int
    locality: float


@dataclass(frozen=True, eq=False)
class Membership:
    """What B training faces put into one layer and component of the gallery.

    Parameters
    ----------
    entry : B, the entry that each face is averaged into.
    residuals : B×r, its own residual coefficients there.
    """

    entry: AnyArray
    residuals: Floats


def residual_faces(
    f: Floats,
    gallery: Gallery,
    layer: int,
    settings: EmbeddingSettings,
    members: tuple[Membership, ...] | None = None,
) -> Floats:
    """Return Σ_k w_k (x_k − f_k), composed of the components, N×128×128 float64.

    Parameters
    ----------
    f : N×128×128 float64 luma of the faces so far, 0–255.
    layer : 0 for the first.
    members : for training faces, one `Membership` a component: their part is taken out of the
        gallery first (leave-one-out). None for faces that are not in the gallery.
    """
    residual = np.zeros((len(f), TEMPLATE_PX * TEMPLATE_PX))
    cell_means = cells(f)
    for j, (component, entries) in enumerate(
        zip(gallery.components, gallery.entries[layer], strict=True)
    ):
        features = component.features.encode(cell_means[:, component.cell_index])
        coefficients = embed(features, entries, settings, members[j] if members else None)
        part = component.residuals.decode(coefficients)
        residual[:, component.pixel_index] += component.weight * part
    return residual.reshape(-1, TEMPLATE_PX, TEMPLATE_PX)


def embed(
    features: Floats,
    entries: Entries,
    settings: EmbeddingSettings,
    member: Membership | None = None,
) -> Floats:
    """Carry B×d features over to B×r residual coefficients with the weights of Eq. 8."""
    picks, squared = nearest(features, entries.features, settings.neighbours)
    offsets = entries.features[picks] - features[:, None]
    residuals = entries.residuals[picks]
    if member is not None:
        squared = squared.copy()
        _take_out(member, picks, entries, offsets, residuals, squared)
    weights = embedding_weights(offsets, squared, settings.locality)
    carried: Floats = np.einsum("bk,bkr->br", weights, residuals)
    return carried


def _take_out(
    member: Membership,
    picks: AnyArray,
    entries: Entries,
    offsets: Floats,
    residuals: Floats,
    squared: Floats,
) -> None:
    """Replace, in place, each face's own entry by the mean of the entry's other faces."""
    face, k = np.nonzero(picks == member.entry[:, None])
    n = entries.members[member.entry[face]].astype(np.float64)
    others = np.maximum(n - 1, 1)
    grown = n / others
    offsets[face, k] *= grown[:, None]
    mine = member.residuals[face]
    residuals[face, k] = (n[:, None] * residuals[face, k] - mine) / others[:, None]
    far = FAR * squared[face].mean(axis=1)
    squared[face, k] = np.where(n > 1, squared[face, k] * grown**2, far)
