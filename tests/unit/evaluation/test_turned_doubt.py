"""The doubt about an upright result of a turned input is that about the result laid back."""

import numpy as np
import pytest

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.similarity import onto_grid
from fhgui.core.arrays import Pixels
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.evaluation.doubt import doubt_maps
from fhgui.evaluation.pose import Pose, enlarged, matrix_of, pose_of
from fhgui.evaluation.turned_doubt import laid_back, turned_doubt_maps
from fhgui.imaging.resize import imresize

POSE = Pose(20.0, 0.95, (0.6, -0.4))


def smooth(seed: int = 0) -> Pixels:
    rng = np.random.default_rng(seed)
    return imresize(rng.integers(60, 196, (12, 12, 3)).astype(np.uint8), (128, 128))


def turned(result: Pixels, pose: Pose) -> Pixels:
    """Return the 16×16 input in which the upright face stands like that."""
    to_input = onto_grid(matrix_of(enlarged(pose, 8), (128, 128)), 1 / 8)
    return cut_face(result, FaceAlignment(to_input, PlacedBy.BOX, "celeba128"), (16, 16)).pixels


def test_a_pose_is_that_of_its_matrix() -> None:
    found = pose_of(matrix_of(POSE, (16, 16)), (16, 16))
    assert found.angle_deg == pytest.approx(POSE.angle_deg)
    assert found.scale == pytest.approx(POSE.scale)
    assert found.shift_xy_px == pytest.approx(POSE.shift_xy_px)


def test_the_pose_of_an_upright_face_changes_nothing() -> None:
    result = smooth()
    face = imresize(result, (16, 16))
    np.testing.assert_array_equal(laid_back(result, face, np.eye(2, 3)), result)
    plain, same = (
        doubt_maps(result, face, "bicubic"),
        turned_doubt_maps(result, face, "bicubic", Pose(0.0)),
    )
    np.testing.assert_allclose(same.invented, plain.invented, atol=1e-4)
    assert same.redegradation_db == plain.redegradation_db
    assert same.note


def test_a_result_that_is_right_agrees_with_its_turned_input() -> None:
    result = smooth()
    face = turned(result, POSE)
    found = turned_doubt_maps(result, face, "bicubic", POSE)
    assert found.redegradation_db > 40
    assert doubt_maps(result, face, "bicubic").redegradation_db < 25
    assert turned_doubt_maps(result, face, "bicubic", Pose(-20.0)).redegradation_db < 25
    assert "20.0°" in found.note


def test_maps_lie_over_the_upright_result() -> None:
    rng = np.random.default_rng(3)
    result = smooth()
    noisy = result.copy()
    spot = slice(40, 56), slice(70, 86)
    noisy[spot] = np.clip(noisy[spot] + rng.integers(-40, 41, (16, 16, 3)), 0, 255)
    found = turned_doubt_maps(noisy, turned(result, POSE), "bicubic", POSE)
    away = found.invented.copy()
    away[36:60, 66:90] = 0
    assert found.invented.shape == (128, 128)
    assert found.invented[spot].mean() > 2 * away[20:108, 20:108].mean()
    assert found.invented.min() >= 0


def test_beyond_the_result_nothing_is_invented() -> None:
    face = imresize(smooth(1), (16, 16))
    tiny = matrix_of(Pose(0.0, 0.25), (128, 128))
    laid = laid_back(np.zeros((128, 128, 3), np.uint8), face, tiny)
    enlargement = imresize(face, (128, 128))
    np.testing.assert_array_equal(laid[:40], enlargement[:40])
    assert laid[60:68, 60:68].max() == 0
