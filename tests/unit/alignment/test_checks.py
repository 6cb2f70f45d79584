import numpy as np
import pytest

from fhgui.alignment.checks import check_box, check_landmarks, check_points
from fhgui.alignment.templates import template
from fhgui.core.errors import InputError
from fhgui.core.face import Box

FRAME_HW = (288, 352)
EYES = np.array([[100.0, 90.0], [120.0, 91.0]])
FACE = np.add(template("celeba128").points, [100, 50])


@pytest.mark.parametrize("box", [Box(0, 0, 352, 288), Box(344, 280, 8, 8), Box(10, 20, 30, 40)])
def test_boxes_in_the_frame_are_accepted(box: Box) -> None:
    check_box(box, FRAME_HW)


@pytest.mark.parametrize(
    ("box", "says"),
    [
        (Box(10, 10, 1, 1), "too small"),
        (Box(10, 10, 0, 40), "too small"),
        (Box(10, 10, -30, -30), "too small"),
        (Box(-1, 10, 30, 30), "outside the frame"),
        (Box(330, 10, 30, 30), "outside the frame"),
        (Box(10, 270, 30, 30), "outside the frame"),
        (Box(5000, 5000, 30, 30), "outside the frame; the frame is 352 pixels wide and 288 high"),
    ],
)
def test_senseless_boxes_are_refused_in_one_sentence(box: Box, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        check_box(box, FRAME_HW)
    assert f"{box.x},{box.y},{box.w},{box.h}" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("count", [2, 5, 68])
def test_a_face_is_accepted_with_any_number_of_points(count: int) -> None:
    check_landmarks(np.add(template("celeba128").reduced(count), [100, 50]), FRAME_HW)


def test_a_face_cut_off_by_the_frame_is_accepted() -> None:
    check_landmarks(FACE - [140, 0], FRAME_HW)


def with_point(points: np.ndarray, index: int, xy: tuple[float, float]) -> np.ndarray:
    changed = points.copy()
    changed[index] = xy
    return changed


@pytest.mark.parametrize(
    ("points", "says"),
    [
        (with_point(EYES, 1, (np.nan, 3)), "landmark 2 is not a number"),
        (with_point(FACE, 40, (np.inf, 3)), "landmark 41 is not a number"),
        (EYES[:1], "1 landmarks were given; give 2"),
        (np.zeros((3, 2)), "3 landmarks"),
        (np.zeros((0, 2)), "0 landmarks"),
        (np.zeros((5, 3)), "5 landmarks"),
        (EYES[[0, 0]], "coincide"),
        (np.ones((68, 2)), "coincide"),
        (with_point(EYES, 1, (9000, 91)), "landmark 2 at 9000,91 lies far outside the frame"),
        (EYES - [140, 0], "outside the frame"),
        (FACE * [-1, 1] + [300, 0], "mirrored"),
    ],
)
def test_senseless_landmarks_are_refused_in_one_sentence(points: np.ndarray, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        check_landmarks(points, FRAME_HW)
    assert "\n" not in str(refused.value)


def test_points_of_an_upside_down_face_are_not_mirrored() -> None:
    check_points(300 - FACE)
