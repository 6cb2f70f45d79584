"""Identity drift: how far results on one face lie apart for a machine that recognises people.

Euclidean distances of dlib's face embeddings, between methods and from plain interpolation. They
say how much the methods disagree about whose face it could be. They are no similarity to anybody,
and no photograph of a person is ever looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from fhgui.core.arrays import Floats, Pixels
from fhgui.core.dossier import DriftRow
from fhgui.core.errors import WeightsError
from fhgui.evaluation.identity import embedding
from fhgui.imaging.resize import imresize

PLAIN = "plain bicubic"
"""Name of the interpolated input in the table."""

MOST_PAIRED = 8
"""Of more results than that only the distances from `PLAIN` are told: a table can be read."""

SAME_PERSON = 0.6
"""Distance below which dlib takes two *photographs* for one person (its documentation)."""

MEANING = (
    f"dlib takes two photographs less than {SAME_PERSON} apart for one person; enhanced faces are "
    "no photographs, and two results on one face should lie far below that"
)


def drift_table(face: Pixels, results: Mapping[str, Pixels]) -> tuple[DriftRow, ...]:
    """Return the distances of results on one face from plain interpolation and from each other.

    Parameters
    ----------
    face : h×w×3 uint8, the methods' input.
    results : name of the method → H×W×3 uint8.

    Returns
    -------
    rows
        One a method against `PLAIN`, then one a pair of methods (of `MOST_PAIRED` at most).
        Where no face was detected in a picture there is no distance, and the note says in which.
    """
    height = max(p.shape[0] for p in results.values())
    width = max(p.shape[1] for p in results.values())
    named = {**results, PLAIN: imresize(face, (height, width))}
    try:
        found = {name: embedding(picture) for name, picture in named.items()}
    except WeightsError as error:
        return tuple(DriftRow(name, PLAIN, None, error.sentence()) for name in results)
    between = combinations(results, 2) if len(results) <= MOST_PAIRED else ()
    pairs = [*((name, PLAIN) for name in results), *between]
    return tuple(_row(a, b, found) for a, b in pairs)


def _row(a: str, b: str, found: Mapping[str, Floats | None]) -> DriftRow:
    first, second = found[a], found[b]
    if first is not None and second is not None:
        return DriftRow(a, b, float(np.linalg.norm(first - second)))
    missing = [name for name in (a, b) if found[name] is None]
    return DriftRow(a, b, None, f"no face was detected in {' and '.join(missing)}")
