import numpy as np
import pytest

from fhgui.alignment.templates import reduced, template
from fhgui.core.errors import MethodError


def test_celeba128_is_a_face_in_the_middle_of_its_grid() -> None:
    face = template("celeba128")
    assert face.size_hw == (128, 128)
    assert face.points.shape == (68, 2)
    left_eye, right_eye, nose, left_mouth, right_mouth = face.reduced(5)
    assert left_eye == pytest.approx((44.37, 53.53), abs=0.02)
    assert right_eye == pytest.approx((82.66, 53.60), abs=0.02)
    assert (left_eye + right_eye)[0] / 2 == pytest.approx(63.5, abs=0.1)
    assert left_eye[1] < nose[1] < left_mouth[1] == pytest.approx(right_mouth[1], abs=0.2)
    x, y, width, height = face.box
    assert x < face.points[:, 0].min() + 3
    assert y < face.points[:, 1].min()
    assert x + width == pytest.approx(128 - x, abs=1)
    assert width == pytest.approx(height, abs=1)


def test_templates_cannot_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        template("celeba128").points[0, 0] = 0


def test_fewer_points_agree_with_more() -> None:
    face = template("celeba128")
    assert face.reduced(68) is face.points
    assert np.array_equal(reduced(face.reduced(5), 2), face.reduced(2))
    assert np.array_equal(face.reduced(5)[2], face.points[30])


@pytest.mark.parametrize(("have", "count"), [(2, 5), (5, 68), (3, 2), (68, 4)])
def test_points_are_never_invented(have: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"cannot make {count} landmarks of {have}"):
        reduced(np.zeros((have, 2)), count)


def test_unknown_template_names_those_that_exist() -> None:
    with pytest.raises(MethodError, match=r"no template 'mona'.*celeba128"):
        template("mona")


def test_the_tall_template_shows_the_same_face_with_more_around_it() -> None:
    small, tall = template("celeba128"), template("celeba216")
    assert tall.size_hw == (216, 176)
    moved = tall.points - small.points
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=1e-12)
    np.testing.assert_allclose(np.subtract(tall.box, small.box), (*moved[0], 0, 0), atol=1e-12)
    assert np.all(tall.points >= 0)
    assert np.all(tall.points < (176, 216))


def test_lfw192_is_a_face_in_the_middle_of_its_grid() -> None:
    face = template("lfw192")
    assert face.size_hw == (192, 192)
    left_eye, right_eye, nose, left_mouth, right_mouth = face.reduced(5)
    assert np.hypot(*(right_eye - left_eye)) == pytest.approx(41.2, abs=0.1)
    assert (left_eye + right_eye)[0] / 2 == pytest.approx(95.5, abs=0.5)
    assert left_eye[1] < nose[1] < left_mouth[1] == pytest.approx(right_mouth[1], abs=1)
    x, y, width, height = face.box
    assert np.all(face.points[17:] > (x, y))
    assert np.all(face.points[17:] < (x + width, y + height))


def test_face320_is_the_face_of_celeba128_over_the_width_of_a_higher_grid() -> None:
    small, high = template("celeba128"), template("face320")
    assert high.size_hw == (320, 240)
    np.testing.assert_allclose((high.points + 0.5 - (0, 40)) / 240, (small.points + 0.5) / 128)
    x, y, width, height = high.box
    by_hand = np.array([x, y - 40, width, height]) / 240
    np.testing.assert_allclose(by_hand, np.array(small.box) / 128)
