"""Masks of the components lie where their landmarks are, and move and grow with them."""

import numpy as np
import pytest

from fhgui.alignment.templates import template
from fhgui.imaging.component_masks import COMPONENTS, component_masks, outlines

FACE = template("face320")


@pytest.fixture
def points():
    return FACE.points.copy()


def test_every_landmark_of_a_component_lies_in_its_mask_only(points):
    masks = component_masks(points, FACE.size_hw)
    assert masks.shape == (320, 240, 4)
    assert set(np.unique(masks)) == {0, 1}
    for k, parts in enumerate(COMPONENTS.values()):
        for part in parts:
            x, y = np.rint(points[part]).astype(int).T
            assert masks[y, x, k].all()
    assert masks[..., 1].sum() > 0
    assert not (masks[..., 1] & masks[..., 3]).any()


def test_masks_reach_as_far_as_the_margin_and_no_further(points):
    eyes = np.hypot(*(points[42:48].mean(0) - points[36:42].mean(0)))
    mouth = component_masks(points, FACE.size_hw, margin=0.2)[..., 3]
    rows = np.flatnonzero(mouth.any(1))
    lips = points[48:68, 1]
    assert rows[0] == pytest.approx(lips.min() - 0.2 * eyes, abs=1)
    assert rows[-1] == pytest.approx(lips.max() + 0.2 * eyes, abs=1)


def test_masks_follow_their_landmarks(points):
    here = component_masks(points, FACE.size_hw)
    there = component_masks(points + np.array([8, -5]), FACE.size_hw)
    np.testing.assert_array_equal(there[:-5, 8:], here[5:, :-8])


def test_masks_are_the_insides_of_the_outlines(points):
    parts = outlines(points)
    assert [name for name, _ in parts] == ["brows", "brows", "eyes", "eyes", "nose", "mouth"]
    masks = component_masks(points, FACE.size_hw)
    for name, corners in parts:
        x, y = corners.mean(0).round().astype(int)
        assert masks[y, x, list(COMPONENTS).index(name)]


def test_masks_outside_the_picture_leave_nothing(points):
    assert not component_masks(points + 5000, FACE.size_hw).any()
    assert not component_masks(points - 1e9, FACE.size_hw).any()


@pytest.mark.parametrize("wrong", [np.zeros((5, 2)), np.full((68, 2), np.nan)])
def test_what_are_no_landmarks_is_refused(wrong):
    with pytest.raises(ValueError, match="68 finite landmarks"):
        outlines(wrong)
