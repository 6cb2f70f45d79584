"""A face moved by a known similarity comes back to its template, from any number of points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhgui.alignment.placing import aligned, by_box, by_landmarks, output_matrix
from fhgui.alignment.similarity import apply, invert
from fhgui.alignment.templates import template
from fhgui.core.arrays import Matrix, Points
from fhgui.core.errors import InputError, MethodError
from fhgui.core.face import Box, PlacedBy

FACE = template("celeba128")


def placed_face(width_px: float, angle: float, x: float, y: float) -> Points:
    """Return the template's 68 points on a face of that width, turned, somewhere in a frame."""
    scale = width_px / 87
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return apply(np.array([[cos, -sin, x], [sin, cos, y]]), FACE.points)


faces = st.builds(
    placed_face, st.floats(8, 900), st.floats(-3.1, 3.1), st.floats(0, 1900), st.floats(0, 1000)
)


def on_output(matrix: Matrix, points: Points) -> Points:
    """Carry points over to the input grid and from there, by the contract's rule, to the output."""
    return (apply(matrix, points) + 0.5) * 8 - 0.5


@given(faces, st.sampled_from([2, 5, 68]))
def test_any_number_of_points_brings_the_face_onto_the_template(face: Points, count: int) -> None:
    given_points = {2: face[:2], 5: face[:5], 68: face}
    eyes = [face[36:42].mean(axis=0), face[42:48].mean(axis=0)]
    given_points[2] = np.array(eyes)
    given_points[5] = np.array([*eyes, face[30], face[48], face[54]])
    placed = by_landmarks(given_points[count], "celeba128", (16, 16), PlacedBy.ANALYST)
    assert np.abs(on_output(placed.matrix, face) - FACE.points).max() < 0.01
    assert np.abs(apply(output_matrix(placed, 8), face) - FACE.points).max() < 0.01
    assert np.abs(apply(invert(output_matrix(placed, 8)), FACE.points) - face).max() < 0.01
    assert placed.rms_px < 0.01


def test_residual_is_in_pixels_of_the_frame() -> None:
    face = placed_face(400, 0.2, 300, 200)
    rough = face.copy()
    rough[48] += (6, 0)  # a mouth corner of four points
    large = by_landmarks(rough, "celeba128", (16, 16), PlacedBy.AUTO)
    small = by_landmarks(rough, "celeba128", (128, 128), PlacedBy.AUTO)
    assert 1 < large.rms_px < 3
    assert small.rms_px == pytest.approx(large.rms_px)
    halved = by_landmarks(rough / 2, "celeba128", (16, 16), PlacedBy.AUTO)
    assert halved.rms_px == pytest.approx(large.rms_px / 2)


def test_nose_and_jaw_do_not_move_the_face() -> None:
    face = placed_face(100, 0, 50, 50)
    turned = face.copy()
    turned[:17] += (9, 3)
    turned[30] += (7, 0)
    one = by_landmarks(face, "celeba128", (16, 16), PlacedBy.AUTO)
    other = by_landmarks(turned, "celeba128", (16, 16), PlacedBy.AUTO)
    assert np.array_equal(one.matrix, other.matrix)


def test_alignment_keeps_what_it_was_made_from() -> None:
    face, box = placed_face(100, 0, 50, 50), Box(50, 50, 100, 100)
    placed = by_landmarks(face, "celeba128", (16, 16), PlacedBy.AUTO, box, 1.5)
    assert placed.landmarks is face
    assert (placed.template, placed.placed_by) == ("celeba128", PlacedBy.AUTO)
    assert (placed.box, placed.score) == (box, 1.5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_points_that_are_no_numbers_are_refused(bad: float) -> None:
    with pytest.raises(InputError, match="landmark 1 is not a number"):
        by_landmarks(np.array([[bad, 0], [9, 9]]), "celeba128", (16, 16), PlacedBy.ANALYST)


@given(st.integers(8, 900), st.integers(-50, 1000), st.integers(-50, 1000))
def test_a_detector_box_lands_on_that_of_the_template(side: int, x: int, y: int) -> None:
    box = Box(x, y, side, side)
    matrix = output_matrix(by_box(box, "celeba128", (16, 16)), 8)
    left, top, width, height = FACE.box
    centre = apply(matrix, np.array([box.centre_xy]))[0]
    assert centre == pytest.approx((left + (width - 1) / 2, top + (height - 1) / 2))
    assert matrix[0, 0] * side == pytest.approx(np.sqrt(width * height))
    assert matrix[0, 1] == matrix[1, 0] == 0


def test_a_tall_box_is_not_squeezed() -> None:
    placed = by_box(Box(10, 10, 40, 90), "celeba128", (16, 16))
    assert placed.matrix[0, 0] == placed.matrix[1, 1]
    assert placed.matrix[0, 0] == by_box(Box(10, 25, 60, 60), "celeba128", (16, 16)).matrix[0, 0]


def test_box_and_landmarks_of_the_same_face_agree() -> None:
    left, top, width, height = (round(v) for v in FACE.box)
    by_its_box = by_box(Box(left, top, width, height), "celeba128", (128, 128))
    by_its_points = by_landmarks(FACE.points, "celeba128", (128, 128), PlacedBy.ANALYST)
    assert np.abs(by_its_box.matrix - by_its_points.matrix).max() < 0.6


def test_aligned_is_the_identity() -> None:
    points = FACE.points / 8
    assert np.array_equal(apply(aligned((16, 16), "celeba128").matrix, points), points)
    assert aligned((16, 16), "celeba128").placed_by is PlacedBy.ALIGNED


def test_template_of_other_proportions_is_refused() -> None:
    with pytest.raises(MethodError, match="128×128 pixels does not fit an input of 20×16"):
        aligned((16, 20), "celeba128")
