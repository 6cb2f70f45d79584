import numpy as np
import pytest

from fhgui.alignment.adequacy import assess, assess_face, class_of
from fhgui.alignment.placing import aligned, by_box
from fhgui.alignment.templates import template
from fhgui.core.face import AdequacyClass, Box, density_words


@pytest.mark.parametrize(
    ("density", "reached"),
    [
        (0, AdequacyClass.BELOW),
        (124.9, AdequacyClass.BELOW),
        (125, AdequacyClass.PERCEIVE),
        (250, AdequacyClass.CHARACTERISE),
        (499.9, AdequacyClass.CHARACTERISE),
        (500, AdequacyClass.VALIDATE),
        (1500, AdequacyClass.SCRUTINISE),
    ],
)
def test_classes_begin_at_their_least_density(density: float, reached: AdequacyClass) -> None:
    assert class_of(density) is reached


@pytest.mark.parametrize("count", [2, 5, 68])
def test_any_number_of_points_gives_the_same_width(count: int) -> None:
    found = assess_face(Box(0, 0, 500, 500), template("celeba128").reduced(count))
    assert found.face_px == pytest.approx(86.9, abs=0.2)
    assert found.interocular_px == pytest.approx(38.28, abs=0.02)
    assert found.density_px_per_m == pytest.approx(found.face_px / 0.16)
    assert found.adequacy is AdequacyClass.VALIDATE


def test_width_does_not_change_with_rotation() -> None:
    points = template("celeba128").points
    turned = points @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    assert assess_face(None, turned).face_px == pytest.approx(assess_face(None, points).face_px)


def test_without_landmarks_the_box_is_the_face() -> None:
    found = assess(by_box(Box(3, 4, 32, 40), "celeba128", (16, 16)))
    assert found.face_px == 32
    assert found.interocular_px is None
    assert found.density_px_per_m == pytest.approx(200)
    assert found.adequacy is AdequacyClass.PERCEIVE


def test_a_picture_that_is_the_input_says_nothing_about_its_frame() -> None:
    with pytest.raises(ValueError, match="needs a box or landmarks"):
        assess(aligned((16, 16), "celeba128"))


def test_a_density_is_cut_and_never_rounded_up_to_a_class() -> None:
    assert density_words(124.9) == "124 px/m"
    assert density_words(125.0) == "125 px/m"
