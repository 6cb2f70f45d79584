"""Where the 68 landmarks that the component masks are made of come from."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.alignment.gradients import find_large_faces
from fhgui.alignment.placing import output_matrix
from fhgui.alignment.similarity import apply
from fhgui.alignment.templates import template
from fhgui.core.arrays import Pixels, Points
from fhgui.core.errors import NoFaceError
from fhgui.core.face import FaceImage, PlacedBy
from fhgui.imaging.component_masks import COUNT

SMALLEST = 1 / 3
"""Width of the smallest face that is looked for, as a share of the picture's."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """68×2 (x, y) on the grid of the enlarged picture, and where they are from, in words."""

    points: Points
    source: str


def landmarks_of(face: FaceImage, large: Pixels, scale: int) -> Landmarks:
    """Return the landmarks of a face.

    Those that the face was placed by, if they are 68; else they are looked for on the enlarged
    picture. A picture that was given as aligned, and in which no face is found, is taken at its
    word: its face lies on the template.

    Parameters
    ----------
    large : the enlarged face, H×W×3. scale : its size ÷ the face's.

    Raises
    ------
    NoFaceError
        If there are none, and nothing says where the face is.
    """
    placed = face.alignment
    if placed.landmarks is not None and len(placed.landmarks) == COUNT:
        points = apply(output_matrix(placed, scale), placed.landmarks)
        return Landmarks(points, f"of the face ({placed.placed_by.value})")
    found = find_large_faces(large, smallest_px=max(SMALLEST * large.shape[1], 1.0))
    if found:
        return Landmarks(found[0].landmarks, "found on the enlarged picture")
    if placed.placed_by is PlacedBy.ALIGNED:
        return Landmarks(_on_template(large), "of the mean face: none were found")
    raise NoFaceError(
        "no landmarks are found on the enlarged face, and the masks of its components need them",
        hint="set the 68 landmarks by hand in the alignment step, or give a larger crop",
    )


def _on_template(large: Pixels) -> Points:
    """Return the template's landmarks, as large as they fit into the picture, in its middle."""
    grid = template("face320")
    height, width = large.shape[:2]
    share = min(height / grid.size_hw[0], width / grid.size_hw[1])
    middle = [(width - share * grid.size_hw[1]) / 2, (height - share * grid.size_hw[0]) / 2]
    points: Points = (grid.points + 0.5) * share - 0.5 + middle
    return points
