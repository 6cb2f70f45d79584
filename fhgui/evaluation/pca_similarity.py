"""Identity similarity as paper 003 measures it: the cosine in a space of principal components.

"We use the ground truth training images to construct a PCA projection matrix which projects the
results and corresponding HR images. After projection, we compute the cosine" (section 5.2; of
98 % of the energy). Here the space is fitted on the *truths of the protocol's own test faces*,
gray, since a protocol names no training faces; at most the first `MOST_FACES` by name, whichever
of them are measured. Both pictures are projected about the mean face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import Floats, Pixels
from fhgui.evaluation.identity import cosine
from fhgui.imaging.colour import gray, to_float

ENERGY = 0.98
MOST_FACES = 500


@dataclass(frozen=True, eq=False)
class FaceSpace:
    """Mean and orthonormal components of gray faces.

    Parameters
    ----------
    mean : D float64. components : k×D float64.
    """

    mean: Floats
    components: Floats

    def similarity(self, a: Pixels, b: Pixels) -> float:
        """Return the cosine, −1 to 1, of two H×W×3 uint8 pictures of the fitted size."""
        first, second = (self.components @ (_flat(x) - self.mean) for x in (a, b))
        return cosine(first, second)


def fit(truths: Sequence[Pixels]) -> FaceSpace | None:
    """Return the space that holds `ENERGY` of the pictures' variance; None for fewer than 3."""
    if len(truths) < 3:
        return None
    faces = np.stack([_flat(truth) for truth in truths[:MOST_FACES]])
    mean = faces.mean(axis=0)
    centred = faces - mean
    # eigenvectors of the small N×N matrix give those of the D×D one (Turk and Pentland 1991)
    values, vectors = np.linalg.eigh(centred @ centred.T)
    values, vectors = values[::-1].clip(min=0), vectors[:, ::-1]
    if values.sum() <= 0:
        return None
    kept = int(np.searchsorted(np.cumsum(values) / values.sum(), ENERGY)) + 1
    kept = min(kept, int((values > 1e-9 * values[0]).sum()))
    components = (vectors[:, :kept].T @ centred) / np.sqrt(values[:kept, None])
    return FaceSpace(mean, components)


def _flat(pixels: Pixels) -> Floats:
    return to_float(gray(pixels)).ravel()
