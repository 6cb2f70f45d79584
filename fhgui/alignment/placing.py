"""Places a face on a method's input grid: by landmarks, by a box, or as it is.

Templates are given on the *output* grid; with the scale s between the grids a template point x
lies at ``(x + ½)/s − ½`` on the input grid.
"""

from __future__ import annotations

import numpy as np

from fhgui.alignment.checks import check_points
from fhgui.alignment.similarity import fit_similarity, onto_grid, scale_of
from fhgui.alignment.templates import Template, reduced, template
from fhgui.core.arrays import Matrix, Points
from fhgui.core.errors import MethodError
from fhgui.core.face import Box, FaceAlignment, PlacedBy

ANCHORS = (0, 1, 3, 4)
"""Of 5 points the fit uses eye centres and mouth corners; 68 points are reduced to 5 first.

Nose tip and jaw line are left out because they lie far before and behind the plane of the
others and wander with every turn of the head. Measured on 1,612 aligned training faces, which
ought to be left where they are: the fit by these four moves a face by 1.9 pixels of 128 (median
over the corners of the face), with the nose tip 2.5, by points 17–67 3.3, by all 68 3.0, by the
eyes alone 3.8."""


def by_landmarks(
    points: Points,
    template: str,
    input_hw: tuple[int, int],
    placed_by: PlacedBy,
    box: Box | None = None,
    score: float | None = None,
) -> FaceAlignment:
    """Return the alignment that carries the landmarks nearest to the template's.

    Parameters
    ----------
    points : 2×2 (eye centres), 5×2 (eye centres, nose tip, mouth corners) or 68×2 (iBUG), (x, y)
        in the frame, the image's left first.
    template : name of a template.
    input_hw : the method's input size in pixels.
    placed_by, box, score : kept with the result.

    Returns
    -------
    FaceAlignment
        ``rms_px`` is the residual over the points fitted (`ANCHORS`), in frame pixels.

    Raises
    ------
    InputError
        If the points are not finite, of another number, coincide or are mirrored.
    """
    check_points(points)
    matrix, rms = fit_similarity(
        _anchors(points, len(points)),
        _anchors(_on_input_grid(template, input_hw), len(points)),
    )
    rms_px = rms / scale_of(matrix)  # from input pixels to frame pixels
    return FaceAlignment(matrix, placed_by, template, points, box, rms_px, score)


def by_box(box: Box, template: str, input_hw: tuple[int, int]) -> FaceAlignment:
    """Return the upright alignment that lays the box over the template's detector box.

    The centres meet and the areas are equal, so that a box of other proportions is not squeezed.
    """
    grid = _template_on(template, input_hw)
    x, y, width, height = grid.box
    scale = np.sqrt(width * height / (box.w * box.h))
    centre = np.array([x + (width - 1) / 2, y + (height - 1) / 2])
    shift = centre - scale * np.array(box.centre_xy)
    onto_output = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    matrix = onto_grid(onto_output, 1 / _scale(grid, input_hw))
    return FaceAlignment(matrix, PlacedBy.BOX, template, box=box)


def aligned(input_hw: tuple[int, int], template: str) -> FaceAlignment:
    """Return the identity, for a picture that already is the method's input."""
    _template_on(template, input_hw)
    identity = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    return FaceAlignment(identity, PlacedBy.ALIGNED, template)


def output_matrix(alignment: FaceAlignment, scale: float) -> Matrix:
    """Return the 2×3 matrix from the frame to the method's *output* grid.

    ``scale`` is output size / input size.
    """
    return onto_grid(alignment.matrix, scale)


def _anchors(points: Points, given: int) -> Points:
    """Return the points of a face that are fitted when the analyst or the machine gave so many."""
    return reduced(points, 2) if given == 2 else reduced(points, 5)[list(ANCHORS)]


def _on_input_grid(name: str, input_hw: tuple[int, int]) -> Points:
    grid = _template_on(name, input_hw)
    points: Points = (grid.points + 0.5) / _scale(grid, input_hw) - 0.5
    return points


def _template_on(name: str, input_hw: tuple[int, int]) -> Template:
    """Return the template, sure that it and the input grid have the same proportions."""
    found = template(name)
    if found.size_hw[0] * input_hw[1] != found.size_hw[1] * input_hw[0]:
        raise MethodError(
            f"the template {name} of {found.size_hw[1]}×{found.size_hw[0]} pixels does not fit "
            f"an input of {input_hw[1]}×{input_hw[0]} pixels",
            hint="both need the same proportions",
        )
    return found


def _scale(grid: Template, input_hw: tuple[int, int]) -> float:
    return grid.size_hw[0] / input_hw[0]
